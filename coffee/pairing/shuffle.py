"""Fast draws of any size: deal at random, then exchange partners until nothing is flawed that need not be.

O(n + k) per pass for n people and k past pairs, and a handful of passes for ordinary schemes. Not always best: the
caller compares `Shuffled.cost` with a bound.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from coffee.pairing.bounds import Sizes
from coffee.pairing.chain import Chain
from coffee.pairing.flaws import APART, Flaws
from coffee.pairing.model import IntArray, Problem
from coffee.pairing.plan import Match, Plan

TRIES = 8
DEALT = 32
DUE = 100
WORK = 3_000_000
THOROUGH = 20_000  # in larger schemes a preference alone is worth a few passes only
CROWDED = 4  # a silo with more than one in four people is dealt across the others first


@dataclass(frozen=True, eq=False)
class Shuffled:
    """A fast draw of the free people: a chain of pairs, and perhaps a trio or somebody who sits out.

    `ideal` is a cost that no draw can go below; the draw is best when `cost` is no more.
    """

    chain: Chain
    extra: Match
    cost: int
    ideal: int


def shuffled(problem: Problem, plan: Plan, flaws: Flaws, rng: Generator, *, quick: bool = False) -> Shuffled:
    """Draws the free people fast. Costs are in the units of `flaws`, settled matches not counted.

    With `quick` a preference alone is worth a few passes only, however small the scheme.
    """
    people = plan.free[plan.free < problem.size]
    extra, extra_cost, ideal = odd_ones(problem, people, flaws, rng)
    people = people[~np.isin(people, extra)] if extra else people
    chain = Chain(deal(people, problem, rng), flaws, rng)
    least = worth(flaws, hasty=quick or problem.size > THOROUGH)
    chain.descend(ideal - extra_cost, least)
    chain.mend(ideal - extra_cost, least)
    return Shuffled(chain, extra, chain.total + extra_cost, ideal)


def worth(flaws: Flaws, *, hasty: bool) -> int:
    """What a match must cost to be worth every effort: anything at all, or in haste a real flaw."""
    return flaws.least_flaw if hasty else 1


def deal(people: IntArray, problem: Problem, rng: Generator) -> IntArray:
    """Random pairs (m, 2) of an even number of people, a crowded silo spread over the others.

    When one silo holds half of them or more, every deal that keeps same-silo pairs fewest is equally likely.
    """
    order = rng.permutation(people)
    if problem.rules.silos_free or not len(order):
        return order.reshape(-1, 2)
    silos = problem.silos[order]
    largest, size = max(Sizes(silos).top.items(), key=lambda item: item[1])
    if size * CROWDED < len(order):
        return order.reshape(-1, 2)
    inside, outside = order[silos == largest], order[silos != largest]
    across = min(len(inside), len(outside))
    rest = np.concatenate([inside[across:], outside[across:]]).reshape(-1, 2)
    return np.concatenate([np.stack([inside[:across], outside[:across]], axis=1), rest])


def odd_ones(problem: Problem, people: IntArray, flaws: Flaws, rng: Generator) -> tuple[Match, int, int]:
    """The trio (or who sits out) when the number is odd: the best of some random ones and of some around those due.

    With it its own cost, and a cost that no draw of these people can go below.
    """
    sizes = Sizes(problem.silos[people])
    if len(people) % 2 == 0:
        return (), 0, _left(problem, sizes, flaws, people[:0])
    burden = np.zeros(problem.size, np.int64) if problem.burden is None else problem.burden
    count = 1 if problem.rules.odd_sits_out else 3
    ideal = _ideal(problem, sizes, flaws, burden[people], count)
    best: tuple[int, int, Match] = (2**100, 0, ())
    for rows, own in _odd_options(problem, people, burden, flaws, rng, count):
        left = [_left(problem, sizes, flaws, row) for row in rows]
        tried = zip((own + left).tolist(), own.tolist(), map(tuple, rows.tolist()), strict=True)
        best = min(best, *tried, key=lambda option: option[0])
        if best[0] <= ideal:
            break
    return best[2], best[1], ideal


def _odd_options(
    problem: Problem, people: IntArray, burden: IntArray, flaws: Flaws, rng: Generator, count: int
) -> Iterator[tuple[IntArray, IntArray]]:
    """Trios (or people to sit out) and what they cost themselves: at random among those due, then around them, then
    at random among all."""
    due = people[burden[people] <= np.partition(burden[people], count - 1)[count - 1]]
    for attempt in range(TRIES):
        dealt = rng.permutation(due if attempt < TRIES // 2 else people)[: DEALT * count]
        rows = dealt[: len(dealt) // count * count].reshape(-1, count)
        yield rows, _own(rows, problem, flaws)
        if attempt == TRIES // 2 - 1 and count == 3:
            yield from _around(people, burden * flaws.unit["burden"], flaws, rng)


def _around(people: IntArray, burden: IntArray, flaws: Flaws, rng: Generator) -> Iterator[tuple[IntArray, IntArray]]:
    """A trio for each of those due most, at most a hundred: with the one, and then the other, who add least.

    O(n + k) for each, and fewer of them in schemes of hundreds of thousands.
    """
    order = rng.permutation(people)
    order = order[np.argsort(burden[order], kind="stable")]
    for person in order[: max(2, min(DUE, WORK // (flaws.problem.size + len(flaws.problem.met))))].tolist():
        trio, cost, own = [person], burden[order].copy(), int(burden[person])
        for _ in range(2):
            cost += flaws.row(trio[-1])[order]
            least = rng.choice(np.flatnonzero(cost == cost.min()))
            trio.append(int(order[least]))
            own += int(cost[least])
        if own < APART:
            yield np.array([trio]), np.array([own])


def _left(problem: Problem, sizes: Sizes, flaws: Flaws, row: IntArray) -> int:
    """What the others must cost when these people are left out of the pairs."""
    if problem.rules.silos_free:
        return 0
    return sizes.left(tuple(problem.silos[row].tolist())) * flaws.unit["same_silo"]


def _ideal(problem: Problem, sizes: Sizes, flaws: Flaws, burden: IntArray, count: int) -> int:
    """A cost that no odd draw can go below."""
    lightest = int(np.partition(burden, count - 1)[:count].sum()) * flaws.unit["burden"]
    if problem.rules.silos_free:
        return lightest
    if count == 3:
        return lightest + sizes.fewest(odd=True) * flaws.unit["same_silo"]
    fewest = min(sizes.left((silo,)) for silo in sizes.top)
    return lightest + fewest * flaws.unit["same_silo"]


def _own(rows: IntArray, problem: Problem, flaws: Flaws) -> IntArray:
    """What each row costs as a trio, or as whoever sits out; the rows are disjoint."""
    burden = 0 if problem.burden is None else problem.burden[rows].sum(axis=1)
    return np.asarray(_within(rows, flaws) + burden * flaws.unit["burden"], dtype=np.int64)


def _within(rows: IntArray, flaws: Flaws) -> IntArray:
    """The cost of each row's pairs; the rows are disjoint."""
    cost = np.zeros(len(rows), np.int64)
    for a in range(rows.shape[1]):
        for b in range(a):
            cost += flaws(rows[:, a], rows[:, b])
    return cost
