"""Exact draws of small schemes: every perfect matching is counted, and one of the best is picked uniformly.

The table over subsets is the recurrence for the hafnian (Caianiello 1953) in the (min, count) semiring:
O(n 2ⁿ) time, O(2ⁿ) memory, so up to about 16 people. It is exact for any costs.
"""

import numpy as np
from numpy.random import Generator

from coffee.pairing.model import BoolArray, IntArray

LARGEST = 16
NEVER = np.int64(2**62)


class Table:
    """For every subset of n people (n at most 16): the least cost of a perfect matching, and how many attain it."""

    def __init__(self, pair: IntArray, allowed: BoolArray) -> None:
        self.size = len(pair)
        self.pair, self.allowed = pair, allowed
        self.least = np.full(2**self.size, NEVER)
        self.ways = np.zeros(2**self.size)
        self.least[0], self.ways[0] = 0, 1
        for top in range(self.size):
            self._add(top)

    def _add(self, top: int) -> None:
        """Fills in the subsets whose highest member is `top`."""
        start = 1 << top
        least, ways = self.least[start : 2 * start], self.ways[start : 2 * start]
        for other in np.flatnonzero(self.allowed[top, :top]).tolist():
            block = (-1, 2, 1 << other)
            before_least = self.least[:start].reshape(block)[:, 0]
            before_ways = self.ways[:start].reshape(block)[:, 0]
            _merge(
                least.reshape(block)[:, 1],
                ways.reshape(block)[:, 1],
                before_least + self.pair[top, other],
                before_ways,
            )

    def sample(self, members: int, rng: Generator) -> list[tuple[int, int]]:
        """One of the best perfect matchings of the subset (a bit mask), each equally likely."""
        found = []
        while members:
            top = members.bit_length() - 1
            others = [o for o in range(top) if members >> o & 1 and self.allowed[top, o]]
            left = [members ^ (1 << top) ^ (1 << o) for o in others]
            best = [self.least[m] + self.pair[top, o] == self.least[members] for m, o in zip(left, others, strict=True)]
            chosen = pick(np.where(best, self.ways[left], 0), rng)
            found.append((others[chosen], top))
            members = left[chosen]
        return found


def _merge(least: IntArray, ways: np.ndarray, cost: IntArray, more: np.ndarray) -> None:
    """Takes in another way to match each subset, in place."""
    better, equal = cost < least, cost == least
    ways[equal] += more[equal]
    ways[better] = more[better]
    np.minimum(least, cost, out=least)


def pick(weights: np.ndarray, rng: Generator) -> int:
    """An index with probability proportional to its weight, a whole number."""
    totals = np.cumsum(weights)
    return int(np.searchsorted(totals, rng.integers(int(totals[-1])), side="right"))
