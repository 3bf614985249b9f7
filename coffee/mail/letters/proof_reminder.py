"""The letter, sent once, that reminds somebody who joined to confirm their address."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlite_utils import Database

from coffee.mail.letters import wording
from coffee.mail.letters.letter import Letter, Office
from coffee.mail.letters.own_page import link_letter
from coffee.mail.letters.reader import Reader
from coffee.mail.post import outbox
from coffee.place import today
from coffee.scheme import Scheme, people, proof, tokens

AFTER = timedelta(days=2)
AT_ONCE = 16  # letters written in one transaction


def remind(scheme: Scheme, office: Callable[[Database], Office], now: datetime) -> None:
    """Queue the reminder to people who joined two days ago and have not confirmed yet.

    Waits as long as no letter can reach people. Raises SchemeError when the scheme cannot be read or written.
    """
    with scheme.reading() as db:
        if not (proof.to_remind(db, now - AFTER, now, 1) and office(db).reaches_people):
            return
    with scheme.writing() as db:
        due, signed = proof.to_remind(db, now - AFTER, now, AT_ONCE), office(db)
        outbox.queue(db, [_letter(db, signed, person_id, now) for person_id in due], now)


def _letter(db: Database, office: Office, person_id: int, now: datetime) -> Letter:
    reader = Reader.of(people.person(db, person_id, today(db, now)))
    texts = wording.texts(db, proof.REMINDER)
    return texts.in_ours_if_need_be(
        lambda said: link_letter(said, office, reader, now, tokens.mint, once="only once", tag="confirm")
    )
