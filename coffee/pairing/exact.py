"""Exact draws of hundreds of people: one best matching by blossom."""

import numpy as np
from numpy.random import Generator

from coffee.pairing.cost import Costs
from coffee.pairing.even import matched
from coffee.pairing.flaws import APART
from coffee.pairing.model import IntArray, PairingError
from coffee.pairing.odd import Odd
from coffee.pairing.plan import Match, Plan


def solve(plan: Plan, costs: Costs, floor: int, rng: Generator, *, grain: int = 1) -> tuple[list[Match], int, int]:
    """One best draw of the free people: the matches, their cost, and a cost below which no draw can go.

    `floor` is such a cost that is known already; differences below `grain` are not searched for. PairingError when
    there is no draw.
    """
    among = np.ix_(plan.free, plan.free)
    cost = np.where(costs.allowed[among], costs.pair[among], APART)
    joins, couples = _joins(plan, costs)
    if plan.odd:
        found, trio = Odd(cost, costs.burden[plan.free], joins, rng, grain).solve(floor)
    else:
        found, trio = matched(cost, rng, grain=grain), ()
    if found.cost >= APART:
        raise PairingError("stranded", plan.free.tolist())
    matches: list[Match] = [tuple(pair) for pair in plan.free[found.pairs].tolist()]
    settled = plan.fixed
    if len(trio) == 1:
        couple = plan.couples[couples[trio[0]]]
        settled.remove(couple)
        matches.append((int(plan.free[trio[0]]), *couple))
    elif trio:
        matches.append(tuple(plan.free[list(trio)].tolist()))
    return matches + settled, found.cost, found.least


def _joins(plan: Plan, costs: Costs) -> tuple[IntArray, IntArray]:
    """What it costs each free person (f,) at least to join a couple (APART: they may join none), and which couple."""
    found = np.full((len(plan.couples) + 1, len(plan.free)), APART)
    for row, (a, b) in enumerate(plan.couples):
        joined = costs.pair[a] + costs.pair[b] + costs.burden + costs.burden[a] + costs.burden[b]
        found[row] = np.where(costs.allowed[a] & costs.allowed[b], joined, APART)[plan.free]
    return found.min(axis=0), found.argmin(axis=0)
