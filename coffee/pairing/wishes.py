"""One value for all that a draw goes by, and the checks that make it.

`read` takes the arrays that `pair` documents. It refuses malformed ones with ValueError, and wishes that contradict
each other in plain sight with a PairingError that names people. What it returns never changes: every other module takes
a `Wishes` and trusts it. A draw among some of the people goes by `among`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from coffee.pairing.model import BoolArray, IntArray, PairingError

HEAVIEST = 2  # beyond two trios more than the least burdened, another one is no worse

Group = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Published:
    """Matches that are out, of which a repair leaves as many as it can.

    `pairs` (k, 2) and `trios` (k, 3) are those who are all still there, `mates` (k, 2) all pairs of people in a match
    together, whose flaws were accepted. `seated` (n,) tells who is in any match.
    """

    pairs: IntArray
    trios: IntArray
    mates: IntArray
    seated: BoolArray


@dataclass(frozen=True, eq=False)
class Wishes:
    """Checked wishes of n people: what may be, what must be and what should rather not be.

    `met` (k, 2) is oldest first. `groups` are the people put together, two or three each. `burden` (n,) is how unfair a
    trio, or sitting out, would be on each person: 0 to 15.
    """

    silos: IntArray
    met: IntArray
    apart: IntArray
    groups: tuple[Group, ...]
    met_round: IntArray | None
    burden: IntArray
    quiet: BoolArray | None
    mix: IntArray | None
    silos_first: bool
    silos_free: bool
    odd_sits_out: bool
    prefer_new_links: bool
    published: Published | None = None

    @property
    def size(self) -> int:
        """The number of people."""
        return len(self.silos)

    def without_preferences(self) -> "Wishes":
        """The same wishes without the optional ones, or this very value when it has none."""
        if self.quiet is None and self.mix is None and not self.prefer_new_links:
            return self
        return replace(self, quiet=None, mix=None, prefer_new_links=False)

    def among(self, people: IntArray, published: Published | None = None) -> "Wishes":
        """The wishes of these people, who become 0 … m − 1; wishes about anybody else are dropped."""
        place = np.full(self.size, -1)
        place[people] = np.arange(len(people))

        def inside(pairs: IntArray) -> BoolArray:
            return np.asarray((place[pairs] >= 0).all(axis=1), dtype=bool)

        met, apart = inside(self.met), inside(self.apart)
        groups = (tuple(sorted(place[p] for p in group if place[p] >= 0)) for group in self.groups)
        return replace(
            self,
            silos=self.silos[people],
            met=place[self.met[met]],
            apart=place[self.apart[apart]],
            groups=tuple(sorted(group for group in groups if len(group) > 1)),
            met_round=None if self.met_round is None else self.met_round[met],
            burden=self.burden[people],
            quiet=None if self.quiet is None else self.quiet[people],
            mix=None if self.mix is None else self.mix[people],
            published=published,
        )


def read(
    silos: Any,
    *,
    met: Any = None,
    apart: Any = None,
    together: Any = None,
    met_round: Any = None,
    trios: Any = None,
    present: Any = None,
    quiet: Any = None,
    mix: Any = None,
    silos_first: bool = False,
    silos_free: bool = False,
    odd_sits_out: bool = False,
    prefer_new_links: bool = False,
) -> Wishes:
    """Check everything; ValueError for malformed arrays, PairingError for impossible wishes."""
    silo_array = labels(silos, "silos")
    size = len(silo_array)
    met_pairs, apart_pairs = pairs(met, "met", size), pairs(apart, "apart", size)
    groups = grouped(pairs(together, "together", size))
    wishes = Wishes(
        silo_array,
        met_pairs,
        apart_pairs,
        groups,
        None if met_round is None else labels(met_round, "met_round", len(met_pairs)),
        burdens(trios, present, size),
        flags(quiet, "quiet", size),
        None if mix is None else labels(mix, "mix", size),
        silos_first,
        silos_free,
        odd_sits_out,
        prefer_new_links,
    )
    if size == 1 and not wishes.odd_sits_out:
        raise PairingError("alone", [0])
    refuse_contradictions(apart_pairs, groups, size)
    return wishes


def labels(values: Any, name: str, size: int | None = None) -> IntArray:
    """An integer array of shape (n,); ValueError when it is anything else."""
    array = np.asarray(values)
    if array.size == 0:
        array = array.astype(np.int64).reshape(-1)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} must be a one-dimensional array of integers.")
    if size is not None and len(array) != size:
        raise ValueError(f"{name} must have one entry for each of the {size}, not {len(array)}.")
    return array.astype(np.int64, copy=False)


def pairs(values: Any, name: str, size: int) -> IntArray:
    """An integer array of shape (k, 2) of positions below `size`; ValueError when it is anything else."""
    array = np.asarray([] if values is None else values)
    if array.size == 0:
        return np.empty((0, 2), np.int64)
    if array.ndim != 2 or array.shape[1] != 2 or not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} must be an array of integers with two columns.")
    if array.min() < 0 or array.max() >= size:
        raise ValueError(f"{name} names a position outside 0 to {size - 1}.")
    return array.astype(np.int64, copy=False)


def flags(values: Any, name: str, size: int) -> BoolArray | None:
    """A boolean array of shape (n,), or None."""
    if values is None:
        return None
    array = np.asarray(values, dtype=bool)
    if array.shape != (size,):
        raise ValueError(f"{name} must have one entry for each of the {size} people.")
    return array


def grouped(together: IntArray) -> tuple[Group, ...]:
    """The people put together: connected pairs become one group. PairingError for more than three."""
    member: dict[int, set[int]] = {}
    for a, b in together.tolist():
        if a == b:
            raise ValueError("together puts a person together with themselves.")
        joined = member.get(a, {a}) | member.get(b, {b})
        member |= dict.fromkeys(joined, joined)
    groups = sorted({tuple(sorted(group)) for group in member.values()})
    for group in groups:
        if len(group) > 3:
            raise PairingError("too many together", group)
    return tuple(groups)


def refuse_contradictions(apart: IntArray, together: Sequence[Group], size: int) -> None:
    """PairingError when people put together are set apart, or somebody is set apart from everybody."""
    if not len(apart):
        return
    group_of = np.full(size, -1)
    for index, group in enumerate(together):
        group_of[list(group)] = index
    torn = (group_of[apart[:, 0]] >= 0) & (group_of[apart[:, 0]] == group_of[apart[:, 1]])
    if torn.any():
        raise PairingError("apart and together", sorted(set(apart[torn].ravel().tolist())))
    if np.bincount(apart.ravel(), minlength=size).max() < size - 1 or size < 2:
        return
    hermits = np.flatnonzero(others_in(apart, size) >= size - 1)
    if len(hermits):
        raise PairingError("apart from everyone", hermits.tolist())


def others_in(pairs: IntArray, size: int) -> IntArray:
    """The number of different others each person (n,) is in these pairs (k, 2) with, in O(k log k)."""
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    keys = np.sort((low * size + high)[low != high])
    keys = keys[np.diff(keys, prepend=-1) > 0]
    return np.bincount(np.concatenate(np.divmod(keys, size)), minlength=size)


def burdens(trios: Any, present: Any, size: int) -> IntArray:
    """The unfairness of one more trio to each person (n,).

    A person's excess is their earlier trios (and sit-outs) less those of the least burdened person present at least as
    long; each step of it counts four times the one before, so that one person's third trio is worse than three people's
    second.
    """
    if trios is None:
        return np.zeros(size, np.int64)
    counts = labels(trios, "trios", size)
    rounds = np.zeros(size, np.int64) if present is None else labels(present, "present", size)
    order = np.argsort(-rounds, kind="stable")
    least = np.minimum.accumulate(counts[order])
    # People present equally long are compared with one another, so each takes the last value of their block.
    last_of_block = np.searchsorted(-rounds[order], -rounds[order], side="right") - 1
    excess = np.empty(size, np.int64)
    excess[order] = counts[order] - least[last_of_block]
    return np.asarray(4 ** np.minimum(excess, HEAVIEST) - 1, dtype=np.int64)
