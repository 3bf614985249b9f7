"""Exact draws of hundreds of people: one best matching by blossom, the trio by searching every way to make it."""

import numpy as np
from numpy.random import Generator

from coffee.pairing import blossom
from coffee.pairing.cost import Costs
from coffee.pairing.model import IntArray, PairingError
from coffee.pairing.plan import Match, Plan


def solve(plan: Plan, costs: Costs, rng: Generator) -> tuple[list[Match], int, bool]:
    """One best draw of the free people: the matches, their cost, and whether no draw costs less."""
    if plan.odd:
        return Odd(plan, costs, rng).solve()
    partner = blossom.perfect(
        costs.pair[np.ix_(plan.free, plan.free)], costs.allowed[np.ix_(plan.free, plan.free)], rng
    )
    if partner is None:
        raise PairingError("stranded", plan.free.tolist())
    pairs = couples_of(partner)
    cost = int(costs.pair[plan.free[pairs[:, 0]], plan.free[pairs[:, 1]]].sum())
    return [*map(tuple, plan.free[pairs].tolist()), *plan.fixed], cost, True


def couples_of(partner: IntArray) -> IntArray:
    """The pairs (m, 2) of a partner array."""
    first = np.flatnonzero(partner > np.arange(len(partner)))
    return np.stack([first, partner[first]], axis=1)


class Odd:
    """The best draw with one trio.

    Two people of the trio are merged into one, whose cost with anybody is the sum of theirs: a least-cost
    perfect matching is then the best draw in which those two are in the trio. Every trio holds two people of
    the same half of any split, so trying the pairs inside the halves, about n²/4 of them, finds the best.
    Pairs of interchangeable people are tried once.
    """

    def __init__(self, plan: Plan, costs: Costs, rng: Generator) -> None:
        self.plan, self.costs, self.rng = plan, costs, rng
        self.best: list[Match] | None = None
        self.cost = 2**100

    def solve(self) -> tuple[list[Match], int, bool]:
        """The matches, their cost, and whether no draw costs less."""
        for a, b in self.plan.couples:
            self._try(a, b, settled=True)
        for a, b in self._pairs():
            self._try(a, b, settled=False)
        if self.best is None:
            raise PairingError("stranded", self.plan.free.tolist())
        return self.best, self.cost, True

    def _pairs(self) -> list[tuple[int, int]]:
        """Pairs inside two halves, cheapest first, one of each sort."""
        free = self.rng.permutation(self.plan.free)
        kinds = _kinds(self.costs, free)
        # Whole kinds on one side keep the number of sorts small.
        free = free[np.argsort(kinds[free], kind="stable")]
        half = len(free) // 2
        found: dict[tuple[int, int], tuple[int, int, int]] = {}
        for side in (free[:half].tolist(), free[half:].tolist()):
            for index, a in enumerate(side):
                for b in side[index + 1 :]:
                    if self.costs.allowed[a, b]:
                        key = (int(kinds[a]), int(kinds[b]))
                        found.setdefault(key, (int(self.costs.pair[a, b]), a, b))
        return [(a, b) for _, a, b in sorted(found.values())]

    def _try(self, a: int, b: int, *, settled: bool) -> None:
        """Keeps the best draw with a and b in the trio, if it is better."""
        own = int(self.costs.burden[a] + self.costs.burden[b]) + (0 if settled else int(self.costs.pair[a, b]))
        if own >= self.cost:
            return
        rest = self.plan.free[(self.plan.free != a) & (self.plan.free != b)]
        partner = blossom.perfect(*self._merged(a, b, rest), self.rng)
        if partner is None:
            return
        pairs = couples_of(partner)
        pair, _ = self._merged(a, b, rest)
        cost = own + int(pair[pairs[:, 0], pairs[:, 1]].sum())
        if cost < self.cost:
            self.cost = cost
            self.best = self._matches(a, b, rest, pairs)

    def _merged(self, a: int, b: int, rest: IntArray) -> tuple[IntArray, np.ndarray]:
        """Costs among `rest` and, last, the two merged."""
        costs, size = self.costs, len(rest)
        pair = np.zeros((size + 1, size + 1), np.int64)
        pair[:size, :size] = costs.pair[np.ix_(rest, rest)]
        pair[size, :size] = pair[:size, size] = costs.pair[a, rest] + costs.pair[b, rest] + costs.burden[rest]
        allowed = np.zeros((size + 1, size + 1), bool)
        allowed[:size, :size] = costs.allowed[np.ix_(rest, rest)]
        allowed[size, :size] = allowed[:size, size] = costs.allowed[a, rest] & costs.allowed[b, rest]
        return pair, allowed

    def _matches(self, a: int, b: int, rest: IntArray, pairs: IntArray) -> list[Match]:
        """The draw that a matching of the merged people stands for."""
        found: list[Match] = []
        for x, y in pairs.tolist():
            if y == len(rest):
                found.append((int(rest[x]), a, b))
            else:
                found.append((int(rest[x]), int(rest[y])))
        return found + [group for group in self.plan.fixed if group != (a, b)]


def _kinds(costs: Costs, free: IntArray) -> IntArray:
    """For each person a number that interchangeable people share."""
    rows = np.where(costs.allowed, costs.pair, -1)
    own = rows[np.ix_(free, free)]
    kinds = np.full(len(costs.pair), -1)
    for index, person in enumerate(free.tolist()):
        kinds[person] = _first_alike(own, costs.burden[free], index, kinds[free])
    return kinds


def _first_alike(own: IntArray, burden: IntArray, index: int, kinds: IntArray) -> int:
    """The kind of the first person before `index` who is interchangeable with them, or their own."""
    for other in range(index):
        differ = own[index] != own[other]
        differ[[index, other]] = False
        if burden[index] == burden[other] and kinds[other] == other and not differ.any():
            return other
    return index
