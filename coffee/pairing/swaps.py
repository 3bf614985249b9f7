"""What a tweak would cost: the best people to swap somebody with."""

from dataclasses import dataclass

import numpy as np

from coffee.pairing.model import BoolArray, IntArray
from coffee.pairing.verdict import judge, match_of


@dataclass(frozen=True)
class Swap:
    """`person` and `other` change places; the changes count pairs of people over the two matches."""

    person: int
    other: int
    repeats: int
    same_silo: int


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
    people set apart. `matches` (m, 3) as in `Pairing`. O(n + k + m) time, sorting aside."""
    silos = np.asarray(silos)
    matches = np.asarray(matches, np.int64).reshape(-1, 3)
    others = _candidates(person, matches, len(silos), together)
    flaws: tuple[_Pairs | _Silos, ...] = (_table(met, len(silos)), _Silos(silos))
    repeats, same = (_change(person, others, matches, len(silos), flaw) for flaw in flaws)
    kept = _change(person, others, matches, len(silos), _table(apart, len(silos)), gain=True) == 0
    others, repeats, same = others[kept], repeats[kept], same[kept]
    first, second = (same, repeats) if silos_first else (repeats, np.zeros_like(same) if silos_free else same)
    order = np.lexsort((others, second, first))[:limit]
    return [Swap(person, *map(int, row)) for row in np.stack([others, repeats, same], axis=1)[order]]


def effect(before: IntArray, after: IntArray, silos: IntArray, met: IntArray | None = None) -> tuple[int, int]:
    """How a tweak changes the number of repeats and of same-silo pairs."""
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


class _Pairs:
    """Pairs of people, asked one person at a time."""

    def __init__(self, pairs: IntArray, size: int) -> None:
        self.pairs, self.size = pairs, size

    def row(self, person: int) -> BoolArray:
        """For everybody, whether they are paired with `person`."""
        found = np.zeros(self.size, bool)
        for a, b in ((0, 1), (1, 0)):
            found[self.pairs[self.pairs[:, a] == person, b]] = True
        found[person] = False
        return found


class _Silos:
    """People of the same silo, asked one person at a time."""

    def __init__(self, silos: IntArray) -> None:
        self.silos = silos

    def row(self, person: int) -> BoolArray:
        """For everybody else, whether they share `person`'s silo."""
        found = np.asarray(self.silos == self.silos[person])
        found[person] = False
        return found


def _table(pairs: IntArray | None, size: int) -> _Pairs:
    return _Pairs(np.asarray(pairs if pairs is not None else [], np.int64).reshape(-1, 2), size)


def _change(
    person: int, others: IntArray, matches: IntArray, size: int, flaw: _Pairs | _Silos, *, gain: bool = False
) -> IntArray:
    """For each of `others`, how many flawed pairs more there are when they change places with `person`.

    With `gain`, only those newly made are counted, not those undone.
    """
    home = match_of(matches, size)
    mates = [p for p in matches[home[person]].tolist() if p >= 0 and p != person]
    mine = flaw.row(person)
    mates_rows = [flaw.row(mate) for mate in mates]
    new = np.sum([row[others] for row in mates_rows], axis=0) + _over_mates(mine, others, matches, home)
    if gain:
        return np.asarray(new, dtype=np.int64)
    old = sum(int(mine[mate]) for mate in mates) + _own(others, matches, home, flaw)
    return np.asarray(new - old, dtype=np.int64)


def _over_mates(row: BoolArray, others: IntArray, matches: IntArray, home: IntArray) -> IntArray:
    """For each other, how many of their match mates are marked in `row`."""
    marked = np.append(row, False)[matches].sum(axis=1)
    return np.asarray(marked[home[others]] - row[others], dtype=np.int64)


def _own(others: IntArray, matches: IntArray, home: IntArray, flaw: _Pairs | _Silos) -> IntArray:
    """For each other, how many flawed pairs they are in now."""
    found = np.zeros(len(home) + 1, np.int64)
    if isinstance(flaw, _Silos):
        for a in range(3):
            for b in range(3):
                left, right = matches[:, a], matches[:, b]
                if a != b:
                    found[left] += (right >= 0) & (left >= 0) & (flaw.silos[left] == flaw.silos[right])
    else:
        low, high = np.sort(flaw.pairs, axis=1).T
        here = (home[low] == home[high]) & (home[low] >= 0) & (low != high)
        keys = np.unique(low[here] * len(home) + high[here])
        np.add.at(found, np.concatenate(np.divmod(keys, len(home))), 1)
    return found[others]
