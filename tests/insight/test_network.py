"""Measures of the network, against networkx, scipy and published values."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path

from coffee.insight import network as measures
from coffee.insight.network import (
    Network,
    giant_component,
    global_efficiency,
)
from coffee.insight.rates import Rate
from coffee.insight.summary import Summary

GRAPHS = st.integers(0, 14).flatmap(
    lambda size: st.sets(
        st.tuples(st.integers(0, max(size - 1, 0)), st.integers(0, max(size - 1, 0))).filter(lambda e: e[0] < e[1]),
        max_size=30,
    ).map(lambda edges: (size, sorted(edge for edge in edges if edge[1] < size)))
)


def network_of(size: int, edges: list[tuple[int, int]]) -> Network:
    ends = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return Network(size, ends[:, 0], ends[:, 1])


def graph_of(size: int, edges: list[tuple[int, int]]) -> nx.Graph:
    graph = nx.empty_graph(size)
    graph.add_edges_from(edges)
    return graph


@given(GRAPHS)
def test_the_largest_component_is_that_of_networkx(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    """The giant component of any small graph, isolated people included."""
    size, edges = drawn
    largest = max(map(len, nx.connected_components(graph_of(size, edges))), default=0)
    assert giant_component(network_of(size, edges)) == Rate(largest, size)


@given(GRAPHS)
def test_efficiency_is_that_of_networkx(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    """Global efficiency of any small graph, isolated people included."""
    found = global_efficiency(network_of(*drawn), seed=1)
    assert found.value == pytest.approx(nx.global_efficiency(graph_of(*drawn)))
    assert found.low == found.value == found.high


def test_the_karate_club_has_its_published_efficiency(karate: pd.DataFrame) -> None:
    """Zachary's karate club: all 34 members in one component, global efficiency 0.492 (networkx agrees)."""
    summary = Summary(karate)
    assert (summary.giant.count, summary.giant.of) == (34, 34)
    assert summary.efficiency.value == pytest.approx(0.492, abs=0.0005)
    assert summary.efficiency.value == pytest.approx(nx.global_efficiency(nx.karate_club_graph()))


def test_the_karate_club_by_faction_has_networkx_s_mixing(karate: pd.DataFrame) -> None:
    """E–I by faction is E minus I over all 78 friendships, as networkx mixes them."""
    mixing = nx.attribute_mixing_matrix(nx.karate_club_graph(), "club")
    summary = Summary(karate)
    assert summary.ei == pytest.approx(1 - 2 * np.trace(mixing))
    assert summary.ei == pytest.approx((11 - 67) / 78)


def test_distances_above_the_exact_limit_lie_in_the_interval() -> None:
    """Sampled efficiency of a large network is near what scipy's shortest paths give, and says how near."""
    graph = nx.gnm_random_graph(2_400, 5_000, seed=4)
    edges = np.array(graph.edges)
    found = global_efficiency(Network(2_400, edges[:, 0], edges[:, 1]), seed=7)
    steps = shortest_path(coo_array((np.ones(len(edges)), edges.T), (2_400, 2_400)), directed=False, unweighted=True)
    with np.errstate(divide="ignore"):
        exact = np.where(steps > 0, 1 / steps, 0).sum() / (2_400 * 2_399)
    assert found.low < found.value < found.high
    assert found.value == pytest.approx(exact, rel=0.03)
    assert found.high - found.low < 0.02


def test_sampling_everybody_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """With as many sources as people, sampling gives networkx's value: the two ways are the same measure."""
    monkeypatch.setattr(measures, "EXACT_UP_TO", 10)
    graph = nx.gnm_random_graph(measures.SOURCES, 400, seed=2)
    edges = np.array(graph.edges)
    found = global_efficiency(Network(measures.SOURCES, edges[:, 0], edges[:, 1]), seed=3)
    assert found.value == pytest.approx(nx.global_efficiency(graph))


def test_nobody_and_nothing_have_no_index() -> None:
    """Without edges or people there is no number, rather than a wrong one."""
    empty = network_of(0, [])
    assert global_efficiency(empty, 1).value == 0
    assert giant_component(empty).share is None
