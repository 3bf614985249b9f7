"""What a pair costs: one integer in which each tier outweighs all lower tiers together."""

from dataclasses import dataclass

import numpy as np

from coffee.pairing.model import BoolArray, IntArray, Problem

ROOM = 2**62
LEVELS = 15


@dataclass(frozen=True, eq=False)
class Costs:
    """Dense costs of a small scheme.

    `pair` (n, n) is the cost of each pair, `allowed` (n, n) whether it may meet at all, `burden` (n,) the cost of each
    person's place in a trio. `units` names the tiers, highest first, and the cost of one flaw in each.
    """

    pair: IntArray
    allowed: BoolArray
    burden: IntArray
    units: tuple[tuple[str, int], ...]

    def counts(self, cost: int) -> dict[str, int]:
        """How many flaws of each tier add up to `cost`."""
        found = {}
        for name, unit in self.units:
            found[name], cost = divmod(int(cost), unit)
        return found


def dense(problem: Problem) -> Costs:
    """All costs of a scheme of n people, in O(n²) memory."""
    tables = _tables(problem)
    most = {name: int(table.max(initial=0)) for name, table in tables}
    burden = problem.burden if problem.burden is not None else np.zeros(problem.size, np.int64)
    most["burden"] = int(burden.max(initial=0))
    units = _units([name for name, _ in tables], most, problem.size // 2 + 2)
    pair = np.zeros((problem.size, problem.size), np.int64)
    for name, table in tables:
        pair += table * units[name]
    allowed = ~_joined(problem.apart, problem.size)
    np.fill_diagonal(allowed, False)
    return Costs(pair, allowed, burden * units["burden"], tuple(units.items()))


def _units(names: list[str], most: dict[str, int], pairs: int) -> dict[str, int]:
    """The cost of one flaw in each tier: more than all that the lower tiers can add up to.

    Should that outgrow 62 bits (hundreds of people with every preference on), the lowest tiers share a unit.
    """
    ordered = [*names[:2], "burden", *names[2:]]
    sizes = [1 + most[name] * (3 if name == "burden" else pairs) for name in ordered]
    units, unit = {}, 1
    for name, size in reversed(list(zip(ordered, sizes, strict=True))):
        units[name] = unit
        unit *= size
    if unit >= ROOM:
        return _units_sharing(ordered, sizes)
    return {name: units[name] for name in ordered}


def _units_sharing(ordered: list[str], sizes: list[int]) -> dict[str, int]:
    """As `_units`, with the lowest tiers of preference counted alike."""
    units, unit = {}, 1 + sum(size - 1 for size in sizes[4:])
    for name, size in reversed(list(zip(ordered[:4], sizes[:4], strict=True))):
        units[name] = unit
        unit *= size
    return {name: units.get(name, 1) for name in ordered}


def _tables(problem: Problem) -> list[tuple[str, IntArray]]:
    """The tiers, highest first: each an (n, n) table of small integers."""
    met = _joined(problem.met, problem.size)
    same = problem.silos[:, None] == problem.silos[None, :]
    np.fill_diagonal(met, False)
    first = [("repeats", met.astype(np.int64)), ("same_silo", same.astype(np.int64))]
    if problem.rules.silos_free:
        first[1] = ("same_silo", np.zeros_like(first[1][1]))
    if problem.rules.silos_first:
        first.reverse()
    return first + _recency(problem) + _preferences(problem)


def _joined(pairs: IntArray, size: int) -> BoolArray:
    """The symmetric (n, n) table of the pairs."""
    table = np.zeros((size, size), bool)
    table[pairs[:, 0], pairs[:, 1]] = True
    table[pairs[:, 1], pairs[:, 0]] = True
    return table


def _recency(problem: Problem) -> list[tuple[str, IntArray]]:
    """Who met in the last round, and how lately everybody else met (up to 15 steps)."""
    last = np.zeros((problem.size, problem.size), np.int64)
    level = last.copy()
    if len(problem.met):
        ages = rounds_ago(problem)
        order = np.argsort(-ages, kind="stable")
        steps = max(int(ages.max()), 1)
        lately = (steps - ages[order]) * LEVELS // max(steps, LEVELS)
        for a, b in ((0, 1), (1, 0)):
            left, right = problem.met[order, a], problem.met[order, b]
            last[left, right] = ages[order] == 0
            level[left, right] = lately
    return [("last_round", last), ("recency", level)]


def rounds_ago(problem: Problem) -> IntArray:
    """For each pair of `met`, how many rounds ago it was: 0 for the last round.

    Without `met_round` the rounds are told apart from the end of the list backwards: a new one begins where
    somebody appears again, unless that completes a trio.
    """
    if problem.met_round is not None:
        rounds = np.unique(problem.met_round)
        return np.asarray(len(rounds) - 1 - np.searchsorted(rounds, problem.met_round), dtype=np.int64)
    ages, age = np.empty(len(problem.met), np.int64), 0
    group: dict[int, set[int]] = {}
    for row in range(len(problem.met) - 1, -1, -1):
        a, b = problem.met[row].tolist()
        joined = group.get(a, {a}) | group.get(b, {b})
        repeated = a in group and b in group and group[a] is group[b] and len(joined) < 3
        if len(joined) > 3 or repeated:
            age, group, joined = age + 1, {}, {a, b}
        for person in joined:
            group[person] = joined
        ages[row] = age
    return ages


def _preferences(problem: Problem) -> list[tuple[str, IntArray]]:
    """The optional tiers that were asked for."""
    found = []
    if problem.rules.prefer_new_links:
        found.append(("known_link", _known_links(problem)))
    if problem.quiet is not None:
        found.append(("quiet", (problem.quiet[:, None] & problem.quiet[None, :]).astype(np.int64)))
    if problem.mix is not None:
        alike = (problem.mix[:, None] == problem.mix[None, :]) & (problem.mix[:, None] >= 0)
        found.append(("alike", alike.astype(np.int64)))
    return found


def _known_links(problem: Problem) -> IntArray:
    """Whether each pair's two silos were linked before by anybody's meeting."""
    silos, index = np.unique(problem.silos, return_inverse=True)
    linked = _joined(index[problem.met], len(silos))
    return linked[index[:, None], index[None, :]].astype(np.int64)
