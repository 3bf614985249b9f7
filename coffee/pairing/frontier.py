"""Exactly uniform draws where few pairs are left to choose from, as when a history is nearly used up.

People are taken in an order that keeps neighbours together; what matters of a partial matching is only who beyond the
current person is taken already. The number of such states stays small in sparse graphs (the frontier method; Sekine,
Imai and Tani 1995), and where it does not, the caller stirs instead.
"""

from bisect import bisect_right
from itertools import accumulate, combinations
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from coffee.pairing.model import BoolArray, IntArray

LARGEST = 60
EDGES = 3.5
STATES = 2_000


class State(NamedTuple):
    """Who is taken (a bit mask of places in the order), what that costs, and whether the odd person has a place."""

    taken: int = 0
    cost: int = 0
    odd: bool = False


class Step(NamedTuple):
    """A match of these people; a trio, or one person who joins the couple of that number, settles the odd person."""

    people: tuple[int, ...]
    price: int
    couple: int = -1

    @property
    def odd(self) -> bool:
        """Whether it settles the odd person."""
        return len(self.people) != 2


class Frontier:
    """All ways to match n people at the cost `total`, less than which none may cost: in pairs, or n being odd with one
    trio or somebody joining a couple. `exact` tells whether they fit.

    O(n) states times the matchings of a frontier, which is small in sparse graphs; given up beyond 2,000 at once.
    """

    def __init__(self, pair: IntArray, allowed: BoolArray, total: int, burden: IntArray, joins: IntArray) -> None:
        """`burden` (n,) is the cost of a place in the trio, `joins` (c, n) of joining each couple."""
        self.total, self.size = total, len(pair)
        cheap = allowed & (pair <= total)
        self.exact = self.size <= LARGEST and cheap.sum() <= 2 * EDGES * self.size
        if self.exact:
            self.order = _breadth_first(cheap)
            self.steps = self._steps(np.where(cheap, pair, total + 1), burden, joins)
            self.layers = self._layers()
            self.ways = self._ways() if self.exact else {}

    def draw(self, rng: Generator) -> list[Step]:
        """One of the ways, each equally likely."""
        found, state = [], State()
        while state.taken != 2**self.size - 1:
            # Whole numbers may outgrow 64 bits, so a share of 62 bits is drawn and scaled.
            mark = int(rng.integers(2**62)) * self.ways[state] >> 62
            ahead = self._next(state)
            upto = list(accumulate(self.ways.get(after, 0) for _, after in ahead))
            step, state = ahead[bisect_right(upto, mark)]
            found.append(step)
        return found

    def _steps(self, pair: IntArray, burden: IntArray, joins: IntArray) -> list[list[tuple[int, Step]]]:
        """For each place in the order, the matches with people at later places, and the bit mask of them all."""
        place = {person: at for at, person in enumerate(self.order)}
        found: list[list[tuple[int, Step]]] = []
        for at, a in enumerate(self.order):
            later = [b for b in self.order[at + 1 :] if pair[a, b] <= self.total]
            steps = [Step((a, b), int(pair[a, b])) for b in later]
            if self.size % 2:
                near = pair + pair[a] + pair[a][:, None] + burden + burden[:, None] + burden[a]
                steps += [
                    Step((a, b, c), int(near[b, c])) for b, c in combinations(later, 2) if pair[b, c] <= self.total
                ]
                steps += [Step((a,), int(price), couple) for couple, price in enumerate(joins[:, a])]
            masks = [sum(1 << place[p] for p in step.people) for step in steps]
            found.append([(m, s) for m, s in zip(masks, steps, strict=True) if s.price <= self.total])
        return found

    def _next(self, state: State) -> list[tuple[Step, State]]:
        """Every match of the first person not taken yet, and the state after."""
        taken, cost, odd = state
        if taken == 2**self.size - 1:
            return []
        return [
            (step, State(taken | mask, cost + step.price, odd or step.odd))
            for mask, step in self.steps[_first(taken)]
            if not taken & mask and cost + step.price <= self.total and not (odd and step.odd)
        ]

    def _layers(self) -> list[set[State]]:
        """The states that can be reached, one set for each number of matches."""
        layers: list[set[State]] = [{State()}]
        while layers[-1]:
            layers.append({after for state in layers[-1] for _, after in self._next(state)})
            if len(layers[-1]) > STATES:
                self.exact = False
                break
        return layers

    def _ways(self) -> dict[State, int]:
        """In how many ways each state can be completed; states that cannot are left out."""
        ways: dict[State, int] = {}
        for layer in reversed(self.layers):
            for state in layer:
                whole = state.taken == 2**self.size - 1
                count = 1 if whole else sum(ways.get(after, 0) for _, after in self._next(state))
                if count:
                    ways[state] = count
        return ways


def _first(taken: int) -> int:
    """The first person not taken."""
    return (~taken & (taken + 1)).bit_length() - 1


def _breadth_first(graph: BoolArray) -> list[int]:
    """All people, each near those they may be matched with; those with fewest choices first."""
    degrees = graph.sum(axis=1)
    order: list[int] = []
    seen: set[int] = set()
    for start in np.argsort(degrees, kind="stable").tolist():
        queue = [start] if start not in seen else []
        seen.add(start)
        for person in queue:
            order.append(person)
            ahead = [p for p in np.flatnonzero(graph[person]).tolist() if p not in seen]
            ahead.sort(key=lambda p: int(degrees[p]))
            seen.update(ahead)
            queue.extend(ahead)
    return order
