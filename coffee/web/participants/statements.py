"""Pages without a form: privacy, cookies, accessibility, and a poster to print or project."""

from markupsafe import Markup
from starlette.responses import Response

from coffee.mail.letters import wording
from coffee.scheme import settings
from coffee.text.language import ENGLISH, LANGUAGES, Language
from coffee.web.http.visit import Handler, Visit

NOTICES = ("privacy", "cookies", "accessibility")


def notice(name: str) -> Handler:
    """The handler for one notice. It opens with the organiser's own words from Settings.

    Their words are in the visitor's language if they wrote them in it, else in another. An empty line ends a paragraph.
    """

    def shown(visit: Visit) -> Response:
        wanted = (visit.language, *(language for language in LANGUAGES if language != visit.language))
        written = ((language, str(settings.get(visit.db, setting(name, language), ""))) for language in wanted)
        spoken, words = next(((language, text) for language, text in written if text.strip()), (visit.language, ""))
        paragraphs = [paragraph.strip() for paragraph in words.split("\n\n") if paragraph.strip()]
        return visit.show(f"{name}.html", own_words=paragraphs, spoken=spoken)

    return shown


def setting(name: str, language: Language) -> str:
    """The setting that holds the organiser's words for a page in a language."""
    return name if language == ENGLISH else f"{name}:{language.code}"


def poster(visit: Visit) -> Response:
    """Show the poster: a QR code for the join form, and its address.

    Its text is in the visitor's language first, then in the others used for people who have not chosen one.
    """
    address = f"{visit.office.base_url}/join"
    undecided = wording.undecided(settings.get(visit.db, wording.UNDECIDED))
    spoken = [visit.language, *(other for other in undecided if other != visit.language)]
    texts = [
        (
            language,
            language.say("Talk to somebody new"),
            language.say(
                "30 minutes. Somebody you do not know, picked at random, usually from another organisation. "
                "Any subject. No selling."
            ),
        )
        for language in spoken
    ]
    return visit.show("poster.html", texts=texts, code=qr_code(visit, address), address=address.partition("//")[2])


def qr_code(visit: Visit, address: str) -> Markup:
    """A QR code for an address. It is dark on light even on a dark page, so that phones can read it."""
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
