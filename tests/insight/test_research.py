"""Data for researchers."""

from io import BytesIO

import networkx as nx
import pandas as pd

from coffee.insight.research import anonymous_ties, graphml
from coffee.insight.summary import Summary


def test_the_network_is_the_same_without_the_names(karate: pd.DataFrame) -> None:
    """networkx opens the file, and finds the karate club in it: the same graph with the same factions."""
    found = nx.read_graphml(BytesIO(graphml(anonymous_ties(Summary(karate), seed=1))))
    club = nx.karate_club_graph()
    names = nx.get_node_attributes(club, "club")
    assert nx.is_isomorphic(found, club)
    mixed = nx.attribute_mixing_matrix(found, "organisation", normalized=False)
    expected = nx.attribute_mixing_matrix(club, "club", normalized=False)
    assert sorted(mixed.ravel()) == sorted(expected.ravel())
    assert not any(name in str(found.nodes(data=True)) for name in names.values())
    assert {data["met"] for *_, data in found.edges(data=True)} == {1}


def test_how_often_women_met_is_kept(davis: pd.DataFrame) -> None:
    """Pairs who came to several events together are one edge that counts them."""
    found = nx.read_graphml(BytesIO(graphml(anonymous_ties(Summary(davis), seed=1))))
    graph = nx.davis_southern_women_graph()
    weighted = nx.bipartite.weighted_projected_graph(graph, graph.graph["top"])
    counts = sorted(data["met"] for *_, data in found.edges(data=True))
    assert counts == sorted(data["weight"] for *_, data in weighted.edges(data=True))


def test_numbers_say_nothing_about_people(karate: pd.DataFrame) -> None:
    """No name or id is kept, another seed numbers people otherwise, and the same seed alike."""
    summary = Summary(karate)
    one, again, other = (anonymous_ties(summary, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, again)
    assert not one[["person_1", "person_2"]].equals(other[["person_1", "person_2"]])
    assert set(one["organisation_1"]) <= {1, 2}
    assert "Hi" not in one.to_csv()


def test_an_empty_scheme_makes_an_empty_network(karate: pd.DataFrame) -> None:
    """An empty table becomes a valid network without nodes."""
    nothing = anonymous_ties(Summary(karate[:0]), seed=1)
    assert nothing.empty
    assert nx.read_graphml(BytesIO(graphml(nothing))).number_of_nodes() == 0
