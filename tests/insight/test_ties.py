"""Ties and connections."""

from collections import Counter
from itertools import combinations
from random import Random

import networkx as nx
import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from coffee.insight.ties import connections, members, organisation_links, ties

SEATS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sets(st.integers(1, 12), min_size=2, max_size=4),
        st.sampled_from(["yes", "no", "unknown"]),
    ),
    max_size=20,
)


def frame_of(matches: list[tuple[int, set[int], str]]) -> pd.DataFrame:
    rows = [
        (number, match, person, f"Org {person % 4}", met, False)
        for match, (number, people, met) in enumerate(matches)
        for person in people
    ]
    names = ["round", "match", "person", "organisation", "met", "disagree"]
    return pd.DataFrame(rows, columns=names).astype({"organisation": "str", "met": "str", "disagree": bool})


def test_southern_women_project_to_the_published_network(davis: pd.DataFrame) -> None:
    """Women who came to an event together are tied: 139 of the 153 pairs, as networkx projects it."""
    graph = nx.davis_southern_women_graph()
    women = graph.graph["top"]
    expected = {frozenset(map(women.index, edge)) for edge in nx.projected_graph(graph, women).edges}
    found = connections(ties(davis))
    assert {frozenset(pair) for pair in found[["person_1", "person_2"]].itertuples(index=False)} == expected
    assert len(found) == 139


def test_southern_women_meet_as_often_as_published(davis: pd.DataFrame) -> None:
    """The number of meetings of each two women is that of networkx's weighted projection."""
    graph = nx.davis_southern_women_graph()
    women = graph.graph["top"]
    weighted = nx.bipartite.weighted_projected_graph(graph, women)
    found = Counter(ties(davis)[["person_1", "person_2"]].itertuples(index=False, name=None))
    assert {(women[a], women[b]): n for (a, b), n in found.items()} == {
        tuple(sorted(pair, key=women.index)): data["weight"] for *pair, data in weighted.edges(data=True)
    }


@given(SEATS)
def test_each_two_people_in_a_match_are_one_tie(matches: list[tuple[int, set[int], str]]) -> None:
    """A pair gives one tie, a trio three, and nobody is tied with themselves."""
    found = ties(frame_of(matches))
    expected = sorted(
        (number, match, *pair, met)
        for match, (number, people, met) in enumerate(matches)
        for pair in combinations(sorted(people), 2)
    )
    rows = found[["round", "match", "person_1", "person_2", "met"]].astype({"met": "str"})
    assert sorted(rows.itertuples(index=False, name=None)) == expected


@given(SEATS, st.randoms())
def test_the_order_of_the_seats_does_not_matter(matches: list[tuple[int, set[int], str]], random: Random) -> None:
    """Shuffling the history changes nothing."""
    history = frame_of(matches)
    order = list(range(len(history)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(ties(history), ties(history.iloc[order]))


@given(SEATS)
def test_a_connection_knows_its_first_round(matches: list[tuple[int, set[int], str]]) -> None:
    """`introduced` is the first round of a pair and `met` the first in which they met, if they did."""
    first: dict[tuple[int, int], int] = {}
    first_met: dict[tuple[int, int], int] = {}
    for number, people, met in matches:
        for pair in combinations(sorted(people), 2):
            first[pair] = min(first.get(pair, number), number)
            if met == "yes":
                first_met[pair] = min(first_met.get(pair, number), number)
    found = connections(ties(frame_of(matches)))
    pairs = list(found[["person_1", "person_2"]].itertuples(index=False, name=None))
    assert dict(zip(pairs, found["introduced"], strict=True)) == first
    assert {pair: at for pair, at in zip(pairs, found["met"], strict=True) if at is not pd.NA} == first_met


@given(SEATS)
def test_organisations_are_linked_through_their_people(matches: list[tuple[int, set[int], str]]) -> None:
    """Two organisations are linked when people of theirs are, and never one with itself."""
    expected = {
        frozenset((a % 4, b % 4))
        for _, people, met in matches
        for a, b in combinations(people, 2)
        if a % 4 != b % 4 and met == "yes"
    }
    tied = ties(frame_of(matches))
    links = organisation_links(tied)
    names = tied["organisation_1"].cat.categories
    met = links[links["met"].notna()]
    codes = met[["organisation_1", "organisation_2"]].itertuples(index=False)
    assert {frozenset(int(names[code][-1]) for code in pair) for pair in codes} == expected
    assert (links["organisation_1"] < links["organisation_2"]).all()


def test_a_person_counts_with_the_organisation_they_last_came_from() -> None:
    """Somebody who changes organisation is counted once, with the new one."""
    history = pd.DataFrame(
        {
            "round": [1, 1, 2, 2], "match": [1, 1, 2, 2], "person": [5, 6, 5, 7],
            "organisation": ["Old", "Other", "New", "Other"], "met": "yes", "disagree": False,
        }
    )  # fmt: skip
    found = members(ties(history)).set_index("person")
    assert found["organisation"].astype("str").to_dict() == {5: "New", 6: "Other", 7: "Other"}


def test_a_thousand_organisations_and_a_big_id_do_not_overflow() -> None:
    """Ids of a million and more than 127 organisations are counted right."""
    people = np.arange(1_000_000, 1_002_000)
    history = pd.DataFrame(
        {
            "round": 1, "match": np.repeat(np.arange(1000), 2), "person": people,
            "organisation": [f"Org {one // 2}" if one % 2 else f"Org {one // 2 + 1}" for one in range(2000)],
            "met": "yes", "disagree": False,
        }
    )  # fmt: skip
    assert len(organisation_links(ties(history))) == 1000
    assert len(connections(ties(history))) == 1000
