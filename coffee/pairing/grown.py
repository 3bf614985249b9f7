"""Large schemes that a shuffle leaves flawed: its pairs are grown to as many good ones as there can be.

First pairs without any flaw, then without one of the higher tier, then any that may be: at each stage a largest
matching (see `augment`), which keeps whoever is matched already. Whoever must stay alone proves a flaw (Berge 1958);
whoever must stay alone at the last stage is stranded, and so are those who compete with them. O(n + k) for each person
that the trees visit: with the people whom few may meet, not with the scheme.
"""

import numpy as np
from numpy.random import Generator

from coffee.pairing import blossom
from coffee.pairing.augment import Growing, Tree
from coffee.pairing.chain import Chain
from coffee.pairing.flaws import APART, Flaws
from coffee.pairing.model import BoolArray, IntArray, PairingError, Problem
from coffee.pairing.odd import Odd
from coffee.pairing.plan import Match, Plan
from coffee.pairing.shuffle import THOROUGH, Shuffled, worth
from coffee.pairing.trios import Trios

EFFORT = 2_000_000_000  # people looked at, in all, for the sake of fewer flaws
LOOKS = 16
LARGEST = 2_000


class Grown:
    """A draw of the free people grown from a shuffled one. People are places among the free throughout."""

    def __init__(self, problem: Problem, plan: Plan, flaws: Flaws, rng: Generator) -> None:
        self.problem, self.plan, self.flaws, self.rng = problem, plan, flaws, rng
        self.odd = len(plan.free) % 2
        burden = np.zeros(problem.size, np.int64) if problem.burden is None else problem.burden
        self.weight = np.append(burden * flaws.unit["burden"], 0)
        # The last place may be nobody's chair.
        self.burden = self.weight[plan.free]
        unit = [flaws.unit[tier] for tier in ("repeats", "repeats" if problem.rules.silos_free else "same_silo")]
        self.low, self.high = min(unit), max(unit)

    def draw(self, first: Shuffled) -> tuple[Shuffled, int]:
        """The draw, and a cost that no draw can go below. PairingError when there is none, with whom that strands."""
        mate, trio = self._mates(first)
        flawed = []
        for limit in (self.low, self.high, APART):
            growing = self._stage(mate, trio, limit)
            mate, trio = growing.mate, trio if (growing.mate[trio] < 0).all() else trio[:0]
            flawed.append(self._flaws(growing))
        if len(growing.failed) > self.odd:
            raise PairingError("stranded", self._stranded(growing))
        least = flawed[1] * self.high + max(0, flawed[0] - flawed[1]) * self.low
        return self._shuffled(mate, trio, first.ideal), max(first.ideal, least)

    def _flaws(self, growing: Growing) -> int:
        """How many flaws there must be at least.

        A trio without one takes the place of a pair and of somebody alone. All three could be alone in a largest
        matching, so they are in one circle; where there is none of three, the trio has a flaw.
        """
        alone = int((growing.mate < 0).sum())
        known = growing.complete and len(growing.failed) == alone
        single = known and all(len(circle) < 3 for circle in growing.circles)
        return max(0, len(growing.failed) - self.odd + 1) // 2 + int(self.odd and single and not self.plan.couples)

    def row(self, place: int) -> IntArray:
        """What the person costs with each of the others."""
        if self.plan.free[place] == self.problem.size:
            cost = self.burden.copy()
        else:
            cost = np.append(self.flaws.row(int(self.plan.free[place])), self.burden[place])[self.plan.free]
        cost[place] = APART
        return cost

    def _mates(self, first: Shuffled) -> tuple[IntArray, IntArray]:
        """The partners in those pairs of a shuffled draw that have no flaw (−1: none), and its trio."""
        place = np.full(self.problem.size + 1, -1)
        place[self.plan.free] = np.arange(len(self.plan.free))
        mate, trio = np.full(len(self.plan.free), -1), place[list(first.extra)]
        pairs = place[first.chain.pairs[first.chain.cost < self.low]]
        if len(trio) == 1:
            pairs, trio = np.append(pairs, [[trio[0], len(mate) - 1]], axis=0), trio[:0]
        mate[pairs] = pairs[:, ::-1]
        return mate, trio

    def _stage(self, mate: IntArray, trio: IntArray, limit: int) -> Growing:
        """The matching grown by pairs cheaper than `limit`: beside the trio, if that leaves nobody else alone."""

        def near(place: int) -> BoolArray:
            return np.asarray(self.row(place) < limit, dtype=bool)

        effort = None if limit == APART else EFFORT // (self.problem.size + len(self.problem.met))
        growing = Growing(mate, near, self.rng, max(len(trio), self.odd), effort)
        growing.gone[trio] = True
        growing.grow()
        if not len(trio) or (growing.mate < 0).sum() == len(trio):
            return growing
        growing = Growing(growing.mate, near, self.rng, self.odd, effort)
        growing.grow()
        return growing

    def _shuffled(self, mate: IntArray, trio: IntArray, ideal: int) -> Shuffled:
        """The draw with these partners, after such exchanges as better it."""
        odd, cost = self._people(trio), int(self.burden[trio].sum())
        if len(trio):
            cost += int(sum(self.row(trio[a])[trio[b]] for a, b in ((0, 1), (0, 2), (1, 2))))
        elif self.odd:
            mate, odd, cost = self._seated(mate)
        pairs = self.plan.free[blossom.couples(mate)]
        empty = pairs[:, 1] == self.problem.size
        if empty.any():
            odd, cost = (int(pairs[empty, 0][0]),), int(self.burden[mate[-1]])
        least = worth(self.flaws, hasty=self.problem.size > THOROUGH)
        chain = Chain(pairs[~empty], self.flaws, self.rng)
        chain.descend(ideal - cost, least)
        chain.mend(ideal - cost, least)
        return Shuffled(chain, odd, chain.total + cost, ideal)

    def _seated(self, mate: IntArray) -> tuple[IntArray, Match, int]:
        """The partners when whoever is alone, or somebody instead of them, joins a pair or a couple; the trio's cost.

        Each of the people whom a tree from the one left alone reaches is tried. Where none of them may join, one of
        their blossoms holds the trio (nobody else can be missed by a largest matching): these are searched exactly.
        """
        best: tuple[int, IntArray, Match] = (APART, mate, ())
        tree = Tree(mate, int(np.flatnonzero(mate < 0)[0]), lambda place: self.row(place) < APART)
        for looked, (place, _) in enumerate(tree.visits()):
            best = min(best, self._joined(tree.without(place), place), key=lambda option: option[0])
            if best[0] < self.low or (best[0] < APART and looked >= LOOKS):
                break
        if best[0] >= APART:
            best = min((self._inside(tree, circle) for circle in tree.blossoms()), key=lambda option: option[0])
        if best[0] >= APART:
            raise PairingError("stranded", self._people(np.flatnonzero(tree.outer)))
        return best[1], best[2], best[0]

    def _joined(self, mate: IntArray, place: int) -> tuple[int, IntArray, Match]:
        """The cheapest pair or couple for the one alone: the cost of the trio, the partners of the others, the trio."""
        row, pairs = self.row(place), blossom.couples(mate)
        cost = (row + self.burden)[pairs].sum(axis=1)
        best = int(cost.min(initial=APART))
        couple, joined = self._couple(place)
        if joined <= best or best >= APART:
            return joined, mate, couple
        a, b = pairs[self.rng.choice(np.flatnonzero(cost == best))].tolist()
        mate = mate.copy()
        mate[[a, b]] = -1
        return best + int(self.row(a)[b] + self.burden[place]), mate, self._people(np.array([place, a, b]))

    def _couple(self, place: int) -> tuple[Match, int]:
        """The couple that it costs least to join, with the one who joins it first, and that cost."""
        person = int(self.plan.free[place])
        row, weight = self.flaws.row(person), self.weight
        prices = [int(row[a] + row[b] + weight[[person, a, b]].sum()) for a, b in self.plan.couples]
        least = min(range(len(prices)), key=lambda couple: prices[couple], default=-1)
        return ((person, *self.plan.couples[least]), prices[least]) if least >= 0 else ((), APART)

    def _inside(self, tree: Tree, circle: IntArray) -> tuple[int, IntArray, Match]:
        """The same within a blossom, at most 2,000 people, whose others then pair off among themselves."""
        if not 3 <= len(circle) <= LARGEST:
            return APART, tree.mate, ()
        cost = np.stack([self.row(place)[circle] for place in circle.tolist()])
        trios = Trios(cost, cost, self.burden[circle], np.full(len(circle), APART))
        found, trio = Odd(trios, self.rng, grain=self.low).solve(0)
        if found.cost >= APART:
            return APART, tree.mate, ()
        mate, pairs = tree.without(int(tree.base[circle[0]])), circle[found.pairs]
        mate[circle] = -1
        mate[pairs] = pairs[:, ::-1]
        own = found.cost - int(cost[found.pairs[:, 0], found.pairs[:, 1]].sum())
        return own, mate, self._people(circle[list(trio)])

    def _stranded(self, growing: Growing) -> Match:
        """The fewest people whom the wishes leave too few others: one circle more than there are others, and another
        when the number is odd."""
        circles = sorted(growing.circles, key=len)[: growing.others + 1 + self.odd]
        return tuple(sorted(self._people(np.concatenate(circles))))

    def _people(self, places: IntArray) -> Match:
        """The positions of those at these places, nobody's chair left out."""
        found = self.plan.free[places]
        return tuple(found[found < self.problem.size].tolist())
