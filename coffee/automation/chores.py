"""What is done by itself: once a second while the app runs, and by `coffee post`."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial

from sqlite_utils import Database

from coffee.automation import organiser_letters
from coffee.automation.outcome import Outcome
from coffee.automation.run import keep
from coffee.config.environment import Environment
from coffee.config.sender import office, office_of_pages
from coffee.mail.letters.letter import Office
from coffee.mail.letters.proof_reminder import remind
from coffee.mail.post import eml_files, outbox
from coffee.mail.post.errors import MailError
from coffee.mail.post.requested import AFTER, write_asked
from coffee.scheme import Scheme, SchemeError, clock, link_requests, people, room, suggestions
from coffee.watch import Watch

log = logging.getLogger(__name__)

EXAMINED_EVERY = timedelta(days=1)
UNCONFIRMED_LAST = timedelta(days=30)


class Chores(Watch):
    """Does them for as long as the app runs, however long letters take to leave meanwhile."""

    def __init__(self, scheme: Scheme, environment: Environment, clock: Callable[[], datetime]) -> None:
        super().__init__("chores", expected=(SchemeError, MailError))
        self._scheme, self._environment, self._clock = scheme, environment, clock
        self._has_looked = False
        self._examine_at = clock()

    def look(self) -> bool:
        """Do what is due; raises what `do` raises. The first time, end an erasure that a crash cut short."""
        do(self._scheme, self._environment, self._clock())
        if not self._has_looked:
            eml_files.forget_erased(self._scheme)
            self._has_looked = True
        if self._clock() >= self._examine_at:
            self._examine_at = self._clock() + EXAMINED_EVERY
            examine(self._scheme, self._environment, self._clock())
        return True


def examine(scheme: Scheme, environment: Environment, now: datetime) -> None:
    """Tell the organiser, by letter once a day, when the scheme's file is damaged. Reads all of it."""
    if damage := scheme.damage():
        log.error("%s", damage)
        with scheme.reading() as db:
            told = organiser_letters.damaged(office(db, environment), damage, now)
        with scheme.writing() as db:
            outbox.queue(db, [told], now)


def do(scheme: Scheme, environment: Environment, now: datetime, *, after: timedelta = AFTER) -> list[Outcome]:
    """Keep the month and return what became of it; see to those who have not confirmed their address; write letters.

    Letters are written `after` they were asked for; whoever does this once and goes away waits for none. Costs a few
    milliseconds when nothing is due. Raises SchemeError when the scheme cannot be read or written; what goes wrong
    with one of them holds up none of the others, and is done the next time.
    """
    with ExitStack() as afterwards:
        signed = partial(office_of_pages, environment=environment)
        afterwards.callback(write_asked, scheme, signed, now, after=after)
        afterwards.callback(remind, scheme, signed, now)
        afterwards.callback(forget_old, scheme, now)
        afterwards.callback(send_home, scheme, signed, now)
        return keep(scheme, environment, now)


def send_home(scheme: Scheme, office: Callable[[Database], Office], now: datetime) -> None:
    """Leave who joined in a room that is over, and never confirmed their address, out of draws until they do, and send
    them a link for that: the first was easily missed in the room, or could not leave.

    Nobody is, as long as no letter can reach them to confirm it by.
    """
    with scheme.reading() as db:
        if not (room.unproven(db) and room.is_over(db, now) and office(db).reaches_people):
            return
    with scheme.writing() as db:
        for email in room.send_home(db):
            link_requests.ask(db, email, now)


def forget_old(scheme: Scheme, now: datetime) -> None:
    """Note the time, and forget what is too old by now; nothing while the clock may be wrong."""
    with scheme.reading() as db:
        is_noted = clock.is_noted(db, now)
    if not is_noted:
        with scheme.writing() as db:
            clock.note(db, now)
    with scheme.reading() as db:
        if not clock.is_trusted(db, now):
            return
    with ExitStack() as afterwards:
        for forget in (forget_unconfirmed, forget_doubted, forget_suggestions):
            afterwards.callback(forget, scheme, now)


def forget_doubted(scheme: Scheme, now: datetime) -> None:
    """Forget which other names were given in a room that is over."""
    with scheme.reading() as db:
        if not (room.has_doubted(db) and room.is_over(db, now)):
            return
    with scheme.writing() as db:
        room.forget_doubted(db)


def forget_suggestions(scheme: Scheme, now: datetime) -> None:
    """Forget what was typed 30 days ago with the address of somebody known, who did not accept it."""
    before = now - suggestions.LASTS
    with scheme.reading() as db:
        if not suggestions.has_old(db, before):
            return
    with scheme.writing() as db:
        suggestions.forget_old(db, before)


def forget_unconfirmed(scheme: Scheme, now: datetime) -> None:
    """Delete who signed up 30 days ago and never confirmed, with their letters and links: nobody may keep them."""
    before = now - UNCONFIRMED_LAST
    with scheme.reading() as db:
        if not people.unconfirmed(db, before):
            return
    with scheme.writing() as db:
        eml_files.delete(scheme, people.forget_unconfirmed(db, before))
