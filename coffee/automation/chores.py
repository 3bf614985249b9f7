"""Automatic chores, done once a second while the app runs, and by `coffee post`."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial

from sqlite_utils import Database

from coffee.automation import organiser_letters
from coffee.automation.outcome import Outcome
from coffee.automation.run import take_due_steps
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
    """The chores of a running app. Slow letters do not hold them up."""

    def __init__(self, scheme: Scheme, environment: Environment, clock: Callable[[], datetime]) -> None:
        super().__init__("chores", expected=(SchemeError, MailError))
        self._scheme, self._environment, self._clock = scheme, environment, clock
        self._has_looked = False
        self._examine_at = clock()

    def look(self) -> bool:
        """Do what is due; raise what `do` raises. The first time, finish an erasure that a crash cut short."""
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
    """Take the month's due steps and return their outcomes; follow up unconfirmed people; write requested letters.

    Letters are written `after` they were requested; a command that runs once waits for none. Costs a few milliseconds
    when nothing is due. Raises SchemeError when the scheme cannot be read or written. One failing chore does not stop
    the others, and is tried again next time.
    """
    with ExitStack() as afterwards:
        signed = partial(office_of_pages, environment=environment)
        afterwards.callback(write_asked, scheme, signed, now, after=after)
        afterwards.callback(remind, scheme, signed, now)
        afterwards.callback(forget_old, scheme, now)
        afterwards.callback(send_home, scheme, signed, now)
        return take_due_steps(scheme, environment, now)


def send_home(scheme: Scheme, office: Callable[[Database], Office], now: datetime) -> None:
    """Leave people who joined in a finished room and never confirmed out of draws, and send them a link to confirm.

    The first link was easily missed in the room, or could not be sent. Nobody is left out while no letter can reach
    them.
    """
    with scheme.reading() as db:
        if not (room.unproven(db) and room.is_over(db, now) and office(db).reaches_people):
            return
    with scheme.writing() as db:
        for email in room.send_home(db):
            link_requests.ask(db, email, now)


def forget_old(scheme: Scheme, now: datetime) -> None:
    """Note the time and delete data that is too old, but delete nothing while the clock may be wrong."""
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
    """Forget the other names given in a room once the event is over."""
    with scheme.reading() as db:
        if not (room.has_doubted(db) and room.is_over(db, now)):
            return
    with scheme.writing() as db:
        room.forget_doubted(db)


def forget_suggestions(scheme: Scheme, now: datetime) -> None:
    """Forget details typed 30 days ago with a known person's address that the person did not accept."""
    before = now - suggestions.LASTS
    with scheme.reading() as db:
        if not suggestions.has_old(db, before):
            return
    with scheme.writing() as db:
        suggestions.forget_old(db, before)


def forget_unconfirmed(scheme: Scheme, now: datetime) -> None:
    """Delete people who joined 30 days ago and never confirmed, with their letters and links: nobody may store them."""
    before = now - UNCONFIRMED_LAST
    with scheme.reading() as db:
        if not people.unconfirmed(db, before):
            return
    with scheme.writing() as db:
        eml_files.delete(scheme, people.forget_unconfirmed(db, before))
