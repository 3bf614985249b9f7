"""Tweaks show their true effect."""

from itertools import combinations
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from coffee.pairing import best_swaps, effect, judge, pair

few = settings(max_examples=60, deadline=None)
person = st.integers(0, 10)
some_pairs = st.lists(st.tuples(person, person).filter(lambda p: p[0] != p[1]), max_size=20)


def swapped(matches: Any, a: Any, b: Any) -> Any:
    """The matches with two people having changed places."""
    after = matches.copy()
    after[matches == a], after[matches == b] = b, a
    return after


@few
@given(st.lists(st.integers(0, 3), min_size=11, max_size=11), some_pairs, st.integers(0, 99))
def test_judge_counts_pairs_of_people(silos: Any, met: Any, seed: Any) -> None:
    """Repeats and same-silo pairs per match are what one counts by hand, trio included."""
    matches = pair(silos, seed=seed, look_ahead=False).matches
    known = {frozenset(p) for p in met}
    verdict = judge(matches, np.array(silos), np.array(met))
    for row, repeats, same in zip(matches.tolist(), verdict.repeats, verdict.same_silo, strict=True):
        pairs = list(combinations([p for p in row if p >= 0], 2))
        assert repeats == sum(frozenset(p) in known for p in pairs)
        assert same == sum(silos[a] == silos[b] for a, b in pairs)


@few
@given(st.lists(st.integers(0, 3), min_size=11, max_size=11), some_pairs, some_pairs, person, st.integers(0, 99))
def test_every_swap_costs_what_it_says(silos: Any, met: Any, apart: Any, chosen: Any, seed: Any) -> None:
    """For each swap offered the change in flaws is what judging the swapped draw finds; best come first."""
    matches = pair(silos, seed=seed, look_ahead=False).matches
    swaps = best_swaps(chosen, matches, np.array(silos), np.array(met), apart=np.array(apart))
    for swap in swaps:
        after = swapped(matches, swap.person, swap.other)
        assert effect(matches, after, np.array(silos), np.array(met)) == (swap.repeats, swap.same_silo)
    assert [(s.repeats, s.same_silo) for s in swaps] == sorted((s.repeats, s.same_silo) for s in swaps)
    offered = {s.other for s in swaps}
    mates = set(matches[(matches == chosen).any(axis=1)][0].tolist())
    for other in set(range(11)) - mates - offered:
        after = swapped(matches, chosen, other)
        rows = after[(after == chosen).any(axis=1) | (after == other).any(axis=1)]
        assert judge(rows, np.array(silos), np.array(apart)).repeats.sum() > 0


def test_people_put_together_are_not_swapped() -> None:
    """Nobody is offered who would break a pair that the organiser put together."""
    matches = np.array([[0, 1, -1], [2, 3, -1], [4, 5, -1]])
    silos = np.arange(6)
    assert {s.other for s in best_swaps(0, matches, silos, together=np.array([[2, 3]]))} == {4, 5}
    assert best_swaps(2, matches, silos, together=np.array([[2, 3]])) == []
