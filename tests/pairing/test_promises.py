"""The finer promises: fair trios, the longest ago first, and the organiser's preferences."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from coffee.pairing import pair


def met_in(rounds: Any) -> Any:
    """History of several rounds as `met` and `met_round`."""
    pairs = [(p, number) for number, matches in enumerate(rounds) for m in matches for p in combinations(m, 2)]
    return {"met": [p for p, _ in pairs], "met_round": [number for _, number in pairs]}


def sets(drawn: Any) -> Any:
    """The matches as sets."""
    return {frozenset(p for p in row if p >= 0) for row in drawn.matches.tolist()}


FOUR = [[(0, 1), (2, 3)], [(0, 2), (1, 3)], [(0, 3), (1, 2)]]


def test_when_all_have_met_the_longest_ago_meet_again() -> None:
    """Four people after three rounds: the first round comes again, with round numbers or without."""
    known = met_in(FOUR)
    for seed in range(10):
        for history in (known, {"met": known["met"]}):
            assert sets(pair(range(4), seed=seed, **history)) == {frozenset({0, 1}), frozenset({2, 3})}


def test_a_meeting_counts_from_its_last_time() -> None:
    """A pair that met in the first round and again in the last is not the longest ago."""
    known = met_in([*FOUR, FOUR[0]])
    assert sets(pair(range(4), seed=1, **known)) == {frozenset({0, 2}), frozenset({1, 3})}


def test_last_rounds_pair_is_drawn_again_only_when_nothing_else_will_do() -> None:
    """Everybody but one pair met in the last round; among forced repeats it is avoided at any price in age."""
    old = [[(0, 1), (2, 3)], [(0, 2)], [(1, 3)], [(0, 3)]]
    last = [(1, 2)]
    for seed in range(10):
        drawn = sets(pair(range(4), seed=seed, **met_in([*old, last])))
        assert frozenset({1, 2}) not in drawn
    only = pair(range(2), seed=1, **met_in([[(0, 1)]]))
    assert (only.repeats, only.repeats_unavoidable, only.proven) == (1, 1, True)


@pytest.mark.parametrize("size", [7, 11, 25, 61])
def test_nobody_is_in_a_second_trio_before_everybody_was_in_one(size: int) -> None:
    """Over the rounds the trio goes round: the counts never differ by more than one, history or not."""
    counts, met = np.zeros(size, int), np.empty((0, 2), int)
    for number in range(size // 3):
        # Among so few as 7 or 11 the last round's pairs would force a repeat on the fair trio.
        known = met if size > 20 else None
        drawn = pair(range(size), trios=counts, present=np.full(size, number), met=known, seed=number)
        counts[drawn.matches[drawn.matches[:, 2] >= 0][0]] += 1
        met = drawn.matches[:, :2]
        assert counts.max() <= 1


def test_newcomers_are_not_compared_with_those_present_longer() -> None:
    """Somebody new has been in no trio yet, but owes nobody one: veterans with one each are as likely."""
    trios, present = np.array([1] * 6 + [0]), np.array([5] * 6 + [0])
    new_in_it = 0
    for seed in range(140):
        drawn = pair(range(7), trios=trios, present=present, seed=seed, look_ahead=False)
        new_in_it += 6 in next(match for match in sets(drawn) if len(match) == 3)
    assert 35 < new_in_it < 85  # 3 in 7 of 140 draws is 60; these are more than four standard deviations away


def test_repeats_and_silos_outweigh_the_fair_trio() -> None:
    """Whoever was in a trio before is in one again rather than that somebody repeats a meeting."""
    met = [p for p in combinations(range(5), 2) if set(p) not in ({0, 1}, {0, 2}, {1, 2}, {3, 4})]
    drawn = pair(range(5), met=met, trios=[3, 3, 3, 0, 0], present=[4] * 5, seed=1)
    assert drawn.repeats == 0
    assert frozenset({0, 1, 2}) in sets(drawn)


@pytest.mark.parametrize("size", [7, 25])
def test_the_odd_person_may_sit_out_instead(size: int) -> None:
    """Then there is no trio, one person is named, and it is one who has sat out least."""
    burden = np.ones(size, int)
    burden[3] = 0
    for seed in range(5):
        drawn = pair(range(size), odd_sits_out=True, trios=burden, present=burden * 0, seed=seed)
        assert drawn.sits_out == 3
        assert (drawn.matches[:, 2] == -1).all()
        assert set(drawn.matches[:, :2].ravel().tolist()) == set(range(size)) - {3}
    assert pair([4], odd_sits_out=True).sits_out == 0


@pytest.mark.parametrize("size", [12, 32])
def test_new_links_between_silos_are_preferred(size: int) -> None:
    """With the preference on, as many pairs as possible link silos that were never linked."""
    silos = np.arange(size) % 4
    met = [(0, 1), (4, 5), (2, 3)]  # silos 0 and 1, 2 and 3 are linked
    for seed in range(5):
        drawn = pair(silos, met=met, prefer_new_links=True, seed=seed)
        linked = {frozenset(silos[m].tolist()) for m in drawn.matches[:, :2]}
        assert frozenset({0, 1}) not in linked
        assert frozenset({2, 3}) not in linked


@pytest.mark.parametrize("size", [12, 30])
def test_quiet_people_are_kept_from_each_other_and_a_second_field_is_mixed(size: int) -> None:
    """Two who never answered are not matched when it can be helped; the second field differs within a match."""
    quiet = np.arange(size) < size // 2
    mix = np.arange(size) % 2
    mix[:2] = -1
    for seed in range(5):
        matches = pair(range(size), quiet=quiet, seed=seed).matches[:, :2]
        assert (quiet[matches].sum(axis=1) == 1).all()
        mixed = mix[pair(range(size), mix=mix, seed=seed).matches[:, :2]]
        assert not ((mixed[:, 0] == mixed[:, 1]) & (mixed[:, 0] >= 0)).any()


def test_preferences_never_cost_a_repeat_or_a_silo() -> None:
    """The promises above the preferences are kept first, however strong these are."""
    silos, met = np.arange(30) % 3, [(a, (a + 1) % 30) for a in range(30)]
    drawn = pair(silos, met=met, quiet=silos == 0, mix=silos, prefer_new_links=True, seed=5)
    assert (drawn.repeats, drawn.same_silo, drawn.proven) == (0, 0, True)


@pytest.mark.parametrize("size", [399, 1001, 5001])
def test_whoever_is_due_is_in_the_trio_of_a_large_scheme(size: int) -> None:
    """Three are due and share an organisation, or have met: one of them is in the trio, with two others."""
    silos = np.random.default_rng(size).integers(1, 50, size)
    silos[:3] = 0
    trios = np.minimum(np.arange(size) // 3, 1)
    for seed in range(4):
        for labels, met in ((silos, None), (np.arange(size), [(0, 1), (0, 2), (1, 2)])):
            drawn = pair(labels, met=met, trios=trios, present=np.full(size, 9), seed=seed)
            trio = drawn.matches[drawn.matches[:, 2] >= 0][0]
            assert (drawn.repeats, drawn.same_silo, (trio < 3).sum()) == (0, 0, 1)


def in_order(draw: Any, silos: Any, last_met: Any, excess: Any, *, silos_first: Any) -> Any:
    """The cost of a draw, the highest promise first: repeats, silos, fair trio, last round's pairs, late meetings."""
    pairs = [frozenset(p) for match in draw for p in combinations(match, 2)]
    again = [last_met[p] for p in pairs if p in last_met]
    first = (len(again), sum(len({silos[p] for p in pair}) == 1 for pair in pairs))
    unfair = sum(4 ** min(excess[p], 2) - 1 for match in draw if len(match) == 3 for p in match)
    latest = max(last_met.values())
    return (*(first[::-1] if silos_first else first), unfair, again.count(latest), sum(again))


@pytest.mark.parametrize("block", range(4))
def test_all_promises_in_their_order_equal_brute_force(oracle: Any, block: Any) -> None:
    """Random schemes of three to eight people with rounds, trios and newcomers: no draw keeps the promises better."""
    for seed in range(block * 20, block * 20 + 20):
        rng = np.random.default_rng(seed)
        size, rounds = int(rng.integers(3, 9)), int(rng.integers(1, 7))
        silos, trios, present = rng.integers(0, 3, size), rng.integers(0, 3, size), rng.integers(0, 4, size)
        past = [rng.permutation(size)[: size // 2 * 2].reshape(-1, 2).tolist() for _ in range(rounds)]
        last_met = {frozenset(p): number for number, matches in enumerate(past) for p in matches}
        excess = [trios[p] - min(trios[q] for q in range(size) if present[q] >= present[p]) for p in range(size)]
        wishes = {"trios": trios, "present": present, "silos_first": bool(seed % 2), **met_in(past)}
        drawn = pair(silos, seed=seed, look_ahead=seed % 3 == 0, **wishes)
        costs = [
            in_order(draw, silos, last_met, excess, silos_first=bool(seed % 2))
            for draw in (sets(drawn), *oracle.all_draws(tuple(range(size))))
        ]
        assert costs[0] == min(costs)
