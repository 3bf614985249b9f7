"""Hard schemes: equal to an independent exact solver, proven by theory where they are large."""

import subprocess
import sys
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffee.pairing import PairingError, judge, pair

MANY = 1000


def by_networkx(silos: Any, met: Any, apart: Any = ()) -> Any:
    """The fewest (repeats, same-silo pairs) of an even number of people, by networkx's blossom."""
    met, apart = {frozenset(map(int, p)) for p in met}, {frozenset(map(int, p)) for p in apart}
    graph = nx.Graph()
    for a, b in combinations(range(len(silos)), 2):
        if frozenset((a, b)) not in apart:
            graph.add_edge(a, b, weight=-(MANY * (frozenset((a, b)) in met) + int(silos[a] == silos[b])))
    matched = nx.max_weight_matching(graph, maxcardinality=True)
    assert len(matched) * 2 == len(silos)
    return divmod(-sum(graph.edges[pair]["weight"] for pair in matched), MANY)


def nearly_all_met(size: Any, share: Any, rng: Any) -> Any:
    """A history in which a share of all pairs has met."""
    pairs = np.array(list(combinations(range(size), 2)))
    return pairs[rng.random(len(pairs)) < share]


def check(drawn: Any, silos: Any, met: Any, best: Any) -> None:
    """The draw is what it says, and as good as the independent solver's."""
    verdict = judge(drawn.matches, np.array(silos), np.array(met).reshape(-1, 2))
    assert (verdict.repeats.sum(), verdict.same_silo.sum()) == (drawn.repeats, drawn.same_silo) == best
    assert (drawn.repeats_unavoidable, drawn.same_silo_unavoidable, drawn.proven) == (*best, True)
    assert sorted(drawn.matches[drawn.matches >= 0].tolist()) == list(range(len(silos)))


@settings(max_examples=25, deadline=None)
@given(st.integers(9, 20), st.integers(1, 5), st.floats(0.3, 0.99), st.integers(0, 10**6))
def test_even_numbers_equal_an_independent_optimum(half: Any, silos: Any, share: Any, seed: Any) -> None:
    """Random hard schemes of 18 to 40 people against networkx."""
    rng = np.random.default_rng(seed)
    labels, met = rng.integers(0, silos, 2 * half).tolist(), nearly_all_met(2 * half, share, rng)
    check(pair(labels, met=met, seed=seed, look_ahead=False), labels, met, by_networkx(labels, met))


@pytest.mark.parametrize("size", [60, 140])
@pytest.mark.parametrize("shape", ["dominated", "two silos", "stars", "used up", "clustered"])
def test_adversarial_schemes_equal_an_independent_optimum(size: int, shape: str) -> None:
    """The shapes that break shuffles, against networkx's blossom."""
    rng = np.random.default_rng(size)
    silos, apart = rng.integers(0, 12, size), []
    met = nearly_all_met(size, 0.2, rng)
    if shape == "dominated":
        silos[: size * 2 // 3] = 0
        met = nearly_all_met(size, 0.6, rng)
    if shape == "two silos":
        silos = np.arange(size) % 2
        met = nearly_all_met(size, 0.9, rng)
    if shape == "stars":
        apart = [(hub, p) for hub in range(5) for p in range(8, size)]
        met = np.concatenate([met, [(h, p) for h in range(5) for p in range(5, 8)]])
    if shape == "used up":
        met = nearly_all_met(size, 1 - 2.5 / size, rng)
    if shape == "clustered":
        met = np.array([p for p in combinations(range(size), 2) if p[0] // 7 != p[1] // 7])
    check(pair(silos, met=met, apart=apart, seed=1), silos, met, by_networkx(silos, met, apart))


def test_three_hundred_people_equal_an_independent_optimum() -> None:
    """The largest size that is compared, with a dominating silo and history nearly used up within reach."""
    rng = np.random.default_rng(300)
    silos = np.where(np.arange(300) < 170, 0, rng.integers(1, 20, 300))
    met = nearly_all_met(300, 0.97, rng)
    check(pair(silos, met=met, seed=1), silos, met, by_networkx(silos, met))


def few_new(size: Any, left: Any, rng: Any) -> Any:
    """Pairs still to meet that split into so many rounds (an odd one out left aside), and everybody else's history."""
    new = np.zeros((size, size), bool)
    for a, b in np.concatenate([rng.permutation(size)[: size // 2 * 2].reshape(-1, 2) for _ in range(left)]):
        new[a, b] = new[b, a] = True
    return np.argwhere(np.triu(new)), np.argwhere(np.triu(~new, 1))


@pytest.mark.parametrize(("size", "left"), [(600, 3), (1000, 3), (1002, 3), (1200, 30)])
def test_a_large_history_nearly_used_up_is_used_up_to_the_end(size: int, left: int) -> None:
    """As long as a round without repeats is left for a thousand people it is found, and proven."""
    _, met = few_new(size, left, np.random.default_rng(size))
    drawn = pair(np.arange(size), met=met, met_round=np.zeros(len(met), int), seed=1)
    assert (drawn.repeats, drawn.repeats_unavoidable, drawn.proven) == (0, 0, True)


@pytest.mark.parametrize("size", [500, 1100])
def test_a_large_history_has_as_few_repeats_as_berge_allows(size: int) -> None:
    """With one or two new people left for each: half of those whom a largest matching misses (Berge 1958)."""
    rng = np.random.default_rng(size)
    new = np.triu(rng.random((size, size)) < 1.5 / size, 1)
    missed = size - 2 * len(nx.max_weight_matching(nx.Graph(np.argwhere(new).tolist()), maxcardinality=True))
    silos, met = np.arange(size), np.argwhere(np.triu(~new, 1))
    check(pair(silos, met=met, met_round=np.zeros(len(met), int), seed=1), silos, met, (missed // 2, 0))


@pytest.mark.parametrize("size", [10_000, 10_001])
@pytest.mark.parametrize("shape", ["dominated", "two silos", "star", "stars", "used-up hub"])
def test_large_adversarial_schemes_are_proven(size: int, shape: str) -> None:
    """A draw too large for an exact solver attains the bound that theory gives."""
    rng = np.random.default_rng(5)
    silos, apart, expected = rng.integers(0, 300, size), None, (0, 0)
    met = np.concatenate([rng.permutation(10_000).reshape(-1, 2) for _ in range(6)])
    if shape == "dominated":
        silos[:6000] = 300
        # Of 6,000 at most 4,000 find somebody else, or 4,001 when there is one more; a trio takes one pair's place.
        expected = (0, 1000)
    if shape == "two silos":
        silos = np.arange(size) % 2
        expected = (0, size % 2)
    if shape == "star":
        apart = [(0, p) for p in range(2, size) if p != 7000]
    if shape == "stars":
        apart = [(h, p) for h in range(10) for p in range(10, size) if p % 997 != h]
    if shape == "used-up hub":
        apart = [(0, p) for p in range(1, size) if p != 7000]
        met = np.concatenate([met, [(0, 7000)]])
        expected = (1, 0)
        silos[[0, 7000]] = 301, 302
    check(pair(silos, met=met, apart=apart, seed=2), silos, met, expected)


def test_large_impossible_wishes_name_the_people() -> None:
    """Three hubs who may only meet the same two people cannot all be matched, however large the scheme."""
    apart = [(h, p) for h in range(3) for p in range(5000) if p not in (h, 10, 11)]
    with pytest.raises(PairingError) as caught:
        pair(np.arange(5000), apart=apart, seed=1)
    assert caught.value.kind == "stranded"
    assert set(caught.value.people) <= {0, 1, 2}


def test_a_hundred_thousand_people() -> None:
    """Size alone makes nothing worse: flawless, proven, and everybody in one match."""
    rng = np.random.default_rng(1)
    silos = rng.integers(0, 2000, 100_001)
    met = np.concatenate([rng.permutation(100_000).reshape(-1, 2) for _ in range(6)])
    check(pair(silos, met=met, seed=1), silos, met, (0, 0))


SCRIPT = """
import numpy as np
from coffee.pairing import pair
for size, share in ((12, .5), (31, .9), (40, .95), (64, .97), (1000, .1)):
    rng = np.random.default_rng(size)
    met = rng.integers(0, size, (int(size * size * share / 2), 2))
    print(pair(rng.integers(0, 5, size), met=met, seed=7).matches.tolist())
"""


def test_the_same_draw_in_another_process() -> None:
    """Nothing depends on the order of hashes, so that a draw can be repeated on another machine."""
    runs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT], capture_output=True, check=True, text=True, env={"PYTHONHASHSEED": number}
        ).stdout
        for number in ("1", "2")
    }
    assert len(runs) == 1
