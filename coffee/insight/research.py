"""Data for researchers: ties between numbered people, without names."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import rustworkx as rx

from coffee.insight.arrays import Ints
from coffee.insight.summary import Summary

# Left to itself, rustworkx 0.18 gives a node's and an edge's attribute the same id, and readers mix them up. Its type
# stubs do not know these classes yet.
KEYS = [
    rx.GraphMLKey(name, domain, name, rx.GraphMLType.Int, None)  # type: ignore[attr-defined,call-arg]
    for domain, names in (
        (rx.GraphMLDomain.Node, ["person", "organisation"]),  # type: ignore[attr-defined]
        (rx.GraphMLDomain.Edge, ["introduced", "met", "first"]),  # type: ignore[attr-defined]
    )
    for name in names
]


def anonymous_ties(summary: Summary, seed: int) -> pd.DataFrame:
    """Return one row for each tie, with numbers for names: round, match, person_1, person_2, organisation_1,
    organisation_2, met.

    People, organisations and matches are numbered from 1 in an order that `seed` decides and that says nothing about
    them. Somebody who knows who met whom can still recognise people in it, so it is for research under an agreement.
    """
    ties, random = summary.ties, np.random.default_rng(seed)
    people = _numbers(summary.members["person"], random)
    organisations = _numbers(summary.organisations, random)
    matches = _numbers(ties["match"].unique(), random)
    frame = pd.DataFrame({"round": ties["round"], "match": ties["match"].map(matches)})
    for end in ("1", "2"):
        frame[f"person_{end}"] = ties[f"person_{end}"].map(people)
        frame[f"organisation_{end}"] = ties[f"organisation_{end}"].astype("str").map(organisations)
    frame["met"] = ties["met"].astype("str")
    return frame.sort_values(["round", "match", "person_1", "person_2"], ignore_index=True)


def _numbers(names: Iterable[object], random: np.random.Generator) -> dict[object, int]:
    every = list(names)
    order: Ints = random.permutation(len(every)) + 1
    return dict(zip(every, order.tolist(), strict=True))


def graphml(anonymous: pd.DataFrame) -> bytes:
    """Return the ties as one GraphML network that Gephi and networkx open.

    A node is a person, with their latest `organisation`. An edge is a pair ever introduced, with `introduced` and `met`
    (how many times) and `first` (the first round).
    """
    graph: rx.PyGraph[dict[str, object], dict[str, object]] = rx.PyGraph()
    where = _add_people(graph, anonymous)
    pairs = anonymous.assign(
        one=anonymous[["person_1", "person_2"]].min(axis=1),
        other=anonymous[["person_1", "person_2"]].max(axis=1),
        yes=anonymous["met"] == "yes",
    ).groupby(["one", "other"], as_index=False)
    for one, other, introduced, met, first in pairs.agg(
        introduced=("yes", "size"), met=("yes", "sum"), first=("round", "min")
    ).itertuples(index=False):
        edge: dict[str, object] = {"introduced": int(introduced), "met": int(met), "first": int(first)}
        graph.add_edge(where[one], where[other], edge)
    return _written(graph)


def _add_people(graph: "rx.PyGraph[dict[str, object], dict[str, object]]", anonymous: pd.DataFrame) -> dict[int, int]:
    ends = [
        anonymous[["round", f"person_{end}", f"organisation_{end}"]].set_axis(["r", "p", "o"], axis=1) for end in "12"
    ]
    people = pd.concat(ends).sort_values("r", kind="stable").drop_duplicates("p", keep="last").sort_values("p")
    return {
        int(person): graph.add_node({"person": int(person), "organisation": int(organisation)})
        for person, organisation in people[["p", "o"]].itertuples(index=False)
    }


def _written(graph: "rx.PyGraph[dict[str, object], dict[str, object]]") -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "network.graphml")
        rx.graph_write_graphml(graph, str(path), keys=KEYS)
        return path.read_bytes()
