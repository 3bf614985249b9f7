"""The exact optimum by another way than the code under test: one blossom over all pairs, for every trio."""

from itertools import combinations
from typing import Any

import numpy as np
import rustworkx as rx

from coffee.pairing.costs import APART

TOP = 10**9


def least_of_pairs(cost: Any) -> Any:
    """The cost of the cheapest perfect matching; APART when there is none."""
    graph = rx.PyGraph()
    graph.add_nodes_from(range(len(cost)))
    left, right = np.nonzero(np.triu(cost < APART, 1))
    worth = TOP - cost[left, right]
    graph.extend_from_weighted_edge_list(list(zip(left.tolist(), right.tolist(), worth.tolist(), strict=True)))
    found = rx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return sum(int(cost[a, b]) for a, b in found) if 2 * len(found) == len(cost) else APART


def least_with_trio(cost: Any, thirds: Any) -> Any:
    """The cost of the cheapest draw with a trio: every two of a trio are tried, as one person, with every third.

    `thirds(a, b, rest)` are the costs of these trios; APART or more for those that may not be.
    """
    size, best = len(cost), APART
    for a, b in combinations(range(size), 2):
        rest = np.delete(np.arange(size), [a, b])
        merged = np.pad(cost[np.ix_(rest, rest)], (0, 1), constant_values=APART)
        merged[-1, :-1] = merged[:-1, -1] = np.minimum(thirds(a, b, rest), APART)
        best = min(best, least_of_pairs(merged))
    return best
