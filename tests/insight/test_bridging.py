"""Bridging measures, against networkx."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffee.insight.bridging import betweenness, constraint, participation
from coffee.insight.network import Network
from coffee.insight.summary import Summary

EDGES = st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda e: e[0] < e[1]), max_size=25)


def both(edges: set[tuple[int, int]]) -> tuple[Network, nx.Graph]:
    ends = np.array(sorted(edges), dtype=np.int64).reshape(-1, 2)
    graph = nx.empty_graph(10)
    graph.add_edges_from(edges)
    return Network(10, ends[:, 0], ends[:, 1]), graph


@given(EDGES)
def test_betweenness_is_networkx_s(edges: set[tuple[int, int]]) -> None:
    """For any small graph."""
    network, graph = both(edges)
    assert betweenness(network) == pytest.approx(list(nx.betweenness_centrality(graph).values()))


@given(EDGES)
def test_constraint_is_networkx_s(edges: set[tuple[int, int]]) -> None:
    """For any small graph, with no number for people without ties."""
    network, graph = both(edges)
    assert constraint(network) == pytest.approx(list(nx.constraint(graph).values()), nan_ok=True)


@given(EDGES, st.lists(st.integers(0, 3), min_size=10, max_size=10))
def test_participation_follows_its_formula(edges: set[tuple[int, int]], silo: list[int]) -> None:
    """1 − Σ (k_is/k_i)², counted neighbour by neighbour."""
    network, graph = both(edges)
    expected = [
        1 - sum((sum(silo[n] == s for n in graph[node]) / len(graph[node])) ** 2 for s in range(4))
        if graph[node]
        else 0.0
        for node in graph
    ]
    codes = np.array(silo)
    assert participation(network, codes[network.first], codes[network.second]) == pytest.approx(expected)


def test_the_karate_club_s_instructor_has_the_published_betweenness(karate: pd.DataFrame) -> None:
    """Mr Hi 0.438 and the officer 0.304 (Newman & Girvan 2004's club): the two leaders stand between most."""
    scores = betweenness(Summary(karate).network())
    assert scores[0] == pytest.approx(0.4376, abs=0.0001)
    assert scores[33] == pytest.approx(0.3041, abs=0.0001)
    assert set(np.argsort(scores)[-2:]) == {0, 33}
