"""The network picture: its nodes with their places, and the lines of a round."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from coffee.insight.arrays import Floats, Ints
from coffee.insight.ties import ordered_codes

WAYS = {"met": "yes", "unknown": "unknown", "not_met": "no"}
GAP = 0.009  # between lines side by side


def people_nodes(members: pd.DataFrame, places: Floats, names: Mapping[int, str], ties: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each person: x, y, name, about (the organisation), people (1), taking_part (in one of `ties`).

    `members` and `places` have the same rows; `names` may lack somebody whose details were erased.
    """
    return pd.DataFrame(
        {
            "x": places[:, 0],
            "y": places[:, 1],
            "name": [names.get(person) or "Somebody erased" for person in members["person"]],
            "about": members["organisation"].astype("str").to_numpy(),
            "people": 1,
            "taking_part": members["person"].isin(pd.concat([ties["person_1"], ties["person_2"]])).to_numpy(),
        }
    )


def people_lines(members: pd.DataFrame, places: Floats, names: Mapping[int, str], ties: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each tie: x, y, x2, y2, how, matches (1), about ('Ann and Bo')."""
    person = members["person"].to_numpy()
    first, second = (np.searchsorted(person, ties[name].to_numpy()) for name in ("person_1", "person_2"))
    called = np.array([names.get(one) or "somebody erased" for one in person], dtype=object)
    return _lines(places, first, second).assign(
        how=ties["met"].astype("str").to_numpy(), matches=1, about=_and(called, first, second)
    )


def organisation_nodes(people: "pd.Series[int]", places: Floats, ties: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each organisation: x, y, name, about ('12 people'), people, taking_part.

    `people` has the number of people who took part for each, by its name.
    """
    first, second = ordered_codes(ties)
    return pd.DataFrame(
        {
            "x": places[:, 0],
            "y": places[:, 1],
            "name": people.index,
            "about": [f"{count:,} people" if count != 1 else "1 person" for count in people],
            "people": people.to_numpy(),
            "taking_part": np.isin(np.arange(len(people)), np.concatenate([first, second])),
        }
    )


def organisation_lines(places: Floats, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each outcome of a pair of different organisations in `pairs` (see `silo_pairs`): x, y, x2, y2,
    how, matches (with that outcome), about. Lines of one pair run side by side, those that did not meet last.
    """
    names = pairs["organisation_1"].cat.categories.to_numpy().astype(object)
    ends = pairs.assign(
        first=pairs["organisation_1"].cat.codes.astype(int), second=pairs["organisation_2"].cat.codes.astype(int)
    )
    long = ends.melt(["first", "second"], list(WAYS), "how", "matches")
    lines = long[(long["first"] != long["second"]) & (long["matches"] > 0)].reset_index(drop=True)
    first, second = lines["first"].to_numpy(), lines["second"].to_numpy()
    beside = _beside(places[first], places[second], lines.groupby(["first", "second"]).cumcount().to_numpy())
    return (_lines(places, first, second) + beside).assign(
        how=lines["how"].map(WAYS), matches=lines["matches"], about=_and(names, first, second)
    )


def _beside(start: Floats, end: Floats, place: Ints) -> Floats:
    """Return the shifts of x, y, x2, y2 that move each line beside the `place` lines before it."""
    along = end - start
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), GAP)
    move = np.column_stack([-along[:, 1], along[:, 0]]) * (GAP * place / length)[:, None]
    return np.tile(move, 2)


def star(people: "pd.Series[int]", pairs: pd.DataFrame, centre: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return nodes and lines as above, with one organisation in the middle and its links around it.

    Each of the others has a place of its own around the middle, the same in every round and for every centre. `chosen`
    is the centre; `named` are it and those it did not meet.
    """
    sides = pairs.astype({"organisation_1": "str", "organisation_2": "str"})
    here = pairs[(sides["organisation_1"] == centre) ^ (sides["organisation_2"] == centre)]
    middle = people.index.to_list().index(centre)
    first, second = ordered_codes(here)
    around = np.where(first == middle, second, first)
    places = _ring(len(people))
    places[middle] = 0.5
    nodes = organisation_nodes(people, places, here).assign(chosen=np.arange(len(people)) == middle)
    nodes["named"] = nodes["chosen"] | nodes.index.isin(around[here["not_met"] > 0])
    return nodes.iloc[np.sort(np.append(around, middle))], organisation_lines(places, here)


def _ring(size: int) -> Floats:
    """Return places around the middle, at three alternating distances so that names have room."""
    angle = 2 * np.pi * np.arange(size) / max(size, 1)
    radius = 0.48 - 0.09 * (np.arange(size) % 3)
    return np.asarray(0.5 + radius[:, None] * np.column_stack([np.sin(angle), np.cos(angle)]))


def _lines(places: Floats, first: Ints, second: Ints) -> pd.DataFrame:
    return pd.DataFrame(
        {"x": places[first, 0], "y": places[first, 1], "x2": places[second, 0], "y2": places[second, 1]}
    )


def _and(names: "np.ndarray[tuple[int], np.dtype[np.object_]]", first: Ints, second: Ints) -> list[str]:
    return [f"{one} and {other}" for one, other in zip(names[first], names[second], strict=True)]
