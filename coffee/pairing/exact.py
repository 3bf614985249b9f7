"""The exact engine: best draws of up to about 1,000 people, by Edmonds' blossom algorithm.

A best draw in pairs is a least-cost perfect matching, which the blossom algorithm finds (Edmonds 1965). Of the pairs of
each person only the cheapest few are looked at first; that also yields a cost below which no draw can go, and more are
looked at only while the two differ. With an odd number the trio is found first of all (see `trios`). Differences
smaller than a repeat or a same-silo pair are searched for among a limited number of pairs, so that no draw takes long.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from coffee.pairing import blossom
from coffee.pairing.costs import APART
from coffee.pairing.model import BoolArray, IntArray

FEW, MORE = 16, 64  # pairs of each person to look at first, and then
TURNS = 16  # as often it is tried with all pairs of those whom these leave alone, then with all
FINE = 12_000_000  # pairs looked at, times people, for the sake of differences below the grain
SPARE = 400
LOTS = 2**60  # so many that no two are the same
DEAR = 2**62  # staying alone where nobody is left to be looked at: dearer than any draw


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


def matched(
    cost: IntArray, rng: Generator, *, known: int = APART, grain: int = 1, work: float = inf, fine: float = 0
) -> Matched:
    """A least-cost perfect matching of an even number of people; `cost` (n, n) is APART for pairs that may not be.

    Only what costs less than `known` is searched for, differences below `grain` only until `fine` pairs are looked at,
    and anything only until `work` are. Where a few pairs of each person suffice, as in a history nearly used up,
    O(n m log n) with some 16 n pairs m; at worst all of them.
    """
    best, looked, seen = Matched(np.empty((0, 2), np.int64), APART, 0), Looked(len(cost), FEW, MORE), 0
    while True:
        near = Nearest(cost, looked.most, rng)
        if seen and seen + len(near.left) > work and min(best.cost, known) < APART:
            return best
        seen += len(near.left)
        partner, bound = near.matched(rng)
        pairs, total = completed(partner, cost, rng)
        better = total < best.cost
        best = Matched(pairs if better else best.pairs, min(total, best.cost), max(best.least, bound), seen)
        attained = min(best.cost, known) // grain <= best.least // grain
        if best.cost <= best.least or (attained and seen >= fine) or seen >= work or not looked.deeper(partner < 0):
            return best


class Looked:
    """Which pairs of n people are looked at: everybody's `few` cheapest, then `more`, and all of some people's."""

    def __init__(self, size: int, few: int, more: int) -> None:
        self.whole, self.turns, self.few, self.more = np.zeros(size, bool), 0, few, more

    @property
    def most(self) -> IntArray:
        """The number of each person's cheapest pairs to look at, shape (n,)."""
        return np.where(self.whole, len(self.whole), self.more if self.turns else self.few)

    def deeper(self, alone: BoolArray) -> bool:
        """Look at all pairs of these people, in the end of everybody; return whether there are any more."""
        self.turns += 1
        known = int(self.whole.sum())
        self.whole |= alone | (self.turns >= TURNS)
        return int(self.whole.sum()) > known or (self.turns == 1 and self.more > self.few)


class Nearest:
    """Each person's cheapest pairs, of equal ones any, with a lower bound on the cost of the pairs left out.

    `left`, `right` and `cost` (m,) are the pairs looked at. A pair that is left out costs neither of its people less
    than their `spared` (n,): APART where none is left out. O(n² log n) for `most` (n,) pairs of each.
    """

    def __init__(self, cost: IntArray, most: IntArray, rng: Generator) -> None:
        size = len(cost)
        upto = np.take_along_axis(np.sort(cost, axis=1), np.minimum(most, size - 1)[:, None], axis=1)[:, 0]
        self.spared = np.where(most < size - 1, upto, APART)
        kept = cost < self.spared[:, None]
        kept |= _some((cost == self.spared[:, None]) & (self.spared < APART)[:, None], most - kept.sum(axis=1), rng)
        self.left, self.right = np.nonzero(np.triu(kept | kept.T, 1))
        self.cost = cost[self.left, self.right]

    def alone(self) -> NDArray[np.object_]:
        """For each person twice their half of the least cost of a pair that is left out."""
        alone: NDArray[np.object_] = np.array([p if p < APART else DEAR for p in self.spared.tolist()], object)
        return alone

    def worth(self) -> NDArray[np.object_]:
        """Twice the saving of each pair (m,), scaled so that of equally cheap matchings the larger is worth more."""
        alone, twice = self.alone(), 2 * self.cost.astype(object)
        worth: NDArray[np.object_] = (alone[self.left] + alone[self.right] - twice) * (len(alone) + 1) + 2
        return worth

    def price(self, inside: BoolArray, alone: BoolArray, besides: int = 0) -> int:
        """The cost of these pairs (m,), of staying alone (n,) and of something `besides`; halves are rounded up."""
        halves = int(self.alone()[alone].sum())
        return besides + int(self.cost[inside].sum()) + (halves + 1) // 2

    def matched(self, rng: Generator) -> tuple[IntArray, int]:
        """Partners (n,), −1 for people in pairs that are left out, and a cost no perfect matching can go below.

        A pair left out costs at least the half of what each of its people is spared: so a matching that pays these
        halves for whoever it leaves alone, and costs least, is a bound. APART or more when there is no perfect one.
        """
        partner = blossom.heaviest(len(self.spared), self.left, self.right, self.worth(), rng)
        inside = partner[self.left] == self.right
        return partner, self.price(inside, partner < 0)


def completed(partner: IntArray, cost: IntArray, rng: Generator) -> tuple[IntArray, int]:
    """The pairs (m, 2) with whoever is alone matched among themselves, at best, and their cost (APART: in vain)."""
    alone = np.flatnonzero(partner == -1)
    among = cost[np.ix_(alone, alone)]
    found = blossom.perfect(among, among < APART, rng) if len(alone) <= SPARE else None
    if found is None:
        return np.empty((0, 2), np.int64), APART
    pairs = np.concatenate([blossom.couples(partner), alone[blossom.couples(found)]])
    return pairs, int(cost[pairs[:, 0], pairs[:, 1]].sum())


def _some(among: BoolArray, count: IntArray, rng: Generator) -> BoolArray:
    """So many of each row's, any of them; all where there are no more."""
    lots = np.where(among, rng.integers(LOTS, size=among.shape), LOTS)
    last = np.take_along_axis(np.sort(lots, axis=1), np.clip(count - 1, 0, among.shape[1] - 1)[:, None], axis=1)
    return among & (lots <= last) & (count > 0)[:, None]
