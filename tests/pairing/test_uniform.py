"""Chance is fair: among the best draws each is equally likely, whoever the people are."""

from collections import Counter
from math import comb
from typing import Any

import numpy as np
import pytest

from coffee.pairing import pair


def critical(freedom: Any) -> Any:
    """The value that chi-squared exceeds once in a thousand times (Wilson and Hilferty 1931)."""
    return freedom * (1 - 2 / (9 * freedom) + 3.09 * (2 / (9 * freedom)) ** 0.5) ** 3


def chi_squared(counts: Any, kinds: Any, draws: Any) -> Any:
    """The distance of the counts from `draws / kinds` each."""
    assert len(counts) <= kinds, "a draw came up that is not among the best"
    expected = draws / kinds
    return sum((c - expected) ** 2 / expected for c in counts.values()) + (kinds - len(counts)) * expected


SMALL = {
    "four strangers": ([0, 1, 2, 3], ()),
    "six strangers": (range(6), ()),
    "five strangers and their trio": (range(5), ()),
    "two silos of four": ([0, 0, 0, 0, 1, 1, 1, 1], ()),
    "a dominating silo": ([0, 0, 0, 0, 0, 1, 1, 2], ()),
    "a dominating silo and a trio": ([0, 0, 0, 0, 1, 1, 2], ()),
    "a history": (range(6), [(0, 1), (0, 2), (3, 4), (1, 5)]),
    "forced repeats": ([0, 1, 2, 3, 4, 5], [(0, 1), (0, 2), (0, 3), (0, 4), (0, 5), (1, 2), (3, 4)]),
}


@pytest.mark.parametrize("name", SMALL)
def test_each_best_draw_of_a_small_scheme_is_equally_likely(oracle: Any, as_sets: Any, name: Any) -> None:
    """Chi-squared over all the best draws, found by brute force."""
    silos, met = SMALL[name]
    best = {as_sets(d) for d in oracle(silos, met).best()[1]}
    if name == "forced repeats":
        # All meetings are of one round here, so that recency does not choose among them.
        best = {d for d in best if sum(p <= m for m in d for p in map(frozenset, met)) == 1}
    draws = max(12 * len(best), 300)
    counts = Counter(
        as_sets(pair(silos, met=met, met_round=[0] * len(met), seed=s, look_ahead=False).matches) for s in range(draws)
    )
    assert set(counts) <= best
    assert chi_squared(counts, len(best), draws) < critical(len(best) - 1)


def test_everybody_is_as_likely_a_partner_in_a_larger_scheme() -> None:
    """Among 20 people of silos of unequal size, a person meets each of those allowed equally often in their silo."""
    silos = np.array([0] * 5 + [1] * 5 + [2] * 10)
    draws = 300
    counts: Counter[Any] = Counter()
    for seed in range(draws):
        matches = pair(silos, seed=seed, look_ahead=False).matches
        row = matches[(matches == 0).any(axis=1)][0]
        counts[int(row[:2].sum())] += 1
    assert set(counts) <= set(range(5, 20))
    # The ten of the largest silo can only meet the other ten, so everybody else meets one of them.
    assert set(counts) == set(range(10, 20))
    assert chi_squared(counts, 10, draws) < critical(9)


def test_everybody_is_as_likely_in_the_trio() -> None:
    """Of 21 people each is in the trio in one draw of seven."""
    draws = 280
    counts: Counter[Any] = Counter()
    for seed in range(draws):
        matches = pair(range(21), seed=seed, look_ahead=False).matches
        counts.update(matches[matches[:, 2] >= 0][0].tolist())
    assert chi_squared(counts, 21, 3 * draws) < critical(20)


def test_relabelling_people_relabels_the_distribution(as_sets: Any) -> None:
    """Nobody gains by their place in the list: draws of a scheme and of its mirror image come up equally often."""
    silos, met, size, draws = [0, 0, 0, 1, 1, 2], [(0, 3), (1, 4)], 6, 900
    mirror = [size - 1 - p for p in range(size)]
    plain: Counter[Any] = Counter()
    mirrored: Counter[Any] = Counter()
    for seed in range(draws):
        plain[as_sets(pair(silos, met=met, seed=seed, look_ahead=False).matches)] += 1
        other = pair(silos[::-1], met=[(mirror[a], mirror[b]) for a, b in met], seed=seed, look_ahead=False).matches
        mirrored[frozenset(frozenset(mirror[p] for p in m) for m in as_sets(other))] += 1
    kinds = set(plain) | set(mirrored)
    distance = sum((plain[k] - mirrored[k]) ** 2 / (plain[k] + mirrored[k]) for k in kinds)
    assert distance < critical(len(kinds) - 1)


def test_every_draw_of_eight_strangers_turns_up() -> None:
    """All 105 (7!!) ways to pair eight people come up."""
    seen = {
        tuple(sorted(map(tuple, np.sort(pair(range(8), seed=s, look_ahead=False).matches[:, :2]).tolist())))
        for s in range(1500)
    }
    assert len(seen) == comb(8, 2) * comb(6, 2) * comb(4, 2) // 24 == 105
