"""Best matchings by Edmonds' blossom algorithm, through rustworkx.

A matching pairs people so that nobody is in two pairs. The algorithm lengthens a matching along alternating paths, and
shrinks each odd circle that it meets into one vertex, a blossom (Edmonds 1965, Galil 1986). It finds the matching that
costs least among the largest, or the one worth most. People and pairs are shuffled first, so that among equally good
matchings no position in the list is favoured. It takes O(n m log n) for n people and m pairs, and is exact for any
whole numbers, since rustworkx computes with 128 bits.
"""

import numpy as np
import rustworkx as rx
from numpy.random import Generator
from numpy.typing import NDArray

from coffee.pairing.model import BoolArray, IntArray


def perfect(pair: IntArray, allowed: BoolArray, rng: Generator) -> IntArray | None:
    """The partner of each of n people in one least-cost perfect matching, or None when there is none."""
    a, b = np.nonzero(np.triu(allowed, 1))
    partner = largest(len(pair), a, b, pair[a, b], rng)
    return None if (partner < 0).any() else partner


def largest(size: int, left: IntArray, right: IntArray, cost: IntArray, rng: Generator) -> IntArray:
    """Each person's partner (−1: none) in a least-cost matching among the largest."""
    return _matched(size, left, right, int(cost.max(initial=0)) - cost, rng, whole=True)


def heaviest(size: int, left: IntArray, right: IntArray, worth: NDArray[np.object_], rng: Generator) -> IntArray:
    """Each person's partner (−1: none) in a matching whose pairs are worth most; `worth` (m,) are whole numbers."""
    return _matched(size, left, right, worth, rng, whole=False)


def couples(partner: IntArray) -> IntArray:
    """The pairs (m, 2) of a partner array."""
    first = np.flatnonzero(partner > np.arange(len(partner)))
    return np.stack([first, partner[first]], axis=1)


def _matched(
    size: int, left: IntArray, right: IntArray, worth: NDArray[np.generic], rng: Generator, *, whole: bool
) -> IntArray:
    """One matching; people and pairs are shuffled first, so that among equally good ones no position is favoured."""
    name, row = rng.permutation(size), rng.permutation(len(left))
    rows = (name[left[row]].tolist(), name[right[row]].tolist(), worth[row].tolist())
    graph = rx.PyGraph()
    graph.add_nodes_from(range(size))
    graph.extend_from_weighted_edge_list(list(zip(*rows, strict=True)))
    found = np.array(list(rx.max_weight_matching(graph, max_cardinality=whole, weight_fn=int)), np.int64).reshape(-1, 2)
    back, partner = np.argsort(name), np.full(size, -1)
    partner[back[found]] = back[found[:, ::-1]]
    return partner
