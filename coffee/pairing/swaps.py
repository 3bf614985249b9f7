"""The flaws of given matches, and the change in them when two people swap.

A kind of flaw is a question about pairs of people: did these two meet, are those of one silo? To judge matches, it is
asked of every two who share one. To judge a swap, it is asked of the pairs that the swap makes and of those it parts.
All others are asked about at once, so that the best swaps for somebody are found by sorting. Whoever is put together
with others is never moved, and nobody is moved to people they are set apart from.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from coffee.pairing.model import BoolArray, IntArray

COLUMNS = tuple(combinations(range(3), 2))

Flawed = Callable[[Any, Any], BoolArray]  # of positions, or arrays of them


@dataclass(frozen=True, eq=False)
class Verdict:
    """For each of m matches, how many of its pairs of people met before, and how many share a silo."""

    repeats: IntArray
    same_silo: IntArray


@dataclass(frozen=True)
class Swap:
    """`person` and `other` change places; the changes count pairs of people over the two matches."""

    person: int
    other: int
    repeats: int
    same_silo: int


def judge(matches: IntArray, silos: IntArray, met: IntArray | None = None) -> Verdict:
    """Judge matches (m, 3), −1 in the last column except for a trio. O(m + k log k) for k pairs met."""
    rows, silos = _rows(matches), np.asarray(silos)
    counts = [
        sum((flawed(rows[:, a], rows[:, b]) & (rows[:, b] >= 0)).astype(np.int64) for a, b in COLUMNS)
        for flawed in (_in_pairs(met, len(silos)), _same(silos))
    ]
    return Verdict(*(np.asarray(count, dtype=np.int64) for count in counts))


def match_of(matches: IntArray, size: int) -> IntArray:
    """For each of `size` people the row of their match, −1 for nobody's."""
    home = np.full(size + 1, -1)
    for column in matches.T:
        home[column] = np.arange(len(matches))
    return home[:size]


def best_swaps(
    person: int,
    matches: IntArray,
    silos: IntArray,
    met: IntArray | None = None,
    *,
    apart: IntArray | None = None,
    together: IntArray | None = None,
    silos_first: bool = False,
    silos_free: bool = False,
    limit: int | None = None,
) -> list[Swap]:
    """Everybody `person` could change places with, best first; none that parts people put together or joins
    people set apart. `matches` (m, 3) as in `Pairing`. O(m + k log k) time, sorting aside."""
    silos, matches = np.asarray(silos), _rows(matches)
    size = len(silos)
    others = _candidates(person, matches, size, together)
    banned, _ = _made_and_parted(person, others, matches, _in_pairs(apart, size))
    others = others[banned == 0]
    made, parted = zip(
        *(_made_and_parted(person, others, matches, flaw) for flaw in (_in_pairs(met, size), _same(silos))), strict=True
    )
    repeats, same = np.array(made) - np.array(parted)
    first, second = (same, repeats) if silos_first else (repeats, same * (not silos_free))
    order = np.lexsort((others, second, first))[:limit]
    return [Swap(person, *map(int, row)) for row in np.stack([others, repeats, same], axis=1)[order]]


def effect(before: IntArray, after: IntArray, silos: IntArray, met: IntArray | None = None) -> tuple[int, int]:
    """The change in the number of repeats, and of same-silo pairs, by a tweak."""
    old, new = judge(before, silos, met), judge(after, silos, met)
    return int(new.repeats.sum() - old.repeats.sum()), int(new.same_silo.sum() - old.same_silo.sum())


def _candidates(person: int, matches: IntArray, size: int, together: IntArray | None) -> IntArray:
    """People in other matches who are put together with nobody; nobody when `person` is."""
    home = match_of(matches, size)
    if home[person] < 0:
        raise ValueError("That person is in no match.")
    free = (home >= 0) & (home != home[person])
    if together is not None and len(together):
        free[np.asarray(together).ravel()] = False
        if person in np.asarray(together):
            free[:] = False
    return np.flatnonzero(free)


def _made_and_parted(person: int, others: IntArray, matches: IntArray, flawed: Flawed) -> tuple[IntArray, IntArray]:
    """The numbers of flawed pairs made, and of those parted, when each of `others` changes places with `person`."""
    home = match_of(matches, int(matches.max()) + 1)
    mates = np.array([p for p in matches[home[person]] if p >= 0 and p != person])
    theirs = matches[home[others]]
    there = (theirs >= 0) & (theirs != others[:, None])
    made = flawed(mates[:, None], others).sum(axis=0) + (flawed(person, theirs) & there).sum(axis=1)
    parted = flawed(person, mates).sum() + (flawed(others[:, None], theirs) & there).sum(axis=1)
    return made, parted


def _same(silos: IntArray) -> Flawed:
    return lambda left, right: np.asarray(silos[left] == silos[right])


def _in_pairs(pairs: IntArray | None, size: int) -> Flawed:
    known = np.asarray([] if pairs is None else pairs, np.int64).reshape(-1, 2)
    keys = np.unique(known.min(axis=1, initial=size) * size + known.max(axis=1, initial=-1))
    return lambda left, right: np.isin(np.minimum(left, right) * size + np.maximum(left, right), keys)


def _rows(matches: Any) -> IntArray:
    return np.asarray(matches, np.int64).reshape(-1, 3)
