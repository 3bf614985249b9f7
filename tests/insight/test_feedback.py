"""Feedback, counted so that nobody can be singled out."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from coffee.insight import feedback, takeaways

YES_NO = ["knew_each_other", "helped", "conduit", "again", "story_may_be_shared"]
COLUMNS = [
    "round", "match", "person", "name", "organisation", "met", "why_not", *YES_NO, "useful", "selling", "story",
    "comment", "answered_at",
]  # fmt: skip


def said(*answers: dict[str, object]) -> pd.DataFrame:
    """Answers as the scheme gives them."""
    rows = [{"round": 1, "match": 1, "person": n, "organisation": "A", "met": "yes"} | a for n, a in enumerate(answers)]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype(dict.fromkeys(YES_NO, "boolean") | {"useful": "Int64"})


def matches(*met: str) -> pd.DataFrame:
    rows = [(1, n, 2 * n + seat, "A", how, False) for n, how in enumerate(met) for seat in (0, 1)]
    return pd.DataFrame(rows, columns=["round", "match", "person", "organisation", "met", "disagree"])


def test_the_met_rate_leaves_out_what_nobody_knows() -> None:
    """Two of three known met; of all five it is between two and four."""
    found = feedback.by_match(matches("yes", "yes", "no", "unknown", "unknown"))
    rate = feedback.met_rate(found)
    assert (rate.count, rate.of) == (2, 3)
    least, most = feedback.met_bounds(found)
    assert (least.count, most.count, least.of) == (2, 4, 5)


@given(st.lists(st.sampled_from(["yes", "no", "unknown"]), min_size=1))
def test_the_truth_lies_within_the_bounds(met: list[str]) -> None:
    """Whatever the silent ones did, the share of matches that met is within the bounds."""
    least, most = feedback.met_bounds(feedback.by_match(matches(*met)))
    for silent in ("yes", "no"):
        told = [silent if how == "unknown" else how for how in met]
        assert least.share <= told.count("yes") / len(told) <= most.share


def test_a_round_adds_up() -> None:
    """Met, unknown and not met are all of a round's matches; answers are counted by seat."""
    history = matches("yes", "no", "unknown")
    found = feedback.by_round(history, said({"match": 0, "person": 0}, {"match": 1, "person": 3}))
    assert found.iloc[0].to_dict() == {
        "round": 1, "matches": 3, "met": 1, "unknown": 1, "not_met": 1, "seats": 6, "answers": 2, "disagree": 0
    }  # fmt: skip


def test_answers_about_replaced_matches_are_not_counted() -> None:
    """An answer that belongs to no seat of the history does not raise the response rate."""
    response = feedback.response(matches("yes"), said({"match": 0, "person": 0}, {"match": 77, "person": 0}))
    assert (response.count, response.of) == (1, 2)


@given(st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, 12), min_size=1))
def test_no_small_group_can_be_singled_out(sizes: dict[str, int]) -> None:
    """No row has fewer than five answers, unless all together have; and nothing is lost in adding up."""
    answers = [{"organisation": name, "person": n} for name, size in sizes.items() for n in range(size)]
    seats = [(1, 1, n, name, "yes", False) for name in sizes for n in range(13)]
    history = pd.DataFrame(seats, columns=["round", "match", "person", "organisation", "met", "disagree"])
    found = feedback.by_organisation(history, said(*answers))
    assert found["answers"].sum() == sum(sizes.values())
    assert found["seats"].sum() == len(history)
    if sum(sizes.values()) >= feedback.FEWEST:
        assert (found["answers"] >= feedback.FEWEST).all()
    else:
        assert len(found) == 1


def test_rates_count_only_those_who_said() -> None:
    """A question left open counts for neither side."""
    answers = said({"again": True}, {"again": False}, {"again": None}, {"again": True})
    rate = feedback.share_saying_yes(answers, "again")
    assert (rate.count, rate.of) == (2, 3)


def test_a_new_tie_is_between_people_who_met_and_were_strangers() -> None:
    """Those who have not met, or did not say, do not count."""
    answers = said(
        {"knew_each_other": False}, {"knew_each_other": True}, {"knew_each_other": None},
        {"knew_each_other": False, "met": "no"},
    )  # fmt: skip
    rate = feedback.new_ties(answers)
    assert (rate.count, rate.of) == (1, 2)


def test_reasons_are_evened_out() -> None:
    """The same reason in another case or spacing is one reason."""
    answers = said(*({"met": "no", "why_not": why} for why in ("No time", "no  time.", "ill", "", None)))
    assert feedback.reasons(answers).to_dict("list") == {"reason": ["No time", "Ill"], "answers": [2, 1]}


def test_the_funnel_only_narrows() -> None:
    """Each step counts people who took all steps before it."""
    people = pd.DataFrame({"id": range(6), "status": ["active"] * 4 + ["unconfirmed", "erased"]})
    funnel = feedback.funnel(people, matches("yes", "no"), said({"person": 0}, {"person": 3}))
    assert dict(zip(funnel["step"], funnel["people"], strict=True)) == {
        "Invited": 5, "Joined": 4, "Drawn": 4, "Met": 2, "Answered": 1
    }  # fmt: skip
    assert takeaways.of_funnel(funnel).startswith("1 of 5 people invited")


def test_few_answers_are_not_shown_by_question() -> None:
    """A question with fewer than five answers is left out."""
    answers = said(*({"again": True, "helped": True if n < 4 else None} for n in range(5)))
    found = feedback.outcomes(answers, {"again": "Again", "helped": "Helped"})
    assert found["question"].tolist() == ["Again"]


def test_no_answers_at_all_is_no_trouble() -> None:
    """Every count works on an empty scheme."""
    nothing, history = said(), matches()
    assert feedback.by_round(history, nothing).empty
    assert feedback.by_organisation(history, nothing).empty
    assert feedback.ratings(nothing)["answers"].sum() == 0
    assert feedback.reasons(nothing).empty
    assert feedback.new_ties(nothing).of == 0


def test_conduits_are_those_who_say_so_by_name() -> None:
    """Each person once, with how often, and never in the order of their score."""
    answers = said(
        {"person": 1, "name": "Zoe", "conduit": True},
        {"person": 1, "name": "Zoe", "conduit": True},
        {"person": 2, "name": "Ann", "conduit": True},
        {"person": 3, "name": "Bo", "conduit": None},
        {"person": 4, "name": "Cy", "conduit": False},
    )
    found = feedback.conduits(answers)
    assert found[["name", "times"]].to_dict("list") == {"name": ["Ann", "Zoe"], "times": [1, 2]}
    assert feedback.conduits(said()).empty
