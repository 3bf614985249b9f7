"""Growth of connections over the rounds."""

import numpy as np
import pandas as pd

from coffee.insight.arrays import Ints


def growth(links: pd.DataFrame, possible: Ints, rounds: Ints) -> pd.DataFrame:
    """Return one row for each round: round, and the distinct pairs so far: met, introduced, possible.

    `links` come from `connections` (pairs of people) or `organisation_links`. `rounds` ascend. `possible` has the pairs
    that could have been introduced by each round, so that met ≤ introduced ≤ possible.
    """
    met, introduced = (_so_far(links[name].dropna(), rounds) for name in ("met", "introduced"))
    return pd.DataFrame({"round": rounds, "met": met, "introduced": introduced, "possible": possible})


def possible_of_people(since: "pd.Series[int]", rounds: Ints) -> Ints:
    """n·(n−1)/2 for the n people who had taken part by each round; `since` is the first round of each."""
    present = _so_far(since, rounds)
    return present * (present - 1) // 2


def possible_of_silos(first_together: Ints, rounds: Ints) -> Ints:
    """Count the pairs of organisations that had people in the same round by each round; see `silos.first_together`."""
    first = first_together[np.triu_indices(len(first_together), 1)]
    return _so_far(pd.Series(first[first > 0]), rounds)


def _so_far(first: "pd.Series[int]", rounds: Ints) -> Ints:
    """Count those of `first` that fall in or before each round."""
    return np.searchsorted(np.sort(first.to_numpy().astype(np.int64)), rounds, side="right")
