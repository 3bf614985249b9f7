"""Odd numbers, exactly: the draw with a trio is as good as trying every trio finds."""

from itertools import combinations

import numpy as np
import pytest
import rustworkx as rx

from coffee.pairing import even, pair
from coffee.pairing.even import matched
from coffee.pairing.flaws import APART
from coffee.pairing.odd import Odd

MANY = 1000


def least_of_pairs(cost):
    """The cost of the cheapest perfect matching, by one blossom over all pairs; APART when there is none."""
    size, top = len(cost), 10**6
    graph = rx.PyGraph()
    graph.add_nodes_from(range(size))
    for a, b in combinations(range(size), 2):
        if cost[a, b] < APART:
            graph.add_edge(a, b, top - int(cost[a, b]))
    found = rx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return sum(int(cost[a, b]) for a, b in found) if 2 * len(found) == size else APART


def least_with_trio(cost, burden, joins):
    """The same with a trio, or with somebody joining a couple: every two people of a trio are tried as one."""
    size = len(cost)
    best = APART
    for lone in np.flatnonzero(joins < APART):
        rest = np.delete(np.arange(size), lone)
        best = min(best, int(joins[lone]) + least_of_pairs(cost[np.ix_(rest, rest)]))
    for a, b in combinations(range(size), 2):
        if cost[a, b] < APART:
            rest = np.delete(np.arange(size), [a, b])
            merged = np.pad(cost[np.ix_(rest, rest)], (0, 1), constant_values=APART)
            merged[-1, :-1] = merged[:-1, -1] = np.minimum(cost[a, rest] + cost[b, rest] + burden[rest], APART)
            best = min(best, int(cost[a, b] + burden[a] + burden[b]) + least_of_pairs(merged))
    return best


def random_costs(size, rng):
    """Symmetric costs in one, two or many steps, and none to all of the pairs banned."""
    steps = rng.integers(0, rng.choice([1, 2, 60]), (size, size)) * rng.choice([1, MANY])
    cost = np.triu(steps, 1) + np.triu(steps, 1).T
    banned = np.triu(rng.random((size, size)) < rng.choice([0, 0.2, 0.5, 0.7]), 1)
    cost[banned | banned.T] = APART
    np.fill_diagonal(cost, APART)
    return cost


@pytest.mark.parametrize("few", [even.FEW, (1, 2, 4)])
def test_trios_equal_an_exhaustive_search(monkeypatch, few):
    """Any costs, bans, burdens and couples: the cost is the least, it is known to be, and it is that of the draw."""
    monkeypatch.setattr(even, "FEW", few)
    drawn = 0
    for seed in range(250):
        rng = np.random.default_rng(seed)
        size = int(rng.choice([1, 3, 5, 7, 9, 13]))
        cost, burden = random_costs(size, rng), rng.integers(0, 4, size) * rng.integers(0, 30)
        joins = np.where(rng.random(size) < rng.choice([0, 0.5]), rng.integers(0, 100, size), APART)
        found, trio = Odd(cost, burden, joins, rng).solve(0)
        assert min(found.cost, APART) == least_with_trio(cost, burden, joins)
        if found.cost < APART:
            drawn += 1
            assert found.least == found.cost
            own = sum(int(cost[p]) for p in combinations(trio, 2)) + int(burden[list(trio)].sum())
            own = own if len(trio) == 3 else int(joins[trio[0]])
            assert own + int(cost[found.pairs[:, 0], found.pairs[:, 1]].sum()) == found.cost
            assert sorted([*found.pairs.ravel().tolist(), *trio]) == list(range(size))
    assert 100 < drawn < 250


@pytest.mark.parametrize("few", [even.FEW, (1, 2, 4)])
def test_pairs_equal_an_exhaustive_search(monkeypatch, few):
    """The same without a trio: a few pairs of each person, and more as long as others could matter."""
    monkeypatch.setattr(even, "FEW", few)
    for seed in range(150):
        rng = np.random.default_rng(seed)
        cost = random_costs(2 * int(rng.integers(1, 12)), rng)
        found, best = matched(cost, rng), least_of_pairs(cost)
        assert min(found.cost, APART) == best
        assert found.least == best or best == APART <= found.least


def scheme(size, left, silos, seed):
    """A history that leaves everybody about `left` people to meet."""
    rng = np.random.default_rng(seed)
    pairs = np.array(list(combinations(range(size), 2)))
    met = pairs[rng.random(len(pairs)) < 1 - left / size]
    return (rng.integers(0, silos, size) if silos else np.arange(size)), met


@pytest.mark.parametrize("seed", range(10))
def test_odd_draws_equal_an_independent_optimum(seed):
    """Seventeen to twenty-one people with little left to meet and some kept apart."""
    size = (17, 19, 21)[seed % 3]
    silos, met = scheme(size, 1.5 + seed % 4, 3, seed)
    apart = np.random.default_rng(seed).integers(0, size, (size, 2))
    cost = (silos[:, None] == silos).astype(int)
    cost[met[:, 0], met[:, 1]] += MANY
    cost[met[:, 1], met[:, 0]] += MANY
    cost[apart[:, 0], apart[:, 1]] = cost[apart[:, 1], apart[:, 0]] = APART
    np.fill_diagonal(cost, APART)
    best = divmod(least_with_trio(cost, np.zeros(size, int), np.full(size, APART)), MANY)
    drawn = pair(silos, met=met, apart=apart, seed=seed, look_ahead=False)
    assert (drawn.repeats, drawn.same_silo) == best
    assert (drawn.repeats_unavoidable, drawn.same_silo_unavoidable, drawn.proven) == (*best, True)


@pytest.mark.parametrize(
    ("size", "left", "silos", "best"),
    [(61, 1.5, 3, (9, 5)), (151, 6, 3, (1, 4)), (201, 6, 0, (0, 0)), (201, 6, 3, (0, 2)), (401, 10, 0, (0, 0))],
)
def test_a_hundred_people_and_more_are_proven_whatever_their_order(size, left, silos, best):
    """What is best does not depend on who stands where in the list."""
    labels, met = scheme(size, left, silos, size * 100 + (silos or 1))
    for seed in range(3 if size < 200 else 1):
        place = np.random.default_rng(seed).permutation(size)
        moved = np.empty_like(labels)
        moved[place] = labels
        drawn = pair(moved, met=place[met], met_round=np.zeros(len(met), int), seed=seed, look_ahead=False)
        assert (drawn.repeats, drawn.same_silo, drawn.proven) == (*best, True)
