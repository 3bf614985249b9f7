"""The large engine: deal at random, exchange partners, then reopen the flawed matches and match these exactly.

A deal of shuffled people is nearly right, since most pairs of a large scheme are good ones. A few passes of exchanges
(see `exchange`) rid it of nearly all flaws. A match that is flawed still is opened, together with matches of people
whom its two may meet, and these few hundred are matched exactly; that is done again as long as it helps. Its bounds
come from counting: the sizes of silos, the people who have met everybody. So a draw takes O(n + k) for n people and k
past pairs, and a little more where it is hard.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.random import Generator

from coffee.pairing import trios
from coffee.pairing.bounds import Sizes
from coffee.pairing.costs import APART, Costs
from coffee.pairing.exchange import Chain
from coffee.pairing.model import BoolArray, IntArray, PairingError
from coffee.pairing.seats import Match, Seats
from coffee.pairing.swaps import match_of

TRIES = 8
DEALT = 32
DUE = 100
WORK = 3_000_000
THOROUGH = 20_000  # in larger schemes a preference alone is worth a few passes only
CROWDED = 4  # a silo with more than one in four people is dealt across the others first
ROOM, BESIDE = 400, 40  # matches opened at once, and beside the trio
REACH = 300_000_000  # fewer of them in larger schemes, where each look takes longer
LOOKS = 40_000  # pairs looked at, after which a part is given up
FLAWED = (16, 4, 1, 1, 1)  # flawed matches reopened at once: fewer in each turn that brings nothing, then no more


def shuffled(seats: Seats, costs: Costs, rng: Generator, *, quick: bool = False) -> tuple[Chain, int]:
    """A fast draw of the free people, and a cost that no draw can go below.

    With `quick` a preference alone is worth a few passes only, however small the scheme.
    """
    extra, extra_cost, ideal = odd_ones(seats.free, costs, rng)
    people = seats.free[~np.isin(seats.free, extra)] if extra else seats.free
    chain = Chain(deal(people, costs, rng), costs, rng, extra, extra_cost)
    bettered(chain, ideal, hasty=quick or costs.size > THOROUGH)
    return chain, ideal


def bettered(chain: Chain, ideal: int, *, hasty: bool) -> None:
    """Exchange partners until nothing is flawed that need not be: no preference either, unless in haste."""
    worth = chain.between.least_flaw if hasty else 1
    chain.descend(ideal, worth)
    chain.mend(ideal, worth)


def reopened(chain: Chain, seats: Seats, ideal: int) -> Chain:
    """The draw with its flawed matches opened and matched exactly with those near them, as long as that helps."""
    costs, rng, idle = chain.between, chain.rng, 0
    while chain.total > ideal and idle < len(FLAWED) and (chain.cost >= costs.least_flaw).any():
        worst = rng.permutation(np.flatnonzero(chain.cost >= costs.least_flaw))
        worst = worst[np.argsort(-chain.cost[worst], kind="stable")]
        # The worst first; when that brings nothing, any of them.
        start = 0 if idle < 2 else int(rng.integers(len(worst)))
        rows = worst[start : start + FLAWED[idle]]
        whole = idle % 2 == 1
        opened = nearby(chain.pairs[rows].ravel(), chain.pairs, costs, rng, BESIDE if whole else ROOM)
        opened[rows] = True
        better = _matched_anew(chain, opened, seats, whole=whole)
        idle, chain = (0, better) if better.total < chain.total else (idle + 1, chain)
    return chain


def nearby(people: IntArray, matches: IntArray, costs: Costs, rng: Generator, room: int = ROOM) -> BoolArray:
    """The matches (m,) to open for these people: those of the people whom each may meet at the least cost.

    Whoever may meet few comes first, with all of these; the others share the room that is left.
    """
    room = min(room, REACH // (costs.size + len(costs.wishes.met)) + 1)
    opened, home = np.zeros(len(matches), bool), match_of(matches, costs.size + 1)
    rows = [np.where(home >= 0, costs.row(person), APART) for person in people.tolist()]
    rows.sort(key=lambda row: int((row < APART).sum()))
    for left, row in zip(range(len(rows), 0, -1), rows, strict=True):
        others = rng.permutation(np.flatnonzero(row < APART))
        share = room - int(opened.sum())
        share = share if len(others) <= share else share // left
        opened[home[others[np.argsort(row[others], kind="stable")][: max(share, 0)]]] = True
    return opened


def _matched_anew(chain: Chain, opened: BoolArray, seats: Seats, *, whole: bool) -> Chain:
    """The draw after an exact search among the people of the opened matches; if `whole`, of the trio as well."""
    costs, extra = chain.between, chain.extra if whole else []
    loose = np.intersect1d(np.array(extra, np.int64), seats.free)
    free = np.sort(np.concatenate([chain.pairs[opened].ravel(), loose]))
    part = replace(seats, free=free, odd=len(free) % 2 == 1)
    now = int(chain.cost[opened & (chain.cost < APART)].sum()) + (chain.extra_cost if whole else 0)
    known = APART if (chain.cost[opened] >= APART).any() else now
    try:
        drawn = trios.solve(part, costs, chain.rng, known=known, work=LOOKS)
    except PairingError:
        return chain
    if drawn.cost >= known:
        return chain
    own = drawn.cost - int(costs(*drawn.pairs.T).sum()) if whole else chain.extra_cost
    pairs = np.concatenate([chain.pairs[~opened], drawn.pairs])
    return Chain(pairs, costs, chain.rng, drawn.trio or (() if whole else tuple(chain.extra)), own)


def deal(people: IntArray, costs: Costs, rng: Generator) -> IntArray:
    """Random pairs (m, 2) of an even number of people, a crowded silo spread over the others.

    When one silo holds half of them or more, every deal that keeps same-silo pairs fewest is equally likely.
    """
    order = rng.permutation(people)
    if costs.wishes.silos_free or not len(order):
        return order.reshape(-1, 2)
    silos = costs.silos[order]
    largest, size = max(Sizes(silos).top.items(), key=lambda item: item[1])
    if size * CROWDED < len(order):
        return order.reshape(-1, 2)
    inside, outside = order[silos == largest], order[silos != largest]
    across = min(len(inside), len(outside))
    rest = np.concatenate([inside[across:], outside[across:]]).reshape(-1, 2)
    return np.concatenate([np.stack([inside[:across], outside[:across]], axis=1), rest])


def odd_ones(people: IntArray, costs: Costs, rng: Generator) -> tuple[Match, int, int]:
    """The trio of an odd number: the best of some random ones and of some around those due.

    With it its own cost, and a cost that no draw of these people can go below.
    """
    real = people[people < costs.size]
    silos, burden, sizes = costs.wishes.silos, costs.burden[real], Sizes(costs.wishes.silos[real])
    same = 0 if costs.wishes.silos_free else costs.unit["same_silo"]
    if len(real) < len(people):
        return (), 0, int(burden.min()) + min(sizes.left((silo,)) for silo in sizes.top) * same
    if len(people) % 2 == 0:
        return (), 0, sizes.left(()) * same
    ideal = int(np.partition(burden, 2)[:3].sum()) + sizes.fewest(odd=True) * same
    best: tuple[int, int, Match] = (2**100, 0, ())
    for rows in _odd_options(people, costs, rng):
        own = costs.burden[rows].sum(axis=1)
        for a, b in combinations(range(3), 2):
            own += costs(rows[:, a], rows[:, b])
        whole = own + [sizes.left(tuple(row)) * same for row in silos[rows].tolist()]
        tried = zip(whole.tolist(), own.tolist(), map(tuple, rows.tolist()), strict=True)
        best = min(best, *tried, key=lambda option: option[0])
        if best[0] <= ideal:
            break
    return best[2], best[1], ideal


def _odd_options(people: IntArray, costs: Costs, rng: Generator) -> Iterator[IntArray]:
    """Some disjoint trios (t, 3): at random of those due, around them, then at random of all."""
    burden = costs.burden[people]
    due = people[burden <= np.partition(burden, 2)[2]]
    for attempt in range(TRIES):
        dealt = rng.permutation(due if attempt < TRIES // 2 else people)[: DEALT * 3]
        yield dealt[: len(dealt) // 3 * 3].reshape(-1, 3)
        if attempt == TRIES // 2 - 1:
            yield from _around(people, costs, rng)


def _around(people: IntArray, costs: Costs, rng: Generator) -> Iterator[IntArray]:
    """A trio for each of those due most, at most a hundred: with the one, and then the other, who add least.

    O(n + k) for each, and fewer of them in schemes of hundreds of thousands.
    """
    order = rng.permutation(people)
    order = order[np.argsort(costs.burden[order], kind="stable")]
    for person in order[: max(2, min(DUE, WORK // (costs.size + len(costs.wishes.met))))].tolist():
        trio, cost = [person], costs.burden[order].copy()
        for _ in range(2):
            cost += costs.row(trio[-1])[order]
            trio.append(int(order[rng.choice(np.flatnonzero(cost == cost.min()))]))
        if cost.min() < APART:
            yield np.array([trio])
