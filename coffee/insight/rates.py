"""Rates: shares with their counts and intervals."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True)
class Rate:
    """`count` of `of`. Both are whole numbers; `of` may be 0, and then there is no share."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """count / of, or None when there is nothing to count."""
        return self.count / self.of if self.of else None

    def words(self, noun: str) -> str:
        """Return '42 of 60 pairs met (70 %)', a share with its counts."""
        percent = "" if self.share is None else f" ({percentage(self.share)})"
        return f"{self.count:,} of {self.of:,} {noun}{percent}"

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Return Wilson's score interval, (0, 1) if nothing was counted.

        (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n) (Wilson 1927; recommended by Brown, Cai & DasGupta 2001).
        """
        if not self.of:
            return 0.0, 1.0
        z = NormalDist().inv_cdf((1 + confidence) / 2)
        n, p = self.of, self.count / self.of
        centre = p + z * z / (2 * n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        scale = 1 + z * z / n
        low = 0.0 if self.count == 0 else (centre - half) / scale
        high = 1.0 if self.count == n else (centre + half) / scale
        return low, high


def percentage(share: float) -> str:
    """Return a share in whole per cent, never rounded up to 100 or down to 0: '70 %', '<1 %', '>99 %'."""
    if 0 < share <= 0.005:
        return "<1\N{NO-BREAK SPACE}%"
    if 0.995 <= share < 1:
        return ">99\N{NO-BREAK SPACE}%"
    return f"{share * 100:.0f}\N{NO-BREAK SPACE}%"
