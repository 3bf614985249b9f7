"""Participants' pages as HTML: one request each, nothing from other hosts, nothing kept by browsers."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup, escape
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse, Response

from coffee.language import LANGUAGES, Language
from coffee.mail.letters import Office
from coffee.web.spoken import Spoken

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


@dataclass(frozen=True)
class Links:
    """Addresses of our pages: below the path that a proxy serves us from, and in the language chosen, '' for none.

    `asked` is what is behind the question mark of the page itself, but for the language.
    """

    base_url: str
    chosen: str
    asked: str = ""

    def __call__(self, path: str, **query: str) -> str:
        """The address of the page at `path`."""
        asked = query | ({"lang": self.chosen} if self.chosen else {})
        return f"{urlsplit(self.base_url).path}{path}{'?' if asked else ''}{urlencode(asked) if asked else ''}"

    def spoken(self, code: str) -> str:
        """The address of the page itself in another language."""
        return f"?{self.asked}{'&' if self.asked else ''}lang={code}"


def page(
    template: str, language: Language, office: Office, link: Links, context: Mapping[str, object], *, status: int = 200
) -> Response:
    """A page in one language."""
    around = {"office": office, "link": link, **_frame(language, office, link), **context}
    answer = HTMLResponse(_templates(language).print(template, around), status)
    answer.raw_headers = [*_headers(language), *answer.raw_headers]
    return answer


def part(template: str, language: Language, **context: object) -> Markup:
    """A piece of a page, to be placed into it as it is."""
    return Markup(_templates(language).get_template(template).render(context))  # noqa: S704  # escaped by Jinja


def again(answer: Response) -> Response:
    """The same answer, to be sent once more. It has headers of its own: what compresses it on its way changes them."""
    once_more = Response(answer.body, answer.status_code)
    once_more.raw_headers = answer.raw_headers.copy()
    return once_more


def elsewhere(path: str) -> Response:
    """What answers a POST that was carried out: look at `path` now, so that a reload posts nothing."""
    return RedirectResponse(path, 303, HEADERS)


def download(content: bytes, name: str, media_type: str) -> Response:
    """A file to keep."""
    return Response(content, 200, HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}, media_type)


@cache
def _headers(language: Language) -> list[tuple[bytes, bytes]]:
    return Headers(HEADERS | {"Content-Language": language.code}).raw


@lru_cache(maxsize=32)
def _frame(language: Language, office: Office, link: Links) -> dict[str, Markup]:
    """What stands around the content: the same on all pages for which these three are the same."""
    known = {"office": office, "link": link, "scheme_title": office.title_in(language)}
    pieces = {name: part(f"{name}.html", language, **known) for name in ("head", "header", "footer")}
    return pieces | {"scheme_title": escape(known["scheme_title"])}


@cache
def _templates(language: Language) -> Spoken:
    templates = Spoken(_HERE / "templates", language)
    templates.globals |= {"language": language, "day": language.day, "languages": LANGUAGES, "style": STYLE}
    return templates
