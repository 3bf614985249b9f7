"""The letters that participants' pages cause: confirm that you join, here is your page, confirm a new address."""

from datetime import datetime, timedelta

from sqlite_utils import Database

from coffee.mail import outbox, wording
from coffee.mail.letters import Office
from coffee.mail.own_page import LASTS, OPENS, link_letter
from coffee.mail.people import Reader
from coffee.scheme import SchemeError, messages, people, tokens

PAGE_LASTS = LASTS["me"]
PATIENCE = timedelta(minutes=10)  # a second click sends no second letter


class Unsigned(SchemeError):
    """Nobody said yet who signs the letters, so none can be written."""


def send_link(db: Database, office: Office, person_id: int, now: datetime) -> None:
    """Queue the letter this person needs to go on: to confirm, or to open their page. Not twice in ten minutes.

    Raises Unsigned while nobody said in Settings who signs the letters.
    """
    refuse_unsigned(office)
    row = people.person(db, person_id, now.date())
    kind = "confirmation" if row["status"] == "unconfirmed" else "own page"
    if not _is_coming(db, kind, person_id, now - PATIENCE):
        _send(db, office, kind, Reader.of(row), now)


def send_to_new_address(db: Database, office: Office, person_id: int, email: str, now: datetime) -> None:
    """Queue the letter that proves who reads this address; links to confirm in earlier letters stop working.

    Raises Unsigned as `send_link` does.
    """
    refuse_unsigned(office)
    row = people.person(db, person_id, now.date()) | {"email": email}
    tokens.revoke(db, person_id, "confirm")
    _send(db, office, "new address", Reader.of(row), now)


def _send(db: Database, office: Office, kind: str, reader: Reader, now: datetime) -> None:
    outbox.queue(db, [link_letter(wording.texts(db, kind), office, reader, now, tokens.mint)], now)


def _is_coming(db: Database, kind: str, person_id: int, since: datetime) -> bool:
    """Whether the letter was written since then and its link still works; other letters have such links too."""
    letter = messages.coming(db, kind, person_id, since)
    return letter and tokens.made_since(db, OPENS[kind], person_id, since)


def refuse_unsigned(office: Office) -> None:
    """Raises Unsigned while nobody said in Settings who signs the letters."""
    if not office.address:
        raise Unsigned("Letters need a sender. Write your name and address in Settings.")
