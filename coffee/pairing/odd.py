"""Exact draws with a trio: every way to make it is tried, until none can be better."""

import numpy as np
from numpy.random import Generator

from coffee.pairing import blossom
from coffee.pairing.cost import Costs
from coffee.pairing.model import BoolArray, IntArray, PairingError
from coffee.pairing.plan import Match, Plan

NEVER = np.int64(2**60)
WORK = 1_000_000
FEWEST = 40
RELAXED = 4


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

    def solve(self, floor: int) -> tuple[list[Match], int, int]:
        """The matches, their cost, and a cost below which no draw can go (`floor` is one known already)."""
        for _ in range(RELAXED if not self.plan.couples else 0):
            bound, promising = relaxed(self.plan, self.costs, self.rng)
            floor = max(floor, bound)
            for a, b in promising:
                self._try(a, b, settled=False)
            if self.cost <= floor:
                break
        tries = [(a, b, True) for a, b in self.plan.couples]
        tries += [(a, b, False) for a, b in self._pairs()]
        most = max(FEWEST, WORK // len(self.plan.free) ** 2)
        for a, b, settled in tries[:most]:
            if self.cost <= floor:
                break
            self._try(a, b, settled=settled)
        if self.best is None:
            raise PairingError("stranded", self.plan.free.tolist())
        return self.best, self.cost, self.cost if len(tries) <= most else min(floor, self.cost)

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
        pairs = blossom.couples(partner)
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
    """For each person (n,) a number that interchangeable people share."""
    rows = np.where(costs.allowed, costs.pair, -1)[np.ix_(free, free)]
    kinds = np.full(len(costs.pair), -1)
    seen: dict[tuple[int, bytes], list[int]] = {}
    for index, person in enumerate(free.tolist()):
        alike = seen.setdefault((int(costs.burden[person]), np.sort(rows[index]).tobytes()), [])
        first = next((other for other in alike if _interchangeable(rows, index, other)), index)
        if first == index:
            alike.append(index)
        kinds[person] = first
    return kinds


def _interchangeable(rows: IntArray, one: int, two: int) -> bool:
    """Whether two people cost the same with everybody else."""
    differ = rows[one] != rows[two]
    differ[[one, two]] = False
    return not differ.any()


def relaxed(plan: Plan, costs: Costs, rng: Generator) -> tuple[int, list[Match]]:
    """A cost that no draw with a trio can go below, and pairs whose trio may attain it.

    PairingError when there is no draw.

    Of a trio, take one person (the middle) with both others. A copy of everybody may be matched too, just one
    of which must be: the middle's. What the ends cost each other is put at its least. Nobody may join a couple.
    """
    free = plan.free
    among = np.ix_(free, free)
    pair, allowed = costs.pair[among], costs.allowed[among]
    closing = _closing(pair, allowed, costs.burden[free])
    size = len(free)
    whole_pair, whole_allowed = np.zeros((2 * size, 2 * size), np.int64), np.zeros((2 * size, 2 * size), bool)
    whole_pair[:size, :size], whole_allowed[:size, :size] = pair, allowed
    penalty = int(pair.max(initial=0)) * size + int(closing[closing < NEVER].max(initial=0)) + 1
    spoke = pair + closing + costs.burden[free][:, None] + costs.burden[free][None, :] + penalty
    whole_allowed[size:, :size] = allowed & (closing < NEVER)
    whole_pair[size:, :size] = np.where(whole_allowed[size:, :size], spoke, 0)
    # Copies that are not needed pair off around a ring: any one of an odd ring can be left out.
    ring = size + np.arange(size)
    whole_allowed[ring, np.roll(ring, 1)] = True
    whole_allowed |= whole_allowed.T
    whole_pair = np.maximum(whole_pair, whole_pair.T)
    partner = blossom.perfect(whole_pair, whole_allowed, rng)
    if partner is None:
        raise PairingError("stranded", free.tolist())
    pairs = blossom.couples(partner)
    bound = int(whole_pair[pairs[:, 0], pairs[:, 1]].sum()) - penalty
    middle, end = next((int(b) - size, int(a)) for a, b in pairs if a < size <= b)
    ends = (int(free[end]), int(free[partner[middle]]))
    return bound, [pair for pair in (ends, (ends[0], int(free[middle]))) if costs.allowed[pair]]


def _closing(pair: IntArray, allowed: BoolArray, burden: IntArray) -> IntArray:
    """For a middle c (rows) and an end b: the least that the other end a costs with b, its burden included.

    The three may be named so that (a, c) costs least and (a, b) most, so only such a need be looked at. O(n³).
    """
    ends = np.where(allowed, pair, NEVER)
    found = np.full(pair.shape, NEVER)
    for middle in range(len(pair)):
        others = np.flatnonzero(allowed[middle])
        near, far = ends[middle, others][:, None], ends[others]
        ordered = (near <= ends[middle]) & (ends[middle] <= far) & (far < NEVER)
        found[middle] = np.where(ordered, far + burden[others][:, None], NEVER).min(axis=0, initial=NEVER)
    return found
