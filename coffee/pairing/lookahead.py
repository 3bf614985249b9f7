"""Looking ahead in small schemes: among the best draws, one that leaves as many repeat-free rounds as possible.

A scheme of n people (n even) has n − 1 repeat-free rounds in it (Kirkman 1847), one of equal silos of m people n − m
(Himelwright and Williamson 1974), but only while what is left still splits into rounds. So a few best draws are tried.
After each, rounds are packed into what is left (see `rounds_left`) until they reach a number that no draw can exceed.
The first draw that leaves so many is taken, or else the one that leaves most.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from coffee.pairing.bounds import degrees_left
from coffee.pairing.model import BoolArray, IntArray
from coffee.pairing.rounds_left import Packer, most_rounds, surely_splits
from coffee.pairing.seats import Drawn, Seats, seats_of, strangers
from coffee.pairing.wishes import Wishes, read

LARGEST = 40
CANDIDATES = 24
CANDIDATES_ODD = 6  # with a trio the bound is seldom met, so there is less to search for
BUDGET = 400
SEARCHES = 5
FOUND = 150
NEXT = 24  # rounds: two years of them


def ahead(
    wishes: Wishes, seats: Seats, draw: Callable[[], Drawn], *, across: bool, rng: Generator
) -> tuple[Drawn, int, int]:
    """The first of some draws that leaves all the rounds there can be, or the one that leaves most; with how many it
    leaves at least, and how many there can be.

    `across` tells whether the rounds to come are to stay across silos as well.
    """
    graph, chair = strangers(wishes, seats, across=across), seats.chair(wishes)
    packer = Packer(rng, BUDGET, chair)
    goal = max(0, most_rounds(_degrees(graph, chair), sits_out=chair >= 0) - 1)
    best, most = draw(), -1 if goal else 0
    candidates = CANDIDATES_ODD if len(graph) % 2 else CANDIDATES
    for attempt in range(candidates if goal else 0):
        tried = draw() if attempt else best
        left = packer.rounds(packer.without(graph, free_pairs(tried, seats)), goal)
        if left > most:
            best, most = tried, left
        if left == goal or packer.budget <= 0:
            break
    return best, most, goal


@dataclass(frozen=True)
class RoundsLeft:
    """At least `rounds` repeat-free rounds are left, and at most `most`."""

    rounds: int
    most: int

    @property
    def exact(self) -> bool:
        """Return whether the number is certain."""
        return self.rounds == self.most


def rounds_left(
    silos: Any,
    met: Any = None,
    *,
    apart: Any = None,
    silos_free: bool = False,
    odd_sits_out: bool = False,
    seed: int = 0,
) -> RoundsLeft:
    """The number of rounds left without a repeat (and, unless `silos_free`, without a same-silo pair).

    Up to 40 people the rounds are really found, and up to 150 the next few of them; above, Dirac (1952) promises a
    round as long as everybody may meet half of the others.
    """
    if len(silos) < 2:
        return RoundsLeft(0, 0)
    wishes = read(silos, met=met, apart=apart, silos_free=silos_free, odd_sits_out=odd_sits_out)
    if wishes.size > FOUND:
        return _promised(wishes)
    seats = seats_of(wishes)
    graph, chair = strangers(wishes, seats, across=not silos_free), seats.chair(wishes)
    most = most_rounds(_degrees(graph, chair), sits_out=chair >= 0)
    if surely_splits(graph, most):
        return RoundsLeft(most, most)
    small = wishes.size <= LARGEST
    goal, budget = (most, BUDGET) if small else (min(most, NEXT), 2 * NEXT)
    found = 0 if small else _promised(wishes).rounds
    for attempt in range(SEARCHES if small else 1):
        packer = Packer(np.random.Generator(np.random.PCG64([seed, attempt])), budget, chair)
        found = max(found, packer.rounds(graph, goal))
        if found >= goal:
            break
    return RoundsLeft(found, most)


def _promised(wishes: Wishes) -> RoundsLeft:
    """Bounds from how many people everybody has left to meet."""
    degrees = degrees_left(wishes, across=not wishes.silos_free)
    most = most_rounds(degrees, sits_out=wishes.odd_sits_out)
    surely = max(0, int(degrees.min()) - (wishes.size + 1) // 2 + 1) if wishes.size % 2 == 0 else 0
    return RoundsLeft(min(surely, most), most)


def _degrees(graph: BoolArray, chair: int) -> IntArray:
    """The number of people each person may still meet; the empty chair left out."""
    people = np.arange(len(graph)) != chair
    return np.asarray(graph[np.ix_(people, people)].sum(axis=1), dtype=np.int64)


def free_pairs(drawn: Drawn, seats: Seats) -> IntArray:
    """The pairs (k, 2) of a draw as places among the free people; pairs with anybody else are left out."""
    trio = [drawn.trio[:2], drawn.trio[1:], drawn.trio[::2]] if drawn.trio else []
    pairs = np.concatenate([drawn.pairs, np.array(trio, np.int64).reshape(-1, 2)])
    pairs = pairs[np.isin(pairs, seats.free).all(axis=1)]
    return np.asarray(np.searchsorted(seats.free, pairs), dtype=np.int64)
