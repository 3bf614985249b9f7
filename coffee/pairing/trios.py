"""The trio of an odd number of people: one matching finds promising trios, and rules out all others.

Call the member of a trio whose two pairs cost least its middle, the others its ends. Give everybody a copy, and match
just one copy as well: that of the middle, with an end, at the least price the trio could have. This one matching yields
a cost below which no draw can go, and a trio that may attain it. Where it does not, the best draw with this middle is
found exactly and the middle is ruled out, or more pairs are looked at; two turns are usual. All turns together look at
a limited number of pairs, so that no draw takes long: then the draw may be better than can be proven.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.random import Generator

from coffee.pairing import blossom, exact
from coffee.pairing.costs import APART, Costs
from coffee.pairing.exact import Looked, Matched, Nearest, completed, matched
from coffee.pairing.model import IntArray, PairingError
from coffee.pairing.seats import Drawn, Seats, joins

PATIENT = 400  # up to so many people every middle is settled, should it be needed
IDLE = 6  # turns in a row that bring nothing, after which it is given up
WORK = 160_000_000  # pairs looked at, again for each look, times n^1.5, as a blossom takes: then no turn is begun
LARGE, LONGER = 301, 3  # above so many people it may be three times as many, half as many of each at first
PAIRS = 60_000_000  # pairs times people, of an even number of more than so many
FINE = 4_000_000  # pairs times people for the sake of differences below the grain
DESPERATE = 8  # so many times more while there is no draw at all
PENALTY = 2**63
EVER = 2**90

Trio = tuple[int, ...]
Spokes = tuple[IntArray, IntArray, IntArray]


class Trios:
    """The trios that n people could make, or the couples that one of them could join.

    Of a trio, call the person the middle whose pairs with the other two, the ends, cost least and second least.
    """

    def __init__(self, cost: IntArray, inside: IntArray, burden: IntArray, joins: IntArray) -> None:
        """`cost` (n, n) of pairs, APART for those that may not be, `inside` (n, n) that of each of a trio's three,
        `burden` (n,) of a place in the trio, `joins` (n,) the cost of joining a couple (APART: none)."""
        self.cost, self.inside, self.burden, self.joins = cost, inside, burden, joins
        self.may = cost < APART  # pairs that a trio may hold and that are not settled yet
        self.middles = np.ones(len(cost), bool)  # those not settled yet
        self.more = np.where(self.may, inside - cost, 0)

    def __len__(self) -> int:
        return len(self.cost)

    def spokes(self, near: Nearest) -> Spokes:
        """The extra places that one person takes: arrays of the other side, the person, and the least that it costs.

        The other side is the copy of a middle (0 to n − 1), any couple (n), or any trio of somebody neither of whose
        two pairs is `near` (n + 1).
        """
        size = len(self)
        trios = self._closed(near)
        middle, end = np.nonzero(trios < APART)
        joins = np.flatnonzero(self.joins < APART)
        spared = np.flatnonzero(near.spared < APART)
        strange = 2 * near.spared[spared] + self.burden[spared] + int(np.sort(self.burden)[:2].sum())
        strange += 3 * int(self.more.min())
        sorts = (
            (middle, end, trios[middle, end]),
            (np.full(len(joins), size), joins, self.joins[joins]),
            (np.full(len(spared), size + 1), spared, strange),
        )
        sides, people, prices = (np.concatenate(part) for part in zip(*sorts, strict=True))
        return sides, people, prices

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

    def pairs_of(self, middle: int) -> IntArray:
        """The costs of pairs (n, n) when the middle's is one of a trio's three, with the end's burden."""
        cost, row = self.cost.copy(), np.where(self.may[middle], self.inside[middle] + self.burden, APART)
        cost[middle] = cost[:, middle] = row
        return cost

    def closing(self, middle: int) -> tuple[IntArray, IntArray]:
        """The least cost (n,) of each end to the middle's copy, and the part of it that the ends cost each other."""
        mine = np.where(self.may[middle], self.inside[middle], APART)
        far = np.where(self.may & (np.maximum(mine[:, None], mine) <= self.inside), self.inside, APART)
        far = far[:, mine < APART].min(axis=1, initial=APART)
        price = mine + far + self.burden + self.burden[middle]
        return np.where((mine < APART) & (far < APART), price, APART), far

    def thirds(self, a: int, b: int) -> IntArray:
        """The cost of everybody (n,) as the third with a and b; APART where they may not be."""
        price = self.inside[a, b] + self.inside[a] + self.inside[b] + self.burden + self.burden[a] + self.burden[b]
        return np.where(self.may[a, b] & self.may[a] & self.may[b], price, APART)

    def joining(self, one: int, pairs: IntArray) -> IntArray:
        """The cost (m,), beside the pairs (m, 2), of somebody joining each of them."""
        left, right = pairs.T
        both = self.inside[one, left] + self.inside[one, right] + self.more[left, right]
        return np.asarray(both + self.burden[[left, right]].sum(axis=0) + self.burden[one], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The answer of the relaxation: `lone` joins `middle` (−1: anybody), for a `price` beside the others' pairs.

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


def relaxed(trios: Trios, near: Nearest, rng: Generator) -> Relaxed:
    """The least-cost matching (Edmonds 1965) of the people in which just one copy is matched with one of them.

    What the ends of a trio cost each other is put at the least that it could be. All vertices but the people make a
    ring: an odd one, of which any one can be left out while the others pair off.
    """
    size = len(trios)
    side, end, price = trios.spokes(near)
    alone, ring = near.alone(), np.arange(size, 2 * size + 2)
    worth = (alone[end] + (EVER - PENALTY) - 2 * price.astype(object)) * (size + 1) + 1
    partner = blossom.heaviest(
        2 * size + 2,
        np.concatenate([near.left, size + side, ring]),
        np.concatenate([near.right, end, np.roll(ring, 1)]),
        np.concatenate([near.worth(), worth, np.full(len(ring), 2 * EVER * (size + 1))]),
        rng,
    )
    taken = np.flatnonzero(partner[end] == size + side)
    if len(taken) != 1:
        return Relaxed(partner[:size], 0, -1, 0, APART)
    spoke = taken[0]
    bound = near.price(partner[near.left] == near.right, partner[:size] == -1, int(price[spoke]))
    middle = int(side[spoke]) if side[spoke] < size else -1
    return Relaxed(partner[:size], int(end[spoke]), middle, int(price[spoke]), bound)


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
        self.work = int(WORK * (LONGER if len(trios) > LARGE else 1) // len(trios) ** 1.5)
        self.least, self.unsettled, self.seen = 0, APART, 0

    def solve(self, floor: int) -> tuple[Matched, Trio]:
        """The pairs, and the trio (just who joins a couple). `floor` is a cost that no draw can go below."""
        self.least = floor
        few = exact.FEW if len(self.trios) <= LARGE else exact.FEW // 2
        self._turn_by_turn(Looked(len(self.trios), few, few))
        if len(self.trios) <= PATIENT and not self._done():
            self._one_by_one()
        least = min(self.least, self.best.cost, self.unsettled)
        return Matched(self.best.pairs, self.best.cost, least), self.trio

    def _done(self) -> bool:
        return min(self.best.cost, self.known) // self.grain <= self.least // self.grain or self.least >= APART

    def _spent(self) -> bool:
        """Return whether the budget is spent, so that the best draw found has to do."""
        drawable = min(self.best.cost, self.known) < APART
        return self.seen >= self.work * (1 if drawable else DESPERATE)

    def _turn_by_turn(self, looked: Looked) -> None:
        """Settle promising middles, or looks at more pairs where those are too few, as long as that helps."""
        idle, known = 0, (self.least, self.best.cost)
        while idle < IDLE and not self._spent():
            near = Nearest(self.trios.cost, looked.most, self.rng)
            self.seen += 3 * len(near.left)  # once as pairs, and both ways beside a copy
            found = relaxed(self.trios, near, self.rng)
            self.least = max(self.least, found.bound, found.bound // self.whole * self.whole + self.rest)
            pairs, cost = completed(found.others, self.trios.cost, self.rng)
            self._keep(*self._joined(found.lone, pairs, cost))
            fine = self.seen * len(self.trios) < FINE
            if self.best.cost <= self.least or self._spent() or (self._done() and not fine):
                return
            if found.middle >= 0 and cost - (found.bound - found.price) < self.grain:
                self._settle(found.middle)
                idle += 1
            elif not looked.deeper(found.others < 0):
                return
            if known != (self.least, self.best.cost):
                idle, known = 0, (self.least, self.best.cost)

    def _one_by_one(self) -> None:
        """Settle all that is left."""
        size = len(self.trios)
        found = self._matched(self.trios.cost, self.trios.joins)
        if found.cost < APART:
            self._keep(_without(found, size), found.cost, (_partner(found, size),))
        for middle in self.rng.permutation(np.flatnonzero(self.trios.middles)).tolist():
            self._settle(middle)
            if self._done():
                return
            if self._spent():
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
        """Find the best draw with this middle; from now on no other trio has it."""
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
        """Find the best draw with a and b in the trio; from now on no other trio may hold the two."""
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
        found = matched(whole, self.rng, known=below, grain=self.grain, work=max(0, self.work - self.seen))
        self.seen += found.seen
        if found.least // self.grain < min(found.cost, below) // self.grain:
            self.unsettled = min(self.unsettled, found.least)
        return found


def _partner(found: Matched, one: int) -> int:
    """The partner of this one."""
    (pair,) = found.pairs[(found.pairs == one).any(axis=1)]
    return int(pair.sum()) - one


def _without(found: Matched, *people: int) -> IntArray:
    """The pairs that none of these is in."""
    return found.pairs[~np.isin(found.pairs, people).any(axis=1)]


def solve(
    seats: Seats,
    costs: Costs,
    rng: Generator,
    *,
    floor: int = 0,
    grain: int = 0,
    rest: tuple[int, int] = (0, 1),
    known: int = APART,
    work: float = inf,
) -> Drawn:
    """One best draw of the free people in pairs, and a trio when their number is odd; with a cost that none goes below.

    `floor` is such a cost that is known already, `rest` and `known` are as for `Odd`, `work` as for `matched`. Finer
    differences than `grain` (a repeat or a same-silo pair unless given) are searched for only as long as that is little
    work. PairingError when there is no draw; the cost is APART or more when none was found.
    """
    grain = grain or costs.least_flaw
    cost = costs.among(seats.free)
    if not seats.odd:
        work = min(work, PAIRS // len(cost)) if len(cost) > LARGE else work
        best = matched(cost, rng, known=known, grain=grain, work=work, fine=exact.FINE // max(len(cost), 1))
        trio: Trio = ()
    else:
        price, inside = joins(seats, costs), costs.among(seats.free, inside=True)
        choice = Trios(cost, inside, costs.burden[seats.free], price.min(axis=0, initial=APART))
        best, places = Odd(choice, rng, grain=grain, rest=rest, known=known).solve(floor)
        trio = tuple(seats.free[list(places)].tolist())
        if len(trio) == 1:
            trio += seats.couples[int(price[:, places[0]].argmin())]
    if best.least >= APART:
        raise PairingError("stranded", seats.free.tolist())
    return Drawn(seats.free[best.pairs], trio, best.cost, best.least)
