"""What trios cost, of an odd number of people, and which of them are settled already."""

import numpy as np

from coffee.pairing.flaws import APART
from coffee.pairing.model import IntArray
from coffee.pairing.nearest import Nearest

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
        """What one person is matched with besides: arrays of the other side, the person, and the least that it costs.

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
        """What an end costs the middle's copy (n,) at least, and the part of it that the ends cost each other."""
        mine = np.where(self.may[middle], self.inside[middle], APART)
        far = np.where(self.may & (np.maximum(mine[:, None], mine) <= self.inside), self.inside, APART)
        far = far[:, mine < APART].min(axis=1, initial=APART)
        price = mine + far + self.burden + self.burden[middle]
        return np.where((mine < APART) & (far < APART), price, APART), far

    def thirds(self, a: int, b: int) -> IntArray:
        """What everybody (n,) costs as the third with a and b; APART where they may not be."""
        price = self.inside[a, b] + self.inside[a] + self.inside[b] + self.burden + self.burden[a] + self.burden[b]
        return np.where(self.may[a, b] & self.may[a] & self.may[b], price, APART)

    def joining(self, one: int, pairs: IntArray) -> IntArray:
        """What it costs, beside the pairs (m, 2), that somebody joins each of them."""
        left, right = pairs.T
        both = self.inside[one, left] + self.inside[one, right] + self.more[left, right]
        return np.asarray(both + self.burden[[left, right]].sum(axis=0) + self.burden[one], dtype=np.int64)
