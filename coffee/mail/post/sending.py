"""One run of the postman: sends what is due, loses nothing, and sends nothing twice unasked.

Each letter is marked *sending* on the disk before its first byte leaves. The mark of the next letter and the outcome of
the one before share a transaction, so a letter costs one flush to the disk.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from coffee.mail.letters.letter import sender_of
from coffee.mail.letters.readdress import readdress
from coffee.mail.post import hold
from coffee.mail.post.eml_files import keep_due
from coffee.mail.post.errors import HungUp, InDoubt, MailError, Refused
from coffee.mail.post.fairness import Turns
from coffee.mail.post.ledger import Ledger
from coffee.mail.post.locks import abandon_dead, living
from coffee.mail.post.server import MailServer
from coffee.mail.post.smtp import Connection, Parcel
from coffee.scheme import Busy, Scheme, cancelled_letters, messages, posting, settings, tokens

Clock = Callable[[], datetime]

# How long a letter that was not accepted yet waits before it is tried again; after the last, it has failed.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480, 960)]
DAY = timedelta(days=1)  # over which a mail account's quota counts
IN_A_ROW = 3  # connections lost, or letters refused for our own sake, before this run ends
SEAL_EVERY = 100  # letters: sealing each by itself would write every letter to the disk once more
SAMPLE = "This is the sample scheme: its letters are never sent."


@dataclass
class Report:
    """What one run did. `problem` is a sentence when it ended before all that was due had gone; `is_ours` when every
    letter would meet it until somebody mends it."""

    sent: int = 0
    failed: int = 0
    in_doubt: int = 0
    postponed: int = 0
    problem: str | None = None
    is_ours: bool = False


def utc_now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def send_due(
    scheme: Scheme,
    server: MailServer | None,
    folder: Path,
    *,
    clock: Clock = utc_now,
    stop: threading.Event | None = None,
) -> Report:
    """Send every letter that is due, then return what became of them; with no server, keep them in `folder`.

    Any number of processes and threads may do this at once. None of them knocks at a server that refuses this account
    before the hold is over. `stop` ends the run after the letter in hand. Raises
    SchemeError when the scheme cannot be written; no letter is lost by it.
    """
    report = Report(in_doubt=abandon_dead(scheme))
    _put_right(scheme)
    with scheme.reading() as db:
        sample = settings.get(db, "sample", False)
        next_due = posting.next_due(db)
        paused = settings.get(db, "letters_paused", False)
        known = hold.known(db)
    if sample:
        report.problem = SAMPLE
    elif next_due is None or next_due > clock() or paused:
        pass
    elif server is None:
        report.sent = keep_due(scheme, folder, clock())
    elif known and known.is_held(clock()):
        report.problem = known.said
    else:
        with living(scheme) as me, Ledger(scheme) as ledger:
            _Walk(ledger, server, me, clock, stop or threading.Event(), report).go()
        _seal_all(scheme)
    if report.problem != SAMPLE and (report.problem or report.sent):
        hold.note(scheme, report.problem, report.is_ours, clock())
    return report


class _Walk:
    """One run of one sender, on as few connections as the server allows."""

    def __init__(
        self, ledger: Ledger, server: MailServer, me: str, clock: Clock, stop: threading.Event, report: Report
    ) -> None:
        self._ledger, self._server, self._me = ledger, server, me
        self._clock, self._stop, self._report = clock, stop, report
        self._connection: Connection | None = None
        self._hang_ups = self._barred = 0
        self._turns: Turns | None = None

    def go(self) -> None:
        """Letter after letter, until none is due or something stops the run."""
        outcome: posting.Settled | None = None
        try:
            self._connect()
            while letter := self._next(outcome):
                outcome = self._deliver(letter)
                self._ledger.committed()
        except MailError as error:
            self._end(error)
        finally:
            self._disconnect()

    def _next(self, outcome: posting.Settled | None) -> posting.Due | None:
        """The next letter, as soon as the rate limit lets it go."""
        chosen = self._ledger.turn(partial(self._settle_and_claim, outcome))
        while isinstance(chosen, float) and not self._stop.wait(chosen):
            chosen = self._ledger.turn(partial(self._settle_and_claim, None))
        self._ledger.committed() if not isinstance(chosen, posting.Due) else None
        return None if isinstance(chosen, float) else chosen

    def _settle_and_claim(self, outcome: posting.Settled | None, db: Database) -> posting.Due | float | None:
        """One transaction: what became of the last letter, and the next one, or the seconds to wait for it."""
        if outcome:
            self._settle(db, outcome)
        if self._stop.is_set() or self._report.problem or settings.get(db, "letters_paused", False):
            return None
        wait = self._too_soon(db)
        if wait > 0 and posting.due(db, self._clock(), 1):
            return wait
        return self._claim(db)

    def _claim(self, db: Database) -> posting.Due | None:
        self._turns = self._turns or Turns(*posting.begun(db, self._clock() - DAY))
        letter = posting.claim(db, self._me, self._clock(), awaited_first=self._turns.asked_first)
        if letter:
            self._turns.count(letter.is_awaited)
        return letter

    def _settle(self, db: Database, outcome: posting.Settled) -> None:
        posting.settle(db, self._me, outcome)
        name = {"sent": "sent", "failed": "failed", "in doubt": "in_doubt", "waiting": "postponed"}[outcome.state]
        setattr(self._report, name, getattr(self._report, name) + 1)
        if outcome.state == "sent" and self._report.sent % SEAL_EVERY == 0:
            seal(db)

    def _too_soon(self, db: Database) -> float:
        """Seconds until the rate limit lets the next letter go; all senders of the scheme share it."""
        per_minute = settings.get(db, "letters_per_minute")
        last = posting.last_begun(db) if per_minute else None
        if last is None:
            return 0.0
        gap = 60.0 / float(per_minute)
        # Never more than the gap, even if the machine's clock was put back meanwhile.
        return min(gap, gap - (self._clock() - last).total_seconds())

    def _deliver(self, letter: posting.Due) -> posting.Settled:
        """Hand the letter over and say what became of it; never raises for what a mail server can do."""
        try:
            self._hand_over(_parcel(letter))
        except InDoubt as error:
            self._disconnect()
            return self._settled(letter, "in doubt", str(error))
        except Refused as error:
            return self._refused(letter, error)
        except HungUp as error:
            self._disconnect()
            self._hang_ups += 1
            if self._hang_ups >= IN_A_ROW:
                self._end(error)
            return self._postponed(letter, str(error))
        except MailError as error:
            self._end(error)
            return self._settled(letter, "waiting", str(error), attempted=False)
        self._hang_ups = self._barred = 0
        return self._settled(letter, "sent")

    def _hand_over(self, parcel: Parcel) -> None:
        """Send on the open connection; one that the server has closed meanwhile is replaced once."""
        was_open = self._connection is not None
        try:
            self._connect().send(parcel, self._ledger.committed)
        except HungUp:
            if not was_open:
                raise
            self._disconnect()
            self._connect().send(parcel, self._ledger.committed)

    def _refused(self, letter: posting.Due, error: Refused) -> posting.Settled:
        self._hang_ups = 0
        self._barred = self._barred + 1 if error.is_ours else 0
        if self._barred >= IN_A_ROW:
            self._end(error)
        if not error.permanent:
            return self._postponed(letter, str(error))
        return self._settled(letter, "failed", str(error), unreachable=error.unreachable)

    def _end(self, error: MailError) -> None:
        self._report.problem, self._report.is_ours = str(error), error.is_ours

    def _postponed(self, letter: posting.Due, why: str) -> posting.Settled:
        if letter.attempts > len(PAUSES):
            return self._settled(letter, "failed", f"Given up after {letter.attempts} attempts. {why}")
        return self._settled(letter, "waiting", why, due_at=self._clock() + PAUSES[letter.attempts - 1])

    def _settled(self, of: posting.Due, state: str, why: str | None = None, **more: Any) -> posting.Settled:
        return posting.Settled(of.id, state, self._clock(), why, **more)

    def _connect(self) -> Connection:
        self._connection = self._connection or Connection(self._server)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None


def _put_right(scheme: Scheme) -> None:
    """However it came about that a letter must not go any more, or not where it says: it does not."""
    with scheme.reading() as db:
        wrong = cancelled_letters.found(db) or messages.misaddressed(db)
    if wrong:
        with scheme.writing() as db:
            cancelled_letters.cancel(db)
            readdress(db)


def seal(db: Database) -> int:
    """Take the personal links out of letters that have gone; returns how many. After a crash the next run does it."""
    letters = posting.unsealed(db, SEAL_EVERY)
    for message_id, letter in letters:
        posting.seal(db, message_id, tokens.without_links(letter))
    return len(letters)


def _seal_all(scheme: Scheme) -> None:
    """Seal what this run and runs that crashed have sent, in the file and in its log."""
    sealed = 0
    while more := _seal_some(scheme):
        sealed += more
    if sealed:
        with suppress(Busy):
            scheme.wipe_traces()


def _seal_some(scheme: Scheme) -> int:
    with scheme.writing() as db:
        return seal(db)


def _parcel(letter: posting.Due) -> Parcel:
    return Parcel(sender_of(letter.letter), letter.recipient, letter.letter)
