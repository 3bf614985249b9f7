"""The costs of pairs in schemes too large for tables: the same as a plain look at the history says."""

from typing import Any

import numpy as np
import pytest

from coffee.pairing import costs, pair
from coffee.pairing.costs import Costs
from coffee.pairing.wishes import read


@pytest.mark.parametrize("meetings", [0, 1, 40])
def test_links_are_those_of_the_history(meetings: int) -> None:
    """Two silos are linked when any two of their people met."""
    rng = np.random.default_rng(meetings)
    silos, met = rng.integers(-5, 15, 50) * 7, rng.integers(0, 50, (meetings, 2))
    linked = {frozenset((silos[a], silos[b])) for a, b in met}
    people, others = rng.integers(0, 50, (2, 400))
    known = costs.Links(read(silos, met=met, prefer_new_links=True))(people, others)
    expected = [int(frozenset((silos[a], silos[b])) in linked) for a, b in zip(people, others, strict=True)]
    assert known.tolist() == expected


def test_silos_too_many_for_a_table_of_their_pairs_keep_their_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """With fewer bits than pairs of silos no link is forgotten, and hardly any is made up."""
    monkeypatch.setattr(costs, "BITS", 50_000)
    rng = np.random.default_rng(1)
    silos, met = np.arange(500), rng.integers(0, 500, (100, 2))
    links = costs.Links(read(silos, met=met, prefer_new_links=True))
    assert links(met[:, 1], met[:, 0]).all()
    linked = {frozenset(pair) for pair in met.tolist()}
    people, others = rng.integers(0, 500, (2, 2000))
    new = [frozenset(pair) not in linked for pair in zip(people.tolist(), others.tolist(), strict=True)]
    assert links(people, others)[new].mean() < 0.01


def test_a_large_scheme_still_prefers_new_links() -> None:
    """Thirty thousand people: hardly anybody gets a linked pair of silos when few silos are linked."""
    size = 30_000
    rng = np.random.default_rng(0)
    silos, met = rng.integers(0, 300, size), rng.permutation(size).reshape(-1, 2)
    linked = {frozenset(link) for link in silos[met].tolist()}

    def known(drawn: Any) -> int:
        return sum(frozenset(link) in linked for link in silos[drawn.matches[:, :2]].tolist())

    wished, plain = (pair(silos, met=met, seed=1, prefer_new_links=wish) for wish in (True, False))
    assert known(plain) > 1000
    assert known(wished) == 0
    assert wished.proven


@pytest.mark.parametrize("seed", range(6))
def test_costs_are_those_of_the_wishes(monkeypatch: pytest.MonkeyPatch, seed: Any) -> None:
    """Pair by pair, person by person and among some: the same costs, from the lists as from the table."""
    rng, size = np.random.default_rng(seed), 40
    met, hubs = rng.integers(0, size, (300, 2)), [(hub, p) for hub in range(3) for p in range(5, 30)]
    apart = np.concatenate([rng.integers(0, size, (20, 2)), hubs, [(p, 4) for p in range(20, 38)]])
    rounds = np.repeat(np.arange(5), 60)
    given: dict[str, Any] = {"quiet": rng.random(size) < 0.5, "mix": rng.integers(-1, 3, size)} if seed % 3 else {}
    rules = {"prefer_new_links": seed % 3 == 1, "silos_free": seed == 4}
    wishes = read(rng.integers(0, 6, size), met=met, apart=apart, met_round=rounds, **rules, **given)
    expected, banned = Costs(wishes).table, {frozenset(pair) for pair in apart.tolist()}
    assert all(
        (frozenset((a, b)) in banned or a == b) == (expected[a, b] == costs.APART) for a, b in np.ndindex(40, 40)
    )
    monkeypatch.setattr(costs, "TABLED", 0)
    listed = Costs(wishes)
    for _ in range(20):
        left, right = rng.permutation(size).reshape(2, -1)
        assert (np.minimum(listed(left, right), costs.APART) == expected[left, right]).all()
    for person in range(size):
        assert (np.minimum(listed.row(person), costs.APART) == expected[person]).all()
    some = np.sort(rng.permutation(size)[:15])
    assert (listed.among(some) == expected[np.ix_(some, some)]).all()
