"""Exact draws in pairs: a best matching of everybody's cheapest pairs, more of them until no other can matter."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from coffee.pairing import blossom
from coffee.pairing.flaws import APART
from coffee.pairing.model import IntArray
from coffee.pairing.nearest import nearest

FEW = (16, 64, 256)  # pairs of each person to look at first
PATIENT = 1000  # up to so many people all pairs are looked at, should it be needed
PAIRS = 260_000  # above, so many
SPARE = 400


@dataclass(frozen=True, eq=False)
class Matched:
    """Pairs (m, 2), what they cost together, and the least that any perfect matching costs, as far as known.

    Without a perfect matching there are no pairs, and `cost` is APART or more; so is `least` when that is certain.
    """

    pairs: IntArray
    cost: int
    least: int


def matched(cost: IntArray, rng: Generator, *, below: int = APART, grain: int = 1) -> Matched:
    """A least-cost perfect matching of an even number of people; `cost` (n, n) is APART for pairs that may not be.

    Exact up to 1,000 people; above, `least` tells. Nothing is searched for that does not cost less than `below`, nor
    differences below `grain`. Where a few pairs of each person suffice, as in a history nearly used up, O(n m log n)
    with some 16 n pairs m; at worst all of them.
    """
    best = Matched(np.empty((0, 2), np.int64), APART, 0)
    for most in depths(len(cost)):
        partner, bound = nearest(cost, most, rng).relaxed(rng)
        pairs, total = completed(partner, cost, rng)
        least = max(best.least, bound)
        best = Matched(pairs, total, least) if total < best.cost else Matched(best.pairs, best.cost, least)
        if min(best.cost, below) // grain <= least // grain:
            break
    return best


def depths(size: int, *, whole: int = PATIENT, pairs: int = PAIRS) -> list[int]:
    """How many of everybody's cheapest pairs to look at, turn by turn: up to `pairs` in sum, or all up to `whole`."""
    few = [most for most in FEW if 4 * most < size and most * size <= pairs]
    return [*few, size] if size <= whole else few


def completed(partner: IntArray, cost: IntArray, rng: Generator) -> tuple[IntArray, int]:
    """The pairs (m, 2) with whoever is alone matched among themselves, at best, and their cost (APART: in vain)."""
    alone = np.flatnonzero(partner == -1)
    among = cost[np.ix_(alone, alone)]
    found = blossom.perfect(among, among < APART, rng) if len(alone) <= SPARE else None
    if found is None:
        return np.empty((0, 2), np.int64), APART
    pairs = np.concatenate([blossom.couples(partner), alone[blossom.couples(found)]])
    return pairs, int(cost[pairs[:, 0], pairs[:, 1]].sum())
