"""Participants' pages as HTML. They load nothing else, and browsers are told to store none of them."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment
from starlette.responses import HTMLResponse, RedirectResponse, Response

from coffee.mail.letters.letter import Office
from coffee.roster import phones
from coffee.text.language import LANGUAGES, Language, chosen
from coffee.web.http.templates import templates_in

_HERE = Path(__file__).parents[1]
STYLES = {name: (_HERE / "static" / f"{name}.css").read_text("utf-8") for name in ("participants", "room")}
HASHES = " ".join(f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" for style in STYLES.values())
POLICY = (
    f"default-src 'none'; style-src {HASHES}; "
    "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True)
class Links:
    """Builds links to our pages: below the path that a proxy serves us from, and in the chosen language, if any.

    `asked` is the query of the current page without its language.
    """

    base_url: str
    chosen: str
    asked: str = ""

    def __call__(self, path: str, **query: str) -> str:
        """Return a link to the page at `path`."""
        asked = query | ({"lang": self.chosen} if self.chosen else {})
        return f"{urlsplit(self.base_url).path}{path}{'?' if asked else ''}{urlencode(asked) if asked else ''}"

    def spoken(self, code: str) -> str:
        """Return a link to the current page in another language."""
        return f"?{self.asked}{'&' if self.asked else ''}lang={code}"


def page(
    template: str, language: Language, office: Office, link: Links, context: Mapping[str, object], *, status: int = 200
) -> Response:
    """Return a page in this language, with `context` as the values of its template."""
    around = {"office": office, "link": link, "scheme_title": office.title_in(language)}
    html = _templates(language).get_template(template).render(around, **context)
    return HTMLResponse(html, status, HEADERS | {"Content-Language": language.code})


def elsewhere(path: str, status: int = 303) -> Response:
    """Return a redirect to `path`. After a POST, so that reloading the page does not repeat it."""
    return RedirectResponse(path, status, HEADERS)


def download(content: bytes, name: str, media_type: str) -> Response:
    """Return a file for the browser to save."""
    return Response(content, 200, HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}, media_type)


@cache
def _templates(language: Language) -> Environment:
    templates = templates_in(language, _HERE / "templates")
    templates.globals |= {"day": language.day, "languages": LANGUAGES, "chosen": chosen, "styles": STYLES}
    templates.globals |= {"form": None, "done": None, "has_form": False}
    templates.globals |= {"quoted": partial(quote, safe="@"), "dialled": phones.dialled}
    return templates
