"""Limits that slow down guessing links and filling in the join form by machine."""

from dataclasses import dataclass, field

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

WRONG_LINKS = RateLimitItemPerMinute(60, 5)  # dead links opened from one address in five minutes
JOINS = RateLimitItemPerHour(600, namespace="joins")  # forms from one address: a full lecture hall shares one
IN_ROOM = RateLimitItemPerHour(600, namespace="in room")  # the same with a room's code, whatever others do without it
ASKS = RateLimitItemPerHour(300, namespace="asks")  # links to their pages that people behind one address ask for
ADDRESSES = RateLimitItemPerHour(5)  # letters that one person may have sent to addresses that are not theirs yet


@dataclass(frozen=True)
class Tries:
    """Counts of what each address tried. They live in memory only and start anew with the app."""

    _seen: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))

    def too_many(self, what: RateLimitItem, where: str) -> bool:
        """Return whether `where` has used up its tries."""
        return not self._seen.test(what, where)

    def count(self, what: RateLimitItem, where: str) -> None:
        """Count one more try from `where`."""
        self._seen.hit(what, where)
