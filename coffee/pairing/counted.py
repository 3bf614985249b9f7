"""Small draws (up to 16 free people): exactly uniform among the exactly best, trio included."""

import numpy as np
from numpy.random import Generator

from coffee.pairing.cost import Costs
from coffee.pairing.count import LARGEST, NEVER, Table, pick
from coffee.pairing.model import IntArray, PairingError
from coffee.pairing.plan import Match, Plan, trio_options


class Counted:
    """Draws from all the best ways to match the free people, each equally likely."""

    def __init__(self, plan: Plan, costs: Costs) -> None:
        if len(plan.free) > LARGEST:
            raise ValueError(f"Counting is for {LARGEST} people at most.")
        self.plan = plan
        self.table = Table(costs.pair[np.ix_(plan.free, plan.free)], costs.allowed[np.ix_(plan.free, plan.free)])
        self.full = 2 ** len(plan.free) - 1
        self.trios, trio_costs = _trios(plan, costs)
        self.rest = self.full - _masks(self.trios, plan.free)
        totals = self.table.least[self.rest] + trio_costs
        self.cost = int(totals.min(initial=NEVER))
        if self.cost >= NEVER:
            raise PairingError("stranded", plan.free.tolist())
        self.weights = np.where(totals == self.cost, self.table.ways[self.rest], 0)

    def draw(self, rng: Generator) -> list[Match]:
        """One draw: the matches of the free people (and of the couple that somebody joins)."""
        chosen = pick(self.weights, rng)
        pairs = self.table.sample(int(self.rest[chosen]), rng)
        free = self.plan.free.tolist()
        matches: list[Match] = [(free[a], free[b]) for a, b in pairs]
        trio = tuple(self.trios[chosen].tolist())
        joined = trio[1:]
        matches += [couple for couple in self.plan.couples if couple != joined]
        return matches + ([trio] if trio else []) + list(self.plan.trios)


def _trios(plan: Plan, costs: Costs) -> tuple[IntArray, IntArray]:
    """The trios to choose from: when none is needed, a single empty one."""
    if plan.odd:
        return trio_options(plan, costs)
    return np.empty((1, 0), np.int64), np.zeros(1, np.int64)


def _masks(rows: IntArray, free: IntArray) -> IntArray:
    """For each row, the bit mask of its members' places among the free."""
    bits = np.zeros(int(max(rows.max(initial=0), free.max(initial=0))) + 1, np.int64)
    bits[free] = 1 << np.arange(len(free))
    return np.asarray(bits[rows].sum(axis=1), dtype=np.int64)
