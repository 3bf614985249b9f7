"""The certificate: true bounds, reasons that add up, sentences anybody understands."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffee.pairing import pair, sentence, sentences

few = settings(max_examples=60, deadline=None)


def test_a_large_silo_is_named_with_its_numbers():
    """The organiser reads what sizes make unavoidable."""
    silos = [0] * 24 + list(range(1, 17))
    drawn = pair(silos, seed=1)
    assert (drawn.same_silo, drawn.same_silo_unavoidable, drawn.proven) == (4, 4, True)
    labels = ["Devon", *(f"Council {i}" for i in range(1, 17))]
    assert sentences(drawn, labels) == ["24 of 40 people are from Devon, so 4 pairs within Devon cannot be avoided."]


def test_people_who_met_everyone_are_named():
    """One person without anybody new left forces one repeat."""
    drawn = pair(range(4), met=[(0, 1), (0, 2), (0, 3)], seed=1)
    assert sentences(drawn, names=["Ann", "Bob", "Cy", "Di"]) == [
        "Ann has met everybody they may meet, so 1 repeat cannot be avoided."
    ]


def test_too_few_new_people_is_berges_formula():
    """Three people who have only one left among them (Berge 1958: 3 odd parts − 1) force a repeat."""
    met = [p for p in combinations(range(8), 2) if set(p) & {0, 1, 2} and 3 not in p]
    (reason,) = pair(range(8), met=met, seed=1).reasons
    assert (reason.kind, reason.count, reason.people, reason.others) == ("too few new", 1, (0, 1, 2), (3,))
    assert "person 4" in sentence(reason)


def test_small_circles_of_odd_size_are_tuttes_condition():
    """Two triangles with nobody new outside have no perfect matching (Tutte 1947)."""
    met = [p for p in combinations(range(6), 2) if (p[0] < 3) != (p[1] < 3)]
    (reason,) = pair(range(6), met=met, seed=1).reasons
    assert (reason.kind, reason.count) == ("too few new", 1)


def test_who_is_put_together_is_the_organisers_choice():
    """A repeat that was asked for is not blamed on the draw."""
    drawn = pair(range(6), met=[(0, 1)], together=[(0, 1)], seed=1)
    assert [(r.kind, r.tier, r.people) for r in drawn.reasons] == [("together", "repeats", (0, 1))]
    assert drawn.proven


def test_a_flawless_draw_says_so():
    """Good news is a sentence too."""
    assert sentences(pair(range(6), seed=1)) == ["Everybody meets somebody new, from another silo."]


@few
@given(st.data())
def test_reasons_add_up_to_what_cannot_be_avoided(data):
    """Whatever the scheme, each tier's reasons count its unavoidable flaws exactly, and each has a sentence."""
    size = data.draw(st.integers(2, 24))
    person = st.integers(0, size - 1)
    wishes = st.lists(st.tuples(person, person).filter(lambda p: p[0] != p[1]), max_size=size * size // 2)
    silos = data.draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    rules = data.draw(st.sampled_from([{}, {"silos_first": True}, {"odd_sits_out": True}]))
    drawn = pair(silos, met=data.draw(wishes), seed=1, look_ahead=False, **rules)
    for tier, count in (("repeats", drawn.repeats_unavoidable), ("same_silo", drawn.same_silo_unavoidable)):
        assert sum(r.count for r in drawn.reasons if r.tier == tier) == count
    for said in sentences(drawn, range(5), [f"N{i}" for i in range(size)]):
        assert said.endswith(".")
    assert drawn.proven == (
        (drawn.repeats, drawn.same_silo) == (drawn.repeats_unavoidable, drawn.same_silo_unavoidable)
    )


@pytest.mark.parametrize(("largest", "others"), [(10, 4), (9, 4), (5, 5), (7, 6), (3, 2)])
def test_sizes_alone_decide_without_history(oracle, largest, others):
    """Two silos, odd and even: what the certificate calls unavoidable is what counting says."""
    silos = [0] * largest + [1] * others
    size = largest + others
    # The trio holds two of one silo; it is best to take them from the larger.
    counted = 1 + max(0, (largest - 2) - (others - 1)) // 2 if size % 2 else abs(largest - others) // 2
    drawn = pair(silos, seed=2)
    assert (drawn.same_silo, drawn.same_silo_unavoidable, drawn.proven) == (counted, counted, True)
    assert np.all(drawn.matches[:, :2] >= 0)
