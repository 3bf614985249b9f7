"""Participants' pages as HTML: one request each, nothing from other hosts, nothing kept by browsers."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from markupsafe import Markup, escape
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from coffee.mail.letters.letter import Office
from coffee.roster import phones
from coffee.text.language import LANGUAGES, Language, chosen
from coffee.web.http.templates import Spoken

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
GAP = Markup("<gap>")  # where something is still to come; no value looks like it, since values are escaped


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


class Page(Response):
    """A page in one language, in pieces that other pages may share.

    It may be sent again and again, with headers of its own each time: what compresses it on its way changes them.
    """

    def __init__(self, pieces: tuple[bytes, ...], language: Language, status: int = 200) -> None:
        self.pieces, self.status_code = pieces, status
        self.raw_headers = [(b"content-length", b"%d" % sum(map(len, pieces))), *_headers(language)]

    async def __call__(self, _: Scope, __: Receive, send: Send) -> None:
        """Send it once."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers.copy()})
        await send({"type": "http.response.body", "body": b"".join(self.pieces)})


def page(
    template: str, language: Language, office: Office, link: Links, context: Mapping[str, object], *, status: int = 200
) -> Response:
    """A page in one language."""
    return Page((_printed(template, language, office, link, context),), language, status)


def halves(template: str, language: Language, office: Office, link: Links, **context: object) -> tuple[bytes, bytes]:
    """What stands before and behind the GAP in a page."""
    before, _, behind = _printed(template, language, office, link, context).partition(GAP.encode())
    return before, behind


def _printed(template: str, language: Language, office: Office, link: Links, context: Mapping[str, object]) -> bytes:
    around = {"office": office, "link": link, **_frame(language, office, link), **context}
    return _templates(language).print(template, around)


def part(template: str, language: Language, **context: object) -> Markup:
    """A piece of a page, to be placed into it as it is."""
    return Markup(_templates(language).get_template(template).render(context))  # noqa: S704  # escaped by Jinja


def elsewhere(path: str, status: int = 303) -> Response:
    """What answers a POST that was carried out: look at `path` now, so that a reload does not carry it out again."""
    return RedirectResponse(path, status, HEADERS)


def download(content: bytes, name: str, media_type: str) -> Response:
    """A file to keep."""
    return Response(content, 200, HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}, media_type)


@cache
def _headers(language: Language) -> list[tuple[bytes, bytes]]:
    return Headers(HEADERS | {"Content-Language": language.code, "Content-Type": "text/html; charset=utf-8"}).raw


@lru_cache(maxsize=32)
def _frame(language: Language, office: Office, link: Links) -> dict[str, Markup]:
    """What stands around the content: the same on all pages for which these three are the same."""
    known = {"office": office, "link": link, "scheme_title": office.title_in(language)}
    pieces = {name: part(f"{name}.html", language, **known) for name in ("head", "header", "footer")}
    pieces["form_header"] = part("header.html", language, **known, switches=True)
    return pieces | {"scheme_title": escape(known["scheme_title"])}


@cache
def _templates(language: Language) -> Spoken:
    templates = Spoken(_HERE / "templates", language)
    templates.globals |= {"language": language, "day": language.day, "languages": LANGUAGES, "chosen": chosen}
    templates.globals |= {"styles": STYLES, "form": None, "done": None, "switches": False}
    templates.globals |= {"quoted": partial(quote, safe="@"), "dialled": phones.dialled}
    return templates
