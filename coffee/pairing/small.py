"""Small draws, up to 16 free people: exactly uniform among the exactly best, trio included.

For every subset of the people the table holds the least cost of matching it in pairs and how many ways attain it. Each
subset is solved from smaller ones: its highest member is paired with each of the others in turn. To draw, a trio is
picked first, then partner after partner, each with a chance proportional to the best ways that are left: so every best
draw is equally likely. This is the recurrence for the hafnian (Caianiello 1953) in the (min, count) semiring: O(n 2ⁿ)
time, O(2ⁿ) memory, for any costs.
"""

from itertools import combinations

import numpy as np
from numpy.random import Generator

from coffee.pairing.costs import APART, Costs
from coffee.pairing.model import IntArray, PairingError
from coffee.pairing.seats import Drawn, Seats, joins

LARGEST = 16
NEVER = np.int64(2**62)

Trio = tuple[tuple[int, ...], tuple[int, ...]]  # places among the free, and the couple that is joined


class Small:
    """Draws from all the best ways to match the free people, each equally likely."""

    def __init__(self, seats: Seats, costs: Costs) -> None:
        if len(seats.free) > LARGEST:
            raise ValueError(f"Counting is for {LARGEST} people at most.")
        self.seats = seats
        self.table = Table(costs.among(seats.free))
        self.trios, own = self._trios(costs)
        self.rest = 2 ** len(seats.free) - 1 - np.array([sum(1 << p for p in places) for places, _ in self.trios])
        totals = self.table.least[self.rest] + own
        self.cost = int(totals.min(initial=NEVER))
        if self.cost >= APART:
            raise PairingError("stranded", seats.free.tolist())
        self.weights = np.where(totals == self.cost, self.table.ways[self.rest], 0)

    def draw(self, rng: Generator) -> Drawn:
        """One draw."""
        free, chosen = self.seats.free, pick(self.weights, rng)
        pairs = np.array(self.table.sample(int(self.rest[chosen]), rng), np.int64).reshape(-1, 2)
        places, couple = self.trios[chosen]
        return Drawn(free[pairs], (*free[list(places)].tolist(), *couple), self.cost, self.cost)

    def _trios(self, costs: Costs) -> tuple[list[Trio], IntArray]:
        """The trios to choose from, and what each costs; when none is needed a single empty one."""
        if not self.seats.odd:
            return [((), ())], np.zeros(1, np.int64)
        free, burden = self.seats.free, costs.burden[self.seats.free]
        inside, joined = costs.among(free, inside=True), joins(self.seats, costs)
        threes = list(combinations(range(len(free)), 3))
        x, y, z = np.array(threes, np.int64).reshape(-1, 3).T
        sides = np.stack([inside[x, y], inside[x, z], inside[y, z]])
        own = sides.sum(axis=0) + burden[x] + burden[y] + burden[z]
        trios: list[Trio] = [(three, ()) for three in threes]
        trios += [((place,), couple) for couple in self.seats.couples for place in range(len(free))]
        prices = np.concatenate([np.where(sides.max(axis=0, initial=0) < APART, own, APART), joined.ravel()])
        return trios, np.asarray(prices, dtype=np.int64)


class Table:
    """For every subset of n people (n at most 16): the least cost of a perfect matching, and how many attain it."""

    def __init__(self, pair: IntArray) -> None:
        self.size, self.pair = len(pair), pair
        self.least = np.full(2**self.size, NEVER)
        self.ways = np.zeros(2**self.size)
        self.least[0], self.ways[0] = 0, 1
        for top in range(self.size):
            self._add(top)

    def _add(self, top: int) -> None:
        """Fill in the subsets whose highest member is `top`."""
        start = 1 << top
        least, ways = self.least[start : 2 * start], self.ways[start : 2 * start]
        for other in np.flatnonzero(self.pair[top, :top] < APART).tolist():
            block = (-1, 2, 1 << other)
            cost = self.least[:start].reshape(block)[:, 0] + self.pair[top, other]
            _merge(least.reshape(block)[:, 1], ways.reshape(block)[:, 1], cost, self.ways[:start].reshape(block)[:, 0])

    def sample(self, members: int, rng: Generator) -> list[tuple[int, int]]:
        """One of the best perfect matchings of the subset (a bit mask), each equally likely."""
        pairs = []
        while members:
            top = members.bit_length() - 1
            others = [o for o in range(top) if members >> o & 1 and self.pair[top, o] < APART]
            left = [members ^ (1 << top) ^ (1 << o) for o in others]
            best = [self.least[m] + self.pair[top, o] == self.least[members] for m, o in zip(left, others, strict=True)]
            chosen = pick(np.where(best, self.ways[left], 0), rng)
            pairs.append((others[chosen], top))
            members = left[chosen]
        return pairs


def _merge(least: IntArray, ways: np.ndarray, cost: IntArray, more: np.ndarray) -> None:
    """Take in another way to match each subset, in place."""
    better, equal = cost < least, cost == least
    ways[equal] += more[equal]
    ways[better] = more[better]
    np.minimum(least, cost, out=least)


def pick(weights: np.ndarray, rng: Generator) -> int:
    """An index with probability proportional to its weight, a whole number."""
    totals = np.cumsum(weights)
    return int(np.searchsorted(totals, rng.integers(int(totals[-1])), side="right"))
