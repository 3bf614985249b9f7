"""The machine's clock, as the scheme has seen it run, so that nothing is deleted because a clock is wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from coffee.scheme import settings
from coffee.scheme.moments import text_of

LEAP = timedelta(days=40)
PROBATION = timedelta(hours=24)
NOTED_EVERY = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=1)  # that counts as running: `coffee post` may be all that runs, and as seldom
_NAME = "clock"


@dataclass(frozen=True)
class Clock:
    """The time last noted, and anything odd about the clock before it.

    `ahead` is a later time that was noted earlier, or None. After a leap of more than 40 days, `ran` counts how long
    the app has run since; it is None while the clock is trusted.
    """

    last: datetime
    ahead: datetime | None = None
    ran: timedelta | None = None

    def is_trusted(self, now: datetime) -> bool:
        """Return whether old data may be deleted by what this clock says."""
        return self.ran is None and now - self.last <= LEAP

    def was_ahead(self, now: datetime) -> datetime | None:
        """Return the latest noted time if it is still to come, else None."""
        latest = max(self.last, self.ahead or self.last)
        return latest if latest - now > NOTED_EVERY else None

    def at(self, now: datetime) -> "Clock":
        """Return the clock's state after it has shown `now`."""
        went_on, ahead = now - self.last, self.was_ahead(now)
        if went_on > LEAP:
            return Clock(now, ahead, timedelta())
        ran = None if self.ran is None else self.ran + min(max(went_on, timedelta()), LONGEST_REST)
        return Clock(now, ahead, ran if ran is not None and ran < PROBATION else None)


def last_shown(db: Database) -> Clock | None:
    """Return the last reading of the clock, or None before the app has run."""
    stored: dict[str, Any] | None = settings.get(db, _NAME)
    if stored is None:
        return None
    ahead, ran = stored["ahead"], stored["ran"]
    return Clock(
        datetime.fromisoformat(stored["last"]),
        datetime.fromisoformat(ahead) if ahead else None,
        None if ran is None else timedelta(seconds=ran),
    )


def is_trusted(db: Database, now: datetime) -> bool:
    """Return whether old data may be deleted by what this clock says."""
    clock = last_shown(db)
    return clock is None or clock.is_trusted(now)


def is_noted(db: Database, now: datetime) -> bool:
    """Return whether `now` is within a minute of the moment last noted."""
    clock = last_shown(db)
    return clock is not None and abs(now - clock.last) < NOTED_EVERY


def note(db: Database, now: datetime) -> None:
    """Record the time. When the clock used to be ahead, letters that people asked for meanwhile become due at once."""
    before = last_shown(db)
    clock = before.at(now) if before else Clock(now)
    _put(db, clock)
    if clock.ahead:
        db.execute("UPDATE asked SET at = :now WHERE at > :now", {"now": text_of(now)})


def confirm(db: Database, now: datetime) -> None:
    """Accept the clock's time after the organiser has said that it is right."""
    before = last_shown(db)
    _put(db, Clock(now, None, before.ran if before else None))


def _put(db: Database, clock: Clock) -> None:
    ran = None if clock.ran is None else clock.ran.total_seconds()
    ahead = clock.ahead.isoformat() if clock.ahead else None
    settings.put(db, _NAME, {"last": clock.last.isoformat(), "ahead": ahead, "ran": ran})
