"""Participants' pages as HTML: one request each, nothing from other hosts, nothing kept by browsers."""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from coffee.web.language import LANGUAGES, Language

_HERE = Path(__file__).parent
STYLE = (_HERE / "static" / "participants.css").read_text("utf-8")
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


def page(template: str, language: Language, context: Mapping[str, object], *, status: int = 200) -> Response:
    """A page in one language."""
    html = _environment(language).get_template(template).render(context)
    return HTMLResponse(html, status, HEADERS | {"Content-Language": language.code})


def part(template: str, language: Language, **context: object) -> Markup:
    """A piece of a page, to be placed into it as it is."""
    return Markup(_environment(language).get_template(template).render(context))  # noqa: S704  # escaped by Jinja


def elsewhere(path: str) -> Response:
    """What answers a POST that was carried out: look at `path` now, so that a reload posts nothing."""
    return RedirectResponse(path, 303, HEADERS)


def download(content: bytes, name: str, media_type: str) -> Response:
    """A file to keep."""
    return Response(content, 200, HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}, media_type)


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.install_gettext_translations(language.texts, newstyle=True)  # type: ignore[attr-defined]
    environment.globals |= {"language": language, "day": language.day, "languages": LANGUAGES, "style": STYLE}
    return environment
