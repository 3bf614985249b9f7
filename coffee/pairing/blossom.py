"""Least-cost perfect matchings: Edmonds' blossom algorithm (Edmonds 1965, Galil 1986), through rustworkx.

O(n³) time. Exact for any whole costs: rustworkx computes with 128-bit integers.
"""

import numpy as np
import rustworkx as rx
from numpy.random import Generator

from coffee.pairing.model import BoolArray, IntArray


def perfect(pair: IntArray, allowed: BoolArray, rng: Generator) -> IntArray | None:
    """The partner of each of n people in one least-cost perfect matching, or None when there is none.

    People and pairs are shuffled first, so that among equally good matchings no position is favoured.
    """
    size = len(pair)
    order = rng.permutation(size)
    a, b = np.nonzero(np.triu(allowed, 1))
    return matched(size, order[a], order[b], pair[a, b], order, rng)


def matched(
    size: int, left: IntArray, right: IntArray, cost: IntArray, order: IntArray, rng: Generator
) -> IntArray | None:
    """As `perfect`, from lists of pairs of shuffled positions; `order[p]` is the shuffled position of p."""
    partner = largest(size, left, right, cost, rng)
    if (partner < 0).any():
        return None
    back = np.argsort(order)
    return np.asarray(back[partner[order]], dtype=np.int64)


def largest(size: int, left: IntArray, right: IntArray, cost: IntArray, rng: Generator) -> IntArray:
    """Each person's partner (−1: none) in a least-cost matching among the largest."""
    graph = rx.PyGraph()
    graph.add_nodes_from(range(size))
    shuffled = rng.permutation(len(left))
    top = int(cost.max(initial=0))
    rows = (left[shuffled].tolist(), right[shuffled].tolist(), (top - cost[shuffled]).tolist())
    graph.extend_from_weighted_edge_list(list(zip(*rows, strict=True)))
    partner = np.full(size, -1)
    for a, b in rx.max_weight_matching(graph, max_cardinality=True, weight_fn=int):
        partner[a], partner[b] = b, a
    return partner


def couples(partner: IntArray) -> IntArray:
    """The pairs (m, 2) of a partner array."""
    first = np.flatnonzero(partner > np.arange(len(partner)))
    return np.stack([first, partner[first]], axis=1)
