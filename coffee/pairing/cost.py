"""What a pair costs: one integer in which each tier outweighs all lower tiers together."""

from dataclasses import dataclass

import numpy as np

from coffee.pairing.model import BoolArray, IntArray, Out, Problem

ROOM = 2**59
LEVELS = 15


@dataclass(frozen=True, eq=False)
class Costs:
    """Dense costs of a small scheme.

    `pair` (n, n) is the cost of each pair, `inside` (n, n) that of each of a trio's three (the same, save in a repair),
    `allowed` (n, n) whether it may meet at all, `burden` (n,) the cost of each person's place in a trio, or of sitting
    out.
    """

    pair: IntArray
    inside: IntArray
    allowed: BoolArray
    burden: IntArray


def tiers(units: dict[str, int], cost: int) -> dict[str, int]:
    """How many flaws of each tier add up to `cost`."""
    found = {}
    for name, unit in units.items():
        found[name], cost = divmod(cost, unit) if unit else (0, cost)
    return found


def dense(problem: Problem) -> Costs:
    """All costs of a scheme of n people, in O(n²) memory."""
    unit = units(problem)
    pair = np.zeros((problem.size, problem.size), np.int64)
    for name, table in _tables(problem):
        pair += table * unit[name]
    allowed = ~_joined(problem.apart, problem.size)
    np.fill_diagonal(allowed, False)
    burden = problem.burden if problem.burden is not None else np.zeros(problem.size, np.int64)
    costs = Costs(pair, pair, allowed, burden * unit["burden"])
    return costs if problem.out is None else _moved(costs, problem.out, unit["moved"], problem.rules.odd_sits_out)


def _moved(costs: Costs, out: Out, each: int, sits_out: bool) -> Costs:
    """The costs when matches are out: those who are together have no flaws, and everybody matched anew costs `each`.

    A trio of three who are together costs as if it were made anew: what it costs to leave one be is tried apart.
    """
    size = len(costs.pair)
    flaws = np.where(_joined(out.mates, size), 0, costs.pair)
    pair = flaws + np.where(_joined(out.pairs, size), 0, 2 * each)
    return Costs(pair, flaws + each, costs.allowed, costs.burden + sits_out * each * out.seated)


def units(problem: Problem) -> dict[str, int]:
    """The tiers in use, highest first, and the cost of one flaw in each: more than all lower tiers add up to.

    Should that outgrow the room, the lowest tiers share a unit (hundreds of people with every preference on), or cost
    nothing (a million people). The two highest never do.
    """
    sizes = _sizes(problem)
    names = list(sizes)
    ways = ((kept, apart) for kept in range(len(names), 1, -1) for apart in range(kept, 1, -1))
    found = (_stacked(sizes, names[:apart], names[apart:kept]) for kept, apart in ways)
    return dict.fromkeys(names, 0) | next(units for units, whole in found if whole < ROOM)


def _stacked(sizes: dict[str, int], apart: list[str], sharing: list[str]) -> tuple[dict[str, int], int]:
    """Units for the tiers `apart`, above those `sharing` a unit of 1; and a number above every whole cost."""
    unit = 1 + sum(sizes[name] - 1 for name in sharing)
    found = dict.fromkeys(sharing, 1)
    for name in reversed(apart):
        found[name] = unit
        unit *= sizes[name]
    return found, unit


def _sizes(problem: Problem) -> dict[str, int]:
    """For each tier in use one more than its flaws can add up to in a draw."""
    # Three people make three pairs in a trio, where a pair and a half would be usual.
    pairs, rules = problem.size // 2 + 2 + 2 * sum(len(group) == 3 for group in problem.groups), problem.rules
    met = 1 + pairs if len(problem.met) else 1
    burden = 0 if problem.burden is None else 3 * int(problem.burden.max(initial=0))
    first = {"repeats": met, "same_silo": 1 if rules.silos_free else 1 + pairs}
    if rules.silos_first:
        first = dict(reversed(first.items()))
    preferences = {
        "known_link": rules.prefer_new_links,
        "quiet": problem.quiet is not None,
        "alike": problem.mix is not None,
    }
    moved = {} if problem.out is None else {"moved": problem.size + 2}
    recency = {"last_round": met, "recency": 1 + LEVELS * (met - 1)}
    return (
        first | {"burden": 1 + burden} | moved | recency | {n: 1 + pairs for n, wanted in preferences.items() if wanted}
    )


def _tables(problem: Problem) -> list[tuple[str, IntArray]]:
    """The tiers, each an (n, n) table of small integers."""
    found = _recency(problem) + _preferences(problem)
    met = _joined(problem.met, problem.size)
    np.fill_diagonal(met, False)
    found.append(("repeats", met.astype(np.int64)))
    if not problem.rules.silos_free:
        found.append(("same_silo", (problem.silos[:, None] == problem.silos[None, :]).astype(np.int64)))
    return found


def _joined(pairs: IntArray, size: int) -> BoolArray:
    """The symmetric (n, n) table of the pairs."""
    table = np.zeros((size, size), bool)
    table[pairs[:, 0], pairs[:, 1]] = True
    table[pairs[:, 1], pairs[:, 0]] = True
    return table


def _recency(problem: Problem) -> list[tuple[str, IntArray]]:
    """Who met in the last round, and how lately everybody else met (up to 15 steps)."""
    if not len(problem.met):
        return []
    last = np.zeros((problem.size, problem.size), np.int64)
    level = last.copy()
    ages = rounds_ago(problem)
    order = np.argsort(-ages, kind="stable")
    low, high = np.sort(problem.met[order], axis=1).T
    # The latest meeting of a pair comes last in this order, and so it is the one that stays.
    last[low, high] = ages[order] == 0
    level[low, high] = lateness(ages[order], int(ages.max()))
    return [("last_round", last + last.T), ("recency", level + level.T)]


def lateness(ages: IntArray, oldest: int) -> IntArray:
    """0 for the oldest meetings up to 15 for the latest; exact when there were no more than 16 rounds."""
    return (oldest - ages) * LEVELS // max(oldest, LEVELS)


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
