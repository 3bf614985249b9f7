"""The draw itself: checks the wishes, chooses the method, and certifies what came out."""

import secrets
from typing import Any

import numpy as np

from coffee.pairing import check, exact
from coffee.pairing.cost import Costs, dense
from coffee.pairing.count import LARGEST
from coffee.pairing.counted import Counted
from coffee.pairing.model import IntArray, Pairing, PairingError, Problem, Rules
from coffee.pairing.plan import Match, Plan, match_cost, plan, with_empty_chair
from coffee.pairing.verdict import judge


def pair(
    silos: Any,
    *,
    met: Any = None,
    apart: Any = None,
    together: Any = None,
    seed: int | None = None,
    look_ahead: bool = True,
    met_round: Any = None,
    trios: Any = None,
    present: Any = None,
    silos_first: bool = False,
    silos_free: bool = False,
    odd_sits_out: bool = False,
    prefer_new_links: bool = False,
    quiet: Any = None,
    mix: Any = None,
) -> Pairing:
    """Draws everybody into matches of two, and one of three when the number is odd."""
    rules = Rules(silos_first, silos_free, odd_sits_out, prefer_new_links)
    problem = read(silos, met, apart, together, met_round, trios, present, quiet, mix, rules)
    if seed is None:
        seed = secrets.randbits(63)
    rng = np.random.Generator(np.random.PCG64(seed))
    seats = plan(problem)
    costs = dense(problem)
    if odd_sits_out:
        costs = with_empty_chair(costs)
    if len(seats.free) <= LARGEST:
        counted = Counted(seats, costs)
        matches, cost, proven = counted.draw(rng), counted.cost, True
    else:
        matches, cost, proven = exact.solve(seats, costs, rng)
    return certified(problem, seats, costs, matches, cost, proven, seed)


def read(
    silos: Any,
    met: Any,
    apart: Any,
    together: Any,
    met_round: Any,
    trios: Any,
    present: Any,
    quiet: Any,
    mix: Any,
    rules: Rules,
) -> Problem:
    """Checks everything; ValueError for malformed arrays, PairingError for impossible wishes."""
    silo_array = check.labels(silos, "silos")
    size = len(silo_array)
    met_pairs = check.pairs(met, "met", size)
    apart_pairs = check.pairs(apart, "apart", size)
    groups = check.groups(check.pairs(together, "together", size))
    if size == 1 and not rules.odd_sits_out:
        raise PairingError("alone", [0])
    check.refuse_contradictions(apart_pairs, groups, size)
    return Problem(
        silo_array,
        met_pairs,
        apart_pairs,
        groups,
        None if met_round is None else check.labels(met_round, "met_round", len(met_pairs)),
        check.burdens(trios, present, size),
        check.flags(quiet, "quiet", size),
        None if mix is None else check.labels(mix, "mix", size),
        rules,
    )


def certified(
    problem: Problem, seats: Plan, costs: Costs, matches: list[Match], cost: int, proven: bool, seed: int
) -> Pairing:
    """The draw with its certificate."""
    rows, sits_out = as_rows(matches, problem.size)
    verdict = judge(rows, problem.silos, problem.met)
    least = costs.counts(cost + sum(match_cost(costs, group) for group in seats.fixed))
    repeats, same = int(verdict.repeats.sum()), int(verdict.same_silo.sum())
    least_same = same if problem.rules.silos_free else least["same_silo"]
    return Pairing(rows, repeats, same, least["repeats"], least_same, proven, seed, sits_out)


def as_rows(matches: list[Match], size: int) -> tuple[IntArray, int]:
    """The matches as an array (m, 3), and the position of whoever sits out (−1: nobody)."""
    sits_out = next((min(m) for m in matches if max(m) == size), -1)
    rows = [(*m, -1)[:3] for m in matches if max(m) < size]
    return np.array(rows, np.int64).reshape(-1, 3), sits_out
