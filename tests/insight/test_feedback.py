"""Feedback, counted so that nobody can be singled out."""

from collections.abc import Mapping

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from coffee.insight import feedback, takeaways
from coffee.insight.rates import Rate
from coffee.insight.summary import Summary

YES_NO = ["knew_each_other", "helped", "conduit", "again", "story_may_be_shared"]
COLUMNS = [
    "round", "match", "person", "name", "organisation", "met", "outcome", "why_not", *YES_NO, "useful", "selling",
    "story", "comment", "answered_at",
]  # fmt: skip


def said(*answers: Mapping[str, object]) -> pd.DataFrame:
    """Answers as the scheme gives them."""
    rows = [
        {"round": 1, "match": 1, "person": n, "organisation": "A", "met": "yes"} | {**a} for n, a in enumerate(answers)
    ]
    outcome = {"yes": "yes", "no": "no"}
    frame = pd.DataFrame([{"outcome": outcome.get(str(row["met"]), "unknown")} | row for row in rows], columns=COLUMNS)
    return frame.astype(dict.fromkeys(YES_NO, "boolean") | {"useful": "Int64"})


def heard(history: pd.DataFrame, *answers: Mapping[str, object]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The history that knows who answered, and the answers."""
    given = set(zip(said(*answers)["match"], said(*answers)["person"], strict=True))
    seats = zip(history["match"], history["person"], strict=True)
    return history.assign(answered=[seat in given for seat in seats]), said(*answers)


def matches(*met: str) -> pd.DataFrame:
    rows = [(1, n, 2 * n + seat, "A", how, False) for n, how in enumerate(met) for seat in (0, 1)]
    return pd.DataFrame(rows, columns=["round", "match", "person", "organisation", "met", "disagree"])


@given(st.dictionaries(st.sampled_from("ABCDEFGH"), st.lists(st.booleans(), max_size=12), min_size=1))
def test_no_small_group_can_be_singled_out(answered: dict[str, list[bool]]) -> None:
    """No rate of an organisation was counted from fewer than five answers, nor is the rest of all answers fewer; and
    nothing is lost in adding up."""
    answers = [
        {"organisation": name, "person": 20 * at + n, "useful": 5 if rated else None}
        for at, (name, each) in enumerate(answered.items())
        for n, rated in enumerate(each)
    ]
    seats = [(1, 1, 20 * at + n, name, "yes", False) for at, name in enumerate(answered) for n in range(13)]
    history = pd.DataFrame(seats, columns=["round", "match", "person", "organisation", "met", "disagree"])
    found = feedback.rates_by_organisation(*heard(history, *answers))
    if found.empty:
        assert sum(len(each) >= feedback.FEWEST for each in answered.values()) <= 1
        return
    of = found.pivot(index="group", columns="rate", values="of")
    ratings = sum(answer["useful"] is not None for answer in answers)
    assert (of["Useful"].dropna() >= feedback.FEWEST).all()
    if ratings >= feedback.FEWEST:
        assert ratings - of["Useful"].sum() not in range(1, feedback.FEWEST)
    assert found.loc[found["rate"] == "Answered", "yes"].sum() == len(answers)


def test_rates_by_organisation_are_those_of_each() -> None:
    """Met counts all matches of the organisation's people; opinions count their answers."""
    history = pd.DataFrame(
        [(1, n, 2 * n + seat, "AB"[seat], "yes" if n else "no", False) for n in range(6) for seat in (0, 1)],
        columns=["round", "match", "person", "organisation", "met", "disagree"],
    )
    answers = [{"match": n, "person": 2 * n, "organisation": "A", "again": n > 1, "met": "yes"} for n in range(6)]
    found = feedback.rates_by_organisation(*heard(history, *answers)).set_index(["group", "rate"])
    assert [*found.loc[("A", "Met"), :]] == [5, 6]
    assert [*found.loc[("A", "Answered"), :]] == [6, 6]
    assert [*found.loc[("A", "Would do it again"), :]] == [4, 6]
    assert found.loc[("A", "Useful"), :].isna().all()
    assert "B" not in found.index.get_level_values("group")


def test_rates_by_round_keep_few_answers_back() -> None:
    """Opinions in a round with fewer than five answers are left out, and subtraction does not reveal them."""
    history = pd.DataFrame(
        [(r, 10 * r + n, 2 * n + seat, "A", "yes", False) for r in (1, 2, 3) for n in range(4) for seat in (0, 1)],
        columns=["round", "match", "person", "organisation", "met", "disagree"],
    )
    answers = [
        {"round": r, "match": 10 * r + n // 2, "person": n, "again": True}
        for r, few in ((1, 8), (2, 6), (3, 2))
        for n in range(few)
    ]
    heard_from, given = heard(history, *answers)
    found = feedback.rates_by_round(Summary(heard_from).by_round, given).set_index(["group", "rate"])
    assert [*found.loc[("1", "Would do it again"), :]] == [8, 8]
    assert found["of"][[("2", "Would do it again"), ("3", "Would do it again")]].isna().all()
    assert [*found.loc[("3", "Answered"), :]] == [2, 8]
    assert [*found.loc[("3", "Met"), :]] == [4, 4]


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


def test_what_a_match_came_to_decides_what_its_answers_count_for() -> None:
    """A reason counts once its match did not meet, and a new tie once it met, whatever its writer answered.

    An organiser rules match 1 met and match 2 not met; match 3 is still open, and match 4 was when its round closed.
    """
    history = matches("yes", "yes", "no", "unknown", "no").assign(answered=True)
    answers = feedback.with_outcomes(
        said(
            {"match": 1, "met": "no", "why_not": "Never came", "knew_each_other": False},
            {"match": 2, "met": "yes", "knew_each_other": False},
            {"match": 3, "met": "not yet", "why_not": "Next week"},
            {"match": 4, "met": "not yet", "why_not": "No time"},
        ),
        history,
    )
    assert answers["outcome"].tolist() == ["yes", "no", "unknown", "no"]
    assert feedback.reasons(answers)["reason"].tolist() == ["No time"]
    assert feedback.new_ties(answers) == Rate(1, 1)


PEOPLE = pd.DataFrame(
    {
        "id": range(6), "status": ["active"] * 4 + ["left", "unconfirmed"], "email": [f"P{n}@x.org" for n in range(6)],
        "joined_at": ["2026-01-01"] * 4 + ["2026-03-01"] * 2,
    }
)  # fmt: skip
GUESTS = pd.DataFrame({"address": ["p1@x.org", "guest@x.org"], "at": "2026-01-02"})


def steps(funnel: pd.DataFrame) -> dict[str, tuple[int, int]]:
    return {step: (people, of) for step, people, of, _ in funnel.itertuples(index=False)}


def test_the_funnel_says_whom_each_step_is_counted_from() -> None:
    """Invitations to people who are there already count once; met and answered are both of those drawn."""
    funnel = feedback.funnel(
        PEOPLE, GUESTS, heard(matches("yes", "no"), {"match": 0, "person": 0}, {"match": 7, "person": 3})[0]
    )
    assert steps(funnel) == {
        "Invited": (7, 7), "Joined": (5, 7), "Drawn": (4, 5), "Met": (2, 4), "Answered": (1, 4)
    }  # fmt: skip
    assert takeaways.of_funnel(funnel).startswith("5 of 7 people invited or added have joined (71\xa0%)")
    assert takeaways.of_funnel(funnel).endswith("1 of 4 people drawn have answered (25\xa0%).")


def test_the_funnel_of_a_round_counts_who_was_there_then() -> None:
    """People who came after the round went out do not count; people erased since then do."""
    erased, _ = heard(matches("no", "no"), {"match": 1, "person": 3, "met": "no"})
    funnel = feedback.funnel(PEOPLE[1:], GUESTS, erased, "2026-02-01")
    assert steps(funnel) == {
        "Invited": (5, 5), "Joined": (4, 5), "Drawn": (4, 4), "Met": (0, 4), "Answered": (1, 4)
    }  # fmt: skip


def test_partners_who_disagree_are_listed() -> None:
    """The list names both sides, only of matches whose partners disagree."""
    history = matches("no", "yes", "yes", "no", "unknown")
    history["disagree"] = history["match"] == 1
    answers = said(
        {"match": 1, "name": "Ann", "met": "yes"}, {"match": 1, "name": "Bo", "met": "no"},
        {"match": 1, "name": None, "met": "no"}, {"match": 2, "name": "Cy", "met": "yes"},
        {"match": 3, "name": "Di", "met": "no"}, {"match": 4, "name": "Ed", "met": "not yet"},
    )  # fmt: skip
    assert feedback.disagreements(history, answers).to_dict("list") == {
        "round": [1], "match": [1], "yes": ["Ann, A"], "no": ["Bo, A; Somebody erased, A"]
    }  # fmt: skip
    assert feedback.disagreements(history, said()).empty


def test_few_answers_are_not_shown_by_question() -> None:
    """A question with fewer than five answers is left out."""
    answers = said(*({"again": True, "helped": True if n < 4 else None} for n in range(5)))
    found = feedback.outcomes(answers, {"again": "Again", "helped": "Helped"})
    assert found["question"].tolist() == ["Again"]


def test_no_answers_at_all_is_no_trouble() -> None:
    """Every count works on an empty scheme."""
    history, nothing = heard(matches())
    assert feedback.rates_by_organisation(history, nothing).empty
    assert feedback.rates_by_round(Summary(history).by_round, nothing).empty
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
