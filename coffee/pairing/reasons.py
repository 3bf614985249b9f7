"""Reasons why flaws cannot be avoided: the shortest true ones, which add up to the unavoidable number.

A reason is looked for in the order in which people understand it: matches that the organiser made, people who have met
everybody, people who have too few left between them, a silo too large. The third is the decomposition of Gallai and
Edmonds: those whom some largest matching leaves alone, and the only others whom they can be matched with. Wishes that
strand somebody are explained in the same way. What no such reason explains is said to be worked out exactly.
"""

from dataclasses import replace

import numpy as np
import rustworkx as rx
from numpy.random import Generator

from coffee.pairing import blossom
from coffee.pairing.bounds import Sizes, lonely, within
from coffee.pairing.model import BoolArray, IntArray, Reason
from coffee.pairing.seats import Seats, strangers
from coffee.pairing.swaps import judge
from coffee.pairing.wishes import Wishes, others_in

SEARCHED = 120
CROWD = 2_000  # more people than this with few others to meet are not looked into


def reasons(wishes: Wishes, seats: Seats, least: dict[str, int], rng: Generator) -> tuple[Reason, ...]:
    """The reasons for the unavoidable flaws of each tier, `least` of them."""
    found = [*_settled(wishes, seats)]
    for tier, reason in (("repeats", _repeats), ("same_silo", _same_silo)):
        missing = least[tier] - sum(r.count for r in found if r.tier == tier)
        if missing > 0:
            found += reason(wishes, seats, missing, rng)
    return tuple(found)


def _settled(wishes: Wishes, seats: Seats) -> list[Reason]:
    """The flaws that the organiser chose by putting people together."""
    if not seats.fixed:
        return []
    rows = np.array([(*group, -1)[:3] for group in seats.fixed], np.int64).reshape(-1, 3)
    verdict = judge(rows, wishes.silos, wishes.met)
    same = verdict.same_silo * (not wishes.silos_free)
    return [
        Reason(tier, "together", int(count), people=group)
        for group, *counts in zip(seats.fixed, verdict.repeats, same, strict=True)
        for tier, count in zip(("repeats", "same_silo"), counts, strict=True)
        if count
    ]


def _same_silo(wishes: Wishes, seats: Seats, missing: int, _rng: Generator) -> list[Reason]:
    """A silo too large for the matches there are, or the price of the tier above."""
    people = seats.free[seats.free < wishes.size]
    sizes = Sizes(wishes.silos[people])
    silo, size = max(sizes.top.items(), key=lambda item: item[1], default=(-1, 0))
    bound = min(sizes.fewest(odd=seats.odd), missing)
    if len(people) % 2 and not seats.odd:
        bound = min(within(size - 1, len(people) - 1), missing)
    found = []
    # Sizes alone force a flaw only where the largest silo has more people than there are matches.
    if bound:
        found.append(Reason("same_silo", "large silo", bound, silo=int(silo), size=size, of=len(people)))
    if missing > bound:
        kind = "compared" if wishes.silos_first else "other tier"
        found.append(Reason("same_silo", kind, missing - bound))
    return found


def _repeats(wishes: Wishes, seats: Seats, missing: int, rng: Generator) -> list[Reason]:
    """People who have met everyone, people with too few left, or the price of the tier above."""
    alone = lonely(wishes, seats.free)
    if len(alone) and (len(alone) + 1) // 2 >= missing:
        return [Reason("repeats", "met everyone", missing, people=alone)]
    if wishes.size <= SEARCHED and not seats.odd and not seats.couples:
        short, people, others = too_few(strangers(wishes, seats, across=False), rng)
        if short and (short + 1) // 2 >= missing:
            names = seats.free.tolist()
            who = tuple(names[p] for p in people if names[p] < wishes.size)
            return [Reason("repeats", "too few new", missing, people=who, others=tuple(names[p] for p in others))]
    if wishes.silos_first:
        return [Reason("repeats", "other tier", missing)]
    return [Reason("repeats", "trio" if missing == 1 and _no_new_trio(wishes, seats) else "compared", missing)]


def _no_new_trio(wishes: Wishes, seats: Seats) -> bool:
    """Return whether a trio must be made and every possible one has a repeat; False above 120 people."""
    if not seats.odd or seats.couples or wishes.size > SEARCHED:
        return False
    new = strangers(wishes, seats, across=False).astype(np.int64)
    return not bool(((new @ new) * new).any())


def too_few(graph: BoolArray, rng: Generator) -> tuple[int, list[int], list[int]]:
    """The number of people who must go without, those among whom they are, and the only others these can meet.

    The decomposition of Gallai (1964) and Edmonds (1965): the people missed by some largest matching, and their
    neighbours; the shortage is what Berge's formula (1958) gives. One matching per person: O(n⁴).
    """
    size = len(graph)
    most = _largest(graph, rng)
    outer = [p for p in range(size) if _largest(_dropped(graph, p), rng) == most]
    around = graph[outer].any(axis=0) if outer else np.zeros(size, bool)
    return size - 2 * most, outer, [p for p in np.flatnonzero(around).tolist() if p not in set(outer)]


def stranded(wishes: Wishes, seats: Seats, rng: Generator) -> tuple[int, ...]:
    """The people whom the wishes to keep others apart leave without a match; nobody when it is not clear who.

    Of the small circles that `too_few` finds, each of the others can be spared for one, and the odd place is for one
    more: as many of the smallest as are one too many say it all, and those as small are stranded as well.
    """
    people = seats.free[seats.free < wishes.size]
    if wishes.size > SEARCHED:
        return crowded(wishes, people, rng)[1]
    if seats.couples and seats.odd:
        return ()
    graph = strangers(replace(wishes, met=wishes.met[:0]), seats, across=False)
    if seats.odd and len(people) == 3:
        return tuple(int(p) for p in people[(graph.sum(axis=1) < 2)])
    _, outer, others = too_few(graph, rng)
    circles = _circles(graph, outer)
    smallest = circles[-(len(others) + 1 + seats.odd) :]
    named = [person for circle in circles if len(circle) <= len(smallest[0]) for person in circle]
    return tuple(sorted(int(p) for p in seats.free[named] if p < wishes.size))


def crowded(wishes: Wishes, people: IntArray, rng: Generator) -> tuple[int, tuple[int, ...]]:
    """The number of people left over because those whom they may meet do not go round, and all who compete for them.

    For large schemes, by Hall's condition (1935).

    Whoever may meet half of the others finds somebody when all the rest are matched. The others are matched in as many
    pairs as can be; one who is left over competes with those whose partners they may meet, and with these in turn.
    """
    few = people[2 * others_in(wishes.apart, wishes.size)[people] >= wishes.size]
    if len(few) > CROWD:
        return 0, ()
    place = np.full(wishes.size, -1)
    place[few] = np.arange(len(few))
    may = np.zeros((len(few), wishes.size), bool)
    may[:, people] = True
    for one, two in (wishes.apart.T, wishes.apart.T[::-1]):
        may[place[one[place[one] >= 0]], two[place[one] >= 0]] = False
    may[np.arange(len(few)), few] = False
    # Twice as many partners as there are of these people are as good as all.
    near = [rng.permutation(np.flatnonzero(row))[: 2 * len(few)] for row in may]
    left, right = np.repeat(few, [len(some) for some in near]), np.concatenate([few[:0], *near])
    worth = 1 + (place[right] >= 0).astype(object)
    partner = blossom.heaviest(wishes.size, left, right, worth, rng)
    compete = partner[few] < 0
    while True:
        rivals = partner[may[compete].any(axis=0)]
        rivals = place[rivals[rivals >= 0]]
        grown = compete.copy()
        grown[rivals[rivals >= 0]] = True
        if (grown == compete).all():
            return int((partner[few] < 0).sum()), tuple(few[compete].tolist())
        compete = grown


def _circles(graph: BoolArray, people: list[int]) -> list[list[int]]:
    """The connected parts of these people, the largest first."""
    within = rx.PyGraph.from_adjacency_matrix(graph[np.ix_(people, people)].astype(float))
    parts = sorted((sorted(part) for part in rx.connected_components(within)), key=lambda part: (-len(part), part))
    return [[people[p] for p in part] for part in parts]


def _dropped(graph: BoolArray, person: int) -> BoolArray:
    left = graph.copy()
    left[person] = left[:, person] = False
    return left


def _largest(graph: BoolArray, rng: Generator) -> int:
    """The number of pairs in the largest matching."""
    a, b = np.nonzero(np.triu(graph, 1))
    partner: IntArray = blossom.largest(len(graph), a, b, np.zeros(len(a), np.int64), rng)
    return int((partner >= 0).sum()) // 2
