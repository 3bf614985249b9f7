"""The certificate: true bounds, reasons that add up, sentences anybody understands."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffee.pairing import pair, sentence, sentences

few = settings(max_examples=60, deadline=None)


def test_a_large_silo_is_named_with_its_numbers() -> None:
    """The organiser reads what sizes make unavoidable."""
    silos = [0] * 24 + list(range(1, 17))
    drawn = pair(silos, seed=1)
    assert (drawn.same_silo, drawn.same_silo_unavoidable, drawn.proven) == (4, 4, True)
    labels = ["Devon", *(f"Council {i}" for i in range(1, 17))]
    assert sentences(drawn, labels) == ["24 of 40 people are from Devon, so 4 pairs within Devon cannot be avoided."]


def test_people_who_met_everyone_are_named() -> None:
    """One person without anybody new left forces one repeat."""
    drawn = pair(range(4), met=[(0, 1), (0, 2), (0, 3)], seed=1)
    assert sentences(drawn, names=["Ann", "Bob", "Cy", "Di"]) == [
        "Ann has met everybody they may meet, so 1 repeat cannot be avoided."
    ]


def test_too_few_new_people_is_berges_formula() -> None:
    """Three people who have only one left among them (Berge 1958: 3 odd parts − 1) force a repeat."""
    met = [p for p in combinations(range(8), 2) if set(p) & {0, 1, 2} and 3 not in p]
    (reason,) = pair(range(8), met=met, seed=1).reasons
    assert (reason.kind, reason.count, reason.people, reason.others) == ("too few new", 1, (0, 1, 2), (3,))
    assert "person 4" in sentence(reason)


def test_small_circles_of_odd_size_are_tuttes_condition() -> None:
    """Two triangles with nobody new outside have no perfect matching (Tutte 1947)."""
    met = [p for p in combinations(range(6), 2) if (p[0] < 3) != (p[1] < 3)]
    (reason,) = pair(range(6), met=met, seed=1).reasons
    assert (reason.kind, reason.count) == ("too few new", 1)


def test_who_is_put_together_is_the_organisers_choice() -> None:
    """A repeat that was asked for is not blamed on the draw."""
    drawn = pair(range(6), met=[(0, 1)], together=[(0, 1)], seed=1)
    assert [(r.kind, r.tier, r.people) for r in drawn.reasons] == [("together", "repeats", (0, 1))]
    assert drawn.proven


def test_three_of_five_are_too_many_for_two_matches() -> None:
    """Three people of one organisation in two matches: a trio of three organisations exists, and does not help."""
    assert sentences(pair([0, 0, 0, 1, 2], seed=1), ["Kew", "Law", "Moot"]) == [
        "3 of 5 people are from Kew, so 1 pair within Kew cannot be avoided."
    ]


def test_a_trio_is_blamed_only_when_every_trio_has_a_repeat() -> None:
    """Random small schemes of odd number: every trio is looked at."""
    rng, blamed = np.random.default_rng(2), 0
    for seed in range(300):
        size = int(rng.choice([5, 7, 9]))
        wishes = np.array(list(combinations(range(size), 2)))
        met = wishes[rng.random(len(wishes)) < rng.choice([0.5, 0.7, 0.85])]
        known = set(map(tuple, met.tolist()))
        for reason in pair(rng.integers(0, 3, size), met=met, seed=seed, look_ahead=False).reasons:
            if reason.kind == "trio":
                blamed += 1
                assert reason.tier == "repeats"
                assert all(known & set(combinations(trio, 2)) for trio in combinations(range(size), 3))
    assert blamed > 10


def test_an_organisation_is_blamed_with_true_numbers() -> None:
    """Whoever is named as too many has more people than there are matches (pigeonhole), and at least as many pairs."""
    rng, blamed = np.random.default_rng(3), 0
    for seed in range(200):
        silos = rng.integers(0, 3, int(rng.choice([5, 7, 9, 11])))
        drawn = pair(silos, seed=seed, look_ahead=False, odd_sits_out=bool(seed % 2))
        for reason in drawn.reasons:
            blamed += 1
            assert (reason.kind, reason.size) == ("large silo", int((silos == reason.silo).sum()))
            spare = reason.size - seed % 2 - len(drawn.matches)
            assert reason.count >= spare > 0
    assert blamed > 20


def test_a_flawless_draw_says_so() -> None:
    """Good news is a sentence too."""
    assert sentences(pair(range(6), seed=1)) == ["Everybody meets somebody new, from another organisation."]


@few
@given(st.data())
def test_reasons_add_up_to_what_cannot_be_avoided(data: Any) -> None:
    """Whatever the scheme, each tier's reasons count its unavoidable flaws exactly, and each has a sentence."""
    size = data.draw(st.integers(2, 24))
    person = st.integers(0, size - 1)
    wishes = st.lists(st.tuples(person, person).filter(lambda p: p[0] != p[1]), max_size=size * size // 2)
    silos = data.draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    rules = data.draw(st.sampled_from([{}, {"silos_first": True}, {"odd_sits_out": True}]))
    drawn = pair(silos, met=data.draw(wishes), seed=1, look_ahead=False, **rules)
    for tier, count in (("repeats", drawn.repeats_unavoidable), ("same_silo", drawn.same_silo_unavoidable)):
        assert sum(r.count for r in drawn.reasons if r.tier == tier) == count
    for said in sentences(drawn, [*"01234"], [f"N{i}" for i in range(size)]):
        assert said.endswith(".")
    assert drawn.proven == (
        (drawn.repeats, drawn.same_silo) == (drawn.repeats_unavoidable, drawn.same_silo_unavoidable)
    )


@pytest.mark.parametrize(("largest", "others"), [(10, 4), (9, 4), (5, 5), (7, 6), (3, 2)])
def test_sizes_alone_decide_without_history(oracle: Any, largest: int, others: int) -> None:
    """Two silos, odd and even: what the certificate calls unavoidable is what counting says."""
    silos = [0] * largest + [1] * others
    size = largest + others
    # The trio holds two of one silo; it is best to take them from the larger.
    counted = 1 + max(0, (largest - 2) - (others - 1)) // 2 if size % 2 else abs(largest - others) // 2
    drawn = pair(silos, seed=2)
    assert (drawn.same_silo, drawn.same_silo_unavoidable, drawn.proven) == (counted, counted, True)
    assert np.all(drawn.matches[:, :2] >= 0)
