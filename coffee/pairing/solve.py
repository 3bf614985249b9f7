"""Chooses how to draw: by counting, by shuffling, or by exact search, whichever is sure to be best."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.random import Generator

from coffee.pairing import exact, frontier
from coffee.pairing.bounds import degrees_left
from coffee.pairing.chain import Chain
from coffee.pairing.cost import Costs, dense
from coffee.pairing.count import LARGEST
from coffee.pairing.counted import Counted
from coffee.pairing.even import PATIENT
from coffee.pairing.flaws import APART, Flaws, Lookup
from coffee.pairing.frontier import Frontier, Step
from coffee.pairing.grown import Grown
from coffee.pairing.model import IntArray, Problem
from coffee.pairing.plan import Match, Plan, joins, with_empty_chair
from coffee.pairing.shuffle import Shuffled, shuffled

DENSE = 400  # up to so many people a shuffle costs nothing beside an exact search
SPARSE = 4_000  # up to so many people all costs fit a table
FRESH = 200_000
SMALL = 60


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


@dataclass(frozen=True, eq=False)
class Found:
    """A draw that can still be stirred: its chain of pairs, and the matches that are settled."""

    chain: Chain
    settled: list[Match]
    cost: int
    least: int

    def drawn(self) -> Drawn:
        """The draw as it stands."""
        trio = [tuple(self.chain.trio)] if self.chain.trio else []
        return Drawn(self.chain.pairs.copy(), [*self.settled, *trio], self.cost, self.least)


class Solver:
    """Draws of one problem: any number of them, each among the best, or with `quick` merely good."""

    def __init__(self, problem: Problem, plan: Plan, flaws: Flaws, rng: Generator, *, quick: bool = False) -> None:
        self.problem, self.plan, self.flaws, self.rng, self.quick = problem, plan, flaws, rng, quick
        self.found: Found | None = None
        self.sparse: Frontier | None = None

    def draw(self) -> Drawn:
        """One draw: exactly uniform where all the best can be counted, otherwise stirred."""
        if len(self.plan.free) <= LARGEST:
            matches, cost = self.counted.draw(self.rng), self.counted.cost
            return Drawn(np.empty((0, 2), np.int64), matches, cost, cost)
        if self.found is None or not self._can_be_stirred_again():
            self.found = self._search()
        if self.quick:
            return self.found.drawn()
        if self._countable(self.found) and self.sparse is not None:
            return self._counted_out(self.sparse.draw(self.rng), self.found)
        if self.problem.size <= SMALL:
            self.found.chain.ask(Lookup(self.costs))
        self.found.chain.stir(passes(self.problem.size))
        return self.found.drawn()

    @cached_property
    def counted(self) -> Counted:
        """All draws of a small scheme."""
        return Counted(self.plan, self.costs)

    @cached_property
    def costs(self) -> Costs:
        """All costs as tables."""
        costs = dense(self.problem) if self.problem.size <= PATIENT else self.flaws.costs
        return with_empty_chair(costs) if self.problem.rules.odd_sits_out else costs

    @cached_property
    def _used_up(self) -> bool:
        """Whether so few pairs are left to meet that a large scheme is best searched exactly at once."""
        size, behind = self.problem.size, len(self.problem.met) + len(self.problem.apart)
        likely = DENSE < size <= SPARSE and used_up(size, behind)
        return likely and int(degrees_left(self.problem).sum()) <= min(2 * FRESH, size**2 // 4)

    def _can_be_stirred_again(self) -> bool:
        """Searching for a trio again would take long; what is counted need not be searched for again."""
        return self.plan.odd or (self.sparse is not None and self.sparse.exact)

    def _countable(self, found: Found) -> bool:
        """Whether the best draws are few enough to be counted all."""
        free = self.plan.free
        if found.cost > found.least or len(free) > frontier.LARGEST:
            return False
        if self.sparse is None:
            among, costs = np.ix_(free, free), self.costs
            pair, burden, couples = costs.pair[among], costs.burden[free], joins(self.plan, costs)
            self.sparse = Frontier(pair, costs.allowed[among], found.cost, burden, couples)
        return self.sparse.exact

    def _counted_out(self, steps: list[Step], found: Found) -> Drawn:
        """The draw that these steps make."""
        free, settled = self.plan.free, self.plan.fixed
        pairs = np.array([step.people for step in steps if not step.odd], np.int64).reshape(-1, 2)
        for step in (step for step in steps if step.odd):
            couple = self.plan.couples[step.couple] if step.couple >= 0 else ()
            settled = [match for match in settled if match != couple]
            settled.append((*free[list(step.people)].tolist(), *couple))
        return Drawn(free[pairs], settled, found.cost, found.least)

    def _search(self) -> Found:
        """One draw by shuffling or, where that is not sure to be best, by exact search."""
        searched = self._exact(0) if self._used_up and not self.quick else None
        if searched is not None and self._settled(searched):
            return searched
        fast = shuffled(self.problem, self.plan, self.flaws, self.rng, quick=self.quick)
        least = fast.ideal if searched is None else max(fast.ideal, searched.least)
        if self.quick and fast.cost < APART:
            return self._fast(fast, least)
        worth_growing = (
            self.problem.size > DENSE and fast.cost // self.flaws.least_flaw > least // self.flaws.least_flaw
        )
        if worth_growing or fast.cost >= APART:
            grown, bound = Grown(self.problem, self.plan, self.flaws, self.rng).draw(fast)
            fast, least = min(grown, fast, key=lambda draw: draw.cost), max(least, bound)
        if fast.cost > least and searched is None and self.problem.size <= PATIENT:
            searched = self._exact(least, fast.cost)
        # Without round numbers tables tell rounds apart better than lists do: then only flaws can be compared.
        rounds_known = self.problem.met_round is not None or not len(self.problem.met)
        grain = 1 if rounds_known else self.flaws.least_flaw
        if searched is not None and searched.cost // grain <= fast.cost // grain:
            return replace(searched, least=min(max(searched.least, least), searched.cost))
        return self._fast(fast, least)

    def _settled(self, found: Found) -> bool:
        """Whether nothing worth searching for is better."""
        return found.cost // self.flaws.least_flaw <= found.least // self.flaws.least_flaw

    def _fast(self, fast: Shuffled, least: int) -> Found:
        settled = [match for match in self.plan.fixed if match != fast.extra[1:]]
        if len(fast.extra) == 3:
            burden = np.zeros(self.problem.size, np.int64) if self.problem.burden is None else self.problem.burden
            loose = 1 if fast.extra[1:] in self.plan.couples else 3
            fast.chain.with_trio(fast.extra, loose, burden * self.flaws.unit["burden"])
        elif fast.extra:
            settled.append((*fast.extra, self.problem.size))
        return Found(fast.chain, settled, fast.cost, min(least, fast.cost))

    def _exact(self, floor: int, known: int = APART) -> Found:
        matches, cost, least = exact.solve(
            self.plan, self.costs, floor, self.rng, grain=self.flaws.least_flaw, known=known
        )
        settled = [match for match in matches if match in set(self.plan.fixed)]
        loose = [match for match in matches if match not in set(settled)]
        pairs = np.array([match for match in loose if len(match) == 2], np.int64).reshape(-1, 2)
        chain = Chain(pairs, Lookup(self.costs), self.rng)
        for trio in (match for match in loose if len(match) == 3):
            chain.with_trio(trio, 1 if trio[1:] in self.plan.couples else 3, self.costs.burden)
        return Found(chain, settled, cost, least)


def used_up(size: int, behind: int) -> bool:
    """Whether so many pairs of people have met or are set apart that a good draw may have to be searched for."""
    return behind * 8 > size**2


def passes(size: int) -> int:
    """How many times to stir: often in small schemes, never where the deal itself is random enough."""
    return 40 if size <= SMALL else min(3, 200_000 // size)
