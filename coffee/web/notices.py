"""Pages that say something and ask nothing: privacy, accessibility, and a poster to print or project."""

from markupsafe import Markup
from starlette.responses import Response

from coffee.scheme import settings
from coffee.web.visit import Open, Visit


def notice(name: str) -> Open:
    """The page `name`, led by what the organiser wrote under that name in Settings; an empty line ends a paragraph."""

    def shown(visit: Visit) -> Response:
        written = str(settings.get(visit.db, name, ""))
        paragraphs = [paragraph.strip() for paragraph in written.split("\n\n") if paragraph.strip()]
        return visit.show(f"{name}.html", own_words=paragraphs)

    return shown


def poster(visit: Visit) -> Response:
    """The way in for a room: a QR code of the join form, and its address in words."""
    address = f"{visit.office.base_url}/join"
    return visit.show("poster.html", code=code(visit, address), address=address.partition("//")[2])


def code(visit: Visit, address: str) -> Markup:
    """The QR code of an address, dark on light whatever the page's colours are."""
    import segno  # 0.1 s, and only for a poster

    drawn = segno.make(address, error="m", micro=False).svg_inline(
        border=4,
        dark="#000",
        light="#fff",
        omitsize=True,
        svgclass="code",
        lineclass=None,
        title=visit.say("QR code of the address below"),
    )
    return Markup(drawn)  # noqa: S704  # segno's own
