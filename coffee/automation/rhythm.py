"""The rhythm of a scheme's draws, and the days it gives before holidays are considered. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Rhythm:
    """Every `weeks` weeks from `first` on; or on the `nth` weekday of each month, −1 for the last, when that is given.

    The weekday is that of `first`.
    """

    first: date
    weeks: int = 4
    nth: int | None = None

    def day(self, times: int) -> date:
        """Return the day that comes so many times after the first."""
        if self.nth is None:
            return self.first + times * self.weeks * A_WEEK
        months = 12 * self.first.year + self.first.month - 1 + times
        return nth_weekday(months // 12, months % 12 + 1, self.first.weekday(), self.nth)

    def times(self, day: date) -> int:
        """Return how often after the first the newest day up to this one comes; negative before the first."""
        if self.nth is None:
            return (day - self.first) // (self.weeks * A_WEEK)
        months = 12 * (day.year - self.first.year) + day.month - self.first.month
        return months if self.day(months) <= day else months - 1

    @property
    def shortest(self) -> int:
        """The fewest days between two draws."""
        return 28 if self.nth else 7 * self.weeks

    def __str__(self) -> str:
        """Say the rhythm: every 4 weeks on Tuesday; on the first Tuesday of the month."""
        weekday = WEEKDAYS[self.first.weekday()]
        if self.nth:
            return f"on the {NTH[self.nth]} {weekday} of the month"
        return f"every {'week' if self.weeks == 1 else f'{self.weeks} weeks'} on {weekday}"


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Return the first, second … (1, 2 …) or last (−1) such weekday of the month; Monday is 0."""
    if nth < 0:
        following = date(year + month // 12, month % 12 + 1, 1)
        return following - timedelta((following.weekday() - weekday - 1) % 7 + 1)
    begin = date(year, month, 1)
    return begin + timedelta((weekday - begin.weekday()) % 7) + (nth - 1) * A_WEEK
