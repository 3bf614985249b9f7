"""The content security policy of the organiser's pages: no other hosts, and no scripts but the page's own.

W3C, Content Security Policy Level 3.
"""

from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

# Streamlit's styles are inline; `blob:` is for its inline components and their workers, `data:` for a letter's look.
_POLICY = (
    "default-src 'self'; script-src 'self' blob: {hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
    "frame-src data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


def page_policy(page: str) -> str:
    """The policy for this HTML page. It allows the page's inline scripts by their hashes."""
    scripts = _InlineScripts()
    scripts.feed(page)
    hashes = (b64encode(sha256(script.encode()).digest()).decode() for script in scripts.scripts)
    return _POLICY.format(hashes=" ".join(f"'sha256-{digest}'" for digest in hashes))


class _InlineScripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and "src" not in dict(attrs)

    def handle_endtag(self, _: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts.append(data)
