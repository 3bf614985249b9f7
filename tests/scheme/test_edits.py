"""An organiser edits or removes what somebody wrote, and leaves a trace."""

from datetime import datetime

import pytest

from coffee.scheme import Scheme, Stale, answers, edits, erasure, own_data, people, quotes
from coffee.scheme.answers import Answer

SAID = Answer("yes", comment="Bob is a fool", story="We built a bridge", story_may_be_shared=True)


@pytest.fixture
def match(scheme: Scheme, now: datetime) -> int:
    """Ada (1) and Bob (2) have met, and Ada has written about it."""
    with scheme.writing() as db:
        for name in ("Ada", "Bob"):
            people.add(db, {"name": name, "email": f"{name}@x.example", "organisation": name}, now=now)
        db.execute("INSERT INTO rounds (id, number, state, seed, drawn_at) VALUES (1, 5, 'published', 1, '')")
        db.execute("INSERT INTO matches (id, round_id) VALUES (7, 1)")
        for person in (1, 2):
            db.execute(
                "INSERT INTO seats (match_id, person_id, position, organisation) VALUES (7, ?, ?, '')", [person] * 2
            )
        answers.save(db, 7, 1, SAID, now)
    return 7


def test_an_edit_takes_the_place_of_the_text_and_says_so(scheme: Scheme, match: int, now: datetime) -> None:
    """The text is the organiser's from then on, and the writer's own file says when that happened."""
    with scheme.writing() as db:
        edits.edit(db, match, 1, "comment", "Bob is a fool", " Bob and I differ ", now)
        said = answers.get(db, match, 1)
        assert said
        assert said.comment == "Bob and I differ"
        assert edits.everything(db) == [edits.Edit(match, 1, "comment", now, False, "Ada", 5)]
        assert own_data.everything(db, 1)["edited_by_organiser"] == [
            {"round": 5, "field": "comment", "at": now.isoformat(), "removed": 0}
        ]


def test_a_removed_text_is_gone_and_its_trace_stays(scheme: Scheme, match: int, now: datetime) -> None:
    """A story that was chosen for the report is not chosen any more, and no byte of the file has it."""
    with scheme.writing() as db:
        quotes.choose(db, match, 1, True)
        edits.edit(db, match, 1, "story", "We built a bridge", "", now)
        assert [(one.field, one.removed) for one in edits.everything(db)] == [("story", True)]
        assert quotes.chosen(db) == set()
    scheme.wipe_traces()
    assert b"built a bridge" not in scheme.path.read_bytes()


def test_what_the_writer_changes_is_theirs_again(scheme: Scheme, match: int, now: datetime) -> None:
    """Saving the edited text unchanged leaves the trace; writing another takes it away."""
    with scheme.writing() as db:
        edits.edit(db, match, 1, "comment", "Bob is a fool", "Bob and I differ", now)
        edited = answers.get(db, match, 1)
        assert edited
        answers.save(db, match, 1, edited, now)
        assert len(edits.everything(db)) == 1
        answers.save(db, match, 1, Answer("yes", comment="I like Bob"), now)
        assert edits.everything(db) == []


def test_a_text_that_changed_meanwhile_is_not_overwritten(scheme: Scheme, match: int, now: datetime) -> None:
    """The organiser is asked to look again."""
    with pytest.raises(Stale), scheme.writing() as db:
        edits.edit(db, match, 1, "comment", "Something else", "", now)
    with scheme.reading() as db:
        assert answers.get(db, match, 1) == SAID


def test_an_erasure_takes_the_traces_too(scheme: Scheme, match: int, now: datetime) -> None:
    """Nothing is left to tell that they ever wrote."""
    with scheme.writing() as db:
        edits.edit(db, match, 1, "comment", "Bob is a fool", "", now)
        erasure.erase(db, 1)
        assert edits.everything(db) == []
