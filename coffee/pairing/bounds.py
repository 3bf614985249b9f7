"""Flaws that no draw can avoid, by counting alone.

If a silo holds a of n people (n even), at most n − a of its members can meet somebody else. So at least (2a − n) / 2
pairs are within it, and that many suffice (Tutte 1947, for complete multipartite graphs). With a trio the same is said
of the people it leaves over, for each choice of silos. Whoever has met everybody they may meet must repeat somebody,
and two of them share a repeat at best. A draw that attains such a bound is proven to be best without any search.
"""

from itertools import combinations_with_replacement

import numpy as np

from coffee.pairing.model import IntArray
from coffee.pairing.wishes import Wishes, others_in


def within(largest: int, total: int) -> int:
    """The fewest same-silo pairs among an even `total` of people whose largest silo has `largest`."""
    return max(0, (2 * largest - total) // 2)


def same_within(silos: tuple[int, ...]) -> int:
    """The number of pairs in a match that share a silo."""
    return (0, 1, 3)[len(silos) - len(set(silos))]


class Sizes:
    """The number of people in each silo. Only the four largest silos are told apart: whatever is gained by taking
    people out of a smaller one is gained by taking them out of one of these."""

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


def degrees_left(wishes: Wishes, *, across: bool) -> IntArray:
    """The number of others, perhaps only those `across` silos, whom each person (n,) may meet for the first time."""
    pairs = np.concatenate([wishes.met, wishes.apart])
    if not across:
        return np.asarray(wishes.size - 1 - others_in(pairs, wishes.size), dtype=np.int64)
    pairs = pairs[wishes.silos[pairs[:, 0]] != wishes.silos[pairs[:, 1]]]
    _, silo, counts = np.unique(wishes.silos, return_inverse=True, return_counts=True)
    return np.asarray(wishes.size - counts[silo] - others_in(pairs, wishes.size), dtype=np.int64)


def lonely(wishes: Wishes, people: IntArray) -> tuple[int, ...]:
    """Those of the people who have nobody new left, in any silo."""
    people = people[people < wishes.size]
    return tuple(people[degrees_left(wishes, across=False)[people] == 0].tolist())
