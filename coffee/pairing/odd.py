"""Exact draws with a trio: a relaxation finds promising trios and rules out all others."""

import numpy as np
from numpy.random import Generator

from coffee.pairing import even
from coffee.pairing.even import Looked, Matched, completed, matched
from coffee.pairing.flaws import APART
from coffee.pairing.model import IntArray
from coffee.pairing.nearest import nearest
from coffee.pairing.relaxed import relaxed
from coffee.pairing.trios import Trios

PATIENT = 400  # up to so many people every middle is settled, should it be needed
IDLE = 6  # turns in a row that bring nothing, after which it is given up
WORK = 160_000_000  # pairs looked at, again for each look, times n^1.5, as a blossom takes: then no turn is begun
LARGE = 301  # above so many people half as many pairs of each are looked at first
FINE = 4_000_000  # pairs times people for the sake of differences below the grain

Trio = tuple[int, ...]


class Odd:
    """The best draw of an odd number of people in pairs and one trio, or with one of them joining a couple.

    Relaxation (see `relaxed`): everybody has a copy, and just one copy, that of a trio's middle, is matched as well.
    That is one least-cost matching, and a bound. Where no draw attains it, either too few pairs were looked at, or the
    best draw with this middle is found exactly and the middle is settled. To find it, the middle is matched twice, once
    as its copy; should the ends then cost each other more than they were put at, the copy's end and the middle are
    merged into one (Galil 1986 surveys such reductions). Two turns are usual. When they bring nothing any more, up to
    400 people the middles that are left are settled one by one, so that it ends with the best draw: O(n³) for each at
    worst. It stops when it has looked at a certain number of pairs; then `least` tells whether more was needed.
    """

    def __init__(
        self, trios: Trios, rng: Generator, *, grain: int = 1, rest: tuple[int, int] = (0, 1), known: int = APART
    ) -> None:
        """Differences below `grain` are searched for only as long as that is little work.

        Any draw costs at least `rest[0]` more than a multiple of `rest[1]`. A draw that costs `known` is there already.
        """
        self.trios, self.rng, self.grain, self.known = trios, rng, grain, known
        self.rest, self.whole = rest
        self.best = Matched(np.empty((0, 2), np.int64), APART, 0)
        self.trio: Trio = ()
        self.work = int(WORK // len(trios) ** 1.5)
        self.least, self.unsettled, self.seen = 0, APART, 0

    def solve(self, floor: int) -> tuple[Matched, Trio]:
        """The pairs, and the trio (just who joins a couple). `floor` is a cost that no draw can go below."""
        self.least = floor
        few = even.FEW if len(self.trios) <= LARGE else even.FEW // 2
        self._turn_by_turn(Looked(len(self.trios), few, few))
        if len(self.trios) <= PATIENT and not self._done():
            self._one_by_one()
        least = min(self.least, self.best.cost, self.unsettled)
        return Matched(self.best.pairs, self.best.cost, least), self.trio

    def _done(self) -> bool:
        return min(self.best.cost, self.known) // self.grain <= self.least // self.grain or self.least >= APART

    def _turn_by_turn(self, looked: Looked) -> None:
        """Settles promising middles, or looks at more pairs where those are too few, as long as that helps."""
        idle, known = 0, (self.least, self.best.cost)
        while idle < IDLE and self.seen < self.work:
            near = nearest(self.trios.cost, looked.most, self.rng)
            self.seen += 3 * len(near.left)  # once as pairs, and both ways beside a copy
            found = relaxed(self.trios, near, self.rng)
            self.least = max(self.least, found.bound, found.bound // self.whole * self.whole + self.rest)
            pairs, cost = completed(found.others, self.trios.cost, self.rng)
            self._keep(*self._joined(found.lone, pairs, cost))
            if (
                self.best.cost <= self.least
                or self.seen >= self.work
                or (self._done() and self.seen * len(self.trios) >= FINE)
            ):
                return
            if found.middle >= 0 and cost - (found.bound - found.price) < self.grain:
                self._settle(found.middle)
                idle += 1
            elif not looked.deeper(found.others < 0):
                return
            if known != (self.least, self.best.cost):
                idle, known = 0, (self.least, self.best.cost)

    def _one_by_one(self) -> None:
        """Settles all that is left."""
        size = len(self.trios)
        found = self._matched(self.trios.cost, self.trios.joins)
        if found.cost < APART:
            self._keep(_without(found, size), found.cost, (_partner(found, size),))
        for middle in self.rng.permutation(np.flatnonzero(self.trios.middles)).tolist():
            self._settle(middle)
            if self._done():
                return
            if self.seen >= self.work:
                self.unsettled = min(self.unsettled, self.least)
                return
        self.least = max(self.least, self.best.cost // self.grain * self.grain)

    def _keep(self, pairs: IntArray, cost: int, trio: Trio) -> None:
        if cost < self.best.cost:
            self.best, self.trio = Matched(pairs, cost, 0), trio

    def _joined(self, lone: int, pairs: IntArray, cost: int) -> tuple[IntArray, int, Trio]:
        """The pairs, their cost and the trio when the one left over joins the pair, or the couple, that costs least."""
        price, couple = self.trios.joining(lone, pairs), int(self.trios.joins[lone])
        least = int(price.min(initial=APART))
        if couple <= least or not len(pairs):
            return pairs, cost + couple, (lone,)
        row = int(self.rng.choice(np.flatnonzero(price == least)))
        return np.delete(pairs, row, axis=0), cost + least, (lone, *pairs[row].tolist())

    def _settle(self, middle: int) -> None:
        """Finds the best draw with this middle; from now on no other trio has it."""
        trios, size = self.trios, len(self.trios)
        while True:
            closing, far = trios.closing(middle)
            found = self._matched(trios.pairs_of(middle), closing)
            if found.cost >= self.best.cost:
                break
            end, other = _partner(found, size), _partner(found, middle)
            cost = found.cost + int(trios.inside[end, other] - far[end]) if trios.may[end, other] else APART
            self._keep(_without(found, middle, size), cost, (middle, end, other))
            if cost // self.grain == found.cost // self.grain:
                break
            self._merge(middle, end)
        trios.middles[middle] = False

    def _merge(self, a: int, b: int) -> None:
        """Finds the best draw with a and b in the trio; from now on no other trio may hold the two."""
        rest = np.delete(np.arange(len(self.trios)), [a, b])
        found = self._matched(self.trios.cost[np.ix_(rest, rest)], self.trios.thirds(a, b)[rest])
        if found.cost < APART:
            third = int(rest[_partner(found, len(rest))])
            self._keep(rest[_without(found, len(rest))], found.cost, (third, a, b))
        self.trios.may[a, b] = self.trios.may[b, a] = False

    def _worth_finding(self) -> int:
        """A draw whose cost is known to be no less than this is no better than the best so far."""
        multiple = self.best.cost // self.whole * self.whole
        attained = self.best.cost // self.grain <= (multiple + self.rest) // self.grain
        return multiple if attained else self.best.cost

    def _matched(self, cost: IntArray, row: IntArray) -> Matched:
        """The best matching of people and one more, whose costs are `row`, if it is better than the best so far."""
        size, below = len(cost), self._worth_finding()
        whole = np.full((size + 1, size + 1), APART)
        whole[:size, :size] = cost
        whole[size, :size] = whole[:size, size] = row
        found = matched(whole, self.rng, below=below, grain=self.grain, work=self.work - self.seen)
        self.seen += found.seen
        if found.least // self.grain < min(found.cost, below) // self.grain:
            self.unsettled = min(self.unsettled, found.least)
        return found


def _partner(found: Matched, one: int) -> int:
    """Who is matched with this one."""
    (pair,) = found.pairs[(found.pairs == one).any(axis=1)]
    return int(pair.sum()) - one


def _without(found: Matched, *people: int) -> IntArray:
    """The pairs that none of these is in."""
    return found.pairs[~np.isin(found.pairs, people).any(axis=1)]
