"""The draw itself: checks the wishes, chooses the method, and certifies what came out."""

import secrets
from itertools import combinations
from typing import Any

import numpy as np

from coffee.pairing import check
from coffee.pairing.cost import tiers
from coffee.pairing.flaws import Flaws
from coffee.pairing.model import IntArray, Pairing, PairingError, Problem, Rules
from coffee.pairing.plan import Plan, plan
from coffee.pairing.solve import Drawn, Solver
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
    flaws = Flaws(problem)
    drawn = Solver(problem, seats, flaws, rng).draw()
    return certified(problem, seats, flaws, drawn, seed)


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


def certified(problem: Problem, seats: Plan, flaws: Flaws, drawn: Drawn, seed: int) -> Pairing:
    """The draw with its certificate."""
    settled = settled_cost(seats, flaws)
    counts, least = (tiers(flaws.unit, cost + settled) for cost in (drawn.cost, max(drawn.least, 0)))
    rows, sits_out = as_rows(drawn, problem.size)
    same, least_same = counts["same_silo"], least["same_silo"]
    if problem.rules.silos_free:
        same = least_same = int(judge(rows, problem.silos).same_silo.sum())
    proven = (counts["repeats"], same) == (least["repeats"], least_same)
    return Pairing(rows, counts["repeats"], same, least["repeats"], least_same, proven, seed, sits_out)


def settled_cost(seats: Plan, flaws: Flaws) -> int:
    """What the matches cost that the organiser put together."""
    return sum(int(flaws(np.array([a]), np.array([b]))[0]) for group in seats.fixed for a, b in combinations(group, 2))


def as_rows(drawn: Drawn, size: int) -> tuple[IntArray, int]:
    """The matches as an array (m, 3), and the position of whoever sits out (−1: nobody)."""
    empty = (drawn.pairs == size).any(axis=1)
    pairs = np.full((len(drawn.pairs), 3), -1)
    pairs[:, :2] = drawn.pairs
    sits_out = [min(m) for m in drawn.others if max(m) == size] + drawn.pairs[empty].min(axis=1).tolist()
    others = [(*m, -1)[:3] for m in drawn.others if max(m) < size]
    return np.concatenate([pairs[~empty], np.array(others, np.int64).reshape(-1, 3)]), [*sits_out, -1][0]
