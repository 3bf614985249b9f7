"""Ties: pairs of people who were introduced, and whether they met.

Every measure starts here. A round's seats become one row a pair of people, and pairs become distinct connections.
"""

import numpy as np
import pandas as pd

from coffee.insight.arrays import Ints
from coffee.insight.rates import Rate


def ties(history: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each pair of people in a match, by round and match. A trio gives three rows.

    In each, `person_1` < `person_2`.
    `history` has one row for each seat: round, match, person, organisation, met ('yes' | 'no' | 'unknown'), disagree.
    This is the one-mode projection of the two-mode network of people and matches (Borgatti & Everett 1997).
    Organisations and met come back as categories. O(seats · log seats).
    """
    codes, organisations = pd.factorize(history["organisation"], sort=True)
    met, outcomes = pd.factorize(history["met"])
    order = _order(history)
    round_, match, person, disagree = (
        history[name].to_numpy()[order] for name in ("round", "match", "person", "disagree")
    )
    codes, met = codes[order], met[order]
    first, second = _pairs_of_rows(match)
    return pd.DataFrame(
        {
            "round": round_[first],
            "match": match[first],
            "person_1": person[first],
            "person_2": person[second],
            "organisation_1": pd.Categorical.from_codes(codes[first], organisations),
            "organisation_2": pd.Categorical.from_codes(codes[second], organisations),
            "met": pd.Categorical.from_codes(met[first], outcomes).set_categories(["yes", "no", "unknown"]),
            "disagree": disagree[first].astype(bool),
        }
    )


def _order(history: pd.DataFrame) -> Ints:
    """Return the row numbers of the seats by round, then match, then person."""
    by_seat = np.argsort(pair_key(history["match"].to_numpy(), history["person"].to_numpy()), kind="stable")
    return by_seat[np.argsort(history["round"].to_numpy()[by_seat], kind="stable")]


def _pairs_of_rows(match: Ints) -> tuple[Ints, Ints]:
    """Return the row numbers of every pair of seats in the same match; a match's seats are neighbours."""
    begins = np.flatnonzero(np.r_[np.ones(min(len(match), 1), bool), match[1:] != match[:-1]])
    sizes = np.diff(np.r_[begins, len(match)])
    first, second = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for size in np.unique(sizes):
        left, right = np.triu_indices(size, 1)
        begin = begins[sizes == size][:, None]
        first.append((begin + left).ravel())
        second.append((begin + right).ravel())
    rows = np.concatenate(first)
    order = np.argsort(rows, kind="stable")
    return rows[order], np.concatenate(second)[order]


def connections(ties: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each distinct pair of people: person_1, person_2, and the first rounds
    in which they were `introduced` and `met` (NA if never).
    """
    return _firsts(ties, ties["person_1"].to_numpy(), ties["person_2"].to_numpy())


def organisation_links(ties: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each pair of different organisations ever introduced: organisation_1 < organisation_2
    (category codes), and the first rounds in which they were `introduced` and `met` (NA if never).
    """
    first, second = ordered_codes(ties)
    across = first != second
    links = _firsts(ties[across], first[across], second[across])
    return links.set_axis(["organisation_1", "organisation_2", "introduced", "met"], axis=1)


def _firsts(ties: pd.DataFrame, one: Ints, other: Ints) -> pd.DataFrame:
    """Return the first round of each pair, and the first in which it met. `ties` are in order of round."""
    pair, keys = pd.factorize(pair_key(one, other))
    met = (ties["met"] == "yes").to_numpy()
    rounds = ties["round"].to_numpy()
    first_met = first_of(pair[met], rounds[met], len(keys))
    return pd.DataFrame(
        {
            "person_1": keys >> 32,
            "person_2": keys & 0xFFFFFFFF,
            "introduced": first_of(pair, rounds, len(keys)),
            "met": pd.arrays.IntegerArray(first_met, first_met < 0),
        }
    )


def first_meetings(ties: pd.DataFrame) -> pd.DataFrame:
    """Return the ties in which two people met for the first time."""
    met = ties[(ties["met"] == "yes").to_numpy()]
    return met[~pd.Series(pair_key(met["person_1"].to_numpy(), met["person_2"].to_numpy())).duplicated().to_numpy()]


def first_of(pair: Ints, rounds: Ints, pairs: int) -> Ints:
    """Return the first of the ascending `rounds` for each pair, −1 for none."""
    first = np.full(pairs, -1)
    first[pair[::-1]] = rounds[::-1]
    return first


def members(ties: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each person who took part: person, organisation (a category; their
    latest).
    """
    person = np.concatenate([ties["person_1"], ties["person_2"]])
    codes = np.concatenate([ties["organisation_1"].cat.codes, ties["organisation_2"].cat.codes])
    rounds = np.concatenate([ties["round"], ties["round"]])
    order = np.argsort(rounds, kind="stable")
    who, people = pd.factorize(person[order], sort=True)
    latest = np.empty(len(people), codes.dtype)
    latest[who] = codes[order]
    organisation = pd.Categorical.from_codes(latest, ties["organisation_1"].cat.categories)
    return pd.DataFrame({"person": people, "organisation": organisation})


def pair_key(first: Ints, second: Ints) -> Ints:
    """Return one integer for each pair of non-negative integers below 2³¹."""
    return first.astype(np.int64) << 32 | second.astype(np.int64)


def ordered_codes(ties: pd.DataFrame) -> tuple[Ints, Ints]:
    """Return the two organisations of each tie as category codes, the lower first."""
    first, second = (ties[name].cat.codes.to_numpy().astype(np.int64) for name in ("organisation_1", "organisation_2"))
    return np.minimum(first, second), np.maximum(first, second)


def silo_codes(ties: pd.DataFrame, names: list[str]) -> Ints:
    """Return the pairs of organisations tied, as positions in `names`, shape (k, 2), without other organisations."""
    where = pd.Index(names).get_indexer(ties["organisation_1"].cat.categories)
    first, second = ordered_codes(ties)
    both = np.unique(np.column_stack([where[first], where[second]]), axis=0)
    return both[(both >= 0).all(axis=1)]


def skipped(history: pd.DataFrame) -> Rate:
    """Return the seats whose person took no part in the next round, of all seats before the last round."""
    rounds, number = np.unique(history["round"], return_inverse=True)
    seat = pair_key(history["person"].to_numpy(), number)
    before = seat[number < len(rounds) - 1]
    return Rate(int((~np.isin(before + 1, seat)).sum()), len(before))
