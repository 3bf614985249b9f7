"""Answers about matches, as the scheme stores them."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffee.scheme import NotThere, Scheme, answers, open_scheme, quotes
from coffee.scheme.answers import Answer, TooLate
from tests.web.conftest import Pair

_WORDS = st.none() | st.text(st.characters(exclude_categories=["Cs"]))
_YES_NO = st.none() | st.booleans()
_ANSWERS = st.builds(
    Answer,
    met=st.sampled_from(["yes", "not yet", "no"]),
    why_not=_WORDS,
    knew_each_other=_YES_NO,
    useful=st.none() | st.integers(1, 5),
    helped=_YES_NO,
    conduit=_YES_NO,
    again=_YES_NO,
    selling=_WORDS,
    story=_WORDS,
    story_may_be_shared=_YES_NO,
    comment=_WORDS,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A scheme that many examples share, each replacing the same answer."""
    from datetime import UTC, datetime

    from tests.web.conftest import person, round_of

    moment = datetime(2026, 3, 3, 9, tzinfo=UTC)
    scheme = open_scheme(tmp_path_factory.mktemp("answers") / "coffee.db")
    with scheme.writing() as db:
        ada = person(db, "Ada Lovelace", "Devon", moment)
        return scheme, round_of(db, 1, moment, ada, person(db, "Grace Hopper", "Leeds", moment)), ada, moment


@settings(deadline=None)
@given(answer=_ANSWERS)
def test_an_answer_comes_back_as_it_was_given(shared: Any, answer: Any) -> None:
    """Answers come back word for word, and "not said" stays different from "no"."""
    scheme, match_id, ada, moment = shared
    with scheme.writing() as db:
        answers.save(db, match_id, ada, answer, moment)
        assert answers.get(db, match_id, ada) == answer
        assert db["answers"].count == 1


def test_nothing_said_yet(scheme: Scheme, pair: Pair) -> None:
    """Before anybody answers there is no answer, and the table is empty."""
    with scheme.reading() as db:
        assert answers.get(db, pair.match_id, pair.ada) is None
        assert answers.all_answers(db).empty


def test_both_answers_stay_when_they_disagree(scheme: Scheme, pair: Pair, now: datetime) -> None:
    """Ada says that they met and Grace says that they did not: both rows are stored."""
    with scheme.writing() as db:
        answers.save(db, pair.match_id, pair.ada, Answer("yes", useful=5, helped=True), now)
        answers.save(db, pair.match_id, pair.grace, Answer("no", why_not="On leave"), now)
        table = answers.all_answers(db)
    assert table[["round", "name", "organisation", "met"]].values.tolist() == [
        [1, "Ada Lovelace", "Devon County Council", "yes"],
        [1, "Grace Hopper", "Leeds City Council", "no"],
    ]
    assert table["useful"].tolist() == [5, pd.NA]
    assert table["helped"].tolist() == [True, pd.NA]


def test_the_table_has_the_agreed_columns(scheme: Scheme, pair: Pair) -> None:
    """The columns have the names that other modules read, even when there are no rows."""
    with scheme.reading() as db:
        table = answers.all_answers(db)
    expected = (
        "round match person name email organisation met why_not knew_each_other useful helped conduit again "
        "selling story story_may_be_shared comment answered_at"
    )
    assert list(table.columns) == expected.split()
    assert table["useful"].dtype == "Int64"
    assert table["conduit"].dtype == "boolean"


def test_another_story_is_to_be_chosen_anew(scheme: Scheme, pair: Pair, now: datetime) -> None:
    """A changed story must be chosen again before it is shared; changes to other answers do not matter."""
    shared_answer = Answer("yes", story="A form", story_may_be_shared=True)
    for answer, still in (
        (shared_answer, True),
        (replace(shared_answer, useful=5), True),
        (replace(shared_answer, story_may_be_shared=False), False),
        (shared_answer, True),
        (replace(shared_answer, story="Another"), False),
        (shared_answer, False),
    ):
        with scheme.writing() as db:
            answers.save(db, pair.match_id, pair.ada, answer, now)
            if answer is shared_answer and still:
                quotes.choose(db, pair.match_id, pair.ada, True)
            assert bool(quotes.chosen(db)) == still


def test_a_closed_round_keeps_its_answers(scheme: Scheme, pair: Pair, now: datetime) -> None:
    """Answers can no longer change after the round is closed, and earlier ones stay."""
    with scheme.writing() as db:
        answers.save(db, pair.match_id, pair.ada, Answer("not yet"), now)
        db.execute("UPDATE rounds SET state = 'closed'")
        with pytest.raises(TooLate, match="earlier answer is kept"):
            answers.save(db, pair.match_id, pair.ada, Answer("yes"), now)
        assert answers.get(db, pair.match_id, pair.ada) == Answer("not yet")


def test_a_replaced_match_takes_no_answers_and_is_left_out(scheme: Scheme, pair: Pair, now: datetime) -> None:
    """Answers about a match that was then replaced do not reach the charts."""
    with scheme.writing() as db:
        answers.save(db, pair.match_id, pair.ada, Answer("no"), now)
        db.execute("UPDATE matches SET cancelled_at = ?", [now.isoformat()])
        with pytest.raises(TooLate):
            answers.save(db, pair.match_id, pair.grace, Answer("yes"), now)
        assert answers.all_answers(db).empty


def test_only_members_answer(scheme: Scheme, pair: Pair, now: datetime) -> None:
    """Only members of a match can answer questions about it."""
    with scheme.writing() as db, pytest.raises(NotThere):
        answers.save(db, pair.match_id, 999, Answer("yes"), now)
