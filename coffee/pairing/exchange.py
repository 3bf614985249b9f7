"""A draw in progress, bettered and stirred by exchanging partners between two matches.

Two matches exchange a person each, and it stays so when that costs no more. To descend, flawed matches are given a
random other one; to mend, each is given the best of all. To stir, any two exchange at random: exchanges are proposed
symmetrically, so among draws of equal cost that they connect every draw becomes equally likely (Metropolis et al.
1953). Each pass works on all matches at once, in O(n + k) for n people and k past pairs.
"""

import numpy as np
from numpy.random import Generator

from coffee.pairing.costs import APART, Costs
from coffee.pairing.model import IntArray
from coffee.pairing.seats import Match

PATIENCE = 12
MENDED = 400


class Chain:
    """Pairs (m, 2) that may exchange their people, and perhaps a trio of which the first `loose` may leave.

    `extra` is that trio, or nobody; `extra_cost` is what it costs.
    """

    def __init__(self, pairs: IntArray, costs: Costs, rng: Generator, extra: Match = (), extra_cost: int = 0) -> None:
        self.pairs, self.between, self.rng = pairs, costs, rng
        self.extra, self.extra_cost = list(extra), extra_cost
        self.loose = 0
        self.cost = costs(pairs[:, 0], pairs[:, 1])

    @property
    def total(self) -> int:
        """The cost of everything together."""
        if self.cost.max(initial=0) < APART:
            return int(self.cost.sum()) + self.extra_cost
        # Of such as these a few outgrow 64 bits.
        banned = self.cost >= APART
        return int(banned.sum()) * APART + int(self.cost[~banned].sum()) + self.extra_cost

    def descend(self, enough: int, least: int = 1) -> None:
        """Exchange flawed matches with random others until the cost is `enough` or no longer falls.

        Where no match costs `least`, only a few more passes are made, whatever they gain.
        """
        idle, now = 0, self.total
        while now > enough and idle < PATIENCE and len(self.pairs) > 1:
            before, worst = now, int(self.cost.max())
            self._exchange(*self._flawed_and_others())
            now = self.total
            idle = 0 if now < before and worst >= least else idle + 1

    def mend(self, enough: int, least: int = 1) -> None:
        """Give each match that costs `least` in turn the best exchange with any other, until nothing is gained.

        O(n + k) for each of at most 400 flawed matches, the worst first.
        """
        flawed = np.flatnonzero(self.cost >= least)
        for row in flawed[np.argsort(-self.cost[flawed], kind="stable")][:MENDED].tolist():
            if self.total <= enough:
                return
            if self.cost[row]:
                self._mend(row)

    def _mend(self, row: int) -> None:
        """The best exchange for one match, a random one of several, if it costs less than none."""
        a, b = self.pairs[row].tolist()
        left, right = self.between.row(a), self.between.row(b)
        new = left[self.pairs] + right[self.pairs[:, ::-1]]
        gain = (self.cost[row] + self.cost)[:, None] - new
        gain[row] = 0
        best = np.flatnonzero(gain.ravel() == gain.max())
        if gain.max() > 0:
            other, end = divmod(int(self.rng.choice(best)), 2)
            c, d = self.pairs[other, end], self.pairs[other, 1 - end]
            self.pairs[row], self.pairs[other] = (a, c), (b, d)
            self.cost[row], self.cost[other] = left[c], right[d]

    def stir(self, passes: int) -> None:
        """Exchange at random among draws that cost no more."""
        half = len(self.pairs) // 2
        for _ in range(passes if half else 0):
            order = self.rng.permutation(len(self.pairs))
            self._exchange(order[:half], order[half : 2 * half])
            if self.loose:
                self._exchange_trio()

    def _exchange_trio(self) -> None:
        """Somebody of the trio and somebody else change places, where that costs no more."""
        slot, row, end = (int(self.rng.integers(top)) for top in (self.loose, len(self.pairs), 2))
        out, into, mate = self.extra[slot], int(self.pairs[row, end]), int(self.pairs[row, 1 - end])
        stay, also = (p for p in self.extra if p != out)
        ask = np.array([(out, stay), (out, also), (into, stay), (into, also), (out, mate)])
        costs = [int(self.between(ask[i : i + 1, 0], ask[i : i + 1, 1])[0]) for i in range(5)]
        old = costs[0] + costs[1] + int(self.cost[row]) + int(self.between.burden[out])
        if costs[2] + costs[3] + costs[4] + int(self.between.burden[into]) <= old:
            self.extra_cost += costs[2] + costs[3] + int(self.between.burden[into])
            self.extra_cost -= costs[0] + costs[1] + int(self.between.burden[out])
            self.extra[slot] = into
            self.pairs[row, end], self.cost[row] = out, costs[4]

    def _flawed_and_others(self) -> tuple[IntArray, IntArray]:
        """Disjoint couples of matches, each with a flawed one first."""
        flawed = self.rng.permutation(np.flatnonzero(self.cost))
        others = self.rng.integers(len(self.pairs), size=len(flawed))
        # A match may be in one couple only: keep the first couple that names it.
        couple, first = np.arange(len(flawed)), np.full(len(self.pairs), len(flawed))
        np.minimum.at(first, flawed, couple)
        np.minimum.at(first, others, couple)
        kept = (first[flawed] == couple) & (first[others] == couple) & (flawed != others)
        return flawed[kept], others[kept]

    def _exchange(self, one: IntArray, two: IntArray) -> None:
        """Exchange the second people of matches `one` with a random one of `two`, where that costs no more."""
        ends = self.rng.integers(2, size=len(two))
        (a, b), c, d = self.pairs[one].T, self.pairs[two, ends], self.pairs[two, 1 - ends]
        first, second = self.between(np.concatenate([a, b]), np.concatenate([c, d])).reshape(2, -1)
        kept = first + second <= self.cost[one] + self.cost[two]
        one, two = one[kept], two[kept]
        self.pairs[one, 1], self.pairs[two, 0], self.pairs[two, 1] = c[kept], b[kept], d[kept]
        self.cost[one], self.cost[two] = first[kept], second[kept]
