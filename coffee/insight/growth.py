"""Growth: how connections add up over the rounds."""

import numpy as np
import pandas as pd

from coffee.insight.arrays import Ints


def growth(links: pd.DataFrame, since: "pd.Series[int]", rounds: Ints) -> pd.DataFrame:
    """One row a round: round, and distinct pairs so far: met, introduced, possible.

    `links` as from `connections` (pairs of people) or `organisation_links`; `since` is the first round of each
    person or
    organisation; `rounds` are in ascending order. `possible` is n·(n−1)/2 for the n that had taken part by then, so
    that met ≤ introduced ≤ possible.
    """
    present = _so_far(since, rounds)
    return pd.DataFrame(
        {
            "round": rounds,
            "met": _so_far(links["met"].dropna(), rounds),
            "introduced": _so_far(links["introduced"], rounds),
            "possible": present * (present - 1) // 2,
        }
    )


def _so_far(first: "pd.Series[int]", rounds: Ints) -> Ints:
    """How many of `first` fall in or before each round."""
    return np.searchsorted(np.sort(first.to_numpy().astype(np.int64)), rounds, side="right")
