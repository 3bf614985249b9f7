"""Silent people, and the letter that asks them whether they still want to take part."""

from collections.abc import Collection
from datetime import datetime

from sqlite_utils import Database

from coffee.mail.letters import still_in
from coffee.mail.letters.batch import Batch
from coffee.mail.letters.letter import Letter, Office
from coffee.mail.post import outbox
from coffee.place import place
from coffee.scheme import Scheme, settings, silence
from coffee.scheme.silence import Silent


def silent_people(db: Database) -> list[Silent]:
    """List people who have been silent for as many rounds as the organiser chose, by name."""
    return silence.silent(db, settings.get(db, "silent_after", silence.AFTER))


def to_ask(db: Database) -> list[int]:
    """Return the ids of silent people who have not been asked yet."""
    waiting = {person for person, _ in silence.unanswered(db)}
    return [one.id for one in silent_people(db) if one.id not in waiting]


def letters(db: Database, office: Office, people: Collection[int], now: datetime) -> Batch:
    """Write the letters that ask them, to be read before they are queued."""
    return still_in.letters_to(db, office, people, place(db).day(now + silence.ANSWER_WITHIN), now)


def queue(db: Database, people: Collection[int], written: list[Letter], now: datetime) -> int:
    """Queue these letters and note that the people are asked; return how many were queued."""
    for person in people:
        silence.asked(db, person, now)
    return outbox.queue(db, written, now)


def ask(scheme: Scheme, office: Office, people: Collection[int], now: datetime) -> int:
    """Ask these people by letter; return how many letters were queued."""
    with scheme.reading() as db:
        written = letters(db, office, people, now).letters()
    with scheme.writing() as db:
        return queue(db, people, written, now)
