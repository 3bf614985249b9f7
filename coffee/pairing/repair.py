"""After publishing: somebody withdraws or joins late, and as few people as possible are matched anew.

A repair is a draw whose costs favour the matches that are out. Whoever is matched anew costs a unit that lies below new
flaws and second trios and above everything else, and pairs that are out already have no flaws. So the cheapest draw is
the smallest change that keeps every promise, and the same engines find it. Up to 300 people every match may be opened;
in larger schemes only matches near those affected, as in a large draw.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from coffee.pairing import trios as engine
from coffee.pairing.costs import APART, Costs
from coffee.pairing.large import nearby
from coffee.pairing.model import BoolArray, IntArray, PairingError
from coffee.pairing.seats import Drawn, Match, Seats, seats_of
from coffee.pairing.small import LARGEST, Small
from coffee.pairing.swaps import COLUMNS, judge
from coffee.pairing.wishes import Published, Wishes, read

WHOLE = 300  # up to so many people all matches may be opened
REACH = 200  # above, those of so many people
PATIENT = 1000  # and all, up to so many, should it be needed


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
    apart: Any = None,
    together: Any = None,
    seed: int = 0,
    **more: Any,
) -> Repair:
    """The smallest change after which everybody still there is in one match and every wish is kept.

    New matches have as few repeats, then same-silo pairs, as possible, and then the fairest trio; among such changes
    the one that moves fewest people is best: re-match those affected, make a trio, or split one. Exact up to 300
    people; above, the people affected, those whom they may meet with the least flaws, and a random choice of the others
    are looked at, 200 in all, and everybody (up to 1,000) when that does not do. `silos` (n,) is about everybody,
    `joining` are positions in no match yet. PairingError when nobody is left for somebody to meet.
    """
    before = np.asarray(matches, np.int64).reshape(-1, 3)
    gone, new = set(map(int, leaving)), set(map(int, joining))
    wishes = read(silos, apart=_staying(apart, gone), together=_staying(together, gone), **more)
    rng = np.random.Generator(np.random.PCG64(seed))
    _refuse_strangers(before, gone, new, wishes.size)
    opened = _reach(before, gone, new, wishes, rng)
    try:
        return _opening(opened, before, gone, new, wishes, rng)
    except PairingError:
        if opened.all() or wishes.size > PATIENT:
            raise
        return _opening(np.ones(len(before), bool), before, gone, new, wishes, rng)


def _opening(
    opened: BoolArray, before: IntArray, gone: set[int], new: set[int], wishes: Wishes, rng: np.random.Generator
) -> Repair:
    """The smallest change of the matches `opened` (m,)."""
    people = np.array(sorted((set(before[opened].ravel().tolist()) | new) - gone - {-1}), np.int64)
    place = np.full(wishes.size + 1, -1)
    place[people] = np.arange(len(people))
    part = wishes.among(people, _published(before[opened], place[before[opened]], len(people)))
    drawn = _rematched(part, people, rng)
    return _proposal(wishes, before, np.flatnonzero(~opened), drawn, gone)


def _staying(pairs: Any, gone: set[int]) -> Any:
    """The pairs (k, 2) of people who are all still there."""
    rows = np.asarray(pairs)
    return rows[~np.isin(rows, list(gone)).any(axis=1)] if rows.ndim == 2 else pairs


def _refuse_strangers(before: IntArray, gone: set[int], new: set[int], size: int) -> None:
    """ValueError when somebody leaves who is in no match, or joins who is in one."""
    matched = set(before.ravel().tolist()) - {-1}
    if max(matched | new, default=0) >= size:
        raise ValueError(f"A match names a position outside 0 to {size - 1}.")
    if not gone <= matched:
        raise ValueError("Somebody is leaving who is in no match.")
    if new & matched:
        raise ValueError("Somebody is joining who is in a match already.")


def _reach(before: IntArray, gone: set[int], new: set[int], wishes: Wishes, rng: np.random.Generator) -> BoolArray:
    """The matches that may be opened: those affected, the trios, and as many others as can be searched exactly.

    Half of the others have somebody whom one of those affected may meet at the least cost; the rest are random.
    """
    if wishes.size <= WHOLE:
        return np.ones(len(before), bool)
    affected = np.isin(before, list(gone)).any(axis=1)
    opened = affected | (before[:, 2] >= 0)
    room = max(0, REACH // 2 - int(opened.sum()))
    alone = sorted((set(before[affected].ravel().tolist()) | new) - gone - {-1})
    opened |= nearby(np.array(alone, np.int64), before, Costs(wishes), rng, room // 2)
    others = rng.permutation(np.flatnonzero(~opened))
    opened[others[: max(0, REACH // 2 - int(opened.sum()))]] = True
    return opened


def _published(before: IntArray, now: IntArray, size: int) -> Published:
    """The published matches (m, 3), as they were and as positions among `size` people, −1 for those who have left."""
    whole, two = ((now >= 0) == (before >= 0)).all(axis=1), before[:, 2] < 0
    mates = now[:, COLUMNS].reshape(-1, 2)
    seated = np.zeros(size, bool)
    seated[now[now >= 0]] = True
    return Published(now[whole & two, :2], now[whole & ~two], mates[(mates >= 0).all(axis=1)], seated)


def _rematched(wishes: Wishes, people: IntArray, rng: np.random.Generator) -> list[Match]:
    """The best matches of these people, as positions in the whole scheme; −1 stands for nobody's chair."""
    if not wishes.size:
        return []
    try:
        seats, drawn = _least(seats_of(wishes), Costs(wishes), rng)
    except PairingError as error:
        raise PairingError(error.kind, [int(people[p]) for p in error.people if p < len(people)]) from error
    names = [*people.tolist(), -1]
    joined = [match for match in seats.fixed if match != drawn.trio[1:]] + [drawn.trio] * bool(drawn.trio)
    matches = [*map(tuple, drawn.pairs.tolist()), *joined]
    return [tuple(sorted((names[p] for p in match), reverse=True)) for match in matches]


def _least(seats: Seats, costs: Costs, rng: np.random.Generator) -> tuple[Seats, Drawn]:
    """The matches that cost least, with a trio that is there left be, or else with the best that can be made."""
    drawn, failed = [], []
    for way in (seats, *_with_a_trio_left_be(seats, costs)):
        try:
            drawn.append((way, _drawn(way, costs, rng)))
        except PairingError as error:
            failed.append(error)
    if not drawn:
        raise failed[0]
    return min(drawn, key=lambda one: one[1].cost)


def _with_a_trio_left_be(seats: Seats, costs: Costs) -> Iterator[Seats]:
    """The same for each trio that is there, if one is needed and the wishes allow this one."""
    out, free = costs.wishes.published, set(seats.free.tolist())
    for trio in out.trios.tolist() if seats.odd and out else []:
        couples = tuple(couple for couple in seats.couples if not set(couple) <= set(trio))
        joined = {person for couple in set(seats.couples) - set(couples) for person in couple}
        if set(trio) <= free | joined and all(costs.table[pair] < APART for pair in combinations(trio, 2)):
            others = np.array(sorted(free - set(trio)), np.int64)
            yield replace(seats, free=others, couples=couples, trios=(*seats.trios, tuple(trio)), odd=False)


def _drawn(seats: Seats, costs: Costs, rng: np.random.Generator) -> Drawn:
    """One best draw of those who are free."""
    if len(seats.free) <= LARGEST:
        return Small(seats, costs).draw(rng)
    unit = costs.unit
    if not seats.odd:
        return engine.solve(seats, costs, rng, grain=1)
    rest = _at_least(seats, costs.wishes.published) * unit["moved"], unit["burden"]
    return engine.solve(seats, costs, rng, grain=unit["moved"], rest=rest)


def _at_least(seats: Seats, out: Published | None) -> int:
    """Return the least number of people to move when a trio is made: those in no pair that could stay, and three.

    It may be one who joins a couple that has to be moved anyway.
    """
    paired = set(out.pairs.ravel().tolist()) if out else set()
    alone = set(seats.free.tolist()) - paired
    return max(len(alone), 3 if paired.issuperset(person for couple in seats.couples for person in couple) else 1)


def _proposal(wishes: Wishes, before: IntArray, kept: IntArray, drawn: list[Match], gone: set[int]) -> Repair:
    """Compares the new matches with the old ones."""
    old = {_members(row): index for index, row in enumerate(before.tolist())}
    sits_out = next((max(m) for m in drawn if len(m) == 2 and min(m) < 0), -1)
    rows = [(*m, -1)[:3] for m in drawn if min(m) >= 0]
    made = [row for row in rows if _members(row) not in old]
    still = sorted([*kept.tolist(), *(old[_members(row)] for row in rows if _members(row) in old)])
    new = np.array(made, np.int64).reshape(-1, 3)
    dissolved = np.delete(before, still, axis=0)
    moved = (set(new.ravel().tolist()) | set(dissolved.ravel().tolist())) - gone - {-1}
    flaws = judge(new, wishes.silos, wishes.met)
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
