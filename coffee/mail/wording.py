"""The organiser's own wording of letters: checked before it is saved, and the default always a step away."""

from datetime import datetime

from sqlite_utils import Database

from coffee.mail import template
from coffee.mail.introduction import match_letter
from coffee.mail.letters import Letter, Office
from coffee.mail.people import Reader
from coffee.scheme import Scheme, settings, tokens

KINDS = ("introduction", "reminder", "feedback")
FIELDS = {
    "name": "the reader's name",
    "title": "what the scheme is called",
    "round": "the round's number",
    "organiser": "your name",
    "partners": "the other people with their organisations",
    "partner_names": "the other people's names",
    "introductions": "who they are, and the ways to reach them that they share",
    "writes_first": "who writes first",
    "suggested_message": "a first message to copy",
    "conversation_starters": "three questions to begin with",
    "feedback_link": "where the reader says how it went",
    "cannot_link": "where the reader says they cannot meet",
    "my_page": "the reader's own page",
    "unsubscribe_link": "where letters are stopped",
    "join_link": "where new people join",
}
INVENTED = Reader(1, "Siân O'Brien", "sian@example.org", "Example council", phone="01632 960 001", topics="Bees")


def source(db: Database, kind: str) -> str | None:
    """The organiser's own template of this kind; None for the default."""
    own = settings.get(db, f"template:{kind}")
    return str(own) if own else None


def example(office: Office, kind: str, text: str | None, now: datetime) -> Letter:
    """The letter this template makes, addressed to the organiser and about an invented person. Its links lead nowhere.

    Raises TemplateFault when the template cannot be filled.
    """
    me = Reader(0, office.name, office.address)
    return match_letter(
        kind, office, me, [me, INVENTED], round_id=0, number=1, match_id=0, now=now, mint=tokens.mint, source=text
    )


def save(scheme: Scheme, office: Office, kind: str, text: str, now: datetime) -> None:
    """Use this template from now on; letters already written stay. Raises TemplateFault, and then nothing is saved."""
    example(office, kind, text, now)
    with scheme.writing() as db:
        settings.put(db, f"template:{kind}", None if text == template.default(kind) else text)


def restore(scheme: Scheme, kind: str) -> None:
    """Go back to the default."""
    with scheme.writing() as db:
        settings.put(db, f"template:{kind}", None)
