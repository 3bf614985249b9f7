"""After publishing, as few people as possible are matched anew."""

from importlib import import_module
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from coffee.pairing import PairingError, pair, repair
from coffee.pairing.costs import APART
from tests.pairing.exhaustive import least_of_pairs, least_with_trio

few = settings(max_examples=100, deadline=None)


def rows(matches: Any) -> Any:
    """The matches as sets."""
    return {frozenset(p for p in row if p >= 0) for row in np.asarray(matches).tolist()}


def by_brute_force(
    oracle: Any, present: Any, before: Any, silos: Any, met: Any, apart: Any, together: Any, second: Any, rules: Any
) -> Any:
    """The least cost, as `weight` counts it, of any draw of those present that keeps the wishes; None for none."""
    draws = [(draw, None) for draw in oracle.all_draws(present, len(present) % 2 == 1)]
    if rules["odd_sits_out"] and len(present) % 2:
        others = {out: tuple(p for p in present if p != out) for out in present}
        draws = [(draw, out) for out, rest in others.items() for draw in oracle.all_draws(rest)]
    apart = {frozenset(p) for p in apart}
    weights = [
        weight(draw, out, present, before, silos, met, second, rules)
        for draw, out in draws
        if not any(frozenset(p) in apart for m in draw for p in combinations(m, 2))
        and all(any(set(wish) <= set(m) for m in draw) for wish in together)
    ]
    return min(weights, default=None)


def weight(draw: Any, out: Any, present: Any, before: Any, silos: Any, met: Any, second: Any, rules: Any) -> Any:
    """Flaws of people who were not together, second trios (or sit-outs), and people whose match is not what it was."""
    draw = {frozenset(m) for m in draw}
    together = {frozenset(p) for m in before for p in combinations(m, 2)}
    new = {frozenset(p) for m in draw for p in combinations(m, 2)} - together
    flaws = len(new & {frozenset(p) for p in met}), sum(len({silos[x] for x in p}) == 1 for p in new)
    flaws = (flaws[0], 0) if rules["silos_free"] else flaws
    burdened = [p for m in draw - before if len(m) == 3 for p in m] + ([] if out is None else [out])
    changed = {p for m in draw ^ before for p in m} & set(present)
    flaws = flaws[::-1] if rules["silos_first"] else flaws
    return (*flaws, sum(second[p] for p in burdened), len(changed))


@few
@given(st.data())
@pytest.mark.parametrize("counted", [True, False])
def test_a_repair_is_the_smallest_change_that_keeps_every_promise(oracle: Any, counted: bool, data: Any) -> None:
    """Compared with every draw of those still there, whatever the rules, by counting and by search: nobody with whom
    they are set apart, together who is to be, fewest new flaws, then second trios, then people whose match is not what
    it was."""
    size = data.draw(st.integers(4, 9))
    person = st.integers(0, size - 1)
    two = st.tuples(person, person).filter(lambda p: p[0] != p[1])
    silos, met = data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size)), data.draw(st.lists(two))
    trios = data.draw(st.lists(st.integers(0, 1), min_size=size, max_size=size))
    second = [count - min(trios) for count in trios]
    rules = {name: data.draw(st.booleans()) for name in ("silos_first", "silos_free", "odd_sits_out")}
    late = data.draw(st.integers(0, 1))
    first = pair(silos[: size - late], met=[p for p in met if max(p) < size - late], seed=1).matches
    leaving = data.draw(st.sets(st.integers(0, size - 1 - late), max_size=3))
    present = tuple(p for p in range(size) if p not in leaving)
    assume(len(present) > 1)
    mates = {frozenset(p) for m in rows(first) for p in combinations(m, 2)}
    apart = [p for p in data.draw(st.lists(two, max_size=size)) if frozenset(p) not in mates]
    together = [p for p in data.draw(st.lists(two, max_size=1)) if frozenset(p) not in {frozenset(p) for p in apart}]
    wanted = [p for p in together if not leaving & set(p)]
    least = by_brute_force(oracle, present, rows(first), silos, met, apart, wanted, second, rules)
    wishes = {"leaving": leaving, "joining": range(size - late, size), "met": met, "apart": apart, "trios": trios}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("coffee.pairing.repair"), "LARGEST", 16 if counted else 0)
        if least is None:
            with pytest.raises(PairingError):
                repair(first, silos, **wishes, together=together, **rules)
            return
        found = repair(first, silos, **wishes, together=together, **rules)
    after, out = rows(found.after), found.sits_out if found.sits_out >= 0 else None
    assert sorted([p for m in after for p in m] + ([] if out is None else [out])) == list(present)
    assert not {frozenset(p) for m in after for p in combinations(m, 2)} & {frozenset(p) for p in apart}
    assert all(any(set(p) <= m for m in after) for p in wanted)
    assert weight(after, out, present, rows(first), silos, met, second, rules) == least
    assert set(found.changed) == {p for m in after ^ rows(first) for p in m} - leaving


def month(seed: Any, least: Any, most: Any) -> Any:
    """A round that is out, in a scheme with few pairs left to meet, and who leaves it and joins it."""
    rng = np.random.default_rng(seed)
    size, late = int(rng.integers(least, most + 1)), int(rng.integers(0, 3))
    silos = rng.integers(0, rng.choice([2, 4, size]), size)
    pairs = np.array(list(combinations(range(size), 2)))
    met = pairs[rng.random(len(pairs)) < 1 - rng.choice([2, 5, 12]) / size]
    first = pair(silos[: -late or size], met=met[met[:, 1] < size - late], seed=seed).matches
    together = {frozenset(p) for m in rows(first) for p in combinations(m, 2)}
    apart = np.array([p for p in pairs[rng.random(len(pairs)) < rng.choice([0, 0.3])] if frozenset(p) not in together])
    leaving = rng.choice(size - late, int(rng.integers(1, 6)), replace=False).tolist()
    if rng.random() < 0.4:  # the trio, if there is one, loses nobody
        leaving = [p for p in leaving if p not in first[first[:, 2] >= 0]] or [int(first[first[:, 2] < 0][0, 0])]
    wishes = {"leaving": leaving, "joining": range(size - late, size), "met": met, "apart": apart.reshape(-1, 2)}
    return first, silos, wishes | {"trios": np.arange(size) % 2 if rng.random() < 0.3 else None}


def exact(first: Any, silos: Any, leaving: Any, met: Any, apart: Any, trios: Any, **_: Any) -> Any:
    """The least (new repeats, new same-silo pairs, second trios, people moved) as one number, by a search over all
    pairs."""
    size, wholes = len(silos), [m for m in rows(first) if not m & set(leaving)]
    table = np.zeros((size, size), int)
    for a, b in met.tolist():
        table[a, b] = table[b, a] = 10**6
    table += 10**3 * (silos[:, None] == silos)
    for a, b in (p for m in rows(first) for p in combinations(m, 2)):
        table[a, b] = table[b, a] = 0
    for a, b in apart.tolist():
        table[a, b] = table[b, a] = APART
    np.fill_diagonal(table, APART)
    pairs = table + 2
    for a, b in (m for m in wholes if len(m) == 2):
        pairs[a, b] = pairs[b, a] = 0
    people = np.array([p for p in range(size) if p not in leaving])
    among = np.minimum(pairs, APART)[np.ix_(people, people)]
    if len(people) % 2 == 0:
        return least_of_pairs(among)

    def thirds(a: Any, b: Any, rest: Any) -> Any:
        x, y, z = people[a], people[b], people[rest]
        kept = np.array([{x, y, third} in wholes for third in z.tolist()])
        second = 100 * (trios[x] + trios[y] + trios[z]) if trios is not None else 0
        return np.where(kept, 0, table[x, y] + table[x, z] + table[y, z] + second + 3)

    return least_with_trio(among, thirds)


@pytest.mark.parametrize(("least", "most", "seeds"), [(17, 23, 40), (31, 41, 6), (60, 61, 1)])
def test_a_repair_of_many_equals_the_exact_optimum(least: int, most: int, seeds: int) -> None:
    """Above the size that is counted, every two of a trio are tried as one: nothing has fewer new flaws, nor as
    many and fewer second trios, nor moves fewer people."""
    trios = 0
    for seed in range(seeds):
        first, silos, wishes = month(seed, least, most)
        best = exact(first, silos, **wishes)
        assert best < APART
        found = repair(first, silos, **wishes)
        known = {frozenset(p) for p in wishes["met"].tolist()}
        together = {frozenset(p) for m in rows(first) for p in combinations(m, 2)}
        new = {frozenset(p) for m in rows(found.after) for p in combinations(m, 2)} - together
        same = sum(len({silos[x] for x in p}) == 1 for p in new)
        assert not new & {frozenset(p) for p in wishes["apart"].tolist()}
        assert sorted(found.changed) == sorted({p for m in rows(found.made) for p in m} - set(wishes["leaving"]))
        third = [p for m in found.made.tolist() if m[2] >= 0 for p in m]
        second = 0 if wishes["trios"] is None else wishes["trios"][third].sum()
        assert 10**6 * len(new & known) + 10**3 * same + 100 * second + len(found.changed) == best
        trios += bool((found.after[:, 2] >= 0).any())
    assert seeds == 1 or 0 < trios < seeds


def test_one_withdrawal_makes_a_trio() -> None:
    """The person left over by an odd number joins one match; nobody else is disturbed."""
    before = pair(np.arange(20), seed=1).matches
    found = repair(before, np.arange(20), leaving=[int(before[0, 0])])
    assert len(found.changed) == 3
    assert len(found.made) == 1
    assert found.made[0].min() >= 0
    assert len(rows(found.after) & rows(before)) == 8


def test_a_withdrawal_from_a_trio_leaves_the_others_a_pair() -> None:
    """The two who stay keep each other, and nobody else hears of it."""
    before = pair(np.arange(21), seed=1).matches
    trio = next(row for row in before.tolist() if row[2] >= 0)
    found = repair(before, np.arange(21), leaving=[trio[0]])
    assert set(found.changed) == set(trio[1:])


@pytest.mark.parametrize("size", [11, 21, 61])
def test_whoever_is_alone_joins_what_is_left_of_a_trio(size: int) -> None:
    """One leaves the trio and one a pair: the three who are left make the trio, and nobody else hears of it."""
    before = pair(np.arange(size), seed=2).matches
    trio = next(row for row in before.tolist() if row[2] >= 0)
    leaver, partner = next(row[:2] for row in before.tolist() if row[2] < 0)
    found = repair(before, np.arange(size), leaving=[trio[0], leaver])
    assert set(found.changed) == {trio[1], trio[2], partner}


@pytest.mark.parametrize("size", [10, 20, 60])
def test_three_who_are_alone_make_a_trio(size: int) -> None:
    """Three leave three matches: their partners make a trio."""
    before = pair(np.arange(size), seed=2).matches
    found = repair(before, np.arange(size), leaving=before[:3, 0].tolist())
    assert set(found.changed) == set(before[:3, 1].tolist())


def test_a_late_joiner_takes_somebody_from_the_trio() -> None:
    """With a trio about, one more person splits it; only its members and the newcomer change."""
    before = pair(np.arange(21), seed=1).matches
    trio = next(row for row in before.tolist() if row[2] >= 0)
    found = repair(before, np.arange(22), joining=[21])
    assert set(found.changed) == {*trio, 21}
    assert (found.after[:, 2] == -1).all()


def test_nothing_to_do_changes_nothing() -> None:
    """Without anybody leaving or joining the matches stay as they are."""
    before = pair(np.arange(21), seed=1).matches
    found = repair(before, np.arange(21))
    assert np.array_equal(found.after, before)
    assert found.changed == ()


def test_wishes_are_kept_and_a_published_flaw_is_left_alone() -> None:
    """People apart stay apart; a match that the organiser accepted is not undone because it is a repeat."""
    before = np.array([[0, 1, -1], [2, 3, -1], [4, 5, -1], [6, 7, -1]])
    found = repair(before, np.arange(8), leaving=[3, 5], met=np.array([[0, 1]]), apart=np.array([[2, 4]]))
    assert frozenset({0, 1}) in rows(found.after) or found.repeats == 0
    assert frozenset({2, 4}) not in rows(found.after)
    assert len(found.changed) == 4


def test_large_schemes_are_repaired_in_place() -> None:
    """Among thousands only those affected are matched anew."""
    silos = np.arange(5000) % 100
    before = pair(silos, seed=1).matches
    found = repair(before, silos, leaving=[int(before[0, 0]), int(before[7, 1])])
    assert len(found.changed) <= 4
    assert (found.repeats, found.same_silo) == (0, 0)


def test_somebody_whom_few_may_meet_is_matched_in_a_large_scheme() -> None:
    """Of a thousand people one may meet three others only. When their partner leaves, one of those three is found."""
    size, widow = 1000, 0
    friends = [100, 500, 900]
    apart = np.array([(widow, p) for p in range(2, size) if p not in friends])
    before = pair(np.arange(size), apart=apart, together=[[0, 1]], seed=3).matches
    for seed in range(3):
        found = repair(before, np.arange(size), leaving=[1], apart=apart, seed=seed)
        (match,) = [set(row) - {-1} for row in found.made.tolist() if widow in row]
        assert match & set(friends)
        assert len(found.changed) == 5  # the friend's partner makes a trio elsewhere: nobody else may join the first


def test_strangers_and_the_last_one_left_are_refused() -> None:
    """Somebody unknown cannot leave, somebody matched cannot join, and nobody can be matched with nobody."""
    before = np.array([[0, 1, -1], [2, 3, -1]])
    with pytest.raises(ValueError, match="leaving"):
        repair(before[:1], np.arange(4), leaving=[3])
    with pytest.raises(ValueError, match="joining"):
        repair(before, np.arange(4), joining=[3])
    with pytest.raises(PairingError) as caught:
        repair(before, np.arange(4), leaving=[0, 1, 2])
    assert caught.value.people == (3,)
