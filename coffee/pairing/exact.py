"""Exact draws of hundreds of people: one best matching by blossom."""

import numpy as np
from numpy.random import Generator

from coffee.pairing.cost import Costs
from coffee.pairing.even import FINE, matched
from coffee.pairing.flaws import APART
from coffee.pairing.model import PairingError
from coffee.pairing.odd import Odd
from coffee.pairing.plan import Match, Plan, joins
from coffee.pairing.trios import Trios


def solve(
    plan: Plan,
    costs: Costs,
    floor: int,
    rng: Generator,
    *,
    grain: int = 1,
    rest: tuple[int, int] = (0, 1),
    known: int = APART,
) -> tuple[list[Match], int, int]:
    """One best draw of the free people: the matches, their cost, and a cost below which no draw can go.

    `floor` is such a cost that is known already, `rest` and `known` as for `Odd`; finer differences than `grain` are
    not searched for, or not for long.
    PairingError when there is no draw; above 1,000 people it may be that none was found, and the cost is APART or more.
    """
    among = np.ix_(plan.free, plan.free)
    cost, inside = (np.where(costs.allowed[among], table[among], APART) for table in (costs.pair, costs.inside))
    if plan.odd:
        price = joins(plan, costs)
        cheapest = price.min(axis=0, initial=APART)
        trios = Trios(cost, inside, costs.burden[plan.free], cheapest)
        found, trio = Odd(trios, rng, grain=grain, rest=rest, known=known).solve(floor)
    else:
        fine = FINE // max(len(cost), 1)
        found, trio = matched(cost, rng, below=known, grain=grain, fine=fine), ()
    if found.least >= APART:
        raise PairingError("stranded", plan.free.tolist())
    matches: list[Match] = [tuple(pair) for pair in plan.free[found.pairs].tolist()]
    settled = plan.fixed
    if len(trio) == 1:
        couple = plan.couples[price[:, trio[0]].argmin()]
        settled.remove(couple)
        matches.append((int(plan.free[trio[0]]), *couple))
    elif trio:
        matches.append(tuple(plan.free[list(trio)].tolist()))
    return matches + settled, found.cost, found.least
