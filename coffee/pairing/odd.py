"""Exact draws with a trio: a relaxation finds promising trios and rules out all others."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from coffee.pairing import blossom, even
from coffee.pairing.even import Matched, completed, depths, matched
from coffee.pairing.flaws import APART
from coffee.pairing.model import BoolArray, IntArray
from coffee.pairing.nearest import Nearest, nearest

PATIENT = 400  # up to so many people all pairs are looked at, should it be needed
PAIRS = 80_000
PENALTY = 2**63
EVER = 2**90
WORK = 2_000_000  # people squared times turns
TURNS = 6

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
    draw attains it, the best draws with the middle and either end in the trio are found exactly, by merging the two
    into one person (Galil 1986 surveys such reductions); then no later trio may hold these pairs. Each turn rules
    pairs out, so it ends, and with the best draw; two to six turns are usual. O(n³) for each turn at worst. Above 400
    people only nearer pairs are looked at, and the turns are limited: `least` tells whether more was needed.
    """

    def __init__(self, cost: IntArray, burden: IntArray, joins: IntArray, rng: Generator, grain: int = 1) -> None:
        """`cost` (n, n) as for `matched`, `burden` (n,) of a place in the trio, `joins` (n,) the cost of joining a
        couple (APART: none)."""
        self.cost, self.burden, self.joins, self.rng, self.grain = cost, burden, joins, rng, grain
        self.may = cost < APART  # pairs that a trio may hold and that are not settled yet
        self.best = Matched(np.empty((0, 2), np.int64), APART, 0)
        self.trio: Trio = ()
        self.least, self.unsettled = 0, APART

    def solve(self, floor: int) -> tuple[Matched, Trio]:
        """The pairs, and the trio (just who joins a couple). `floor` is a cost that no draw can go below."""
        self.least = floor
        for most in depths(len(self.cost), whole=PATIENT, pairs=PAIRS):
            self._turn_by_turn(nearest(self.cost, most, self.rng))
            if self._done():
                break
        if self.best.cost >= APART and not self._done() and len(self.cost) <= even.PATIENT:
            self._turn_by_turn(nearest(self.cost, len(self.cost), self.rng))
        least = min(self.least, self.best.cost, self.unsettled)
        return Matched(self.best.pairs, self.best.cost, least), self.trio

    def _done(self) -> bool:
        return self.best.cost // self.grain <= self.least // self.grain or self.least >= APART

    def _turn_by_turn(self, near: Nearest) -> None:
        """Settles promising trios until none is left, or until pairs must be looked at that are not `near`."""
        for _ in range(max(TURNS, WORK // len(self.cost) ** 2)):
            found = self._relaxed(near)
            self.least = max(self.least, found.bound)
            if self._done():
                return
            pairs, cost = completed(found.others, self.cost, self.rng)
            self._keep(*self._joined(found.lone, pairs, cost))
            loose = cost - (found.bound - found.price) >= self.grain
            if self._done() or found.middle < 0 or loose:
                return
            for end in (found.lone, int(found.partner[found.middle])):
                if end >= 0:
                    self._settle(found.middle, end)

    def _keep(self, pairs: IntArray, cost: int, trio: Trio) -> None:
        if cost < self.best.cost:
            self.best, self.trio = Matched(pairs, cost, 0), trio

    def _relaxed(self, near: Nearest) -> Relaxed:
        """The relaxation. Vertices: people, their copies, any couple, and any trio with a pair that is not `near`.

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
        trios = _closed(near, self.may, self.burden)
        middle, end = np.nonzero(trios < APART)
        joins = np.flatnonzero(self.joins < APART)
        spared = np.flatnonzero(near.spared < APART)
        strange = near.spared[spared] + self.burden[spared] + int(np.sort(self.burden)[:2].sum())
        return [
            (middle, end, trios[middle, end]),
            (np.full(len(joins), size), joins, self.joins[joins]),
            (np.full(len(spared), size + 1), spared, strange),
        ]

    def _joined(self, lone: int, pairs: IntArray, cost: int) -> tuple[IntArray, int, Trio]:
        """The pairs, their cost and the trio when the one left over joins the pair, or the couple, that costs least."""
        price = (self.cost[lone] + self.burden)[pairs].sum(axis=1)
        least = int(price.min(initial=APART)) + int(self.burden[lone])
        if self.joins[lone] <= least or not len(pairs):
            return pairs, cost + int(self.joins[lone]), (lone,)
        row = int(self.rng.choice(np.flatnonzero(price == price.min())))
        return np.delete(pairs, row, axis=0), cost + least, (lone, *pairs[row].tolist())

    def _settle(self, a: int, b: int) -> None:
        """Finds the best draw with a and b in the trio; from now on no other trio may hold the two."""
        own = int(self.cost[a, b] + self.burden[a] + self.burden[b])
        if self.may[a, b] and own < self.best.cost:
            rest = np.setdiff1d(np.arange(len(self.cost)), [a, b])
            below = self.best.cost - own
            found = matched(self._merged(a, b, rest), self.rng, below=below, grain=self.grain)
            if found.cost < APART:
                third = int(found.pairs[found.pairs[:, 1] == len(rest), 0][0])
                pairs = rest[found.pairs[found.pairs[:, 1] < len(rest)]]
                self._keep(pairs, own + found.cost, (int(rest[third]), a, b))
            if found.least // self.grain < min(found.cost, below) // self.grain:
                self.unsettled = min(self.unsettled, own + found.least)
        self.may[a, b] = self.may[b, a] = False

    def _merged(self, a: int, b: int, rest: IntArray) -> IntArray:
        """Costs among `rest` and, last, the two merged."""
        both = self.may[a, rest] & self.may[b, rest]
        third = np.where(both, self.cost[a, rest] + self.cost[b, rest] + self.burden[rest], APART)
        merged = np.full((len(rest) + 1, len(rest) + 1), APART)
        merged[:-1, :-1] = self.cost[np.ix_(rest, rest)]
        merged[-1, :-1] = merged[:-1, -1] = third
        return merged


def _closed(near: Nearest, may: BoolArray, burden: IntArray) -> IntArray:
    """For a middle (rows) and an end: the least a trio costs beside the middle's pair with the other end.

    The three may be named so that the other end is cheapest for the middle, and the two ends are the dearest pair.
    O(Σ d²) for people with d pairs to look at.
    """
    ends = np.full(may.shape, APART)
    ends[near.left, near.right] = ends[near.right, near.left] = near.cost
    ends[~may] = APART
    found = np.full(may.shape, APART)
    for middle in range(len(may)):
        others = np.flatnonzero(ends[middle] < APART)
        mine, far = ends[middle, others], ends[np.ix_(others, others)]
        ordered = (mine[:, None] <= mine) & (mine <= far) & (far < APART)
        closing = np.where(ordered, far + burden[others][:, None], APART).min(axis=0, initial=APART)
        whole = mine + closing + burden[others] + burden[middle]
        found[middle, others] = np.where(closing < APART, whole, APART)
    return found
