"""What is flawed in given matches: repeats and shared silos, counted in pairs of people."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from coffee.pairing.model import IntArray

COLUMNS = tuple(combinations(range(3), 2))


@dataclass(frozen=True, eq=False)
class Verdict:
    """For each of m matches, how many of its pairs of people met before, and how many share a silo."""

    repeats: IntArray
    same_silo: IntArray


def judge(matches: IntArray, silos: IntArray, met: IntArray | None = None) -> Verdict:
    """Judges matches (m, 3), −1 in the last column except for a trio. O(m + k log k) in the k repeated pairs."""
    matches = np.asarray(matches, np.int64).reshape(-1, 3)
    silos = np.asarray(silos)
    same = np.zeros(len(matches), np.int64)
    for a, b in COLUMNS:
        left, right = matches[:, a], matches[:, b]
        same += (left >= 0) & (right >= 0) & (silos[left] == silos[right])
    return Verdict(_repeats(matches, len(silos), met), same)


def match_of(matches: IntArray, size: int) -> IntArray:
    """For each of `size` people the row of their match, −1 for nobody's."""
    found = np.full(size + 1, -1)
    for column in matches.T:
        found[column] = np.arange(len(matches))
    return found[:size]


def _repeats(matches: IntArray, size: int, met: IntArray | None) -> IntArray:
    if met is None or not len(met):
        return np.zeros(len(matches), np.int64)
    met = np.asarray(met)
    home = match_of(matches, size)
    here = home[met[:, 0]]
    hits = np.flatnonzero((here == home[met[:, 1]]) & (here >= 0))
    low, high = np.sort(met[hits], axis=1).T
    _, once = np.unique(low * size + high, return_index=True)
    once = once[low[once] != high[once]]
    return np.bincount(here[hits][once], minlength=len(matches))
