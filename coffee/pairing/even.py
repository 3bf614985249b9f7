"""Exact draws in pairs: a best matching of everybody's cheapest pairs, more of them until no other can matter."""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.random import Generator

from coffee.pairing import blossom
from coffee.pairing.flaws import APART
from coffee.pairing.model import BoolArray, IntArray
from coffee.pairing.nearest import nearest

FINE = 12_000_000  # pairs looked at, times people, for the sake of differences below the grain
FEW, MORE = 16, 64  # pairs of each person to look at first, and then
TURNS = 16  # as often it is tried with all pairs of those whom these leave alone, then with all
PATIENT = 1000  # up to so many people all pairs are looked at, should it be needed
PAIRS = 260_000  # above, no more are begun
SPARE = 400


@dataclass(frozen=True, eq=False)
class Matched:
    """Pairs (m, 2), what they cost together, and the least that any perfect matching costs, as far as known.

    Without a perfect matching there are no pairs, and `cost` is APART or more; so is `least` when that is certain.
    `seen` counts the pairs looked at to find it, again for each look: the work that it took.
    """

    pairs: IntArray
    cost: int
    least: int
    seen: int = 0


class Looked:
    """Which pairs of n people are looked at: everybody's `few` cheapest, then `more`, and all of some people's."""

    def __init__(self, size: int, few: int, more: int) -> None:
        self.whole, self.turns, self.few, self.more = np.zeros(size, bool), 0, few, more

    @property
    def most(self) -> IntArray:
        """How many of each person's cheapest pairs are looked at, (n,)."""
        return np.where(self.whole, len(self.whole), self.more if self.turns else self.few)

    def deeper(self, alone: BoolArray) -> bool:
        """Looks at all pairs of these people, in the end of everybody; whether there are any more.

        Above 1,000 people there are none beyond 260,000 in sum.
        """
        self.turns += 1
        size, known = len(self.whole), int(self.whole.sum())
        if size > PATIENT and size * known > PAIRS:
            return False
        self.whole |= alone | (self.turns >= TURNS and size <= PATIENT)
        return int(self.whole.sum()) > known


def matched(
    cost: IntArray,
    rng: Generator,
    *,
    below: int = APART,
    grain: int = 1,
    work: float = inf,
    fine: float = 0,
) -> Matched:
    """A least-cost perfect matching of an even number of people; `cost` (n, n) is APART for pairs that may not be.

    Exact up to 1,000 people, unless that takes more than `work` pairs, counted again for each look; `least` tells.
    Nothing is searched for that does not cost less than `below`, and differences below `grain` only until `fine`
    pairs are looked at. Where a few pairs of each person suffice, as in a history nearly used up, O(n m log n)
    with some 16 n pairs m; at worst all of them.
    """
    best, looked, seen = Matched(np.empty((0, 2), np.int64), APART, 0), Looked(len(cost), FEW, MORE), 0
    while True:
        near = nearest(cost, looked.most, rng)
        seen += len(near.left)
        partner, bound = near.relaxed(rng)
        pairs, total = completed(partner, cost, rng)
        least = max(best.least, bound)
        better = total < best.cost
        best = Matched(pairs if better else best.pairs, min(total, best.cost), least, seen)
        attained = min(best.cost, below) // grain <= least // grain
        if best.cost <= least or (attained and seen >= fine) or seen >= work or not looked.deeper(partner < 0):
            return best


def completed(partner: IntArray, cost: IntArray, rng: Generator) -> tuple[IntArray, int]:
    """The pairs (m, 2) with whoever is alone matched among themselves, at best, and their cost (APART: in vain)."""
    alone = np.flatnonzero(partner == -1)
    among = cost[np.ix_(alone, alone)]
    found = blossom.perfect(among, among < APART, rng) if len(alone) <= SPARE else None
    if found is None:
        return np.empty((0, 2), np.int64), APART
    pairs = np.concatenate([blossom.couples(partner), alone[blossom.couples(found)]])
    return pairs, int(cost[pairs[:, 0], pairs[:, 1]].sum())
