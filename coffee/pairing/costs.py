"""The cost of a pair: one integer in which each promise outweighs all lower ones together.

The promises are tiers (repeats, same-silo pairs, fair trios, recency, preferences). A flaw costs its tier's unit, and
units are so far apart that all flaws of the lower tiers add up to less than one above them. So the best draw is simply
the cheapest, and `tiers` reads the flaws of each kind off its cost. Up to 1,250 people all costs stand in one table; in
larger schemes each question runs through the history once, in O(k) time and O(n) memory.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from coffee.pairing.model import BoolArray, IntArray
from coffee.pairing.wishes import Wishes

Places = IntArray | tuple[IntArray, IntArray]

APART = 2**60  # the cost of a pair that may not be
ROOM = 2**59
LEVELS = 15
TABLED = 1_250  # up to so many people all costs are worked out at once
CACHEFUL = 2**14  # pairs of the history looked at together
BITS = 2**30  # for the pairs of silos linked before: 128 MiB


def tiers(units: dict[str, int], cost: int) -> dict[str, int]:
    """The number of flaws of each tier in a draw of this `cost`."""
    flaws = {}
    for name, unit in units.items():
        flaws[name], cost = divmod(cost, unit) if unit else (0, cost)
    return flaws


def units(wishes: Wishes) -> dict[str, int]:
    """The tiers in use, highest first, and the cost of one flaw in each: more than all lower tiers add up to.

    Should that outgrow the room, the lowest tiers share a unit (hundreds of people with every preference on), or cost
    nothing (a million people). The two highest never do.
    """
    sizes = _sizes(wishes)
    names = list(sizes)
    ways = ((used, apart) for used in range(len(names), 1, -1) for apart in range(used, 1, -1))
    stacked = (_stacked(sizes, names[:apart], names[apart:used]) for used, apart in ways)
    return dict.fromkeys(names, 0) | next(units for units, whole in stacked if whole < ROOM)


def _stacked(sizes: dict[str, int], apart: list[str], sharing: list[str]) -> tuple[dict[str, int], int]:
    """Units for the tiers `apart`, above those `sharing` a unit of 1; and a number above every whole cost."""
    unit = 1 + sum(sizes[name] - 1 for name in sharing)
    found = dict.fromkeys(sharing, 1)
    for name in reversed(apart):
        found[name] = unit
        unit *= sizes[name]
    return found, unit


def _sizes(wishes: Wishes) -> dict[str, int]:
    """One more than the flaws of each tier in use can add up to in a draw."""
    # Three people make three pairs in a trio, where a pair and a half would be usual.
    pairs = wishes.size // 2 + 2 + 2 * sum(len(group) == 3 for group in wishes.groups)
    met = 1 + pairs if len(wishes.met) else 1
    first = {"repeats": met, "same_silo": 1 if wishes.silos_free else 1 + pairs}
    if wishes.silos_first:
        first = dict(reversed(first.items()))
    lower = {"burden": 1 + 3 * int(wishes.burden.max(initial=0))}
    if wishes.published is not None:
        lower["moved"] = wishes.size + 2
    lower |= {"last_round": met, "recency": 1 + LEVELS * (met - 1)}
    asked = {"known_link": wishes.prefer_new_links, "quiet": wishes.quiet is not None, "alike": wishes.mix is not None}
    return first | lower | {name: 1 + pairs for name, wanted in asked.items() if wanted}


class Costs:
    """The costs of n people's pairs. The position n is an empty chair: whoever is matched with it sits out."""

    def __init__(self, wishes: Wishes) -> None:
        self.wishes, self.size, self.unit = wishes, wishes.size, units(wishes)
        # The price of a place in the trio, or of sitting out, for each person (n + 1,); the chair itself is free.
        self.burden = np.append(wishes.burden * self.unit["burden"], 0)
        if wishes.published is not None and wishes.odd_sits_out:
            self.burden[:-1] += self.unit["moved"] * wishes.published.seated
        self.silos = np.append(wishes.silos, wishes.silos.min(initial=0) - 1)
        self.quiet = None if wishes.quiet is None else np.append(wishes.quiet, False)
        self.mix = None if wishes.mix is None else np.append(wishes.mix, -1)

    def __call__(self, left: IntArray, right: IntArray) -> IntArray:
        """The cost of each pair (left, right), each person in one pair at most; APART when not allowed."""
        if self.size <= TABLED:
            return np.asarray(self.table[left, right], dtype=np.int64)
        place = np.full(self.size + 1, -1, np.int32)
        place[left] = place[right] = np.arange(len(left), dtype=np.int32)
        met, apart = self.wishes.met, self.wishes.apart
        rows, banned = _together(met, place), _together(apart, place)
        cost = self._by_traits(left, right)
        return self._by_history(cost, place[met[rows, 0]], rows, place[apart[banned, 0]])

    def row(self, person: int, *, inside: bool = False) -> IntArray:
        """The cost (n + 1,) of the person with everybody, APART with themselves; `inside` as for `among`."""
        if self.size <= TABLED:
            return np.asarray((self.inside if inside else self.table)[person], dtype=np.int64)
        met, apart = self.wishes.met, self.wishes.apart
        rows, banned = (np.flatnonzero((pairs == person).any(axis=1)) for pairs in (met, apart))
        everybody = np.arange(self.size + 1)
        cost = self._by_traits(everybody[person], everybody)
        self._by_history(cost, met[rows].sum(axis=1) - person, rows, apart[banned].sum(axis=1) - person)
        cost[person] = APART
        return cost

    def among(self, people: IntArray, *, inside: bool = False) -> IntArray:
        """The costs (m, m) among these people; `inside` gives those of a trio's pairs, which differ in a repair."""
        if self.size > TABLED:
            return self._table(people)
        return (self.inside if inside else self.table)[np.ix_(people, people)]

    @cached_property
    def table(self) -> IntArray:
        """All costs (n + 1, n + 1); in a repair, two people matched anew cost a unit each."""
        out = self.wishes.published
        if out is None:
            return self._whole
        moved = np.where(_joined(out.pairs, self.size + 1), 0, 2)
        moved[-1] = moved[:, -1] = 0  # the burden has it
        return self._moving(moved)

    @cached_property
    def inside(self) -> IntArray:
        """All costs (n + 1, n + 1) of a trio's pairs; in a repair, each of its three people is matched anew."""
        return self.table if self.wishes.published is None else self._moving(np.ones((1, 1), np.int64))

    @cached_property
    def least_flaw(self) -> int:
        """The least cost of a repeat or of a same-silo pair."""
        return min(self.unit[tier] for tier in ("repeats", "repeats" if self.wishes.silos_free else "same_silo"))

    @cached_property
    def prices(self) -> IntArray:
        """The price of a pair that never met, that met at each stage of the history (`_when`), and of one set apart."""
        last, late = np.divmod(np.arange(2 * (LEVELS + 1)), LEVELS + 1)
        met = self.unit["repeats"] + late * self.unit["recency"] + last * self.unit["last_round"]
        return np.concatenate([[0], met, [APART]])

    @cached_property
    def links(self) -> "Links":
        """The pairs of silos linked before."""
        return Links(self.wishes)

    @cached_property
    def _whole(self) -> IntArray:
        """All costs (n + 1, n + 1) of a draw that starts from nothing."""
        return self._table(np.arange(self.size + 1))

    def _moving(self, people: IntArray) -> IntArray:
        """All costs (n + 1, n + 1) of a repair in which a pair moves so many `people`; no match has flaws as it is."""
        out = self.wishes.published
        accepted = _joined(out.mates, self.size + 1) & (self._whole < APART) if out else np.zeros(1, bool)
        return np.minimum(np.where(accepted, 0, self._whole) + people * self.unit["moved"], APART)

    def _table(self, people: IntArray) -> IntArray:
        """The costs (m, m) among these people."""
        place = np.full(self.size + 1, -1)
        place[people] = np.arange(len(people))
        rows, banned = (
            np.flatnonzero((place[pairs] >= 0).all(axis=1)) for pairs in (self.wishes.met, self.wishes.apart)
        )
        met, apart = place[self.wishes.met[rows]], place[self.wishes.apart[banned]]
        cost = self._by_traits(people[:, None], people)
        # Each pair both ways round, in the order of the history.
        at = (met.ravel(), met[:, ::-1].ravel())
        self._by_history(cost, at, np.repeat(rows, 2), (apart.ravel(), apart[:, ::-1].ravel()))
        np.fill_diagonal(cost, APART)
        return cost

    def _by_traits(self, left: IntArray, right: IntArray) -> IntArray:
        """The cost of pairs for the people's silos and other traits; `left` and `right` make up its shape."""
        wishes, unit = self.wishes, self.unit
        cost = np.zeros(np.broadcast_shapes(left.shape, right.shape), np.int64)
        if not wishes.silos_free:
            cost += (self.silos[left] == self.silos[right]) * unit["same_silo"]
        if self.quiet is not None:
            cost += (self.quiet[left] & self.quiet[right]) * unit["quiet"]
        if self.mix is not None:
            cost += ((self.mix[left] == self.mix[right]) & (self.mix[left] >= 0)) * unit["alike"]
        if wishes.prefer_new_links and unit["known_link"]:
            cost += self.links(left, right) * unit["known_link"]
        for one, two in ((left, right), (right, left)) if wishes.odd_sits_out else ():
            cost = np.where(one == self.size, self.burden[two], cost)
        return cost

    def _by_history(self, cost: IntArray, at: Places, rows: IntArray, apart: Places) -> IntArray:
        """Add in place the price of the meetings `rows`, which are those of the pairs `at`, and ban those `apart`."""
        once = np.zeros_like(cost)
        # The latest meeting of a pair is the last in the list, and so the one that stays.
        once[at] = self.prices[self._when(rows)]
        cost += once
        cost[apart] = APART
        return cost

    def _when(self, rows: IntArray) -> IntArray:
        """The places of these meetings in `prices`, by how late they were: the last round's come last."""
        if not len(rows):
            return np.zeros(0, np.int64)
        number, last = self._rounds(rows)
        late = number * LEVELS // max(last, LEVELS)  # exact when there were no more than 16 rounds
        return np.asarray(1 + late + (number == last) * (LEVELS + 1), dtype=np.int64)

    def _rounds(self, rows: IntArray) -> tuple[IntArray, int]:
        """The number of these meetings' round, counted from 0, and that of the last round.

        Without round numbers the history is cut, from its end, into stretches as long as a round of everybody.
        """
        if self.wishes.met_round is not None:
            return self._numbered[rows], int(self._numbered[-1])
        each, count = max(self.size // 2, 1), len(self.wishes.met)
        last = (count - 1) // each
        return last - (count - 1 - rows) // each, last

    @cached_property
    def _numbered(self) -> IntArray:
        """The number of each meeting's round, counted from 0."""
        rounds = self.wishes.met_round
        changes = np.diff(rounds, prepend=rounds[:1]) != 0 if rounds is not None else np.zeros(0, bool)
        return np.asarray(np.cumsum(changes), dtype=np.int64)


class Links:
    """The pairs of silos that were linked before, one bit each.

    Should there be too many silos for a table of all their pairs, some share a bit, and a few new pairs pass for known.
    """

    def __init__(self, wishes: Wishes) -> None:
        silos = np.sort(wishes.silos)
        silos = silos[np.diff(silos, prepend=silos[:1] - 1) > 0]
        # The empty chair's silo is one that nobody has.
        self.count, self.silo = len(silos) + 1, np.append(np.searchsorted(silos, wishes.silos), len(silos))
        self.bits = np.zeros(min(self.count**2, BITS) // 8 + 1, np.uint8)
        keys = self._key(wishes.met[:, 0], wishes.met[:, 1])
        np.bitwise_or.at(self.bits, keys >> 3, np.left_shift(1, keys & 7).astype(np.uint8))

    def __call__(self, left: IntArray, right: IntArray) -> IntArray:
        """1 for each pair of people whose silos were linked before, else 0."""
        keys = self._key(left, right)
        return np.asarray((self.bits[keys >> 3] >> (keys & 7)) & 1, dtype=np.int64)

    def _key(self, left: IntArray, right: IntArray) -> IntArray:
        one, two = self.silo[left], self.silo[right]
        return np.asarray((np.minimum(one, two) * self.count + np.maximum(one, two)) % (8 * len(self.bits)))


def _joined(pairs: IntArray, size: int) -> BoolArray:
    """The symmetric (n, n) table of the pairs."""
    table = np.zeros((size, size), bool)
    table[pairs[:, 0], pairs[:, 1]] = table[pairs[:, 1], pairs[:, 0]] = True
    return table


def _together(pairs: IntArray, place: NDArray[np.int32]) -> IntArray:
    """The rows of `pairs` whose two people have the same place, in order; −1 is no place."""
    found = [np.empty(0, np.int64)]
    for start in range(0, len(pairs), CACHEFUL):
        block = pairs[start : start + CACHEFUL]
        places = place.take(block)
        alike = (places[:, 0] == places[:, 1]) & (places[:, 0] >= 0) & (block[:, 0] != block[:, 1])
        found.append(np.flatnonzero(alike) + start)
    return np.concatenate(found)
