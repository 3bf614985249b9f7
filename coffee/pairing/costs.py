"""What a pair costs: one integer in which each promise outweighs all lower ones together.

The promises are tiers (repeats, same-silo pairs, fair trios, recency, preferences); a flaw in a tier costs its unit,
and units are so far apart that no number of lower flaws adds up to one higher one. So the best draw is simply the
cheapest, and `tiers` reads the flaws of each kind off its cost. Up to 1,250 people all costs stand in one table; in
larger schemes they are looked up by running through the history once per question, in O(k) time and O(n) memory. Every
engine asks the same `Costs`, so that all mean the same by a good draw.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from coffee.pairing.model import BoolArray, IntArray
from coffee.pairing.wishes import Wishes

APART = 2**60  # the cost of a pair that may not be
ROOM = 2**59
LEVELS = 15
TABLED = 1_250  # up to so many people all costs are worked out at once
LONG = 8  # whoever is apart from more than one in so many has a row
FEW = 8  # a list this many times shorter than the scheme is looked up through a mask of its people
CACHEFUL = 2**14
BITS = 2**30  # a table of all pairs of silos up to 128 MiB


def tiers(units: dict[str, int], cost: int) -> dict[str, int]:
    """How many flaws of each tier add up to `cost`."""
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
    """For each tier in use one more than its flaws can add up to in a draw."""
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
    """The costs of n people's pairs; the position n is an empty chair, and being matched with it is sitting out."""

    def __init__(self, wishes: Wishes) -> None:
        self.wishes, self.size, self.unit = wishes, wishes.size, units(wishes)
        # What a place in the trio, or sitting out, costs each person (n + 1,); the chair itself costs nothing.
        self.burden = np.append(wishes.burden * self.unit["burden"], 0)
        if wishes.published is not None and wishes.odd_sits_out:
            self.burden[:-1] += self.unit["moved"] * wishes.published.seated
        weighs = wishes.prefer_new_links and self.unit["known_link"]
        self.links = Links(wishes) if weighs else None

    def __call__(self, left: IntArray, right: IntArray) -> IntArray:
        """The cost of each pair (left, right), each person in one pair at most; APART when not allowed."""
        if self.size <= TABLED:
            return np.asarray(self.table[left, right], dtype=np.int64)
        cost = self._with_traits(np.zeros(len(left), np.int64), left, right)
        place = np.full(self.size, -1, np.int32)
        place[left] = place[right] = np.arange(len(left), dtype=np.int32)
        met, apart = self.wishes.met, self.apart.others
        if len(met):
            rows = _inside(met, place, len(left))
            once = np.zeros(len(cost), np.int64)
            # The latest meeting of a pair is the last in the list, and so the one that stays.
            once[place[met[rows, 0]]] = self.prices[self._when(rows)]
            cost += once
        if len(apart):
            cost[place[apart[_inside(apart, place, len(left)), 0]]] = APART
        return self.apart.mark(cost, left, right)

    def row(self, person: int) -> IntArray:
        """The cost (n,) of the person with everybody; APART with themselves."""
        everybody = np.arange(self.size)
        if self.size <= TABLED:
            return np.asarray(self.table[person], dtype=np.int64)
        cost = self._with_traits(np.zeros(self.size, np.int64), everybody[person], everybody)
        met, apart = self.wishes.met, self.apart.others
        rows, banned = _of(met, person), _of(apart, person)
        once = np.zeros(self.size, np.int64)
        once[met[rows].sum(axis=1) - person] = self.prices[self._when(rows)]
        cost += once
        cost[apart[banned].sum(axis=1) - person] = APART
        cost[person] = APART
        return self.apart.mark(cost, np.full(self.size, person), everybody)

    def inside_row(self, person: int) -> IntArray:
        """What each of a trio's three pairs costs (n,) for the person: the same, save in a repair."""
        return np.asarray(self.inside[person]) if self.wishes.published else self.row(person)

    def among(self, people: IntArray, *, inside: bool = False) -> IntArray:
        """The costs (m, m) among these people, in ascending order, perhaps with the empty chair.

        `inside` gives what each of a trio's three pairs costs: the same, save in a repair.
        """
        real = people[people < self.size]
        if self.size <= TABLED:
            table = (self.inside if inside else self.table)[np.ix_(real, real)]
        else:
            table = self._table(real)
        if len(real) == len(people):
            return table
        table = np.pad(table, (0, 1), constant_values=APART)
        table[-1, :-1] = table[:-1, -1] = self.burden[real]
        return table

    @cached_property
    def table(self) -> IntArray:
        """All costs (n, n); in a repair everybody matched anew costs a unit more."""
        out = self.wishes.published
        if out is None:
            return self._table(np.arange(self.size))
        stays = _joined(out.pairs, self.size)
        return np.minimum(self._accepted + np.where(stays, 0, 2 * self.unit["moved"]), APART)

    @cached_property
    def inside(self) -> IntArray:
        """All costs (n, n) of a trio's pairs: each of its three people is matched anew."""
        if self.wishes.published is None:
            return self.table
        return np.minimum(self._accepted + self.unit["moved"], APART)

    @cached_property
    def least_flaw(self) -> int:
        """What a repeat or a same-silo pair costs at least."""
        return min(self.unit[tier] for tier in ("repeats", "repeats" if self.wishes.silos_free else "same_silo"))

    @cached_property
    def apart(self) -> "Apart":
        """Who is set apart from whom."""
        return Apart(self.wishes.apart, self.size)

    @cached_property
    def _accepted(self) -> IntArray:
        """The costs (n, n) in which people who are in a match together already have no flaws."""
        table, out = self._table(np.arange(self.size)), self.wishes.published
        return np.where(_joined(out.mates, self.size) & (table < APART), 0, table) if out else table

    def _table(self, people: IntArray) -> IntArray:
        """The costs (m, m) among these people."""
        size, place = len(people), np.full(self.size, -1)
        place[people] = np.arange(size)
        known = np.zeros((size, size), np.uint8)
        met = self.wishes.met
        rows = np.flatnonzero((place[met] >= 0).all(axis=1))
        one, two = np.sort(place[met[rows]], axis=1).T
        known[one, two] = self._when(rows)
        known = np.maximum(known, known.T)
        one, two = place[self.wishes.apart].T
        both = (one >= 0) & (two >= 0)
        known[one[both], two[both]] = known[two[both], one[both]] = len(self.prices) - 1
        np.fill_diagonal(known, len(self.prices) - 1)
        return self._with_traits(self.prices.take(known), people[:, None], people)

    def _with_traits(self, cost: IntArray, left: IntArray, right: IntArray) -> IntArray:
        """Add in place what the people's silos and other traits cost; `left` and `right` make up its shape."""
        wishes, unit = self.wishes, self.unit
        if not wishes.silos_free:
            cost += (wishes.silos[left] == wishes.silos[right]) * unit["same_silo"]
        if wishes.quiet is not None:
            cost += (wishes.quiet[left] & wishes.quiet[right]) * unit["quiet"]
        if wishes.mix is not None:
            cost += ((wishes.mix[left] == wishes.mix[right]) & (wishes.mix[left] >= 0)) * unit["alike"]
        if self.links is not None:
            cost += self.links(left, right) * unit["known_link"]
        return np.minimum(cost, APART, out=cost)

    @cached_property
    def prices(self) -> IntArray:
        """What a pair costs that never met, that met at each stage of the history (`_when`), and that is set apart."""
        last, late = np.divmod(np.arange(2 * (LEVELS + 1)), LEVELS + 1)
        met = self.unit["repeats"] + late * self.unit["recency"] + last * self.unit["last_round"]
        return np.concatenate([[0], met, [APART]])

    def _when(self, rows: IntArray) -> IntArray:
        """How late these meetings were, as places in `prices`: the last round's come last."""
        if not len(rows):
            return np.zeros(0, np.int64)
        ages, oldest = self._ages(rows)
        late = (oldest - ages) * LEVELS // max(oldest, LEVELS)  # exact when there were no more than 16 rounds
        return np.asarray(1 + late + (ages == 0) * (LEVELS + 1), dtype=np.int64)

    def _ages(self, rows: IntArray) -> tuple[IntArray, int]:
        """How many rounds ago these meetings were, and the oldest of all.

        Without round numbers a large history is cut into stretches as long as a round of everybody.
        """
        rounds, count = self.wishes.met_round, len(self.wishes.met)
        if rounds is None and self.size <= TABLED:
            ages = self._guessed_ages
            return ages[rows], int(ages.max())
        if rounds is None:
            each = max(self.size // 2, 1)
            return (count - 1 - rows) // each, (count - 1) // each
        if self.size > TABLED:
            return rounds.max() - rounds[rows], int(rounds.max() - rounds.min())
        numbers = np.unique(rounds)
        return len(numbers) - 1 - np.searchsorted(numbers, rounds[rows]), len(numbers) - 1

    @cached_property
    def _guessed_ages(self) -> IntArray:
        """How many rounds ago each meeting was, told from the end of the list backwards.

        A new round begins where somebody appears again, unless that completes a trio.
        """
        ages, age = np.empty(len(self.wishes.met), np.int64), 0
        group: dict[int, set[int]] = {}
        for row in range(len(ages) - 1, -1, -1):
            a, b = self.wishes.met[row].tolist()
            joined = group.get(a, {a}) | group.get(b, {b})
            repeated = a in group and b in group and group[a] is group[b] and len(joined) < 3
            if len(joined) > 3 or repeated:
                age, group, joined = age + 1, {}, {a, b}
            group |= dict.fromkeys(joined, joined)
            ages[row] = age
        return ages


class Apart:
    """Who is set apart from whom: a row for each person apart from many, and the `others` pair by pair.

    O(n + k) memory: a row is as long as the scheme, but stands for an eighth as many pairs at least.
    """

    def __init__(self, pairs: IntArray, size: int) -> None:
        many = np.bincount(pairs.ravel(), minlength=size) * LONG > size
        self.hub = np.where(many, np.cumsum(many) - 1, -1)
        self.rows = np.zeros((int(many.sum()), size), bool)
        listed = many.take(pairs)
        for side in (0, 1):
            own = pairs[listed[:, side]]
            self.rows.ravel()[self.hub[own[:, side]] * size + own[:, 1 - side]] = True
        self.others = pairs[~(listed[:, 0] | listed[:, 1])] if len(self.rows) else pairs

    def mark(self, cost: IntArray, left: IntArray, right: IntArray) -> IntArray:
        """The cost of each pair, put to APART for people apart from many; in place."""
        for one, two in ((left, right), (right, left)) if len(self.rows) else ():
            hubs = np.flatnonzero(self.hub[one] >= 0)
            cost[hubs[self.rows[self.hub[one[hubs]], two[hubs]]]] = APART
        return cost


class Links:
    """Which pairs of silos were linked before: a table of bits, or a sorted list where silos are too many for one."""

    def __init__(self, wishes: Wishes) -> None:
        silos = np.sort(wishes.silos)
        silos = silos[np.diff(silos, prepend=silos[:1] - 1) > 0]
        self.count, self.silo = len(silos), np.searchsorted(silos, wishes.silos)
        keys = self._key(wishes.met[:, 0], wishes.met[:, 1])
        self.bits = np.zeros(self.count**2 // 8 + 1 if self.count**2 <= BITS else 0, np.uint8)
        if len(self.bits):
            np.bitwise_or.at(self.bits, keys >> 3, np.left_shift(1, keys & 7).astype(np.uint8))
        self.keys = np.sort(keys) if not len(self.bits) else keys[:0]

    def __call__(self, left: IntArray, right: IntArray) -> IntArray:
        """1 for each pair of people whose silos were linked before, else 0."""
        keys = self._key(left, right)
        if len(self.bits):
            return np.asarray((self.bits[keys >> 3] >> (keys & 7)) & 1, dtype=np.int64)
        if not len(self.keys):
            return np.zeros(keys.shape, np.int64)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.asarray(self.keys[place] == keys, dtype=np.int64)

    def _key(self, left: IntArray, right: IntArray) -> IntArray:
        one, two = self.silo[left], self.silo[right]
        return np.asarray(np.minimum(one, two) * self.count + np.maximum(one, two), dtype=np.int64)


def _joined(pairs: IntArray, size: int) -> BoolArray:
    """The symmetric (n, n) table of the pairs."""
    table = np.zeros((size, size), bool)
    table[pairs[:, 0], pairs[:, 1]] = table[pairs[:, 1], pairs[:, 0]] = True
    return table


def _of(pairs: IntArray, person: int) -> IntArray:
    """The rows of `pairs` that name the person."""
    return np.flatnonzero((pairs[:, 0] == person) | (pairs[:, 1] == person))


def _inside(pairs: IntArray, place: NDArray[np.int32], count: int) -> IntArray:
    """The rows of `pairs` whose two people are in the same of `count` places, in order."""
    first, second = pairs[:, 0], pairs[:, 1]
    if count * FEW < len(place):
        rows = np.flatnonzero((place >= 0)[first])
        rows = rows[place[first[rows]] == place[second[rows]]]
    else:
        rows = _alike(pairs, place)
    both = (place[first[rows]] >= 0) & (first[rows] != second[rows])
    return np.asarray(rows[both], dtype=np.int64)


def _alike(pairs: IntArray, place: NDArray[np.int32]) -> IntArray:
    """The rows whose two people have the same place, found a cacheful at a time."""
    found = [np.empty(0, np.int64)]
    for start in range(0, len(pairs), CACHEFUL):
        places = place.take(pairs[start : start + CACHEFUL])
        found.append(np.flatnonzero(places[:, 0] == places[:, 1]) + start)
    return np.concatenate(found)
