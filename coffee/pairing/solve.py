"""Chooses how to draw: by counting, by shuffling, or by exact search, whichever is sure to be best."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import Generator

from coffee.pairing import exact
from coffee.pairing.chain import Chain
from coffee.pairing.cost import Costs, dense
from coffee.pairing.count import LARGEST
from coffee.pairing.counted import Counted
from coffee.pairing.flaws import APART, Flaws, Lookup
from coffee.pairing.hard import held
from coffee.pairing.model import IntArray, PairingError, Problem
from coffee.pairing.plan import Match, Plan, with_empty_chair
from coffee.pairing.shuffle import Shuffled, shuffled

DENSE = 400
PATIENT = 1000
STIRRED = 200_000


@dataclass(frozen=True, eq=False)
class Drawn:
    """The free people drawn: `pairs` (m, 2) and `others`, everything else. The position n means sitting out.

    `cost` is what the free people's matches cost (settled ones are the same in every draw), and `least` a
    cost below which no draw can go.
    """

    pairs: IntArray
    others: list[Match]
    cost: int
    least: int


class Solver:
    """Draws of one problem: any number of them, each among the best."""

    def __init__(self, problem: Problem, plan: Plan, flaws: Flaws, rng: Generator) -> None:
        self.problem, self.plan, self.flaws, self.rng = problem, plan, flaws, rng
        self.solved: tuple[list[Match], int, int] | None = None

    def draw(self) -> Drawn:
        """One draw."""
        if len(self.plan.free) <= LARGEST:
            return self._counted()
        found = shuffled(self.problem, self.plan, self.flaws, self.rng)
        least = found.ideal
        if found.cost > least and self.problem.size > DENSE:
            found, least = self._held(found)
        if found.cost > least and self.problem.size <= (DENSE if self.plan.odd else PATIENT):
            return self._exact(least)
        return self._stirred(found, least)

    def _held(self, first: Shuffled) -> tuple[Shuffled, int]:
        """Another fast draw in which the people whom few may meet come first, and what is now known to be needed."""
        few = held(self.problem, self.plan, self.flaws, self.rng)
        if few.alone:
            raise PairingError("stranded", few.alone)
        again = shuffled(self.problem, self.plan, self.flaws, self.rng, few.pairs)
        best = min(again, first, key=lambda found: found.cost)
        banned = best.chain.pairs[best.chain.cost >= APART].ravel().tolist()
        if banned and self.problem.size > PATIENT:
            raise PairingError("stranded", banned)
        return best, max(first.ideal, few.least)

    def _counted(self) -> Drawn:
        matches, cost = self.counted.draw(self.rng), self.counted.cost
        return Drawn(np.empty((0, 2), np.int64), matches, cost, cost)

    @cached_property
    def counted(self) -> Counted:
        """All draws of a small scheme."""
        return Counted(self.plan, self.costs)

    @cached_property
    def costs(self) -> Costs:
        """All costs as tables."""
        costs = dense(self.problem)
        return with_empty_chair(costs) if self.problem.rules.odd_sits_out else costs

    def _stirred(self, found: Shuffled, least: int) -> Drawn:
        if len(found.extra) == 3:
            burden = self.problem.burden if self.problem.burden is not None else np.zeros(self.problem.size, np.int64)
            found.chain.with_trio(found.extra, 3, burden * self.flaws.unit["burden"])
        found.chain.stir(passes(self.problem.size))
        extra = tuple(found.chain.trio) or (*found.extra, self.problem.size)
        others = [extra] if found.extra else []
        return Drawn(found.chain.pairs, [*self.plan.fixed, *others], found.cost, min(least, found.cost))

    def _exact(self, floor: int) -> Drawn:
        costs = self.costs
        if self.solved is None or not self.plan.odd:
            self.solved = exact.solve(self.plan, costs, floor, self.rng)
        matches, cost, least = self.solved
        settled = set(self.plan.fixed)
        loose = [m for m in matches if len(m) == 2 and m not in settled]
        chain = Chain(np.array(loose, np.int64).reshape(-1, 2), Lookup(costs), self.rng)
        others = [m for m in matches if m in settled]
        trio = next((m for m in matches if len(m) == 3 and m not in settled), None)
        if trio:
            chain.with_trio(trio, 1 if trio[1:] in self.plan.couples else 3, costs.burden)
        chain.stir(passes(self.problem.size))
        if trio:
            others.append(tuple(chain.trio))
        return Drawn(chain.pairs, others, cost, least)


def passes(size: int) -> int:
    """How many times to stir: many for small schemes, none where the deal itself is random enough."""
    return min(40, STIRRED // size)
