"""Exact draws with a trio: a relaxation finds promising trios and rules out all others."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from coffee.pairing import blossom
from coffee.pairing.even import Looked, Matched, completed, matched
from coffee.pairing.flaws import APART
from coffee.pairing.model import IntArray
from coffee.pairing.nearest import Nearest, nearest

PATIENT = 400  # up to so many people every middle is settled, should it be needed
PENALTY = 2**63
EVER = 2**90
IDLE = 6  # turns in a row that bring nothing, after which it is given up

Trio = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Relaxed:
    """What the relaxation says: `lone` joins `middle` (−1: anybody), which costs `price` beside their partners' pairs.

    The others have partners (n,), −1 for those to be found. No draw costs less than `bound`.
    """

    partner: IntArray
    lone: int
    middle: int
    price: int
    bound: int

    @property
    def others(self) -> IntArray:
        """The partners, `lone` being nobody to be matched."""
        partner = self.partner.copy()
        partner[self.lone] = -2
        return partner


class Odd:
    """The best draw of an odd number of people in pairs and one trio, or with one of them joining a couple.

    Of a trio, call the person the middle whose pairs with the other two, the ends, cost least and second least.
    Relaxation: everybody has a copy, and just one copy, the middle's, is matched as well; what the ends cost each
    other is put at the least that it could be. That is one least-cost matching (Edmonds 1965), and a bound. Where no
    draw attains it, either too few pairs were looked at, or the best draw with this middle is found exactly and the
    middle is settled. To find it, the middle is matched twice, once as its copy; should the ends then cost each other
    more than they were put at, the copy's end and the middle are merged into one (Galil 1986 surveys such reductions).
    Two turns are usual. When they bring nothing any more, up to 400 people the middles that are left are settled one by
    one, so that it ends with the best draw: O(n³) for each at worst. Above, `least` tells whether more was needed.
    """

    def __init__(
        self,
        cost: IntArray,
        burden: IntArray,
        joins: IntArray,
        rng: Generator,
        *,
        inside: IntArray | None = None,
        grain: int = 1,
        rest: tuple[int, int] = (0, 1),
    ) -> None:
        """`cost` (n, n) as for `matched`, `inside` (n, n) that of each of a trio's three pairs (the same unless given),
        `burden` (n,) of a place in the trio, `joins` (n,) the cost of joining a couple (APART: none). What any draw
        costs is at least `rest[0]` more than a multiple of `rest[1]`."""
        self.cost, self.inside = cost, cost if inside is None else inside
        self.burden, self.joins, self.rng, self.grain = burden, joins, rng, grain
        self.rest, self.whole = rest
        self.may = cost < APART  # pairs that a trio may hold and that are not settled yet
        self.middles = np.ones(len(cost), bool)  # those not settled yet
        self.more = np.where(self.may, self.inside - cost, 0)
        self.best = Matched(np.empty((0, 2), np.int64), APART, 0)
        self.trio: Trio = ()
        self.least, self.unsettled = 0, APART

    def solve(self, floor: int) -> tuple[Matched, Trio]:
        """The pairs, and the trio (just who joins a couple). `floor` is a cost that no draw can go below."""
        self.least = floor
        self._turn_by_turn(Looked(len(self.cost)))
        if len(self.cost) <= PATIENT and not self._done():
            self._one_by_one()
        least = min(self.least, self.best.cost, self.unsettled)
        return Matched(self.best.pairs, self.best.cost, least), self.trio

    def _done(self) -> bool:
        return self.best.cost // self.grain <= self.least // self.grain or self.least >= APART

    def _turn_by_turn(self, looked: Looked) -> None:
        """Settles promising middles, or looks at more pairs where those are too few, as long as that helps."""
        idle, known = 0, (self.least, self.best.cost)
        while idle < IDLE:
            found = self._relaxed(nearest(self.cost, looked.most, self.rng))
            self.least = max(self.least, found.bound, found.bound // self.whole * self.whole + self.rest)
            pairs, cost = completed(found.others, self.cost, self.rng)
            self._keep(*self._joined(found.lone, pairs, cost))
            if self._done():
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
        size = len(self.cost)
        found = self._matched(self.cost, self.joins)
        if found.cost < APART:
            lone, rest = _partner(found, size), found.pairs[(found.pairs < size).all(axis=1)]
            self._keep(rest, found.cost, (lone,))
        for middle in self.rng.permutation(np.flatnonzero(self.middles)).tolist():
            self._settle(middle)
            if self._done():
                return
        self.least = max(self.least, self.best.cost // self.grain * self.grain)

    def _keep(self, pairs: IntArray, cost: int, trio: Trio) -> None:
        if cost < self.best.cost:
            self.best, self.trio = Matched(pairs, cost, 0), trio

    def _relaxed(self, near: Nearest) -> Relaxed:
        """The relaxation. Vertices: people, their copies, any couple, and any trio of somebody neither of whose two
        pairs is `near`.

        All but the people make a ring: an odd one, of which any one can be left out while the others pair off.
        """
        size = len(self.cost)
        spokes = self._spokes(near)
        middle, end, price = (np.concatenate(part) for part in zip(*spokes, strict=True))
        alone = near.alone()
        ring = np.arange(size, 2 * size + 2)
        worth = (alone[end] + (EVER - PENALTY) - 2 * price.astype(object)) * (size + 1) + 1
        partner = blossom.heaviest(
            2 * size + 2,
            np.concatenate([near.left, size + middle, ring]),
            np.concatenate([near.right, end, np.roll(ring, 1)]),
            np.concatenate([near.worth(), worth, np.full(len(ring), 2 * EVER * (size + 1))]),
            self.rng,
        )
        taken = np.flatnonzero(partner[end] == size + middle)
        if len(taken) != 1:
            return Relaxed(partner[:size], 0, -1, 0, APART)
        inside = partner[near.left] == near.right
        spoke = taken[0]
        bound = near.price(inside, partner[:size] == -1, int(price[spoke]))
        centre = int(middle[spoke]) if middle[spoke] < size else -1
        return Relaxed(partner[:size], int(end[spoke]), centre, int(price[spoke]), bound)

    def _spokes(self, near: Nearest) -> list[tuple[IntArray, IntArray, IntArray]]:
        """What may be matched with people beside people: the copy, the person, and what that costs, of each sort."""
        size = len(self.cost)
        trios = self._closed(near)
        middle, end = np.nonzero(trios < APART)
        joins = np.flatnonzero(self.joins < APART)
        spared = np.flatnonzero(near.spared < APART)
        strange = 2 * near.spared[spared] + self.burden[spared] + int(np.sort(self.burden)[:2].sum())
        strange += 3 * int(self.more.min())
        return [
            (middle, end, trios[middle, end]),
            (np.full(len(joins), size), joins, self.joins[joins]),
            (np.full(len(spared), size + 1), spared, strange),
        ]

    def _closed(self, near: Nearest) -> IntArray:
        """For a middle (rows) and an end: the least a trio costs beside the middle's pair with the other end.

        The three may be named so that the two ends are the dearest pair, and the other end is the one whose pair with
        the middle costs least more inside a trio, or the cheaper one. The middle's pairs are `near`: somebody for whom
        neither is has two that cost what they are spared. O(Σ d²) for people with d pairs to look at.
        """
        looked, found = np.zeros(self.may.shape, bool), np.full(self.may.shape, APART)
        looked[near.left, near.right] = looked[near.right, near.left] = True
        inside = np.where(self.may, self.inside, APART)
        for middle in np.flatnonzero(self.middles).tolist():
            others = np.flatnonzero(looked[middle] & self.may[middle])
            mine, more, far = inside[middle, others], self.more[middle, others], inside[np.ix_(others, others)]
            first = (more[:, None] < more) | ((more[:, None] == more) & (mine[:, None] <= mine))
            ordered = first & (np.maximum(mine[:, None], mine) <= far) & (far < APART)
            closing = np.where(ordered, far + (self.burden[others] + more)[:, None], APART).min(axis=0, initial=APART)
            whole = mine + closing + self.burden[others] + self.burden[middle]
            found[middle, others] = np.where(closing < APART, whole, APART)
        return found

    def _joined(self, lone: int, pairs: IntArray, cost: int) -> tuple[IntArray, int, Trio]:
        """The pairs, their cost and the trio when the one left over joins the pair, or the couple, that costs least."""
        price = (self.inside[lone] + self.burden)[pairs].sum(axis=1) + self.more[pairs[:, 0], pairs[:, 1]]
        least = int(price.min(initial=APART)) + int(self.burden[lone])
        if self.joins[lone] <= least or not len(pairs):
            return pairs, cost + int(self.joins[lone]), (lone,)
        row = int(self.rng.choice(np.flatnonzero(price == price.min())))
        return np.delete(pairs, row, axis=0), cost + least, (lone, *pairs[row].tolist())

    def _settle(self, middle: int) -> None:
        """Finds the best draw with this middle; from now on no other trio has it."""
        while True:
            closing, far = self._closing(middle)
            found = self._matched(self._opened(middle), closing)
            if found.cost >= self.best.cost:
                break
            size = len(self.cost)
            end, other = _partner(found, size), _partner(found, middle)
            cost = found.cost + int(self.inside[end, other] - far[end]) if self.may[end, other] else APART
            inner = ~np.isin(found.pairs, [middle, size]).any(axis=1)
            self._keep(found.pairs[inner], cost, (middle, end, other))
            if cost // self.grain == found.cost // self.grain:
                break
            self._merge(middle, end)
        self.middles[middle] = False

    def _opened(self, middle: int) -> IntArray:
        """The costs when the middle's pair is one of a trio's."""
        cost, row = self.cost.copy(), np.where(self.may[middle], self.inside[middle] + self.burden, APART)
        cost[middle] = cost[:, middle] = row
        return cost

    def _closing(self, middle: int) -> tuple[IntArray, IntArray]:
        """What an end costs the middle's copy (n,), and which part of that is for what the ends cost each other."""
        mine = np.where(self.may[middle], self.inside[middle], APART)
        far = np.where(self.may & (np.maximum(mine[:, None], mine) <= self.inside), self.inside, APART)
        far = far[:, mine < APART].min(axis=1, initial=APART)
        price = mine + far + self.burden + self.burden[middle]
        return np.where((mine < APART) & (far < APART), price, APART), far

    def _merge(self, a: int, b: int) -> None:
        """Finds the best draw with a and b in the trio; from now on no other trio may hold the two."""
        own = int(self.inside[a, b] + self.burden[a] + self.burden[b])
        rest = np.setdiff1d(np.arange(len(self.cost)), [a, b])
        both = self.may[a, rest] & self.may[b, rest]
        third = np.where(both, self.inside[a, rest] + self.inside[b, rest] + self.burden[rest], APART)
        found = self._matched(self.cost[np.ix_(rest, rest)], third, own)
        if found.cost < APART:
            inner = (found.pairs < len(rest)).all(axis=1)
            self._keep(rest[found.pairs[inner]], own + found.cost, (int(rest[_partner(found, len(rest))]), a, b))
        self.may[a, b] = self.may[b, a] = False

    def _worth_finding(self) -> int:
        """A draw whose cost is known to be no less than this is no better than the best so far."""
        multiple = self.best.cost // self.whole * self.whole
        attained = self.best.cost // self.grain <= (multiple + self.rest) // self.grain
        return multiple if attained else self.best.cost

    def _matched(self, cost: IntArray, row: IntArray, besides: int = 0) -> Matched:
        """The best matching of some people and one more, whose costs are `row`, if it and something `besides` cost less
        than the best draw so far."""
        size = len(cost)
        whole = np.full((size + 1, size + 1), APART)
        whole[:size, :size] = cost
        whole[size, :size] = whole[:size, size] = row
        below = self._worth_finding() - besides
        found = matched(whole, self.rng, below=below, grain=self.grain)
        if found.least // self.grain < min(found.cost, below) // self.grain:
            self.unsettled = min(self.unsettled, besides + found.least)
        return found


def _partner(found: Matched, one: int) -> int:
    """Who is matched with this one."""
    (pair,) = found.pairs[(found.pairs == one).any(axis=1)]
    return int(pair.sum()) - one
