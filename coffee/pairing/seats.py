"""The people free to be matched, those settled already, and a draw of those who are free.

People put together are settled before anything is drawn. The others are free; when their number is odd, one trio is to
be made of three of them, or of one who joins a couple put together. When the odd person sits out instead, an empty
chair (the position n) is among the free: whoever is matched with it sits out. So every engine only ever pairs people,
with a trio or without.
"""

from dataclasses import dataclass

import numpy as np

from coffee.pairing.costs import APART, Costs
from coffee.pairing.model import BoolArray, IntArray, PairingError
from coffee.pairing.wishes import Wishes

Match = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Seats:
    """`free` people, ascending, are to be matched; `couples` and `trios` are put together already. With `odd`, one
    trio is to be made."""

    free: IntArray
    couples: tuple[Match, ...]
    trios: tuple[Match, ...]
    odd: bool

    @property
    def fixed(self) -> list[Match]:
        """The matches that are settled."""
        return [*self.couples, *self.trios]

    def chair(self, wishes: Wishes) -> int:
        """The empty chair's place among the free, −1 for none."""
        return len(self.free) - 1 if len(self.free) and self.free[-1] == wishes.size else -1


@dataclass(frozen=True, eq=False)
class Drawn:
    """The free people drawn: `pairs` (m, 2), and the `trio` that was made, one of its three last two perhaps a couple.

    `cost` is what the free people's matches cost (settled ones are the same in every draw), and `least` a cost below
    which no draw can go.
    """

    pairs: IntArray
    trio: Match
    cost: int
    least: int


def seats_of(wishes: Wishes) -> Seats:
    """Sort people into free and settled; PairingError for somebody alone."""
    settled = np.zeros(wishes.size, bool)
    for group in wishes.groups:
        settled[list(group)] = True
    free = np.flatnonzero(~settled)
    couples = tuple(group for group in wishes.groups if len(group) == 2)
    trios = tuple(group for group in wishes.groups if len(group) == 3)
    odd = len(free) % 2 == 1
    if odd and wishes.odd_sits_out:
        free, odd = np.append(free, wishes.size), False
    if odd and len(free) == 1 and not couples:
        raise PairingError("alone", free.tolist())
    return Seats(free, couples, trios, odd)


def joins(seats: Seats, costs: Costs) -> IntArray:
    """The cost (c, f) for each free person of joining each couple, its own cost aside; APART where they may not."""
    found = np.full((len(seats.couples), len(seats.free)), APART)
    for row, (a, b) in enumerate(seats.couples if seats.odd else ()):
        one, two = costs.row(a, inside=True), costs.row(b, inside=True)
        price = one + two + one[b] - costs.row(a)[b] + costs.burden + costs.burden[a] + costs.burden[b]
        found[row] = np.where(np.maximum(one, two) < APART, price, APART)[seats.free]
    return found


def strangers(wishes: Wishes, seats: Seats, *, across: bool) -> BoolArray:
    """The table (f, f) of free people who may meet for the first time; with `across` only those of different silos."""
    graph = np.ones((wishes.size + 1, wishes.size + 1), bool)
    for pairs in (wishes.met, wishes.apart):
        graph[pairs[:, 0], pairs[:, 1]] = graph[pairs[:, 1], pairs[:, 0]] = False
    if across:
        graph[:-1, :-1] &= wishes.silos[:, None] != wishes.silos
    np.fill_diagonal(graph, False)
    return graph[np.ix_(seats.free, seats.free)]
