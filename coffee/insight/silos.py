"""Links between organisations, and the reach of each."""

import numpy as np
import pandas as pd

from coffee.insight.arrays import Ints
from coffee.insight.rates import Rate
from coffee.insight.ties import ordered_codes, pair_key

COUNTS = ["introduced", "met", "not_met", "unknown"]


def silo_pairs(ties: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each pair of organisations ever introduced, including an organisation with itself.

    organisation_1 <= organisation_2 (categories), then counts of pairs of people: introduced = met + not_met + unknown.
    """
    first, second = ordered_codes(ties)
    pair, keys = pd.factorize(pair_key(first, second), sort=True)
    names = ties["organisation_1"].cat.categories
    frame = pd.DataFrame(
        {
            "organisation_1": pd.Categorical.from_codes(keys >> 32, names),
            "organisation_2": pd.Categorical.from_codes(keys & 0xFFFFFFFF, names),
        }
    )
    for name, met in (("met", "yes"), ("not_met", "no"), ("unknown", "unknown")):
        frame[name] = np.bincount(pair[(ties["met"] == met).to_numpy()], minlength=len(keys))
    frame.insert(2, "introduced", frame[["met", "not_met", "unknown"]].sum(axis=1))
    return frame


def first_together(ties: pd.DataFrame) -> Ints:
    """Return the first round in which each two organisations both had people with a seat, 0 for none.

    Shape (k, k) for the k organisations in the order of their categories; symmetric.
    """
    names = ties["organisation_1"].cat.categories
    first = np.zeros((len(names), len(names)), np.int64)
    rounds, (one, other) = ties["round"].to_numpy(), ordered_codes(ties)
    for number in np.unique(rounds)[::-1]:
        here = np.unique(np.concatenate([one[rounds == number], other[rounds == number]]))
        first[np.ix_(here, here)] = number
    return first


def every_pair(pairs: pd.DataFrame, first_together: Ints) -> pd.DataFrame:
    """Add to `pairs` (from `silo_pairs`) a row of zeros for each two organisations that were never introduced, although
    both had people in the same round."""
    names = pairs["organisation_1"].cat.categories
    first, second = np.nonzero(np.triu(first_together, 1))
    known = pair_key(pairs["organisation_1"].cat.codes.to_numpy(), pairs["organisation_2"].cat.codes.to_numpy())
    never = ~np.isin(pair_key(first, second), known)
    ends = {"organisation_1": first[never], "organisation_2": second[never]}
    gaps = pd.DataFrame({name: pd.Categorical.from_codes(codes, names) for name, codes in ends.items()})
    return pd.concat([pairs, gaps.assign(**dict.fromkeys(COUNTS, 0))], ignore_index=True)


def linked(links: pd.DataFrame, first_together: Ints, kind: str = "met") -> Rate:
    """Return the pairs of different organisations that have met (or, with `kind` 'introduced', been introduced), of the
    pairs that ever had people in the same round.

    `links` come from `organisation_links`. If all organisations were in one round, this is the density of their network
    (Wasserman & Faust 1994, p. 101).
    """
    return Rate(int(links[kind].notna().sum()), int(np.count_nonzero(np.triu(first_together, 1))))


def feasible(ties: pd.DataFrame, first_together: Ints) -> int:
    """Return how many pairs of organisations so many seats could have linked at most.

    An organisation reaches no more others than its people had partners, nor than had people in the same rounds.
    """
    ends = np.bincount(_ends(ties)["silo"], minlength=len(first_together))
    others = np.count_nonzero(first_together, axis=1) - 1
    return int(np.minimum(ends, others).sum() // 2)


def ei_index(meetings: pd.DataFrame) -> float | None:
    """Return (E − I)/(E + I): E meetings between silos, I within one (Krackhardt & Stern 1988). None without meetings.

    −1 is all within, +1 all between. `meetings` come from `ties.first_meetings`: silos count as at the time.
    """
    if meetings.empty:
        return None
    first, second = ordered_codes(meetings)
    return 2 * float((first != second).mean()) - 1


def ei_by_chance(ties: pd.DataFrame, meetings: pd.DataFrame) -> float | None:
    """Return the E–I index to expect if each meeting were between two people of its round, whatever their silos.

    Two people of a round are from one silo with probability Σ s(s−1)/(n(n−1)), s being the silos' sizes in it. None
    without meetings.
    """
    if meetings.empty:
        return None
    ends = _ends(ties)
    seats = ends[~pd.Series(pair_key(ends["round"].to_numpy(), ends["person"].to_numpy())).duplicated()]
    keys, sizes = np.unique(pair_key(seats["round"].to_numpy(), seats["silo"].to_numpy()), return_counts=True)
    by_round = pd.DataFrame({"round": keys >> 32, "people": sizes, "alike": sizes * (sizes - 1)})
    totals = by_round.groupby("round").sum()
    within = totals["alike"] / (totals["people"] * (totals["people"] - 1))
    return float(1 - 2 * within.loc[meetings["round"]].mean())


def _ends(ties: pd.DataFrame) -> pd.DataFrame:
    """Return the ends of the ties: round, person, silo (its code)."""
    ends = [
        pd.DataFrame(
            {"round": ties["round"], "person": ties[f"person_{end}"], "silo": ties[f"organisation_{end}"].cat.codes}
        )
        for end in (1, 2)
    ]
    return pd.concat(ends, ignore_index=True)


def reach(links: pd.DataFrame, people: "pd.Series[int]", first_together: Ints) -> pd.DataFrame:
    """Return one row for each organisation, those that reached most first, then by name: organisation, people (who
    took part for it), met and introduced (other organisations), others (those that had people in the same round).

    `met` is the organisation's degree in the network of organisations (Freeman 1979).
    """
    frame = pd.DataFrame(
        {
            "organisation": people.index,
            "people": people.to_numpy(),
            "met": _degree(links[links["met"].notna()], len(people)),
            "introduced": _degree(links, len(people)),
            "others": np.count_nonzero(first_together, axis=1) - 1,
        }
    )
    return frame.sort_values(["met", "introduced", "organisation"], ascending=[False, False, True], ignore_index=True)


def people(ties: pd.DataFrame) -> "pd.Series[int]":
    """Count the people who ever took part for each organisation, in alphabetical order."""
    ends, names = _ends(ties), ties["organisation_1"].cat.categories
    each = np.unique(pair_key(ends["silo"].to_numpy(), ends["person"].to_numpy())) >> 32
    return pd.Series(np.bincount(each, minlength=len(names)), names.astype("str"))


def _degree(links: pd.DataFrame, size: int) -> Ints:
    return np.bincount(np.concatenate([links["organisation_1"], links["organisation_2"]]), minlength=size)


def cells(pairs: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """Return the heat map of the organisations in `order`: row, column, introduced, met, not_met, unknown, how.

    `how` is 'yes' when any pair of people met, else 'unknown' when any is not known of, else 'no', or 'never' when
    none was introduced. An organisation with itself is left out unless its own people were introduced.
    """
    named = pairs.astype({"organisation_1": "str", "organisation_2": "str"})
    named = named[named["organisation_1"].isin(order) & named["organisation_2"].isin(order)]
    mirrored = named.rename(columns={"organisation_1": "organisation_2", "organisation_2": "organisation_1"})
    both = pd.concat([named, mirrored]).drop_duplicates(["organisation_1", "organisation_2"])
    square = pd.DataFrame({"row": np.repeat(order, len(order)), "column": np.tile(order, len(order))}, dtype="str")
    known = both.rename(columns={"organisation_1": "row", "organisation_2": "column"})
    square = square.merge(known, how="left").fillna(0).astype(dict.fromkeys(COUNTS, int))
    kinds = [square["met"] > 0, square["unknown"] > 0, square["not_met"] > 0]
    square["how"] = np.select(kinds, ["yes", "unknown", "no"], "never")
    return square[(square["row"] != square["column"]) | (square["introduced"] > 0)].reset_index(drop=True)


def between(ties: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Return the ties between two organisations (or within one), in either direction."""
    first, second = ties["organisation_1"], ties["organisation_2"]
    return ties[((first == one) & (second == other)) | ((first == other) & (second == one))]


def of_organisation(ties: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the ties that have the organisation on either side."""
    return ties[(ties["organisation_1"] == name) | (ties["organisation_2"] == name)]


def never_linked(pairs: pd.DataFrame, active: "pd.Series[str]") -> pd.DataFrame:
    """Return the pairs of organisations that have people now and have never met, most chances first.

    Columns are organisation_1 < organisation_2, `introduced` (pairs of their people introduced all the same) and
    `people` (pairs of people possible).

    `pairs` as from `silo_pairs`; `active` has the organisation of each person who can be drawn.
    """
    sizes = active.value_counts().sort_index()
    first, second = np.triu_indices(len(sizes), 1)
    frame = pd.DataFrame({"organisation_1": sizes.index[first], "organisation_2": sizes.index[second]})
    frame["people"] = sizes.to_numpy()[first] * sizes.to_numpy()[second]
    known = pairs.astype({"organisation_1": "str", "organisation_2": "str"})
    frame = frame.astype({"organisation_1": "str", "organisation_2": "str"}).merge(
        known[["organisation_1", "organisation_2", "introduced", "met"]], how="left"
    )
    frame = frame[frame["met"].fillna(0) == 0].fillna({"introduced": 0}).astype({"introduced": int})
    return frame.drop(columns="met").sort_values(
        ["people", "organisation_1", "organisation_2"], ascending=[False, True, True], ignore_index=True
    )


def most_new_links(unlinked: pd.DataFrame, active: "pd.Series[str]") -> int:
    """Return an upper bound, from counting seats, on how many of those pairs one draw could link.

    Each person takes one seat, so an organisation of p people makes at most p links, and n people make at most ⌊n/2⌋
    matches
    (a trio, when n is odd, makes up to two links more). The degree bound of a b-matching (Schrijver 2003, ch. 31).
    """
    if unlinked.empty:
        return 0
    degree = pd.concat([unlinked["organisation_1"], unlinked["organisation_2"]]).value_counts()
    seats = active.value_counts().reindex(degree.index, fill_value=0)
    by_seats = int(np.minimum(degree, seats).sum()) // 2
    if len(active) % 2:
        return min(len(unlinked), len(active) // 2 + 2, by_seats + 2)
    return min(len(unlinked), len(active) // 2, by_seats)
