"""Exactly uniform draws where few pairs are left to choose from, as when a history is nearly used up.

People are taken in an order that keeps neighbours together; what matters of a partial matching is only who beyond the
current person is taken already. The number of such states stays small in sparse graphs (the frontier method; Sekine,
Imai and Tani 1995), and where it does not, the caller stirs instead.
"""

from bisect import bisect_right
from itertools import accumulate

import numpy as np
from numpy.random import Generator

from coffee.pairing.model import BoolArray, IntArray

LARGEST = 60
EDGES = 3.5
STATES = 2_000

State = tuple[int, int]


class Frontier:
    """All perfect matchings of cost `total`, no more than which any may cost. `exact` tells whether they fit."""

    def __init__(self, pair: IntArray, allowed: BoolArray, total: int) -> None:
        self.total, self.size = total, len(pair)
        cheap = allowed & (pair <= total)
        self.exact = self.size <= LARGEST and cheap.sum() <= 2 * EDGES * self.size
        if self.exact:
            self.order = _breadth_first(cheap)
            self.later = _later(pair, cheap, self.order)
            self.layers = self._layers()
            self.ways = self._ways() if self.exact else {}

    def draw(self, rng: Generator) -> IntArray:
        """One of the matchings (m, 2), each equally likely."""
        found, state = [], (0, 0)
        while state[0] != 2**self.size - 1:
            # Whole numbers may outgrow 64 bits, so a share of 62 bits is drawn and scaled.
            mark = int(rng.integers(2**62)) * self.ways[state] >> 62
            ahead = self._next(state)
            upto = list(accumulate(self.ways.get(after, 0) for _, after in ahead))
            other, after = ahead[bisect_right(upto, mark)]
            found.append((self.order[_first(state[0])], self.order[other]))
            state = after
        return np.array(found, np.int64)

    def _next(self, state: State) -> list[tuple[int, State]]:
        """Every partner of the first person not taken yet, and the state after."""
        taken, cost = state
        first = _first(taken)
        return [
            (other, (taken | 1 << first | 1 << other, cost + price))
            for other, price in self.later[first]
            if not taken >> other & 1 and cost + price <= self.total
        ]

    def _layers(self) -> list[set[State]]:
        """The states that can be reached, one set for each number of pairs."""
        layers: list[set[State]] = [{(0, 0)}]
        for _ in range(self.size // 2):
            layers.append({after for state in layers[-1] for _, after in self._next(state)})
            if len(layers[-1]) > STATES:
                self.exact = False
                break
        return layers

    def _ways(self) -> dict[State, int]:
        """In how many ways each state can be completed; states that cannot are left out."""
        ways: dict[State, int] = dict.fromkeys(self.layers[-1], 1)
        for layer in reversed(self.layers[:-1]):
            for state in layer:
                count = sum(ways.get(after, 0) for _, after in self._next(state))
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


def _later(pair: IntArray, cheap: BoolArray, order: list[int]) -> list[list[tuple[int, int]]]:
    """For each place in the order, the later places it may be matched with, and the cost."""
    return [[(j, int(pair[a, b])) for j, b in enumerate(order) if j > i and cheap[a, b]] for i, a in enumerate(order)]
