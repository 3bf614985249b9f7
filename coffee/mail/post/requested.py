"""Letters that somebody asked for on our pages: confirm that you join, here is your page, confirm a new address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from coffee.mail.letters import wording
from coffee.mail.letters.letter import Letter, Office, ascii_address
from coffee.mail.letters.own_page import OPENS, link_letter
from coffee.mail.letters.reader import Reader
from coffee.mail.post import outbox
from coffee.place import today
from coffee.scheme import Scheme, addresses, link_requests, mailboxes, messages, people, proof, tokens

AFTER = timedelta(seconds=1)  # a hall full of people that joins at once is answered before anything is written
AT_ONCE = 16  # addresses that are written to before the letters are queued together
PATIENCE = timedelta(minutes=10)  # a second click sends no second letter


@dataclass(frozen=True)
class Wanted:
    """A letter still to be written: its kind and its reader."""

    kind: str
    reader: Reader


def write_asked(
    scheme: Scheme, office: Callable[[Database], Office], now: datetime, *, after: timedelta = AFTER
) -> None:
    """Queue the letters that were asked for so long ago or earlier. While nobody signs letters they wait.

    They are written before the transaction that queues them, so that nobody who saves something waits for that; to
    whoever changed meanwhile another is written. Raises SchemeError when the scheme cannot be read or written; then
    those that are left are written the next time.
    """
    while written := _written(scheme, office, now - after, now):
        with scheme.writing() as db:
            for identity, letters in written.items():
                if _wanted(db, identity, now) == list(letters):
                    outbox.queue(db, letters.values(), now)
                    link_requests.forget(db, identity)


def _written(
    scheme: Scheme, office: Callable[[Database], Office], before: datetime, now: datetime
) -> dict[str, dict[Wanted, Letter]]:
    """Return the letters for the earliest requests, by the address that was given."""
    with scheme.reading() as db:
        noted = link_requests.noted(db, before, AT_ONCE)
        signed = office(db) if noted else None
        if not (signed and signed.address):
            return {}
        return {
            identity: {wanted: _letter(db, signed, wanted, now) for wanted in _wanted(db, identity, now)}
            for identity in noted
        }


def _wanted(db: Database, identity: str, now: datetime) -> list[Wanted]:
    """Return the letters to write to this address: the one its owner needs next, or those that confirm it for others.

    None within ten minutes of the last, or beyond a mailbox's share of the day; but a person who made their old links
    invalid gets another.
    """
    day, known = today(db, now), people.find(db, identity)
    if known is None:
        wishes = addresses.wanting(db, identity)
        readers = [Reader.of(people.person(db, person_id, day) | {"email": email}) for person_id, email in wishes]
        return [Wanted("new address", one) for one in readers[: mailboxes.room_left(db, ascii_address(identity), now)]]
    person = people.person(db, known, day)
    wanted = Wanted("own page" if proof.has_proven(db, person) else "confirmation", Reader.of(person))
    return [] if _has(db, wanted, now) else [wanted]


def _letter(db: Database, office: Office, wanted: Wanted, now: datetime) -> Letter:
    texts = wording.texts(db, wanted.kind)
    return texts.in_ours_if_need_be(lambda said: link_letter(said, office, wanted.reader, now, tokens.mint))


def _has(db: Database, wanted: Wanted, now: datetime) -> bool:
    """Return whether the reader's mailbox has had enough, and they did not make the link in such a letter dead."""
    known, purpose = wanted.reader, OPENS[wanted.kind]
    address = ascii_address(known.email)
    recent = messages.count_queued(db, wanted.kind, address, now - PATIENCE)
    if recent and tokens.made_since(db, purpose, known.id, now - PATIENCE):
        return True
    if mailboxes.room_left(db, address, now):
        return False
    had_one = messages.count_queued(db, wanted.kind, address, now - mailboxes.DAY)
    return not had_one or tokens.made_since(db, purpose, known.id, now - mailboxes.DAY)
