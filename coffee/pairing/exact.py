"""Exact draws of hundreds of people: one best matching by blossom."""

import numpy as np
from numpy.random import Generator

from coffee.pairing import blossom
from coffee.pairing.cost import Costs
from coffee.pairing.model import PairingError
from coffee.pairing.odd import Odd
from coffee.pairing.plan import Match, Plan


def solve(plan: Plan, costs: Costs, floor: int, rng: Generator) -> tuple[list[Match], int, int]:
    """One best draw of the free people: the matches, their cost, and a cost below which no draw can go.

    `floor` is such a cost that is known already.
    """
    if plan.odd:
        return Odd(plan, costs, rng).solve(floor)
    among = np.ix_(plan.free, plan.free)
    partner = blossom.perfect(costs.pair[among], costs.allowed[among], rng)
    if partner is None:
        raise PairingError("stranded", plan.free.tolist())
    pairs = plan.free[blossom.couples(partner)]
    cost = int(costs.pair[pairs[:, 0], pairs[:, 1]].sum())
    return [*map(tuple, pairs.tolist()), *plan.fixed], cost, cost
