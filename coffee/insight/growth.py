"""Growth of connections over the rounds."""

import numpy as np
import pandas as pd

from coffee.insight.arrays import Bools, Ints

WORD = 64
AT_ONCE = 4_096  # patterns of presence


def growth(links: pd.DataFrame, possible: Ints, rounds: Ints) -> pd.DataFrame:
    """Return one row for each round: round, and the distinct pairs so far: met, introduced, possible.

    `links` come from `connections` (pairs of people) or `organisation_links`. `rounds` ascend. `possible` has the pairs
    that could have been introduced by each round, so that met ≤ introduced ≤ possible.
    """
    met, introduced = (_so_far(links[name].dropna(), rounds) for name in ("met", "introduced"))
    return pd.DataFrame({"round": rounds, "met": met, "introduced": introduced, "possible": possible})


def possible_of_people(present: Bools) -> Ints:
    """Count the pairs of people who had been in the same round by each round. `present` has a row for each round.

    People who were present in the same rounds are counted at once, with a bit for each of their possible partners.
    O(rounds · people² / 64) if no two were.
    """
    patterns, people = np.unique(present.T, axis=0, return_counts=True)
    words = np.packbits(np.pad(present, [(0, 0), (0, -present.shape[1] % WORD)]), axis=1).view(np.uint64)
    ends = np.zeros(len(present), np.int64)
    for begin in range(0, len(patterns), AT_ONCE):
        chunk = patterns[begin : begin + AT_ONCE]
        partners = np.zeros((len(chunk), words.shape[1]), np.uint64)
        for number, here in enumerate(chunk.T):
            partners[here] |= words[number]
            ends[number] += people[begin : begin + AT_ONCE] @ np.bitwise_count(partners).sum(axis=1, dtype=np.int64)
    themselves = np.logical_or.accumulate(present).sum(axis=1, dtype=np.int64)
    possible: Ints = (ends - themselves) // 2
    return possible


def possible_of_silos(first_together: Ints, rounds: Ints) -> Ints:
    """Count the pairs of organisations that had people in the same round by each round; see `silos.first_together`."""
    first = first_together[np.triu_indices(len(first_together), 1)]
    return _so_far(pd.Series(first[first > 0]), rounds)


def _so_far(first: "pd.Series[int]", rounds: Ints) -> Ints:
    """Count those of `first` that fall in or before each round."""
    return np.searchsorted(np.sort(first.to_numpy().astype(np.int64)), rounds, side="right")
