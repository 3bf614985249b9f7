"""After publishing: somebody withdraws or joins late, and as few people as possible are matched anew."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from coffee.pairing import exact
from coffee.pairing.check import read
from coffee.pairing.cost import Costs, dense, units
from coffee.pairing.count import LARGEST
from coffee.pairing.counted import Counted
from coffee.pairing.flaws import APART, Flaws
from coffee.pairing.model import BoolArray, IntArray, PairingError, Problem, Rules
from coffee.pairing.plan import Match, plan, with_empty_chair
from coffee.pairing.verdict import judge, match_of

REACH = 300
PATIENT = 1000
MOST_ALONE = 5


@dataclass(frozen=True, eq=False)
class Repair:
    """A proposal. `before` and `after` are matches (m, 3) as in `Pairing`: those kept come first in `after`, unmoved.

    `made` are the new matches, `dissolved` the old ones that are no more, `changed` the positions of the people
    still taking part whose match is not what it was, `sits_out` who is left out (−1: nobody). `repeats` and
    `same_silo` count the flaws of the new matches.
    """

    before: IntArray
    after: IntArray
    made: IntArray
    dissolved: IntArray
    changed: tuple[int, ...]
    repeats: int
    same_silo: int
    sits_out: int = -1


def repair(
    matches: Any,
    silos: Any,
    *,
    leaving: Iterable[int] = (),
    joining: Iterable[int] = (),
    met: Any = None,
    apart: Any = None,
    together: Any = None,
    trios: Any = None,
    present: Any = None,
    silos_first: bool = False,
    silos_free: bool = False,
    odd_sits_out: bool = False,
    seed: int = 0,
) -> Repair:
    """The smallest change after which everybody still there is in one match and every wish is kept.

    New matches have as few repeats, then same-silo pairs, as possible; among such changes the one that moves fewest
    people is best: re-match those affected, make a trio, or split one. Exact up to 16 people. Up to 300 the flaws are
    the fewest, and a trio that moves fewer people may be missed where flaws stand in its way; above, the people
    affected, those whom they may meet with the least flaws, and a random choice of the others are looked at, and
    everybody (up to 1,000) when that does not do. `silos` (n,) is about everybody, `joining` are positions in no match
    yet. PairingError when nobody is left for somebody to meet.
    """
    before = np.asarray(matches, np.int64).reshape(-1, 3)
    rules = Rules(silos_first=silos_first, silos_free=silos_free, odd_sits_out=odd_sits_out)
    problem = read(silos, met=met, apart=apart, together=together, trios=trios, present=present, rules=rules)
    rng = np.random.Generator(np.random.PCG64(seed))
    gone, new = set(map(int, leaving)), set(map(int, joining))
    _refuse_strangers(before, gone, new, problem.size)
    opened = _reach(before, gone, new, problem, rng)
    try:
        return _opening(opened, before, gone, new, problem, rng)
    except PairingError:
        if opened.all() or problem.size > PATIENT:
            raise
        return _opening(np.ones(len(before), bool), before, gone, new, problem, rng)


def _opening(
    opened: BoolArray, before: IntArray, gone: set[int], new: set[int], problem: Problem, rng: np.random.Generator
) -> Repair:
    """The smallest change of the matches `opened` (m,).

    Above 16 people the search counts the people of a new trio by its pairs, which is too many: so the trios that
    disturb nobody else are tried as well.
    """
    people = np.array(sorted((set(before[opened].ravel().tolist()) | new) - gone - {-1}), np.int64)
    among, kept = _among(problem, people, gone), np.flatnonzero(~opened)
    trios = _trios(before, gone, new, people) if len(people) > LARGEST and not problem.rules.odd_sits_out else []
    found, failed = [], []
    for group in ((), *trios):
        try:
            drawn = _rematched(_with(among, group), before[opened], people, rng)
            found.append(_proposal(problem, before, kept, drawn, gone))
        except PairingError as error:
            failed.append(error)
    if not found:
        raise failed[0]
    return min(found, key=lambda one: _weight(one, problem, before))


def _trios(before: IntArray, gone: set[int], new: set[int], people: IntArray) -> list[Match]:
    """Trios that disturb nobody else, as positions in `people`, should one be needed: one that is there, the two whom
    somebody leaves in one with one who is alone, and three who are alone."""
    if len(people) % 2 == 0:
        return []
    staying = [[p for p in row if p >= 0 and p not in gone] for row in before.tolist()]
    trios = [two for two, row in zip(staying, before.tolist(), strict=True) if row[2] >= 0]
    alone = [*(row[0] for row in staying if len(row) == 1), *sorted(new)][:MOST_ALONE]
    groups = [*(two for two in trios if len(two) == 3), *([*two, p] for two in trios if len(two) == 2 for p in alone)]
    return [tuple(sorted(np.searchsorted(people, group).tolist())) for group in [*groups, *combinations(alone, 3)]]


def _with(problem: Problem, group: Match) -> Problem:
    """The problem with these people put together. PairingError when they may not be."""
    if any(set(group) & set(other) for other in problem.groups):
        raise PairingError("too many together", group)
    apart = {frozenset(pair) for pair in problem.apart.tolist()}
    if any(frozenset(pair) in apart for pair in combinations(group, 2)):
        raise PairingError("apart and together", group)
    return replace(problem, groups=tuple(sorted((*problem.groups, group)))) if group else problem


def _weight(one: Repair, problem: Problem, before: IntArray) -> tuple[int, ...]:
    """What makes one change better than another, first things first: flaws of pairs who were not together before."""
    home = match_of(before, problem.size)
    pairs = one.made[:, [(0, 1), (0, 2), (1, 2)]].reshape(-1, 2)
    pairs = pairs[(pairs >= 0).all(axis=1)]
    kept = pairs[(home[pairs[:, 0]] == home[pairs[:, 1]]) & (home[pairs[:, 0]] >= 0)]
    now = judge(one.made, problem.silos, problem.met)
    then = judge(np.insert(kept, 2, -1, axis=1), problem.silos, problem.met)
    flaws = [int(now.repeats.sum() - then.repeats.sum()), int(now.same_silo.sum() - then.same_silo.sum())]
    flaws[1] *= not problem.rules.silos_free
    trio = one.made[one.made[:, 2] >= 0]
    burden = 0 if problem.burden is None else int(problem.burden[trio].sum())
    return *(reversed(flaws) if problem.rules.silos_first else flaws), burden, len(one.changed)


def _refuse_strangers(before: IntArray, gone: set[int], new: set[int], size: int) -> None:
    """ValueError when somebody leaves who is in no match, or joins who is in one."""
    matched = set(before.ravel().tolist()) - {-1}
    if max(matched | new, default=0) >= size:
        raise ValueError(f"A match names a position outside 0 to {size - 1}.")
    if not gone <= matched:
        raise ValueError("Somebody is leaving who is in no match.")
    if new & matched:
        raise ValueError("Somebody is joining who is in a match already.")


def _reach(before: IntArray, gone: set[int], new: set[int], problem: Problem, rng: np.random.Generator) -> BoolArray:
    """The matches that may be opened: those affected, the trios, and as many others as can be searched exactly.

    Half of the others have somebody whom one of those affected may meet at the least cost; the rest are random.
    """
    affected = np.isin(before, list(gone)).any(axis=1)
    opened = affected | (before[:, 2] >= 0)
    room = max(0, REACH // 2 - int(opened.sum()))
    alone = sorted((set(before[affected].ravel().tolist()) | new) - gone - {-1})
    if room < len(before):
        flaws, home = Flaws(problem), match_of(before, problem.size)
        for person in alone:
            cost = flaws.row(person)
            others = rng.permutation(np.flatnonzero((cost < APART) & (home >= 0)))
            near = others[np.argsort(cost[others], kind="stable")][: room // (2 * len(alone))]
            opened[home[near]] = True
    others = rng.permutation(np.flatnonzero(~opened))
    opened[others[: max(0, REACH // 2 - int(opened.sum()))]] = True
    return opened


def _among(problem: Problem, people: IntArray, gone: set[int]) -> Problem:
    """The problem of these people alone; wishes about whoever left are dropped."""
    place = np.full(problem.size, -1)
    place[people] = np.arange(len(people))

    def inside(pairs: IntArray) -> IntArray:
        moved = place[pairs]
        return moved[(moved >= 0).all(axis=1)]

    groups = [tuple(sorted(place[[p for p in group if p not in gone]].tolist())) for group in problem.groups]
    return replace(
        problem,
        silos=problem.silos[people],
        met=inside(problem.met),
        apart=inside(problem.apart),
        groups=tuple(sorted(g for g in groups if len(g) > 1 and g[0] >= 0)),
        burden=None if problem.burden is None else problem.burden[people],
    )


def _rematched(problem: Problem, before: IntArray, people: IntArray, rng: np.random.Generator) -> list[Match]:
    """The best matches of these people, as positions in the whole scheme; n of the whole stands for nobody's chair."""
    if not problem.size:
        return []
    if problem.size == 1 and not problem.rules.odd_sits_out:
        raise PairingError("alone", people.tolist())
    changes = Changes(before, people)
    costs, step = _with_changes(dense(problem), problem, changes)
    seats = plan(problem)
    if problem.rules.odd_sits_out:
        costs = with_empty_chair(costs)
    try:
        small = len(seats.free) <= LARGEST
        counted = Counted(seats, costs, lambda trios: step * changes.beyond_pairs(trios)) if small else None
        drawn = counted.draw(rng) if counted else exact.solve(seats, costs, 0, rng)[0]
    except PairingError as error:
        raise PairingError(error.kind, [int(people[p]) for p in error.people if p < len(people)]) from error
    names = [*people.tolist(), -1]
    return [tuple(sorted((names[p] for p in match), reverse=True)) for match in drawn]


class Changes:
    """How many of the n people are matched anew: `pairs` (n, n) by each pair, when there are only pairs."""

    def __init__(self, before: IntArray, people: IntArray) -> None:
        place = np.full(int(max(people.max(), before.max(initial=0))) + 2, -1)
        place[people] = np.arange(len(people))
        old = place[before]
        self.trios = {frozenset(row) for row in old[before[:, 2] >= 0].tolist()}
        self.pairs = np.full((len(people), len(people)), 2)
        self.mates = np.zeros((len(people), len(people)), bool)
        for a, b in ((0, 1), (0, 2), (1, 2)):
            rows = old[(old[:, a] >= 0) & (old[:, b] >= 0)]
            self.mates[rows[:, a], rows[:, b]] = self.mates[rows[:, b], rows[:, a]] = True
        two = old[(before[:, 2] < 0) & (old[:, :2] >= 0).all(axis=1)]
        self.pairs[two[:, 0], two[:, 1]] = self.pairs[two[:, 1], two[:, 0]] = 0

    def beyond_pairs(self, trios: IntArray) -> IntArray:
        """For each trio (t, 3), how many it changes less how many its pairs would."""
        a, b, c = trios.T
        counted = self.pairs[a, b] + self.pairs[a, c] + self.pairs[b, c]
        whole = np.array([0 if frozenset(trio) in self.trios else 3 for trio in trios.tolist()], np.int64)
        return np.asarray(whole - counted, dtype=np.int64)


def _with_changes(costs: Costs, problem: Problem, changes: Changes) -> tuple[Costs, int]:
    """The costs in which pairs who were together have no flaws, and every person matched anew counts below flaws; with
    what one person counts."""
    unit = units(problem)
    step = min(unit["repeats"], unit["same_silo"]) if not problem.rules.silos_free else unit["repeats"]
    top, low = np.divmod(costs.pair, step)
    most = 4 * problem.size + 8
    pair = np.where(changes.mates, 0, top * most * step + low) + changes.pairs * step
    return replace(costs, pair=pair), step


def _proposal(problem: Problem, before: IntArray, kept: IntArray, drawn: list[Match], gone: set[int]) -> Repair:
    """Compares the new matches with the old ones."""
    old = {_members(row): index for index, row in enumerate(before.tolist())}
    sits_out = next((max(m) for m in drawn if len(m) == 2 and min(m) < 0), -1)
    rows = [(*m, -1)[:3] for m in drawn if min(m) >= 0]
    made = [row for row in rows if _members(row) not in old]
    still = sorted([*kept.tolist(), *(old[_members(row)] for row in rows if _members(row) in old)])
    new = np.array(made, np.int64).reshape(-1, 3)
    dissolved = np.delete(before, still, axis=0)
    moved = (set(new.ravel().tolist()) | set(dissolved.ravel().tolist())) - gone - {-1}
    flaws = judge(new, problem.silos, problem.met)
    return Repair(
        before,
        np.concatenate([before[still], new]),
        new,
        dissolved,
        tuple(sorted(moved)),
        int(flaws.repeats.sum()),
        int(flaws.same_silo.sum()),
        sits_out,
    )


def _members(row: Iterable[int]) -> frozenset[int]:
    return frozenset(p for p in row if p >= 0)
