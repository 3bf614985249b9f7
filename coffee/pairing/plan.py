"""Who is free to be matched, and who is already: the people put together, the odd person."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from coffee.pairing.cost import Costs
from coffee.pairing.flaws import APART
from coffee.pairing.model import IntArray, PairingError, Problem

Match = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """`free` people are to be matched; `couples` and `trios` are put together already.

    With `odd`, one trio is to be made: three free people, or a free person joining a couple. When the odd
    person sits out instead, the position n is among the free: whoever is matched with it sits out.
    """

    free: IntArray
    couples: tuple[Match, ...]
    trios: tuple[Match, ...]
    odd: bool

    @property
    def fixed(self) -> list[Match]:
        """The matches that are settled."""
        return [*self.couples, *self.trios]


def plan(problem: Problem) -> Plan:
    """Sorts people into free and settled; PairingError for somebody alone."""
    settled = np.zeros(problem.size, bool)
    for group in problem.groups:
        settled[list(group)] = True
    free = np.flatnonzero(~settled)
    couples = tuple(group for group in problem.groups if len(group) == 2)
    trios = tuple(group for group in problem.groups if len(group) == 3)
    odd = len(free) % 2 == 1
    if odd and problem.rules.odd_sits_out:
        free, odd = np.append(free, problem.size), False
    if odd and len(free) == 1 and not couples:
        raise PairingError("alone", free.tolist())
    return Plan(free, couples, trios, odd)


def with_empty_chair(costs: Costs) -> Costs:
    """The costs with one more position: being matched with it is sitting out."""
    size = len(costs.pair)
    pair = np.zeros((size + 1, size + 1), np.int64)
    pair[:size, :size] = costs.pair
    pair[size, :size] = pair[:size, size] = costs.burden
    allowed = np.ones((size + 1, size + 1), bool)
    allowed[:size, :size] = costs.allowed
    allowed[size, size] = False
    return Costs(pair, pair, allowed, np.append(costs.burden, 0))


def trio_options(plan: Plan, costs: Costs) -> tuple[IntArray, IntArray]:
    """Every trio that could be made: members (t, 3) and cost (t,). A couple comes last in its row."""
    three = np.array(list(combinations(plan.free.tolist(), 3)), np.int64).reshape(-1, 3)
    joins = [(c, a, b) for a, b in plan.couples for c in plan.free.tolist()]
    rows = np.concatenate([three, np.array(joins, np.int64).reshape(-1, 3)])
    x, y, z = rows.T
    cost = costs.inside[x, y] + costs.inside[x, z] + costs.inside[y, z] + costs.burden[rows].sum(axis=1)
    settled = np.arange(len(rows)) >= len(three)
    # A couple's own cost is counted with the settled matches.
    cost -= np.where(settled, costs.pair[y, z], 0)
    may = costs.allowed[x, y] & costs.allowed[x, z] & (costs.allowed[y, z] | settled)
    return rows[may], cost[may]


def joins(plan: Plan, costs: Costs) -> IntArray:
    """What it costs each free person to join each couple (c, f), the couple's own cost aside; APART: they may not."""
    found = np.full((len(plan.couples), len(plan.free)), APART)
    for row, (a, b) in enumerate(plan.couples):
        joined = costs.inside[a] + costs.inside[b] + costs.burden + costs.burden[a] + costs.burden[b]
        joined += costs.inside[a, b] - costs.pair[a, b]
        found[row] = np.where(costs.allowed[a] & costs.allowed[b], joined, APART)[plan.free]
    return found
