"""The fewest same-silo pairs that sizes alone allow, and how a trio helps: no search, only counting.

If a silo holds a of n people (n even), at most n − a of its members can meet somebody else, so at least
(2a − n) / 2 pairs are within it; and that many suffice (Tutte 1947, for complete multipartite graphs).
"""

from itertools import combinations_with_replacement

import numpy as np

from coffee.pairing.model import IntArray, Problem


def within(largest: int, total: int) -> int:
    """The fewest same-silo pairs among an even `total` of people whose largest silo has `largest`."""
    return max(0, (2 * largest - total) // 2)


def same_within(silos: tuple[int, ...]) -> int:
    """How many pairs of a match share a silo."""
    return (0, 1, 3)[len(silos) - len(set(silos))]


class Sizes:
    """How many people each silo has. Only the four largest silos are told apart: whatever taking people out of a
    smaller one gains, taking them out of one of these gains as well."""

    def __init__(self, silos: IntArray) -> None:
        labels, counts = _counted(silos)
        order = np.argsort(-counts, kind="stable")[:4]
        self.total = len(silos)
        self.top = dict(zip(labels[order].tolist(), counts[order].tolist(), strict=True))

    def left(self, trio: tuple[int, ...]) -> int:
        """The fewest same-silo pairs among the others, when people of these silos make the trio."""
        largest = max((size - trio.count(silo) for silo, size in self.top.items()), default=0)
        return within(largest, self.total - len(trio))

    def fewest(self, *, odd: bool) -> int:
        """The fewest same-silo pairs of all, one trio included when `odd`."""
        if not odd:
            return self.left(())
        trios = combinations_with_replacement(self.top, 3)
        may = (t for t in trios if all(t.count(s) <= self.top[s] for s in t))
        return min((same_within(trio) + self.left(trio) for trio in may), default=0)


def _counted(silos: IntArray) -> tuple[IntArray, IntArray]:
    """The labels and how many people each has; without sorting when the labels are small."""
    if len(silos) and silos.min() >= 0 and silos.max() < 4 * len(silos) + 1000:
        counts = np.bincount(silos)
        labels = np.flatnonzero(counts)
        return labels, counts[labels]
    return np.unique(silos, return_counts=True)


def degrees_left(problem: Problem) -> IntArray:
    """How many others each person (n,) has neither met nor is kept from, in O(k log k)."""
    pairs = np.concatenate([problem.met, problem.apart])
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    if not problem.rules.silos_free:
        across = problem.silos[low] != problem.silos[high]
        low, high = low[across], high[across]
    keys = np.sort((low * problem.size + high)[low != high])
    keys = keys[np.diff(keys, prepend=-1) > 0]
    gone = np.bincount(np.concatenate(np.divmod(keys, problem.size)), minlength=problem.size)
    if problem.rules.silos_free:
        return np.asarray(problem.size - 1 - gone, dtype=np.int64)
    _, silo, counts = np.unique(problem.silos, return_inverse=True, return_counts=True)
    return np.asarray(problem.size - counts[silo] - gone, dtype=np.int64)
