"""What pairs cost in a scheme of any size: looked up by running through the history, never by a table."""

from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from coffee.pairing.cost import LEVELS, Costs, lateness, units
from coffee.pairing.model import BoolArray, IntArray, Problem

APART = 2**60
TABLED = 1_000  # up to so many people all costs are worked out at once
LONG = 8  # whoever is apart from more than one in so many has a row
FEW = 8  # a list this many times shorter than the scheme is looked up through a mask of its people
CACHEFUL = 2**14
BITS = 2**30  # a table of all pairs of silos up to 128 MiB


class Between(Protocol):
    """Something that knows what pairs cost."""

    def __call__(self, left: IntArray, right: IntArray) -> IntArray:
        """The cost of each pair (left, right), each person in one pair at most; APART when not allowed."""

    def row(self, person: int) -> IntArray:
        """The cost (n,) of the person with everybody; APART with themselves."""


class Lookup:
    """Costs from a dense table."""

    def __init__(self, costs: Costs) -> None:
        self.table = np.where(costs.allowed, costs.pair, APART)

    def __call__(self, left: IntArray, right: IntArray) -> IntArray:
        """See `Between`."""
        return np.asarray(self.table[left, right], dtype=np.int64)

    def row(self, person: int) -> IntArray:
        """See `Between`."""
        return np.asarray(self.table[person], dtype=np.int64)


class Flaws:
    """Costs found by running through `met` and `apart` once per question: O(k) time, O(n) memory.

    Up to 256 people a table is quicker, and whoever is apart from many has a row of their own at any size.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.unit = units(problem)
        weighs = problem.rules.prefer_new_links and self.unit["known_link"]
        self.links = Links(problem) if weighs else None

    def __call__(self, left: IntArray, right: IntArray) -> IntArray:
        """See `Between`."""
        if self.problem.size <= TABLED:
            known = self.known.take(left * self.problem.size + right)
            return self._with_traits(self.prices.take(known), left, right)
        cost = self._with_traits(np.zeros(len(left), np.int64), left, right)
        place = np.full(self.problem.size, -1, np.int32)
        place[left] = place[right] = np.arange(len(left), dtype=np.int32)
        for pairs, price in ((self.problem.met, self._met), (self.apart.others, self._apart)):
            rows = _inside(pairs, place, len(left)) if len(pairs) else pairs[:0, 0]
            cost = price(cost, place[pairs[rows, 0]], rows) if len(rows) else cost
        return self.apart.mark(cost, left, right)

    def row(self, person: int) -> IntArray:
        """See `Between`."""
        everybody = np.arange(self.problem.size)
        if self.problem.size <= TABLED:
            return self._with_traits(self.prices.take(self.known[person]), everybody[person], everybody)
        cost = self._with_traits(np.zeros(self.problem.size, np.int64), everybody[person], everybody)
        for pairs, price in ((self.problem.met, self._met), (self.apart.others, self._apart)):
            rows = _of(pairs, person)
            cost = price(cost, pairs[rows].sum(axis=1) - person, rows)
        cost[person] = APART
        return self.apart.mark(cost, np.full(self.problem.size, person), everybody)

    @property
    def least_flaw(self) -> int:
        """What a repeat or a same-silo pair costs at least."""
        tiers = ("repeats",) if self.problem.rules.silos_free else ("repeats", "same_silo")
        return min(self.unit[tier] for tier in tiers)

    @property
    def costs(self) -> Costs:
        """All costs at once, in O(n²) memory: as `dense`, save that rounds without number are told apart less well."""
        burden = np.zeros(self.problem.size, np.int64) if self.problem.burden is None else self.problem.burden
        table = self.table()
        return Costs(table, table, table < APART, burden * self.unit["burden"])

    @cached_property
    def apart(self) -> "Apart":
        """Who is set apart from whom."""
        return Apart(self.problem.apart, self.problem.size)

    def table(self) -> IntArray:
        """All costs (n, n) at once; APART or more for pairs that may not be."""
        people = np.arange(self.problem.size)
        return self._with_traits(self.prices.take(self.known), people[:, None], people)

    @cached_property
    def known(self) -> NDArray[np.uint8]:
        """What pairs (n, n) have behind them, as places in `prices`."""
        size, (one, two) = self.problem.size, self.problem.met.T
        known = np.zeros(size * size, np.uint8)
        # The latest meeting of a pair is the last in the list, and so the one that stays.
        known[np.minimum(one, two) * size + np.maximum(one, two)] = self._when(np.arange(len(one)))
        known = np.maximum(known.reshape(size, size), known.reshape(size, size).T)
        people, (one, two) = np.arange(size), self.problem.apart.T
        known[one, two] = known[two, one] = known[people, people] = len(self.prices) - 1
        return known

    def met(self, person: int) -> BoolArray:
        """Whether the person met each of the others (n,) before."""
        pairs = self.problem.met
        found = np.zeros(self.problem.size, bool)
        found[pairs[_of(pairs, person)].sum(axis=1) - person] = True
        found[person] = False
        return found

    def _with_traits(self, cost: IntArray, left: IntArray, right: IntArray) -> IntArray:
        """Adds in place what the people's silos and other traits cost; `left` and `right` make up its shape."""
        problem, unit = self.problem, self.unit
        if not problem.rules.silos_free:
            cost += (problem.silos[left] == problem.silos[right]) * unit["same_silo"]
        if problem.quiet is not None:
            cost += (problem.quiet[left] & problem.quiet[right]) * unit["quiet"]
        if problem.mix is not None:
            cost += ((problem.mix[left] == problem.mix[right]) & (problem.mix[left] >= 0)) * unit["alike"]
        if self.links is not None:
            cost += self.links(left, right) * unit["known_link"]
        return cost

    @cached_property
    def prices(self) -> IntArray:
        """What a pair costs that never met, that met at each stage of the history (`_when`), and that is set apart."""
        last, late = np.divmod(np.arange(2 * (LEVELS + 1)), LEVELS + 1)
        met = self.unit["repeats"] + late * self.unit["recency"] + last * self.unit["last_round"]
        return np.concatenate([[0], met, [APART]])

    def _met(self, cost: IntArray, places: IntArray, rows: IntArray) -> IntArray:
        """Adds the repeats; the latest meeting of a pair is the one that counts."""
        once = np.zeros(len(cost), np.int64)
        once[places] = self.prices[self._when(rows)]
        return cost + once

    def _when(self, rows: IntArray) -> IntArray:
        """How late these meetings were, as places in `prices`: the last round's come last.

        Without round numbers the list is cut into 16 equal stretches.
        """
        met, rounds = self.problem.met, self.problem.met_round
        if not len(rows):
            return np.zeros(0, np.int64)
        if rounds is not None:
            oldest = int(rounds.max() - rounds.min())
            ages = rounds.max() - rounds[rows]
        else:
            ages = (len(met) - 1 - rows) // max(self.problem.size // 2, 1)
            oldest = (len(met) - 1) // max(self.problem.size // 2, 1)
        return np.asarray(1 + lateness(ages, oldest) + (ages == 0) * (LEVELS + 1), dtype=np.int64)

    def _apart(self, cost: IntArray, places: IntArray, _rows: IntArray) -> IntArray:
        """Marks the pairs that are set apart."""
        cost[places] = APART
        return cost


class Apart:
    """Who is set apart from whom: a row for each person apart from many, and the `others` pair by pair.

    O(n + k) memory: a row is as long as the scheme, but stands for an eighth as many pairs at least.
    """

    def __init__(self, pairs: IntArray, size: int) -> None:
        many = np.bincount(pairs.ravel(), minlength=size) * LONG > size
        self.hub = np.where(many, np.cumsum(many) - 1, -1)
        self.rows = np.zeros((int(many.sum()), size), bool)
        listed = many.take(pairs)
        for side in (0, 1):
            own = pairs[listed[:, side]]
            self.rows.ravel()[self.hub[own[:, side]] * size + own[:, 1 - side]] = True
        self.others = pairs[~(listed[:, 0] | listed[:, 1])] if len(self.rows) else pairs

    def mark(self, cost: IntArray, left: IntArray, right: IntArray) -> IntArray:
        """The cost of each pair, put to APART for people apart from many; in place."""
        for one, two in ((left, right), (right, left)) if len(self.rows) else ():
            hubs = np.flatnonzero(self.hub[one] >= 0)
            cost[hubs[self.rows[self.hub[one[hubs]], two[hubs]]]] = APART
        return cost


def _of(pairs: IntArray, person: int) -> IntArray:
    """The rows of `pairs` that name the person."""
    return np.flatnonzero((pairs[:, 0] == person) | (pairs[:, 1] == person))


def _inside(pairs: IntArray, place: NDArray[np.int32], count: int) -> IntArray:
    """The rows of `pairs` whose two people are in the same of `count` places, in order."""
    first, second = pairs[:, 0], pairs[:, 1]
    if count * FEW < len(place):
        rows = np.flatnonzero((place >= 0)[first])
        rows = rows[place[first[rows]] == place[second[rows]]]
    else:
        rows = _alike(pairs, place)
    kept = (place[first[rows]] >= 0) & (first[rows] != second[rows])
    return np.asarray(rows[kept], dtype=np.int64)


def _alike(pairs: IntArray, place: NDArray[np.int32]) -> IntArray:
    """The rows whose two people have the same place, found a cacheful at a time."""
    found = [np.empty(0, np.int64)]
    for start in range(0, len(pairs), CACHEFUL):
        places = place.take(pairs[start : start + CACHEFUL])
        found.append(np.flatnonzero(places[:, 0] == places[:, 1]) + start)
    return np.concatenate(found)


class Links:
    """Which pairs of silos were linked before: a table of bits, or a sorted list where silos are too many for one."""

    def __init__(self, problem: Problem) -> None:
        silos = np.sort(problem.silos)
        silos = silos[np.diff(silos, prepend=silos[:1] - 1) > 0]
        self.count, self.silo = len(silos), np.searchsorted(silos, problem.silos)
        keys = self._key(problem.met[:, 0], problem.met[:, 1])
        self.bits = np.zeros(self.count**2 // 8 + 1 if self.count**2 <= BITS else 0, np.uint8)
        if len(self.bits):
            np.bitwise_or.at(self.bits, keys >> 3, np.left_shift(1, keys & 7).astype(np.uint8))
        self.keys = np.sort(keys) if not len(self.bits) else keys[:0]

    def __call__(self, left: IntArray, right: IntArray) -> IntArray:
        """1 for each pair of people whose silos were linked before, else 0."""
        keys = self._key(left, right)
        if len(self.bits):
            return np.asarray((self.bits[keys >> 3] >> (keys & 7)) & 1, dtype=np.int64)
        if not len(self.keys):
            return np.zeros(len(keys), np.int64)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.asarray(self.keys[place] == keys, dtype=np.int64)

    def _key(self, left: IntArray, right: IntArray) -> IntArray:
        one, two = self.silo[left], self.silo[right]
        return np.asarray(np.minimum(one, two) * self.count + np.maximum(one, two), dtype=np.int64)
