"""The letters that participants' pages cause: confirm that you join, here is your page, confirm a new address."""

from datetime import datetime, timedelta

from sqlite_utils import Database

from coffee.mail import outbox, template, wording
from coffee.mail.letters import Office
from coffee.mail.own_page import KINDS, LASTS, Opens, link_letter
from coffee.mail.people import Reader
from coffee.scheme import SchemeError, messages, people, tokens
from coffee.web.language import Language, named

PAGE_LASTS = LASTS["me"]
PATIENCE = timedelta(minutes=10)  # a second click sends no second letter


class Unsigned(SchemeError):
    """Nobody said yet who signs the letters, so none can be written."""


def send_link(db: Database, office: Office, person_id: int, asked_in: Language, now: datetime) -> None:
    """Queue the letter this person needs to go on: to confirm, or to open their page. Not twice in ten minutes.

    It is in the language they chose, else in the one they asked in.

    Raises Unsigned while nobody said in Settings who signs the letters.
    """
    refuse_unsigned(office)
    row = people.person(db, person_id, now.date())
    purpose: Opens = "confirm" if row["status"] == "unconfirmed" else "me"
    if not _is_coming(db, purpose, person_id, now - PATIENCE):
        code = _written_in(KINDS[purpose], named(row["language"]) or asked_in)
        source = wording.source(db, KINDS[purpose], code)
        letter = link_letter(office, Reader.of(row), purpose, now, tokens.mint, source, code)
        outbox.queue(db, [letter], now)


def send_to_new_address(
    db: Database, office: Office, person_id: int, email: str, asked_in: Language, now: datetime
) -> None:
    """Queue the letter that proves who reads this address; links to confirm in earlier letters stop working.

    Raises Unsigned as `send_link` does.
    """
    refuse_unsigned(office)
    row = people.person(db, person_id, now.date()) | {"email": email}
    code = _written_in("new address", named(row["language"]) or asked_in)
    tokens.revoke(db, person_id, "confirm")
    source = template.default("new address", code)
    letter = link_letter(office, Reader.of(row), "confirm", now, tokens.mint, source, code)
    outbox.queue(db, [letter], now)


def _written_in(kind: str, wanted: Language) -> str:
    """The code of the language wanted if this kind of letter is there in it, else of English."""
    return wanted.code if wanted.code in template.languages(kind) else "en"


def _is_coming(db: Database, purpose: Opens, person_id: int, since: datetime) -> bool:
    """Whether the letter was written since then and its link still works; other letters have such links too."""
    letter = messages.coming(db, KINDS[purpose], person_id, since)
    return letter and tokens.made_since(db, purpose, person_id, since)


def refuse_unsigned(office: Office) -> None:
    """Raises Unsigned while nobody said in Settings who signs the letters."""
    if not office.address:
        raise Unsigned("Letters need a sender. Write your name and address in Settings.")
