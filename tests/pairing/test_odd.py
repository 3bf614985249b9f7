"""Odd numbers, exactly: the draw with a trio is as good as trying every trio finds."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from coffee.pairing import exact, pair
from coffee.pairing.costs import APART
from coffee.pairing.exact import matched
from coffee.pairing.trios import Odd, Trios
from tests.pairing.exhaustive import least_of_pairs, least_with_trio

MANY = 1000


def least_drawn(cost: Any, inside: Any, burden: Any, joins: Any) -> Any:
    """The least cost of a draw with a trio, or with somebody joining a couple."""

    def thirds(a: Any, b: Any, rest: Any) -> Any:
        return inside[a, b] + inside[a, rest] + inside[b, rest] + burden[a] + burden[b] + burden[rest]

    best = least_with_trio(cost, thirds)
    for lone in np.flatnonzero(joins < APART):
        rest = np.delete(np.arange(len(cost)), lone)
        best = min(best, int(joins[lone]) + least_of_pairs(cost[np.ix_(rest, rest)]))
    return best


def random_costs(size: Any, rng: Any) -> Any:
    """Symmetric costs in one, two or many steps, and none to all of the pairs banned."""
    steps = rng.integers(0, rng.choice([1, 2, 60]), (size, size)) * rng.choice([1, MANY])
    cost = np.triu(steps, 1) + np.triu(steps, 1).T
    banned = np.triu(rng.random((size, size)) < rng.choice([0, 0.2, 0.5, 0.7]), 1)
    cost[banned | banned.T] = APART
    np.fill_diagonal(cost, APART)
    return cost


@pytest.mark.parametrize("few", [exact.FEW, 1])
def test_trios_equal_an_exhaustive_search(monkeypatch: pytest.MonkeyPatch, few: Any) -> None:
    """Any costs, bans, burdens and couples: the cost is the least, it is known to be, and it is that of the draw."""
    monkeypatch.setattr(exact, "FEW", few)
    drawn = 0
    for seed in range(250):
        rng = np.random.default_rng(seed)
        size = int(rng.choice([1, 3, 5, 7, 9, 13]))
        cost, burden = random_costs(size, rng), rng.integers(0, 4, size) * rng.integers(0, 30)
        joins = np.where(rng.random(size) < rng.choice([0, 0.5]), rng.integers(0, 100, size), APART)
        found, trio = Odd(Trios(cost, cost, burden, joins), rng).solve(0)
        assert min(found.cost, APART) == least_drawn(cost, cost, burden, joins)
        if found.cost < APART:
            drawn += 1
            assert found.least == found.cost
            own = sum(int(cost[p]) for p in combinations(trio, 2)) + int(burden[list(trio)].sum())
            own = own if len(trio) == 3 else int(joins[trio[0]])
            assert own + int(cost[found.pairs[:, 0], found.pairs[:, 1]].sum()) == found.cost
            assert sorted([*found.pairs.ravel().tolist(), *trio]) == list(range(size))
    assert 100 < drawn < 250


@pytest.mark.parametrize("few", [exact.FEW, 1])
def test_a_trio_whose_pairs_cost_otherwise_equals_an_exhaustive_search(
    monkeypatch: pytest.MonkeyPatch, few: Any
) -> None:
    """A pair may cost less or more inside a trio than outside, as it does in a repair."""
    monkeypatch.setattr(exact, "FEW", few)
    for seed in range(250):
        rng = np.random.default_rng(seed)
        size = int(rng.choice([3, 5, 7, 9, 13, 17]))
        cost, burden = random_costs(size, rng), rng.integers(0, 4, size) * rng.integers(0, 30)
        changed = np.triu(rng.choice([-1, 1], (size, size), p=[0.9, 0.1]) * rng.integers(1, 30), 1)
        inside = np.where(cost < APART, np.maximum(cost + changed + changed.T, 0), APART)
        found, trio = Odd(Trios(cost, inside, burden, np.full(size, APART)), rng).solve(0)
        assert min(found.cost, APART) == least_drawn(cost, inside, burden, np.full(size, APART))
        if found.cost < APART:
            assert found.least == found.cost
            own = sum(int(inside[p]) for p in combinations(trio, 2)) + int(burden[list(trio)].sum())
            assert own + int(cost[found.pairs[:, 0], found.pairs[:, 1]].sum()) == found.cost


@pytest.mark.parametrize("few", [exact.FEW, 1])
def test_pairs_equal_an_exhaustive_search(monkeypatch: pytest.MonkeyPatch, few: Any) -> None:
    """The same without a trio: a few pairs of each person, and more as long as others could matter."""
    monkeypatch.setattr(exact, "FEW", few)
    for seed in range(150):
        rng = np.random.default_rng(seed)
        cost = random_costs(2 * int(rng.integers(1, 12)), rng)
        found, best = matched(cost, rng), least_of_pairs(cost)
        assert min(found.cost, APART) == best
        assert found.least == best or best == APART <= found.least


def scheme(size: Any, left: Any, silos: Any, seed: Any) -> Any:
    """A history that leaves everybody about `left` people to meet."""
    rng = np.random.default_rng(seed)
    pairs = np.array(list(combinations(range(size), 2)))
    met = pairs[rng.random(len(pairs)) < 1 - left / size]
    return (rng.integers(0, silos, size) if silos else np.arange(size)), met


@pytest.mark.parametrize("seed", range(10))
def test_odd_draws_equal_an_independent_optimum(seed: Any) -> None:
    """Seventeen to twenty-one people with little left to meet and some kept apart."""
    size = (17, 19, 21)[seed % 3]
    silos, met = scheme(size, 1.5 + seed % 4, 3, seed)
    apart = np.random.default_rng(seed).integers(0, size, (size, 2))
    cost = (silos[:, None] == silos).astype(int)
    cost[met[:, 0], met[:, 1]] += MANY
    cost[met[:, 1], met[:, 0]] += MANY
    cost[apart[:, 0], apart[:, 1]] = cost[apart[:, 1], apart[:, 0]] = APART
    np.fill_diagonal(cost, APART)
    best = divmod(least_drawn(cost, cost, np.zeros(size, int), np.full(size, APART)), MANY)
    drawn = pair(silos, met=met, apart=apart, seed=seed, look_ahead=False)
    assert (drawn.repeats, drawn.same_silo) == best
    assert (drawn.repeats_unavoidable, drawn.same_silo_unavoidable, drawn.proven) == (*best, True)


@pytest.mark.parametrize(
    ("size", "left", "silos", "best"),
    [
        (61, 1.5, 3, (9, 5)),
        (151, 6, 3, (1, 4)),
        (201, 6, 0, (0, 0)),
        (201, 6, 3, (0, 2)),
        (401, 10, 0, (0, 0)),
    ],
)
def test_a_hundred_people_and_more_are_proven_whatever_their_order(
    size: int, left: float | int, silos: int, best: Any
) -> None:
    """The best draw does not depend on the order of the list."""
    labels, met = scheme(size, left, silos, size * 100 + (silos or 1))
    for seed in range(3 if size < 200 else 1):
        place = np.random.default_rng(seed).permutation(size)
        moved = np.empty_like(labels)
        moved[place] = labels
        drawn = pair(moved, met=place[met], met_round=np.zeros(len(met), int), seed=seed, look_ahead=False)
        assert (drawn.repeats, drawn.same_silo, drawn.proven) == (*best, True)


def test_an_odd_scheme_with_a_history_nearly_used_up_claims_no_more_than_it_knows() -> None:
    """701 people with one or two left to meet, of whom the best draw is known: close to it, and the bounds hold."""
    labels, met = scheme(701, 1.5, 3, 70_103)
    drawn = pair(labels, met=met, met_round=np.zeros(len(met), int), seed=1, look_ahead=False)
    assert drawn.repeats_unavoidable <= 120 == drawn.repeats
    assert drawn.same_silo_unavoidable <= 36 <= drawn.same_silo <= 38
    assert drawn.proven is (
        (drawn.repeats_unavoidable, drawn.same_silo_unavoidable) == (drawn.repeats, drawn.same_silo)
    )
