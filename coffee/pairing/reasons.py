"""Why flaws cannot be avoided: the shortest true reasons, which add up to the unavoidable number."""

from itertools import combinations

import numpy as np
import rustworkx as rx
from numpy.random import Generator

from coffee.pairing import blossom
from coffee.pairing.bounds import Sizes, degrees_left, within
from coffee.pairing.flaws import Flaws
from coffee.pairing.model import BoolArray, IntArray, Problem, Reason
from coffee.pairing.plan import Plan

SEARCHED = 120


def reasons(problem: Problem, plan: Plan, flaws: Flaws, least: dict[str, int], rng: Generator) -> tuple[Reason, ...]:
    """The reasons for the unavoidable flaws of each tier, `least` of them."""
    found = [*_settled(problem, plan, flaws)]
    for tier, reason in (("repeats", _repeats), ("same_silo", _same_silo)):
        missing = least[tier] - sum(r.count for r in found if r.tier == tier)
        if missing > 0:
            found += reason(problem, plan, missing, rng)
    return tuple(found)


def _settled(problem: Problem, plan: Plan, flaws: Flaws) -> list[Reason]:
    """The flaws that the organiser chose by putting people together."""
    found = []
    for group in plan.fixed:
        pairs = np.array(list(combinations(group, 2)))
        same = int((problem.silos[pairs[:, 0]] == problem.silos[pairs[:, 1]]).sum())
        met = sum(int(flaws.met(a)[b]) for a, b in pairs.tolist())
        counts = {"repeats": met, "same_silo": 0 if problem.rules.silos_free else same}
        found += [Reason(tier, "together", count, people=group) for tier, count in counts.items() if count]
    return found


def _same_silo(problem: Problem, plan: Plan, missing: int, _rng: Generator) -> list[Reason]:
    """A silo too large for the matches there are, or the price of the tier above."""
    people = plan.free[plan.free < problem.size]
    sizes = Sizes(problem.silos[people])
    silo, size = max(sizes.top.items(), key=lambda item: item[1], default=(-1, 0))
    bound = min(sizes.fewest(odd=plan.odd), missing)
    if len(people) % 2 and not plan.odd:
        bound = min(within(size - 1, len(people) - 1), missing)
    found = []
    # Sizes alone force a flaw only where the largest silo has more people than there are matches.
    if bound:
        found.append(Reason("same_silo", "large silo", bound, silo=int(silo), size=size, of=len(people)))
    if missing > bound:
        kind = "compared" if problem.rules.silos_first else "other tier"
        found.append(Reason("same_silo", kind, missing - bound))
    return found


def _repeats(problem: Problem, plan: Plan, missing: int, rng: Generator) -> list[Reason]:
    """People who have met everyone, people with too few left, or the price of the tier above."""
    lonely = _met_everyone(problem, plan)
    if len(lonely) and (len(lonely) + 1) // 2 >= missing:
        return [Reason("repeats", "met everyone", missing, people=lonely)]
    if problem.size <= SEARCHED and not plan.odd and not plan.couples:
        short, people, others = too_few(_new(problem, plan), rng)
        if short and (short + 1) // 2 >= missing:
            names = plan.free.tolist()
            who = tuple(names[p] for p in people if names[p] < problem.size)
            return [Reason("repeats", "too few new", missing, people=who, others=tuple(names[p] for p in others))]
    if problem.rules.silos_first:
        return [Reason("repeats", "other tier", missing)]
    return [Reason("repeats", "trio" if missing == 1 and _no_new_trio(problem, plan) else "compared", missing)]


def _no_new_trio(problem: Problem, plan: Plan) -> bool:
    """Whether a trio must be made, and every one that may be has a repeat; up to 120 people, else False."""
    if not plan.odd or plan.couples or problem.size > SEARCHED:
        return False
    new = _new(problem, plan).astype(np.int64)
    return not bool(((new @ new) * new).any())


def _met_everyone(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """Free people who have nobody new left."""
    anywhere = Problem(problem.silos, problem.met, problem.apart, rules=type(problem.rules)(silos_free=True))
    left = degrees_left(anywhere)
    people = plan.free[plan.free < problem.size]
    return tuple(people[left[people] == 0].tolist())


def _new(problem: Problem, plan: Plan) -> BoolArray:
    """Which of the free people (f, f) may meet for the first time, in any silo."""
    graph = np.ones((problem.size + 1, problem.size + 1), bool)
    for pairs in (problem.met, problem.apart):
        graph[pairs[:, 0], pairs[:, 1]] = graph[pairs[:, 1], pairs[:, 0]] = False
    np.fill_diagonal(graph, False)
    return graph[np.ix_(plan.free, plan.free)]


def too_few(graph: BoolArray, rng: Generator) -> tuple[int, list[int], list[int]]:
    """How many people must go without, those among whom they are, and the only others these can be matched with.

    The decomposition of Gallai (1964) and Edmonds (1965): the people missed by some largest matching, and their
    neighbours; the shortage is what Berge's formula (1958) gives. One matching per person: O(n⁴).
    """
    size = len(graph)
    most = _largest(graph, rng)
    outer = [p for p in range(size) if _largest(_dropped(graph, p), rng) == most]
    around = graph[outer].any(axis=0) if outer else np.zeros(size, bool)
    return size - 2 * most, outer, [p for p in np.flatnonzero(around).tolist() if p not in set(outer)]


def stranded(problem: Problem, plan: Plan, rng: Generator) -> tuple[int, ...]:
    """Whom the wishes to keep people apart leave without a match; nobody when it is not clear who.

    Of the small circles that `too_few` finds, each of the others can be spared for one, and the odd place is for one
    more: as many of the smallest as are one too many say it all, and those as small are stranded as well.
    """
    if problem.size > SEARCHED or (plan.couples and plan.odd):
        return ()
    people = plan.free[plan.free < problem.size]
    graph = _new(Problem(problem.silos, problem.met[:0], problem.apart), plan)
    if plan.odd and len(people) == 3:
        return tuple(int(p) for p in people[(graph.sum(axis=1) < 2)])
    _, outer, others = too_few(graph, rng)
    circles = _circles(graph, outer)
    smallest = circles[-(len(others) + 1 + plan.odd) :]
    named = [person for circle in circles if len(circle) <= len(smallest[0]) for person in circle]
    return tuple(sorted(int(p) for p in plan.free[named] if p < problem.size))


def _circles(graph: BoolArray, people: list[int]) -> list[list[int]]:
    """The connected parts of these people, the largest first."""
    within = rx.PyGraph.from_adjacency_matrix(graph[np.ix_(people, people)].astype(float))
    parts = sorted((sorted(part) for part in rx.connected_components(within)), key=lambda part: (-len(part), part))
    return [[people[p] for p in part] for part in parts]


def _dropped(graph: BoolArray, person: int) -> BoolArray:
    left = graph.copy()
    left[person] = left[:, person] = False
    return left


def _largest(graph: BoolArray, rng: Generator) -> int:
    """How many pairs the largest matching has."""
    a, b = np.nonzero(np.triu(graph, 1))
    partner: IntArray = blossom.largest(len(graph), a, b, np.zeros(len(a), np.int64), rng)
    return int((partner >= 0).sum()) // 2
