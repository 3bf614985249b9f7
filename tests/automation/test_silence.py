"""Silent people: who counts as one, the letter that asks them, the press that answers it, and the pause."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from coffee.people import silent
from coffee.scheme import Scheme, answers, opt_outs, people, settings, silence
from coffee.scheme import rounds as kept
from coffee.scheme.answers import Answer
from tests.automation.conftest import Month

DAY = timedelta(days=1)


@pytest.fixture
def held(scheme: Scheme, now: datetime) -> Callable[..., int]:
    """Holds one more round of Ann (1) and Bob (2), four weeks after the last; whoever is given answers. Its number."""
    with scheme.writing() as db:
        for name in ("Ann", "Bob"):
            details = {"name": name, "email": f"{name}@devon.example", "organisation": name}
            people.add(db, details, now=now)

    def hold(*said: int, closed: bool = True, cannot: int | None = None) -> int:
        with scheme.writing() as db:
            number = len(kept.rounds(db)) + 1
            out = now + 28 * number * DAY
            round_id = kept.begin(db, 1, out)
            kept.save_draft(db, round_id, 1, [((1, 2), False)], (), 1, {})
            kept.freeze(db, round_id, 2, out)
            match = kept.matches_of(db, round_id)[0][0]
            for person in said:
                answers.save(db, match, person, Answer("no"), out + DAY)
            if cannot:
                opt_outs.cannot(db, match, cannot, out + DAY)
            if closed:
                kept.close(db, round_id, out + 25 * DAY)
        return number

    return hold


def names(scheme: Scheme) -> list[str]:
    with scheme.reading() as db:
        return [one.name for one in silent.silent_people(db)]


def test_three_rounds_without_a_word_are_silence(scheme: Scheme, held: Callable[..., int]) -> None:
    """Not two, unless Settings says so; a round that is still open is no silence, and a word in it ends one."""
    held()
    held()
    held(closed=False)
    assert names(scheme) == []
    with scheme.writing() as db:
        settings.put(db, "silent_after", 2)
    assert names(scheme) == ["Ann", "Bob"]
    held(2, closed=False)
    assert names(scheme) == ["Ann"]


def test_saying_that_one_cannot_is_a_word(scheme: Scheme, held: Callable[..., int]) -> None:
    """So is an answer of long ago no longer one: what counts are the last three rounds."""
    held(1)
    held()
    held(cannot=2)
    held()
    assert names(scheme) == ["Ann"]


def test_whoever_is_paused_or_has_left_is_not_silent(scheme: Scheme, held: Callable[..., int]) -> None:
    """Nor whoever wants no letters."""
    for _ in range(3):
        held()
    with scheme.writing() as db:
        people.pause(db, [1])
        people.leave(db, [2])
    assert names(scheme) == []


def month_of(month: Month, held: Callable[..., int]) -> datetime:
    """The third silent round is closed by itself; an hour later the silent are asked. The moment of that."""
    month.plan(still=True, remind=None, ask=None, news=False, report=False, first=date(2030, 1, 1))
    held()
    held()
    held(closed=False)
    due = next(step.at for step in month.steps(datetime(2026, 3, 1, tzinfo=UTC)) if step.what == "close")
    month.run(due)
    month.run(due + timedelta(hours=1))
    return due + timedelta(hours=1)


def test_a_month_by_itself_asks_them_and_pauses_whoever_does_not_say(month: Month, held: Callable[..., int]) -> None:
    """Each is asked once; two weeks later one has said so and stays, the other is paused, and the organiser is told."""
    asked = month_of(month, held)
    assert len(month.letters("still in")) == 2
    with month.scheme.writing() as db:
        silence.still_in(db, 2, asked + DAY)
    assert month.run(asked + 14 * DAY - timedelta(seconds=1)) == []
    (outcome,) = month.run(asked + 14 * DAY)
    assert outcome.said == "Paused, because they did not say that they still want to take part: Ann."
    assert month.run(asked + 15 * DAY) == []
    assert "- Ann" in month.letters("paused")[0]
    with month.scheme.reading() as db:
        status = people.everyone(db, (asked + 14 * DAY).date()).set_index("name")["status"]
    assert status.to_dict() == {"Ann": "paused", "Bob": "active"}
    assert names(month.scheme) == []


def test_whoever_ends_their_pause_stays(month: Month, held: Callable[..., int]) -> None:
    """Paused for not saying, somebody comes back on their own page: they are not paused again for the same question."""
    asked = month_of(month, held)
    month.run(asked + 14 * DAY)
    with month.scheme.writing() as db:
        people.reactivate(db, [1])
    assert month.run(asked + 15 * DAY) == []
    with month.scheme.reading() as db:
        assert people.person(db, 1, (asked + 15 * DAY).date())["status"] == "active"


def test_nobody_is_asked_until_the_organiser_wants_it(month: Month, held: Callable[..., int]) -> None:
    """Off by default: silent people are listed, and get no letter."""
    month.plan(first=date(2030, 1, 1))
    for _ in range(3):
        held()
    month.run(datetime(2026, 12, 1, tzinfo=UTC))
    assert names(month.scheme) == ["Ann", "Bob"]
    assert month.letters("still in") == []
