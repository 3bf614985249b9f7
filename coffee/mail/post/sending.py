"""One run of the postman: send every letter that is due, lose none, and send none twice unasked.

Each letter is marked *sending* on the disk before its first byte leaves. One transaction records how the last letter
went and marks the next, so a letter costs one flush to the disk.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from sqlite_utils import Database

from coffee.mail.letters.letter import sender_of
from coffee.mail.letters.readdress import readdress
from coffee.mail.post import hold
from coffee.mail.post.eml_files import keep_due
from coffee.mail.post.errors import HungUp, InDoubt, MailError, Refused
from coffee.mail.post.fairness import Turns
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
    """The outcome of one run.

    `problem` is a sentence if the run ended before all due letters had gone; `is_ours` is True if every letter would
    meet it until somebody mends it.
    """

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
    _mend_waiting(scheme)
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
        with living(scheme) as sender, scheme.writing_often() as transaction:
            _Run(transaction, server, sender, clock, stop or threading.Event(), report).go()
        _seal_all(scheme)
    if report.problem != SAMPLE and (report.problem or report.sent):
        hold.note(scheme, report.problem, report.is_ours, clock())
    return report


class _Run:
    """One sender's letters, one after another, on as few connections as the server allows."""

    COUNTERS: ClassVar = {"sent": "sent", "failed": "failed", "in doubt": "in_doubt", "waiting": "postponed"}

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[Database]],
        server: MailServer,
        sender: str,
        clock: Clock,
        stop: threading.Event,
        report: Report,
    ) -> None:
        self._transaction, self._server, self._sender = transaction, server, sender
        self._clock, self._stop, self._report = clock, stop, report
        self._connection: Connection | None = None
        self._lost_in_a_row = self._barred_in_a_row = 0
        self._turns: Turns | None = None

    def go(self) -> None:
        """Send letter after letter, until none is due or something stops the run."""
        outcome: posting.Settled | None = None
        try:
            self._connect()
            while letter := self._next(outcome):
                outcome = self._deliver(letter)
        except MailError as error:
            self._end(error)
        finally:
            self._disconnect()

    def _next(self, outcome: posting.Settled | None) -> posting.Due | None:
        """Return the next letter, as soon as the rate limit lets it go; None when the run is over."""
        claimed = self._settle_and_claim(outcome)
        while isinstance(claimed, float) and not self._stop.wait(claimed):
            claimed = self._settle_and_claim(None)
        return None if isinstance(claimed, float) else claimed

    def _settle_and_claim(self, outcome: posting.Settled | None) -> posting.Due | float | None:
        """Record how the last letter went and claim the next, in one transaction.

        Return the letter, or the seconds until one may go, or None when the run is over.
        """
        with self._transaction() as db:
            if outcome:
                self._settle(db, outcome)
            if self._stop.is_set() or self._report.problem or settings.get(db, "letters_paused", False):
                return None
            wait = self._seconds_to_wait(db)
            if wait > 0 and posting.due(db, self._clock(), 1):
                return wait
            return self._claim(db)

    def _claim(self, db: Database) -> posting.Due | None:
        self._turns = self._turns or Turns(*posting.begun(db, self._clock() - DAY))
        letter = posting.claim(db, self._sender, self._clock(), awaited_first=self._turns.asked_first)
        if letter:
            self._turns.count(letter.is_awaited)
        return letter

    def _settle(self, db: Database, outcome: posting.Settled) -> None:
        posting.settle(db, self._sender, outcome)
        counter = self.COUNTERS[outcome.state]
        setattr(self._report, counter, getattr(self._report, counter) + 1)
        if outcome.state == "sent" and self._report.sent % SEAL_EVERY == 0:
            seal(db)

    def _seconds_to_wait(self, db: Database) -> float:
        """Seconds until the rate limit lets the next letter go; all senders of the scheme share it."""
        per_minute = settings.get(db, "letters_per_minute")
        last = posting.last_begun(db) if per_minute else None
        if last is None:
            return 0.0
        gap = 60.0 / float(per_minute)
        # Never more than the gap, even if the machine's clock was put back meanwhile.
        return min(gap, gap - (self._clock() - last).total_seconds())

    def _deliver(self, letter: posting.Due) -> posting.Settled:
        """Hand the letter over and return how it went; never raises for what a mail server can do."""
        try:
            self._hand_over(Parcel(sender_of(letter.letter), letter.recipient, letter.letter))
        except InDoubt as error:
            self._disconnect()
            return self._settled(letter, "in doubt", str(error))
        except Refused as error:
            return self._refused(letter, error)
        except HungUp as error:
            self._disconnect()
            self._lost_in_a_row += 1
            if self._lost_in_a_row >= IN_A_ROW:
                self._end(error)
            return self._postponed(letter, str(error))
        except MailError as error:
            self._end(error)
            return self._settled(letter, "waiting", str(error), attempted=False)
        self._lost_in_a_row = self._barred_in_a_row = 0
        return self._settled(letter, "sent")

    def _hand_over(self, parcel: Parcel) -> None:
        """Send on the open connection; replace one that the server has closed meanwhile, once."""
        was_open = self._connection is not None
        try:
            self._connect().send(parcel)
        except HungUp:
            if not was_open:
                raise
            self._disconnect()
            self._connect().send(parcel)

    def _refused(self, letter: posting.Due, error: Refused) -> posting.Settled:
        self._lost_in_a_row = 0
        self._barred_in_a_row = self._barred_in_a_row + 1 if error.is_ours else 0
        if self._barred_in_a_row >= IN_A_ROW:
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

    def _settled(self, letter: posting.Due, state: str, why: str | None = None, **more: Any) -> posting.Settled:
        return posting.Settled(letter.id, state, self._clock(), why, **more)

    def _connect(self) -> Connection:
        self._connection = self._connection or Connection(self._server)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None


def _mend_waiting(scheme: Scheme) -> None:
    """Cancel letters that must no longer go; redirect those whose reader moved."""
    with scheme.reading() as db:
        is_wrong = cancelled_letters.to_cancel(db) or messages.misaddressed(db)
    if is_wrong:
        with scheme.writing() as db:
            cancelled_letters.cancel(db)
            readdress(db)


def seal(db: Database) -> int:
    """Take the personal links out of letters that have gone; return how many. After a crash the next run does it."""
    letters = posting.unsealed(db, SEAL_EVERY)
    for message_id, letter in letters:
        posting.seal(db, message_id, tokens.without_links(letter))
    return len(letters)


def _seal_all(scheme: Scheme) -> None:
    """Take the links out of all that this run, and runs that crashed, have sent; then empty the file's log of them."""
    sealed = 0
    while more := _seal_some(scheme):
        sealed += more
    if sealed:
        with suppress(Busy):
            scheme.wipe_traces()


def _seal_some(scheme: Scheme) -> int:
    with scheme.writing() as db:
        return seal(db)
