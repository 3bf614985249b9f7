"""Histories made from networks that nobody here made, and from whatever Hypothesis thinks of."""

from collections.abc import Callable, Iterable

import pandas as pd
import pytest

Seat = tuple[int, int, int, str, str]  # round, match, person, organisation, met


def history_of(seats: Iterable[Seat]) -> pd.DataFrame:
    """A history with one row a seat."""
    names = ["round", "match", "person", "organisation", "met"]
    frame = pd.DataFrame(list(seats), columns=names)
    kinds = {"round": "int64", "match": "int64", "person": "int64", "organisation": "str", "met": "str"}
    return frame.astype(kinds).assign(disagree=False, answered=False)


@pytest.fixture
def history() -> Callable[[Iterable[Seat]], pd.DataFrame]:
    """Make a history from (round, match, person, organisation, met)."""
    return history_of


@pytest.fixture
def karate() -> pd.DataFrame:
    """Zachary's karate club (1977): each of its 78 friendships as a match that met, each faction an organisation."""
    import networkx as nx

    club = nx.karate_club_graph()
    faction = nx.get_node_attributes(club, "club")
    seats = ((1, match, node, faction[node], "yes") for match, edge in enumerate(club.edges) for node in edge)
    return history_of(seats)


@pytest.fixture
def davis() -> pd.DataFrame:
    """Davis's Southern women (1941): 14 social events as matches of all the women who came."""
    import networkx as nx

    graph = nx.davis_southern_women_graph()
    women, events = graph.graph["top"], graph.graph["bottom"]
    seats = (
        (number, number, women.index(woman), "women", "yes")
        for number, event in enumerate(events, 1)
        for woman in graph[event]
    )
    return history_of(seats)
