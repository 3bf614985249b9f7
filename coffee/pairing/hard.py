"""People whom few may meet, in schemes too large for exact search: they are matched first, and best.

If everybody else has many partners left, the rest of a large scheme can be matched without flaws (Dirac 1952),
so the least that these few must cost is the least of all. It is found exactly on a small graph: of the
partners that cost one of k such people the same, k are enough, since the others take at most k − 1.
"""

from dataclasses import dataclass

import numpy as np
import rustworkx as rx
from numpy.random import Generator

from coffee.pairing.bounds import degrees_left
from coffee.pairing.flaws import APART, Flaws
from coffee.pairing.model import IntArray, Problem
from coffee.pairing.plan import Plan

FEW = 150


Edge = tuple[int, int, int]
SPARE = -1


@dataclass(frozen=True, eq=False)
class Held:
    """The people with few partners, matched: pairs (k, 2), the least they must cost, and whom that leaves alone."""

    pairs: IntArray
    least: int
    alone: tuple[int, ...]


def held(problem: Problem, plan: Plan, flaws: Flaws, rng: Generator) -> Held:
    """Matches the people with few partners left at the least cost. O(k n + k⁴) for k of them, at most 150.

    Of three such people in one trio two count as a pair, so with a trio (or somebody sitting out) one of
    them need not cost anything.
    """
    people = plan.free[plan.free < problem.size]
    left = degrees_left(problem)[people]
    few = people[np.argsort(left, kind="stable")[:FEW]]
    few = few[np.sort(left)[:FEW] < 2 * FEW]
    edges = [edge for person in few.tolist() for edge in _edges(person, few, people, flaws, rng)]
    pairs, cost = _covering(edges, few)
    alone = tuple(np.setdiff1d(few, pairs).tolist())
    # One more than pairs can hold finds a place in the trio, or sits out.
    alone = alone if len(alone) > len(people) % 2 else ()
    if len(people) % 2 and (problem.rules.odd_sits_out or len(few) > 2):
        _, cost = _covering([*edges, *((person, SPARE, 0) for person in few.tolist())], few)
    return Held(pairs, cost, alone)


def _covering(edges: list[Edge], few: IntArray) -> tuple[IntArray, int]:
    """Pairs (k, 2) that hold as many of the few as possible, and cost least; without whoever has the spare place."""
    both = set(few.tolist())
    worth = (max((cost for _, _, cost in edges), default=0) + 1) * (len(few) + 1)
    names = sorted({person for a, b, _ in edges for person in (a, b)})
    node = {person: place for place, person in enumerate(names)}
    price = {frozenset((a, b)): cost for a, b, cost in edges}
    graph = rx.PyGraph()
    graph.add_nodes_from(names)
    graph.extend_from_weighted_edge_list([(node[a], node[b], worth * (1 + (b in both)) - cost) for a, b, cost in edges])
    matched = rx.max_weight_matching(graph, max_cardinality=False, weight_fn=int)
    pairs = [sorted((names[a], names[b])) for a, b in matched]
    cost = sum(price[frozenset(pair)] for pair in pairs)
    return np.array(sorted(p for p in pairs if SPARE not in p), np.int64).reshape(-1, 2), cost


def _edges(person: int, few: IntArray, people: IntArray, flaws: Flaws, rng: Generator) -> list[Edge]:
    """The pairs worth looking at: with the other few, and as many of the cheapest others as may be taken."""
    cost = flaws.row(person)
    later = few[(few > person) & (cost[few] < APART)]
    found = [(person, other, int(cost[other])) for other in later.tolist()]
    others = rng.permutation(np.setdiff1d(people, few))
    others = others[cost[others] < APART]
    for price in np.unique(cost[others]).tolist():
        alike = others[cost[others] == price][: len(few)]
        found += [(person, other, price) for other in alike.tolist()]
        if len(alike) == len(few):
            break
    return found
