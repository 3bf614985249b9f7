"""The network picture."""

from collections.abc import Callable

import networkx as nx
import numpy as np
import pandas as pd

from coffee.insight import picture
from coffee.insight.layout import places
from coffee.insight.network import Network
from coffee.insight.silos import silo_pairs
from coffee.insight.summary import Summary


def karate_network() -> Network:
    edges = np.array(nx.karate_club_graph().edges)
    return Network(34, edges[:, 0], edges[:, 1])


def test_the_same_seed_gives_the_same_places() -> None:
    """Nobody moves between rounds or visits, and nobody stands on another."""
    first, again = places(karate_network(), 7), places(karate_network(), 7)
    assert (first == again).all()
    assert len(np.unique(first.round(6), axis=0)) == 34
    assert ((first >= 0) & (first <= 1)).all()


def test_friends_stand_nearer_than_strangers() -> None:
    """The force layout means something: karate club friends are closer on average than the others."""
    where = places(karate_network(), 7)
    apart = np.linalg.norm(where[:, None] - where[None], axis=2)
    friends = nx.to_numpy_array(nx.karate_club_graph(), weight=None) > 0
    strangers = ~friends & ~np.eye(34, dtype=bool)
    assert apart[friends].mean() < 0.8 * apart[strangers].mean()


def test_nobody_and_one_person_have_a_place() -> None:
    """Empty and single networks do not fail."""
    none = np.empty(0, np.int64)
    assert places(Network(0, none, none), 1).shape == (0, 2)
    assert places(Network(1, none, none), 1).shape == (1, 2)


def test_lines_join_the_people_of_a_match(history: Callable[..., pd.DataFrame]) -> None:
    """Each tie of the round is a line from one to the other, and those without a match are told apart."""
    summary = Summary(
        history([(1, 1, 7, "A", "no"), (1, 1, 9, "B", "no"), (2, 2, 7, "A", "yes"), (2, 2, 8, "C", "yes")])
    )
    where = np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])  # persons 7, 8, 9
    ties = summary.ties[summary.ties["round"] == 1]
    lines = picture.people_lines(summary.members, where, {7: "Ann", 9: "Bo"}, ties)
    assert lines.iloc[0].to_dict() == {
        "x": 0.1, "y": 0.2, "x2": 0.5, "y2": 0.6, "how": "no", "matches": 1, "about": "Ann and Bo"
    }  # fmt: skip
    nodes = picture.people_nodes(summary.members, where, {7: "Ann", 9: "Bo"}, ties)
    assert nodes["taking_part"].tolist() == [True, False, True]
    assert nodes["name"].tolist() == ["Ann", "Somebody erased", "Bo"]


def test_a_star_has_its_organisation_in_the_middle(history: Callable[..., pd.DataFrame]) -> None:
    """Only those it was put in touch with stand around it, each with a line."""
    summary = Summary(
        history(
            [
                (1, 1, 1, "A", "yes"), (1, 1, 2, "B", "yes"), (1, 2, 3, "C", "no"), (1, 2, 4, "A", "no"),
                (1, 3, 5, "B", "yes"), (1, 3, 6, "D", "yes"), (1, 4, 7, "A", "yes"), (1, 4, 8, "A", "yes"),
            ]
        )
    )  # fmt: skip
    nodes, lines = picture.star(summary.people, summary.silo_pairs, "A")
    assert nodes["name"].tolist() == ["A", "B", "C"]
    assert nodes.loc[nodes["chosen"], ["x", "y"]].to_numpy().tolist() == [[0.5, 0.5]]
    assert lines["about"].tolist() == ["A and B", "A and C"]
    assert lines["how"].tolist() == ["yes", "no"]
    assert nodes.loc[nodes["named"], "name"].tolist() == ["A", "C"], "the centre and whom it did not meet"


def test_whoever_did_not_meet_is_seen_beside_those_who_did(history: Callable[..., pd.DataFrame]) -> None:
    """Two organisations of which one pair met and one did not have a line for each, the unmet one drawn last."""
    met, missed = [(1, 1, 1, "A", "yes"), (1, 1, 2, "B", "yes")], [(1, 2, 3, "A", "no"), (1, 2, 4, "B", "no")]
    pairs = Summary(history([*missed, *met])).silo_pairs
    lines = picture.organisation_lines(np.zeros((2, 2)), pairs)
    assert lines[["how", "matches"]].to_numpy().tolist() == [["yes", 1], ["no", 1]]


def test_a_star_keeps_everybody_s_place(history: Callable[..., pd.DataFrame]) -> None:
    """An organisation stands in the same place whoever else is drawn that round."""
    summary = Summary(
        history(
            [
                (1, 1, 1, "A", "yes"), (1, 1, 2, "B", "yes"), (1, 2, 3, "C", "no"), (1, 2, 4, "A", "no"),
                (2, 3, 3, "C", "yes"), (2, 3, 1, "A", "yes"), (2, 4, 5, "D", "yes"), (2, 4, 4, "A", "yes"),
            ]
        )
    )  # fmt: skip
    ties = summary.ties
    drawn = [picture.star(summary.people, silo_pairs(ties[ties["round"] == number]), "A")[0] for number in (1, 2)]
    one, two = (nodes.set_index("name")[["x", "y"]] for nodes in drawn)
    assert sorted(one.index) == ["A", "B", "C"]
    assert sorted(two.index) == ["A", "C", "D"]
    assert (one.loc["C"] == two.loc["C"]).all()
