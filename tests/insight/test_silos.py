"""Silos: pairs, reach, cells and what one more draw could do."""

from collections.abc import Callable
from itertools import combinations, product

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffee.insight.silos import between, cells, every_pair, most_new_links, never_linked
from coffee.insight.summary import Summary

ORGANISATIONS = st.lists(st.sampled_from("ABCDE"), min_size=2, max_size=9)


def some_history(history: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    """A met B twice, was introduced to C without meeting, D is silent, and B met itself."""
    return history(
        [
            (1, 1, 1, "A", "yes"), (1, 1, 2, "B", "yes"),
            (1, 2, 3, "A", "yes"), (1, 2, 4, "B", "yes"),
            (2, 3, 1, "A", "no"), (2, 3, 5, "C", "no"),
            (2, 4, 2, "B", "unknown"), (2, 4, 6, "D", "unknown"),
            (3, 5, 2, "B", "yes"), (3, 5, 4, "B", "yes"),
        ]
    )  # fmt: skip


def test_the_southern_women_s_clubs_are_all_linked(davis: pd.DataFrame) -> None:
    """With each woman her own silo, in one round, the share linked is the density networkx gives: 139 of 153."""
    summary = Summary(davis.assign(round=1, organisation="woman " + davis["person"].astype("str")))
    graph = nx.davis_southern_women_graph()
    projected = nx.projected_graph(graph, graph.graph["top"])
    assert summary.linked().share == pytest.approx(nx.density(projected))
    assert (summary.linked().count, summary.linked().of) == (139, 153)
    degrees = dict(zip(summary.reach["organisation"], summary.reach["met"], strict=True))
    women = graph.graph["top"]
    assert degrees == {f"woman {women.index(name)}": degree for name, degree in projected.degree}


def test_only_pairs_that_met_are_linked(history: Callable[..., pd.DataFrame]) -> None:
    """Introduced is not linked, an organisation is not linked with itself, and only those in one round could be."""
    summary = Summary(some_history(history))
    assert (summary.linked().count, summary.linked().of) == (1, 6)
    assert summary.linked("introduced").count == 3


def test_cells_say_how_it_went(history: Callable[..., pd.DataFrame]) -> None:
    """Each cell has its counts and the best that can be said of it, the same on both sides of the diagonal."""
    summary = Summary(some_history(history))
    square = cells(summary.silo_pairs, ["A", "B", "C", "D"]).set_index(["row", "column"])
    how = square["how"].to_dict()
    assert how["A", "B"] == how["B", "A"] == "yes"
    assert how["A", "C"] == "no"
    assert how["B", "D"] == "unknown"
    assert how["C", "D"] == "never"
    assert how["B", "B"] == "yes"
    assert ("A", "A") not in how
    assert square.loc[("A", "B"), "met"] == 2


def test_pairs_never_introduced_are_in_the_table_too(history: Callable[..., pd.DataFrame]) -> None:
    """Every two organisations have their row, with zeros where nobody was introduced."""
    summary = Summary(some_history(history))
    rows = every_pair(summary.silo_pairs, summary.first_together)
    counts = {tuple(row[:2]): row[2] for row in rows.itertuples(index=False)}
    assert counts["C", "D"] == counts["A", "D"] == counts["B", "C"] == 0
    assert counts["A", "B"] == 2
    assert len(counts) == 7, "six pairs, and B with itself"


def test_the_matches_behind_a_cell_are_found_in_either_direction(history: Callable[..., pd.DataFrame]) -> None:
    """A with B is B with A, and an organisation can be looked up with itself."""
    ties = Summary(some_history(history)).ties
    assert between(ties, "B", "A")["match"].tolist() == between(ties, "A", "B")["match"].tolist() == [1, 2]
    assert between(ties, "B", "B")["match"].tolist() == [5]
    assert between(ties, "A", "D").empty


def test_never_linked_are_those_with_people_now(history: Callable[..., pd.DataFrame]) -> None:
    """Pairs that never met, among organisations that have somebody to draw, with how many chances there are."""
    active = pd.Series(["A", "A", "B", "C", "New"], dtype="str")
    found = never_linked(Summary(some_history(history)).silo_pairs, active)
    pairs = {tuple(row[:2]): tuple(row[2:]) for row in found.itertuples(index=False)}
    assert pairs == {
        ("A", "C"): (2, 1), ("A", "New"): (2, 0), ("B", "C"): (1, 0), ("B", "New"): (1, 0), ("C", "New"): (1, 0)
    }  # fmt: skip


@given(ORGANISATIONS, st.sets(st.sampled_from(list(combinations("ABCDE", 2)))))
def test_no_draw_links_more_than_promised(organisations: list[str], unlinked: set[tuple[str, str]]) -> None:
    """The bound is never beaten by the best of all matchings of an even number of people."""
    people = organisations[: len(organisations) // 2 * 2]
    frame = pd.DataFrame(sorted(unlinked), columns=["organisation_1", "organisation_2"], dtype="str")
    best = max(
        len({frozenset((people[a], people[b])) for a, b in matching} & set(map(frozenset, unlinked)))
        for matching in matchings(list(range(len(people))))
    )
    assert best <= most_new_links(frame, pd.Series(people, dtype="str"))


def test_the_bound_is_reached_when_nothing_stands_in_the_way() -> None:
    """Four people of four organisations that never met make two new links."""
    names = list("ABCD")
    frame = pd.DataFrame(combinations(names, 2), columns=["organisation_1", "organisation_2"], dtype="str")
    assert most_new_links(frame, pd.Series(names, dtype="str")) == 2
    assert most_new_links(frame[:0], pd.Series(names, dtype="str")) == 0


def matchings(people: list[int]) -> list[list[tuple[int, int]]]:
    if not people:
        return [[]]
    first, rest = people[0], people[1:]
    return [[(first, other), *more] for other in rest for more in matchings([one for one in rest if one != other])]


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("ABC"), st.sampled_from(["yes", "no", "unknown"]))))
def test_counts_add_up(matches: list[tuple[str, str, str]]) -> None:
    """Each pair is counted once in any draw, and introduced is the sum of its parts."""
    rows = [
        (1, match, 2 * match + seat, name, met, False)
        for match, (*names, met) in enumerate(matches)
        for seat, name in enumerate(names)
    ]
    frame = pd.DataFrame(rows, columns=["round", "match", "person", "organisation", "met", "disagree"])
    summary = Summary(frame.astype({"organisation": "str", "met": "str", "disagree": bool}))
    pairs = summary.silo_pairs
    assert pairs["introduced"].sum() == len(matches)
    assert (pairs["introduced"] == pairs["met"] + pairs["not_met"] + pairs["unknown"]).all()
    square = cells(pairs, summary.organisations).set_index(["row", "column"])["met"]
    for one, other in product(summary.organisations, repeat=2):
        assert square.get((one, other), 0) == square.get((other, one), 0)
