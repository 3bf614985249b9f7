"""People of a real scheme file."""

from datetime import date, datetime
from typing import Any

import pytest

from coffee.scheme import NotThere, Scheme, SchemeError, Stale, organisations, people, set_apart

TODAY = date(2026, 3, 3)


def details(name: str = "Ann", **more: Any) -> dict[str, Any]:
    return {"name": name, "email": f"{name.lower()}@x.example", "organisation": "Devon"} | more


@pytest.fixture
def ann(scheme: Scheme, now: datetime) -> int:
    """Somebody in the scheme."""
    with scheme.writing() as db:
        return people.add(db, details(extra={"Grade": "7"}), now=now)


def test_what_was_added_is_what_is_read(scheme: Scheme, ann: int) -> None:
    """Every column comes back as it was given; text that is not known is ''."""
    with scheme.reading() as db:
        read = people.person(db, ann, TODAY)
        (row,) = people.everyone(db, TODAY).to_dict("records")
    assert row == read
    assert (read["name"], read["phone"], read["extra"], read["status"], read["version"]) == (
        "Ann", "", {"Grade": "7"}, "active", 1,
    )  # fmt: skip
    assert read["shares"] == ["email", "phone", "chat_id"]


def test_an_empty_scheme_has_an_empty_table(scheme: Scheme) -> None:
    """The columns are there although nobody is."""
    with scheme.reading() as db:
        assert people.everyone(db, TODAY).empty
        assert people.active(db, TODAY)["id"].dtype == "int64"


@pytest.mark.parametrize("email", ["ann@x.example", "ANN@X.EXAMPLE"])
def test_an_address_belongs_to_one_person_in_any_case(scheme: Scheme, ann: int, now: datetime, email: str) -> None:
    """Adding it again, or changing somebody to it, names who has it and keeps nothing."""
    with scheme.writing() as db:
        bob = people.add(db, details("Bob"), now=now)
    for attempt in (
        lambda db: people.add(db, details("Cy", email=email), now=now),
        lambda db: people.change(db, bob, 1, {"email": email}),
    ):
        with pytest.raises(SchemeError, match="already the address of Ann"), scheme.writing() as db:
            attempt(db)
    with scheme.reading() as db:
        assert people.find(db, email) == ann
        assert people.everyone(db, TODAY)["email"].tolist() == ["ann@x.example", "bob@x.example"]


def test_the_later_save_is_told_what_the_earlier_one_said(scheme: Scheme, ann: int) -> None:
    """Two organisers read version 1; the second to save learns what is there now and changes nothing."""
    with scheme.writing() as db:
        people.change(db, ann, 1, {"organisation": "Kent"})
    with pytest.raises(Stale, match=r"Somebody else saved Ann .* organisation is now “Kent”"), scheme.writing() as db:
        people.change(db, ann, 1, {"organisation": "Essex"})
    with scheme.writing() as db:
        assert people.person(db, ann, TODAY)["organisation"] == "Kent"
        people.change(db, ann, 2, {"organisation": "Essex"})
        assert people.person(db, ann, TODAY)["version"] == 3


def test_saving_somebody_who_is_gone_says_so(scheme: Scheme) -> None:
    """Saving a deleted person is an error, because nothing is left to overwrite."""
    with pytest.raises(NotThere), scheme.writing() as db:
        people.change(db, 42, 1, {"name": "X"})
    with pytest.raises(NotThere), scheme.reading() as db:
        people.person(db, 42, TODAY)


def test_a_pause_ends_by_itself_on_its_day(scheme: Scheme, ann: int) -> None:
    """Paused until the 10th: out of draws on the 9th, active on the 10th."""
    with scheme.writing() as db:
        people.pause(db, [ann], date(2026, 3, 10))
    with scheme.reading() as db:
        assert people.active(db, date(2026, 3, 9)).empty
        assert people.person(db, ann, date(2026, 3, 9))["paused_until"] == "2026-03-10"
        assert people.active(db, date(2026, 3, 10))["id"].tolist() == [ann]
        assert people.person(db, ann, date(2026, 3, 10))["status"] == "active"


def test_a_pause_without_a_date_lasts_until_somebody_ends_it(scheme: Scheme, ann: int) -> None:
    """So does having left."""
    for step in (people.pause, people.leave):
        with scheme.writing() as db:
            step(db, [ann])
            assert people.active(db, date(2099, 1, 1)).empty
            people.reactivate(db, [ann])
            assert people.active(db, TODAY)["id"].tolist() == [ann]


def test_who_unsubscribed_is_not_drawn(scheme: Scheme, ann: int) -> None:
    """A match nobody may be told about is no match."""
    with scheme.writing() as db:
        db.execute("UPDATE people SET unsubscribed_at = '2026-03-01' WHERE id = ?", [ann])
        assert people.active(db, TODAY).empty


def test_merging_organisations_joins_their_past_too(scheme: Scheme, ann: int, now: datetime) -> None:
    """People and the seats of past rounds get the one name, so that charts show one silo."""
    with scheme.writing() as db:
        people.add(db, details("Bob", organisation="Devon CC"), now=now)
        people.add(db, details("Cy", organisation="Kent"), now=now)
        db.execute("INSERT INTO rounds (id, number, state, seed, drawn_at) VALUES (1, 1, 'closed', 1, '2026-01-01')")
        db.execute("INSERT INTO matches (id, round_id) VALUES (1, 1)")
        db.execute("INSERT INTO seats (match_id, person_id, position, organisation) VALUES (1, 2, 1, 'Devon CC')")
        assert organisations.merge(db, ["Devon CC", "Devon"], "Devon") == 1
        assert organisations.organisations(db).to_dict("records") == [
            {"organisation": "Devon", "people": 2},
            {"organisation": "Kent", "people": 1},
        ]
        assert db.execute("SELECT organisation FROM seats").fetchall() == [("Devon",)]


def test_an_address_that_refuses_letters_is_flagged_and_cleared(scheme: Scheme, ann: int) -> None:
    """The flag says why, and goes when the address works again."""
    with scheme.writing() as db:
        people.cannot_reach(db, [ann], "550 No such user")
        assert people.person(db, ann, TODAY)["cannot_reach"] == "550 No such user"
        people.cannot_reach(db, [ann], None)
        assert people.person(db, ann, TODAY)["cannot_reach"] == ""


def test_a_corrected_address_is_not_flagged_any_more(scheme: Scheme, ann: int) -> None:
    """Another email takes the flag away; saving something else, or the same email, leaves it."""
    with scheme.writing() as db:
        people.cannot_reach(db, [ann], "550 No such user")
        for changes, flag in [
            ({"name": "Anne"}, "550 No such user"),
            ({"email": "ann@x.example"}, "550 No such user"),
            ({"email": "ann.lee@x.example"}, ""),
        ]:
            people.change(db, ann, people.person(db, ann, TODAY)["version"], changes)
            assert people.person(db, ann, TODAY)["cannot_reach"] == flag


def test_two_people_are_set_apart_once_in_either_order(scheme: Scheme, ann: int, now: datetime) -> None:
    """Saying it twice or the other way round is one pair; it can be undone; one person alone is no pair."""
    with scheme.writing() as db:
        bob = people.add(db, details("Bob"), now=now)
        set_apart.set_apart(db, bob, ann)
        set_apart.set_apart(db, ann, bob)
        assert set_apart.pairs(db).to_dict("records") == [
            {"person_1": ann, "person_2": bob, "name_1": "Ann", "name_2": "Bob"}
        ]
        with pytest.raises(SchemeError, match="two different people"):
            set_apart.set_apart(db, ann, ann)
        set_apart.undo(db, bob, ann)
        assert set_apart.pairs(db).empty
