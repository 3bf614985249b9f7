"""Reads the wishes: arrays of the right shape, and nothing impossible in plain sight."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from coffee.pairing.model import BoolArray, IntArray, PairingError, Problem, Rules

HEAVIEST = 2  # beyond two trios more than the least burdened, another one is no worse


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
    rules: Rules,
) -> Problem:
    """Checks everything; ValueError for malformed arrays, PairingError for impossible wishes."""
    silo_array = labels(silos, "silos")
    size = len(silo_array)
    met_pairs, apart_pairs = pairs(met, "met", size), pairs(apart, "apart", size)
    put_together = groups(pairs(together, "together", size))
    if size == 1 and not rules.odd_sits_out:
        raise PairingError("alone", [0])
    refuse_contradictions(apart_pairs, put_together, size)
    return Problem(
        silo_array,
        met_pairs,
        apart_pairs,
        put_together,
        None if met_round is None else labels(met_round, "met_round", len(met_pairs)),
        burdens(trios, present, size),
        flags(quiet, "quiet", size),
        None if mix is None else labels(mix, "mix", size),
        rules,
    )


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


def groups(together: IntArray) -> tuple[tuple[int, ...], ...]:
    """The people put together: connected pairs become one group. PairingError for more than three."""
    member: dict[int, set[int]] = {}
    for a, b in together.tolist():
        if a == b:
            raise ValueError("together puts a person together with themselves.")
        joined = member.get(a, {a}) | member.get(b, {b})
        for person in joined:
            member[person] = joined
    found = {tuple(sorted(group)) for group in member.values()}
    for group in sorted(found):
        if len(group) > 3:
            raise PairingError("too many together", group)
    return tuple(sorted(found))


def refuse_contradictions(apart: IntArray, together: Sequence[tuple[int, ...]], size: int) -> None:
    """PairingError when people put together are set apart, or somebody is set apart from everybody."""
    if not len(apart):
        return
    group_of = np.full(size, -1)
    for index, group in enumerate(together):
        group_of[list(group)] = index
    torn = (group_of[apart[:, 0]] >= 0) & (group_of[apart[:, 0]] == group_of[apart[:, 1]])
    if torn.any():
        raise PairingError("apart and together", sorted(set(apart[torn].ravel().tolist())))
    refuse_hermits(apart, size)


def refuse_hermits(apart: IntArray, size: int) -> None:
    """PairingError naming whoever is set apart from everybody else."""
    listed = np.bincount(apart.ravel(), minlength=size)
    if listed.max() < size - 1:
        return
    keys = np.unique(apart.min(axis=1) * size + apart.max(axis=1))
    low, high = np.divmod(keys, size)
    others = np.concatenate([low[low != high], high[low != high]])
    hermits = np.flatnonzero(np.bincount(others, minlength=size) >= size - 1)
    if len(hermits) and size > 1:
        raise PairingError("apart from everyone", hermits.tolist())


def burdens(trios: Any, present: Any, size: int) -> IntArray | None:
    """How unfair one more trio would be on each person.

    A person's excess is their earlier trios (and sit-outs) less those of the least burdened person present
    at least as long; each step of it counts four times the one before, so that one person's third trio is
    worse than three people's second.
    """
    if trios is None:
        return None
    counts = labels(trios, "trios", size)
    rounds = np.zeros(size, np.int64) if present is None else labels(present, "present", size)
    order = np.argsort(-rounds, kind="stable")
    least = np.minimum.accumulate(counts[order])
    # People present equally long are compared with one another, so each takes the last value of their block.
    last_of_block = np.searchsorted(-rounds[order], -rounds[order], side="right") - 1
    excess = np.empty(size, np.int64)
    excess[order] = counts[order] - least[last_of_block]
    return np.asarray(4 ** np.minimum(excess, HEAVIEST) - 1, dtype=np.int64)
