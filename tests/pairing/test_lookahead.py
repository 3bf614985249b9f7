"""Small schemes reach all the rounds there are in them."""

from typing import Any

import networkx as nx
import numpy as np
import pytest

from coffee.pairing import pair, rounds_left


def played(silos: Any, seed: Any, **rules: Any) -> Any:
    """The number of rounds drawn one after another before a repeat or a same-silo pair has to be."""
    met = np.empty((0, 2), int)
    for number in range(len(silos) + 1):
        drawn = pair(silos, met=met, seed=seed * 100 + number, **rules)
        if drawn.repeats or drawn.same_silo:
            return number
        trio = drawn.matches[drawn.matches[:, 2] >= 0]
        met = np.concatenate([met, drawn.matches[:, :2], trio[:, [0, 2]], trio[:, [1, 2]]])
    return len(silos) + 1


@pytest.mark.parametrize(
    ("silos", "bound", "seeds"),
    [
        (range(4), 3, 20),
        (range(6), 5, 40),
        (range(10), 9, 100),
        (range(16), 15, 4),
        (range(40), 39, 1),
        (np.arange(12) // 3, 9, 100),
        (np.arange(12) // 4, 8, 20),
        (np.arange(10) // 5, 5, 20),
        (np.arange(20) // 5, 15, 3),
        (np.arange(24) // 12, 12, 3),
        (np.arange(40) // 8, 32, 1),
    ],
)
def test_schemes_reach_the_bound(silos: Any, bound: int, seeds: int) -> None:
    """n − 1 rounds without silos (Kirkman 1847), n − m for equal silos of m (Himelwright and Williamson 1974)."""
    reached = sum(played(silos, seed) == bound for seed in range(seeds))
    assert reached >= 0.95 * seeds


@pytest.mark.parametrize(
    ("silos", "bound", "rules"),
    [
        (range(10), 9, {"quiet": [True] * 3 + [False] * 7}),
        (range(10), 9, {"mix": np.arange(10) % 3}),
        (np.arange(10) // 2, 8, {"mix": np.arange(10) % 3, "prefer_new_links": True}),
        (np.arange(20) // 5, 15, {"mix": np.arange(20) % 3, "prefer_new_links": True}),
    ],
)
def test_preferences_cost_no_rounds(silos: Any, bound: int, rules: Any) -> None:
    """Schemes reach the bound with every preference on."""
    seeds = 20 if len(silos) <= 10 else 3
    reached = sum(played(silos, seed, **rules) == bound for seed in range(seeds))
    assert reached >= 0.95 * seeds


def test_preferences_are_kept_where_they_cost_nothing() -> None:
    """In the first round of ten people three quiet ones are not matched with one another."""
    quiet = [True] * 3 + [False] * 7
    for seed in range(20):
        matches = pair(range(10), quiet=quiet, seed=seed).matches[:, :2]
        assert not (matches < 3).all(axis=1).any()


def test_without_looking_ahead_rounds_are_lost() -> None:
    """The switch does something: drawn blindly, schemes of ten often end early."""
    assert sum(played(range(10), seed, look_ahead=False) for seed in range(12)) < 9 * 12


def test_looking_ahead_still_draws_everything_that_leaves_all_rounds() -> None:
    """The first round of six people can be any of the 15 draws, since any of them can be continued."""
    seen = {tuple(sorted(map(tuple, np.sort(pair(range(6), seed=s).matches[:, :2]).tolist()))) for s in range(200)}
    assert len(seen) == 15


@pytest.mark.parametrize(
    ("silos", "met", "left"),
    [
        (range(10), None, 9),
        (np.arange(12) // 4, None, 8),
        (range(2), [(0, 1)], 0),
        ([0, 0, 0, 1], None, 0),
        # What is left of K6 after a Hamiltonian cycle's two rounds may be two triangles: no round at all fits.
        (range(6), [(a, b) for a in range(3) for b in range(3, 6)], 0),
        # Petersen's graph has a perfect matching but does not split into three (Petersen 1898).
        (range(10), list(nx.complement(nx.petersen_graph()).edges), 1),
    ],
)
def test_rounds_left_of_known_graphs(silos: Any, met: Any, left: int) -> None:
    """The number found is what graph theory says."""
    assert rounds_left(silos, met).rounds == left


@pytest.mark.parametrize(
    ("silos", "met_rounds", "rules"),
    [
        (np.repeat([0, 1], 30), 0, {}),
        (np.arange(60) % 8, 25, {}),
        (np.arange(41), 0, {}),
        (np.arange(61), 0, {"odd_sits_out": True}),
        (np.arange(101) % 12, 30, {}),
    ],
)
def test_rounds_left_of_larger_schemes_can_be_drawn(silos: Any, met_rounds: int, rules: Any) -> None:
    """The rounds said to be left are there: that many, up to a few here, really come without a flaw, and no more
    than the most can be left."""
    met = np.empty((0, 2), int)

    def play(seed: Any) -> Any:
        nonlocal met
        drawn = pair(silos, met=met, seed=seed, **rules)
        trio = drawn.matches[drawn.matches[:, 2] >= 0]
        met = np.concatenate([met, drawn.matches[:, :2], trio[:, [0, 2]], trio[:, [1, 2]]])
        return drawn.repeats + drawn.same_silo

    for seed in range(met_rounds):
        play(seed)
    left = rounds_left(silos, met, **rules)
    assert 12 <= left.rounds <= left.most
    assert sum(play(seed) for seed in range(12)) == 0


def test_rounds_left_says_whether_it_is_sure() -> None:
    """Exact where the search meets the bound; for Petersen's graph a bound of three is all that is known."""
    assert rounds_left(range(10)).exact
    met = list(nx.complement(nx.petersen_graph()).edges)
    assert (rounds_left(range(10), met).most, rounds_left(range(10), met).exact) == (3, False)
    large = rounds_left(np.arange(1000) // 10)
    assert 0 < large.rounds <= large.most == 990


def test_rounds_left_with_an_odd_number() -> None:
    """Nine people have nine rounds in which one sits out, and no more than six with a trio (72 / 12)."""
    assert rounds_left(range(9), odd_sits_out=True).rounds == 9
    assert rounds_left(range(9)).most == 6
    assert rounds_left([0]).most == 0
