"""The number of repeat-free rounds that are left: disjoint perfect matchings, found one after another.

Who may still meet for the first time makes a graph, and a round is a perfect matching of it. A random round is taken
out, then another from what is left, and so on; where that ends early, another first round is tried. Deciding it in
general is NP-complete (Holyer 1981), so this descent has a budget. A k-regular graph of even order needs no search: it
splits into k rounds if k is at least half the order (Csaba, Kühn, Lo, Osthus and Treglown 2016, for large orders; no
exception is known) or if it is bipartite (König 1916).
"""

from collections.abc import Iterator

import numpy as np
import rustworkx as rx
from numpy.random import Generator

from coffee.pairing import blossom
from coffee.pairing.model import BoolArray, IntArray

TRIES = {2: 2, 3: 12, 4: 4, 5: 2}


class Packer:
    """Packs rounds into graphs (n, n) of pairs that may still meet, until the budget of rounds is spent.

    The position `chair` (or −1) is nobody: it may be matched in any number of rounds.
    """

    def __init__(self, rng: Generator, budget: int, chair: int = -1) -> None:
        self.rng, self.budget, self.chair = rng, budget, chair

    def rounds(self, graph: BoolArray, goal: int) -> int:
        """The most disjoint rounds found, up to `goal`. A lower bound; exact when it reaches the goal."""
        if goal <= 0:
            return 0
        if surely_splits(graph, goal):
            return goal
        most = 0
        for _ in range(TRIES.get(goal, 1)):
            if self.budget <= 0:
                break
            pairs = self._round(graph)
            if pairs is None:
                break
            most = max(most, 1 + self.rounds(self.without(graph, pairs), goal - 1))
            if most == goal:
                break
        return most

    def without(self, graph: BoolArray, pairs: IntArray) -> BoolArray:
        """The graph after a round with these pairs (k, 2)."""
        left = graph.copy()
        kept = pairs[(pairs != self.chair).all(axis=1)]
        left[kept[:, 0], kept[:, 1]] = left[kept[:, 1], kept[:, 0]] = False
        return left

    def _round(self, graph: BoolArray) -> IntArray | None:
        """The pairs of one random round, with a trio when the number is odd; None when there is none."""
        self.budget -= 1
        if len(graph) % 2 == 0:
            partner = blossom.perfect(np.zeros(graph.shape, np.int64), graph, self.rng)
            return None if partner is None else blossom.couples(partner)
        for trio in _trios(graph, self.rng):
            rest = np.setdiff1d(np.arange(len(graph)), trio)
            inner = graph[np.ix_(rest, rest)]
            partner = blossom.perfect(np.zeros(inner.shape, np.int64), inner, self.rng)
            if partner is not None:
                a, b, c = trio
                return np.concatenate([rest[blossom.couples(partner)], np.array([(a, b), (a, c), (b, c)])])
        return None


def most_rounds(degrees: IntArray, *, sits_out: bool = False) -> int:
    """No more rounds than this fit, when each person has so many others left to meet.

    Everybody uses up one new acquaintance a round; of a trio each uses two; who sits out uses none.
    """
    size, total = len(degrees), int(degrees.sum())
    if size < 2:
        return 0
    if size % 2 == 0:
        return int(degrees.min())
    if not sits_out:
        return min(int(degrees.min()), total // (size + 3))
    rounds = total // (size - 1)
    while int(np.maximum(rounds - degrees, 0).sum()) > rounds:
        rounds -= 1
    return rounds


def surely_splits(graph: BoolArray, goal: int) -> bool:
    """Return whether a theorem says that so many rounds fit into the graph (n, n); no search."""
    degrees = graph.sum(axis=1)
    if len(graph) % 2 or goal > degrees[0] or not bool((degrees == degrees[0]).all()):
        return False
    return 2 * int(degrees[0]) >= len(graph) or rx.is_bipartite(rx.PyGraph.from_adjacency_matrix(graph.astype(float)))


def _trios(graph: BoolArray, rng: Generator, most: int = 6) -> Iterator[tuple[int, int, int]]:
    """Some trios of people new to one another, those with most people left to meet first."""
    order = np.argsort(-(graph.sum(axis=1) + rng.random(len(graph))), kind="stable").tolist()
    found = 0
    for i, a in enumerate(order):
        for j, b in enumerate(order[i + 1 :], i + 1):
            third = next((c for c in order[j + 1 :] if graph[a, b] and graph[a, c] and graph[b, c]), None)
            if third is not None:
                yield a, b, third
                found += 1
                if found == most:
                    return
