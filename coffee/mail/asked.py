"""Letters that somebody asked for on our pages: confirm that you join, here is your page, confirm a new address."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from coffee.mail import outbox, wording
from coffee.mail.errors import MailError
from coffee.mail.letters import Letter, Office
from coffee.mail.own_page import OPENS, link_letter
from coffee.mail.people import Reader
from coffee.mail.texts import Texts
from coffee.scheme import Scheme, addresses, asked, messages, people, tokens

AFTER = timedelta(seconds=1)  # a hall full of people that joins at once is answered before anything is written
AT_ONCE = 16  # letters in one transaction: visitors and organisers who save something wait for no more than these
PAUSE = 0.025  # seconds between two: SQLite has no queue, and whoever waits looks that often whether it is their turn
PATIENCE = timedelta(minutes=10)  # a second click sends no second letter


def write_asked(
    scheme: Scheme, office: Callable[[Database], Office], now: datetime, *, after: timedelta = AFTER
) -> None:
    """Queue the letters that were asked for so long ago or earlier. While nobody signs letters they wait.

    Raises SchemeError when the scheme cannot be read or written; then those that are left are written the next time.
    """
    while _is_due(scheme, office, now - after):
        with scheme.writing() as db:
            for identity in asked.take(db, now - after, AT_ONCE):
                _write(db, office(db), identity, now)
        time.sleep(PAUSE)


def _is_due(scheme: Scheme, office: Callable[[Database], Office], before: datetime) -> bool:
    with scheme.reading() as db:
        return asked.is_due(db, before) and bool(office(db).address)


def _write(db: Database, office: Office, identity: str, now: datetime) -> None:
    """To whoever has this address or wants to use it; nothing when nobody does."""
    person_id = people.find(db, identity)
    if person_id is not None:
        _to_go_on(db, office, people.person(db, person_id, now.date()), now)
    else:
        for person_id, email in addresses.wanting(db, identity):
            person = people.person(db, person_id, now.date()) | {"email": email}
            _queue(db, office, "new address", Reader.of(person), now)


def _to_go_on(db: Database, office: Office, person: dict[str, Any], now: datetime) -> None:
    """Queue the letter this person needs: to confirm, or to open their page. Not twice in ten minutes."""
    kind = "confirmation" if person["status"] == "unconfirmed" else "own page"
    if not _is_coming(db, kind, person["id"], now - PATIENCE):
        _queue(db, office, kind, Reader.of(person), now)


def _queue(db: Database, office: Office, kind: str, reader: Reader, now: datetime) -> None:
    outbox.queue(db, [_letter(wording.texts(db, kind), office, reader, now)], now)


def _letter(texts: Texts, office: Office, reader: Reader, now: datetime) -> Letter:
    """In our words where the organiser's cannot be filled for this reader, who waits for the link."""
    try:
        return link_letter(texts, office, reader, now, tokens.mint)
    except MailError:
        return link_letter(Texts(texts.kind, undecided=texts.undecided), office, reader, now, tokens.mint)


def _is_coming(db: Database, kind: str, person_id: int, since: datetime) -> bool:
    """Whether the letter was written since then and its link still works; other letters have such links too."""
    letter = messages.coming(db, kind, person_id, since)
    return letter and tokens.made_since(db, OPENS[kind], person_id, since)
