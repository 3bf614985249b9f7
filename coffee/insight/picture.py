"""The network picture: where the nodes stand and which lines a round draws between them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from coffee.insight.arrays import Floats, Ints
from coffee.insight.ties import ordered_codes


def people_nodes(members: pd.DataFrame, places: Floats, names: Mapping[int, str], ties: pd.DataFrame) -> pd.DataFrame:
    """One row a person: x, y, name, about (the organisation), people (1), taking_part (in one of `ties`).

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
    """One row a tie: x, y, x2, y2, how, matches (1), about ('Ann and Bo')."""
    person = members["person"].to_numpy()
    first, second = (np.searchsorted(person, ties[name].to_numpy()) for name in ("person_1", "person_2"))
    called = np.array([names.get(one) or "somebody erased" for one in person], dtype=object)
    return _lines(places, first, second).assign(
        how=ties["met"].astype("str").to_numpy(), matches=1, about=_and(called, first, second)
    )


def organisation_nodes(members: pd.DataFrame, places: Floats, ties: pd.DataFrame) -> pd.DataFrame:
    """One row an organisation: x, y, name, about ('12 people'), people, taking_part."""
    names = members["organisation"].cat.categories
    people = np.bincount(members["organisation"].cat.codes, minlength=len(names))
    first, second = ordered_codes(ties)
    return pd.DataFrame(
        {
            "x": places[:, 0],
            "y": places[:, 1],
            "name": names.astype("str"),
            "about": [f"{count:,} people" if count != 1 else "1 person" for count in people],
            "people": people,
            "taking_part": np.isin(np.arange(len(names)), np.concatenate([first, second])),
        }
    )


def organisation_lines(places: Floats, pairs: pd.DataFrame) -> pd.DataFrame:
    """One row a pair of different organisations of `pairs` (see `silo_pairs`): x, y, x2, y2, how, matches, about.

    `how` is 'yes' when any pair of their people met, else 'unknown' when any is not known of, else 'no'.
    """
    across = pairs[pairs["organisation_1"].cat.codes != pairs["organisation_2"].cat.codes]
    first, second = across["organisation_1"].cat.codes.to_numpy(), across["organisation_2"].cat.codes.to_numpy()
    names = pairs["organisation_1"].cat.categories.to_numpy().astype(object)
    how = np.select([across["met"] > 0, across["unknown"] > 0], ["yes", "unknown"], "no")
    return _lines(places, first, second).assign(
        how=how, matches=across["introduced"].to_numpy(), about=_and(names, first, second)
    )


def star(members: pd.DataFrame, pairs: pd.DataFrame, centre: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One organisation in the middle and those it was put in touch with around it: nodes and lines as above."""
    sides = pairs.astype({"organisation_1": "str", "organisation_2": "str"})
    here = pairs[(sides["organisation_1"] == centre) ^ (sides["organisation_2"] == centre)]
    names = members["organisation"].cat.categories
    middle = names.to_list().index(centre)
    first, second = ordered_codes(here)
    around = np.where(first == middle, second, first)
    places = np.full((len(names), 2), 0.5)
    angle = 2 * np.pi * np.arange(len(around)) / max(len(around), 1)
    places[around] += 0.45 * np.column_stack([np.sin(angle), np.cos(angle)])
    nodes = organisation_nodes(members, places, here)
    kept = np.sort(np.append(around, middle))
    return nodes.iloc[kept].assign(chosen=lambda some: some["name"] == centre), organisation_lines(places, here)


def _lines(places: Floats, first: Ints, second: Ints) -> pd.DataFrame:
    return pd.DataFrame(
        {"x": places[first, 0], "y": places[first, 1], "x2": places[second, 0], "y2": places[second, 1]}
    )


def _and(names: "np.ndarray[tuple[int], np.dtype[np.object_]]", first: Ints, second: Ints) -> list[str]:
    return [f"{one} and {other}" for one, other in zip(names[first], names[second], strict=True)]
