"""Mending a draft before it goes out, on a real scheme file."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from coffee.mail.letters.letter import Office
from coffee.mail.letters.reading import read
from coffee.rounds import life
from coffee.rounds.draft import Draft
from coffee.rounds.mending import Mending
from coffee.scheme import Scheme, Stale, erasure, open_scheme, opt_outs, people, set_apart
from coffee.scheme import rounds as kept
from coffee.scheme import settings as kept_settings

OFFICE = Office("http://localhost:8501", "Ann Lee", "ann.lee@devon.gov.uk", "Coffee trial")
Go = Callable[[Database, int], object]
GOING: dict[str, Go] = {
    "skips this round": lambda db, person: opt_outs.skip(db, person, 1),
    "is paused": lambda db, person: people.pause(db, [person], date(2030, 1, 1)),
    "has left": lambda db, person: people.leave(db, [person]),
    "wants no letters": lambda db, person: opt_outs.unsubscribe(db, person, datetime(2026, 3, 3)),  # noqa: DTZ001
    "cannot be reached by letter (No such mailbox)": lambda db, person: people.cannot_reach(
        db, [person], "No such mailbox."
    ),
    "was erased": lambda db, person: erasure.erase(db, person),
}


def add(scheme: Scheme, number: int, now: datetime) -> int:
    with scheme.writing() as db:
        details = {"name": f"P{number}", "email": f"p{number}@devon.gov.uk", "organisation": f"Council {number}"}
        return people.add(db, details, now=now)


def drawn(scheme: Scheme, count: int, now: datetime, **rules: bool) -> int:
    """A draft of so many people, each from another council."""
    with scheme.writing() as db:
        kept_settings.put(db, "rules", rules)
    for number in range(1, count + 1):
        add(scheme, number, now)
    return life.generate(scheme, now, seed=3)


def draft(scheme: Scheme, round_id: int) -> Draft:
    with scheme.reading() as db:
        return life.draft(db, round_id)


def found(scheme: Scheme, round_id: int, now: datetime) -> Mending:
    with scheme.reading() as db:
        return life.mending(db, round_id, now)


def told(scheme: Scheme, round_id: int, now: datetime) -> list[str]:
    with scheme.reading() as db:
        return life.describe(db, life.mending(db, round_id, now), now)


def publish(scheme: Scheme, round_id: int, now: datetime) -> None:
    with scheme.reading() as db:
        version = kept.get(db, round_id).version
    life.mend_and_publish(scheme, round_id, version, found(scheme, round_id, now), OFFICE, now)


def letters(scheme: Scheme, kind: str) -> dict[int, str]:
    with scheme.reading() as db:
        rows = db.execute("SELECT person_id, letter FROM messages WHERE kind = ?", [kind]).fetchall()
    return {person: letter.text for person, written in rows if (letter := read(written))}


@pytest.mark.parametrize("why", GOING)
def test_whoever_goes_is_taken_out_by_the_smallest_change(scheme: Scheme, now: datetime, why: str) -> None:
    """Of eight people one goes: their partner makes a trio, the other two matches stay, and the words say why."""
    round_id = drawn(scheme, 8, now)
    before = draft(scheme, round_id)
    gone, alone = before.matches[0].people
    with scheme.writing() as db:
        GOING[why](db, gone)
    mending = found(scheme, round_id, now)
    assert mending.gone == (gone,)
    assert not mending.waiting
    (made,) = mending.made
    assert len(made) == 3
    assert alone in made
    name = "Somebody" if why == "was erased" else f"P{gone}"
    assert told(scheme, round_id, now)[0] == f"{name} {why}."
    publish(scheme, round_id, now)
    assert letters(scheme, "introduction").keys() == {*range(1, 9)} - {gone}


def test_a_newcomer_takes_the_place_that_falls_free(scheme: Scheme, now: datetime) -> None:
    """One goes and one comes: the newcomer meets whoever is left alone, and nobody else hears of it."""
    round_id = drawn(scheme, 6, now)
    gone, alone = draft(scheme, round_id).matches[0].people
    late = add(scheme, 7, now)
    with scheme.writing() as db:
        people.leave(db, [gone])
    assert [set(made) for made in found(scheme, round_id, now).made] == [{alone, late}]


def test_a_newcomer_makes_a_trio_where_the_rules_have_trios(scheme: Scheme, now: datetime) -> None:
    """Six in pairs and a seventh: one pair becomes a trio, the others stay."""
    round_id = drawn(scheme, 6, now)
    late = add(scheme, 7, now)
    (made,) = found(scheme, round_id, now).made
    assert late in made
    assert len(made) == 3


def test_a_newcomer_waits_where_the_odd_one_sits_out(scheme: Scheme, now: datetime) -> None:
    """Nobody in a match gives up their place: the newcomer waits, is told by letter, and the round's page names them.

    Having waited, they are the last to sit out next time.
    """
    round_id = drawn(scheme, 6, now, odd_sits_out=True)
    late = add(scheme, 7, now)
    mending = found(scheme, round_id, now)
    assert (mending.made, mending.sits_out) == ((), late)
    publish(scheme, round_id, now)
    (text,) = letters(scheme, "sits out").values()
    assert "so one person sits out, and this time it is you" in text
    with scheme.reading() as db:
        assert kept.left_over(db, round_id) == [("P7", "Council 7", "odd")]
        assert kept.sat_out(db)["person"].tolist() == [late]


def test_whoever_sat_out_is_matched_with_the_newcomer(scheme: Scheme, now: datetime) -> None:
    """Seven, of whom one sits out, and an eighth: the two of them meet, and nobody sits out."""
    round_id = drawn(scheme, 7, now, odd_sits_out=True)
    sitter = draft(scheme, round_id).certificate["sits_out"]
    late = add(scheme, 8, now)
    mending = found(scheme, round_id, now)
    assert [set(made) for made in mending.made] == [{sitter, late}]
    assert mending.after.certificate["sits_out"] is None
    publish(scheme, round_id, now)
    assert letters(scheme, "sits out") == {}


def test_whoever_nobody_may_meet_waits_and_is_told(scheme: Scheme, now: datetime) -> None:
    """A newcomer set apart from everybody: the round goes out without them, and a letter says so."""
    round_id = drawn(scheme, 4, now)
    late = add(scheme, 5, now)
    with scheme.writing() as db:
        for other in range(1, 5):
            set_apart.set_apart(db, other, late)
    assert told(scheme, round_id, now) == ["P5 waits for the next round, because nobody is free for them to meet."]
    publish(scheme, round_id, now)
    assert letters(scheme, "introduction").keys() == {1, 2, 3, 4}
    assert "nobody was free for you to meet" in letters(scheme, "sits out")[late]
    with scheme.reading() as db:
        assert kept.left_over(db, round_id) == [("P5", "Council 5", "nobody")]


def test_people_set_apart_since_the_draw_do_not_meet(scheme: Scheme, now: datetime) -> None:
    """Even where their match is locked."""
    round_id = drawn(scheme, 6, now)
    match = draft(scheme, round_id).matches[0]
    life.tweak(scheme, round_id, 2, "locked a match", lambda current: current.lock(match), now)
    with scheme.writing() as db:
        set_apart.set_apart(db, *match.people)
    publish(scheme, round_id, now)
    with scheme.reading() as db:
        seated = [set(people) for _, people, _ in kept.matches_of(db, round_id)]
    assert len(seated) == 3
    assert not any(set(match.people) <= people for people in seated)


def test_locked_matches_stay(scheme: Scheme, now: datetime) -> None:
    """A mending takes no locked match apart: the newcomer makes a trio with the one pair that is not locked."""
    round_id = drawn(scheme, 6, now)
    first, second, third = draft(scheme, round_id).matches
    for version, match in ((2, first), (3, second)):
        life.tweak(scheme, round_id, version, "locked a match", partial(Draft.lock, match=match), now)
    late = add(scheme, 7, now)
    assert [set(made) for made in found(scheme, round_id, now).made] == [{*third.people, late}]


def test_a_draft_that_is_ready_stays_as_it_is(scheme: Scheme, now: datetime) -> None:
    """Nothing to mend, nothing to tell."""
    round_id = drawn(scheme, 7, now)
    mending = found(scheme, round_id, now)
    assert not mending.changes
    assert told(scheme, round_id, now) == []


def test_mending_a_draft_that_somebody_changed_is_told(scheme: Scheme, now: datetime) -> None:
    """The mending that the organiser saw is saved, or nothing."""
    round_id = drawn(scheme, 6, now)
    with scheme.writing() as db:
        people.leave(db, [1])
    mending = found(scheme, round_id, now)
    life.redraw(scheme, round_id, 2, now)
    with pytest.raises(Stale):
        life.mend_and_publish(scheme, round_id, 2, mending, OFFICE, now)


def test_two_who_were_set_apart_do_not_both_lose_their_place_to_the_odd_number(scheme: Scheme, now: datetime) -> None:
    """Of two in a match that cannot stay, one meets whoever came late, and the other sits out."""
    round_id = drawn(scheme, 2, now, odd_sits_out=True)
    late = add(scheme, 3, now)
    with scheme.writing() as db:
        set_apart.set_apart(db, 1, 2)
    mending = found(scheme, round_id, now)
    (made,) = mending.made
    assert late in made
    assert {*made, mending.sits_out} == {1, 2, 3}


@given(st.integers(2, 9), st.booleans(), st.sets(st.integers(1, 9)), st.integers(0, 3), st.lists(st.integers(0, 20)))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_is_lost(
    tmp_path_factory: pytest.TempPathFactory, now: datetime, size: int, odd: bool, going: set[int], late: int,
    wishes_apart: list[int],
) -> None:  # fmt: skip
    """Whoever goes, comes or is set apart: everybody active is in one match, sits out, or is said to wait; at most one
    sits out, matches that did not change hold nobody who went, and people set apart never meet."""
    scheme = open_scheme(tmp_path_factory.mktemp("mending") / "coffee.db")
    round_id = drawn(scheme, size, now, odd_sits_out=odd)
    for number in range(size + 1, size + late + 1):
        add(scheme, number, now)
    pairs = {
        (1 + n % size, 2 + n % (size + late - 1)) for n in wishes_apart if 1 + n % size < 2 + n % (size + late - 1)
    }
    with scheme.writing() as db:
        people.leave(db, going)
        for one, other in pairs:
            set_apart.set_apart(db, one, other)
    mending = found(scheme, round_id, now)
    active = set(range(1, size + late + 1)) - going
    seated = [person for match in mending.after.matches for person in match.people]
    assert len(seated) == len(set(seated))
    assert set(seated) | mending.after.left_out | set(mending.waiting) >= active
    assert not set(seated) & (mending.after.left_out | set(mending.waiting) | going)
    assert len(mending.after.left_out & active) <= 1
    assert all(2 <= len(match.people) <= 3 for match in mending.after.matches)
    for match in mending.after.matches:
        assert not any((one, other) in pairs for one in match.people for other in match.people)
