"""The reason why letters wait, as the last run met it, and the time until which no run tries again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from coffee.scheme import Scheme, settings

# Where the account or the server is refused, knocking every minute may get the account locked.
HOLDS = [timedelta(minutes=minutes) for minutes in (15, 30, 60)]
_NAME = "mail_problem"


@dataclass(frozen=True)
class Trouble:
    """One sentence, when it was met, and how often in a row it held the letters: 0 for one that is tried at once."""

    said: str
    at: datetime
    holds: int = 0

    @property
    def until(self) -> datetime:
        """The time of the next try."""
        return self.at + (HOLDS[min(self.holds, len(HOLDS)) - 1] if self.holds else timedelta())

    def is_held(self, now: datetime) -> bool:
        """Return whether it is too early to try again; never so when the clock was put back behind `at`."""
        return self.at <= now < self.until


def known(db: Database) -> Trouble | None:
    """Return the reason why letters wait; None if they do not."""
    kept = settings.get(db, _NAME)
    return Trouble(kept["said"], datetime.fromisoformat(kept["at"]), kept.get("holds", 0)) if kept else None


def note(scheme: Scheme, said: str | None, is_ours: bool, now: datetime) -> None:
    """Keep what a run met, for the organiser and the next run; None forgets it. `is_ours` is as in `MailError`."""
    with scheme.reading() as db:
        before = known(db)
    if said == (before and before.said) and not is_ours:
        return
    holds = (before.holds if before else 0) + 1 if is_ours else 0
    with scheme.writing() as db:
        settings.put(db, _NAME, {"said": said, "at": now.isoformat(), "holds": holds} if said else None)


def forget(scheme: Scheme) -> None:
    """Try again at once."""
    with scheme.reading() as db:
        nothing = known(db) is None
    if not nothing:
        with scheme.writing() as db:
            settings.put(db, _NAME, None)
