"""The organiser's work on organisations, on a real scheme file."""

from collections.abc import Hashable
from datetime import date, datetime
from typing import Any

import pytest

from coffee.mail.letters.letter import Office
from coffee.people import organisations, service
from coffee.roster import Preview, guess, open_file, read, table
from coffee.scheme import Scheme
from coffee.scheme import people as kept

TODAY = date(2026, 3, 3)
OFFICE = Office.of("Olu <olu@coffee.example>", "https://coffee.example", "Coffee")
ROSTER = b"Name,Email,Org\nAnn,ann@x.example,Devon\nBob,b@x.example,Devon CC\nCy,c@x.example,DEVON\n"


def everyone(scheme: Scheme) -> dict[str, dict[Hashable, Any]]:
    with scheme.reading() as db:
        return {row["name"]: row for row in kept.everyone(db, TODAY).to_dict("records")}


@pytest.fixture
def ann(scheme: Scheme, now: datetime) -> int:
    """Ann of Devon."""
    service.add(scheme, {"name": "Ann", "email": "ann@x.example", "organisation": "Devon"}, now)
    return int(everyone(scheme)["Ann"]["id"])


def test_near_duplicates_of_a_file_are_found_within_it_and_against_the_scheme(
    scheme: Scheme, ann: int, now: datetime
) -> None:
    """Groups that are only in the scheme are not shown for a file; names in the scheme are the ones proposed."""
    service.add(scheme, {"name": "Bob", "email": "b@x.example", "organisation": "Kent CC"}, now)
    service.add(scheme, {"name": "Cy", "email": "c@x.example", "organisation": "Kent County Council"}, now)
    found = table(open_file(b"Name,Email,Org\nDi,d@x.example,Devon CC\n", "p.csv")[0])
    roster = read(found, guess(found.headers, []))
    assert [(group.names, group.proposed) for group in organisations.alike(scheme, roster)] == [
        (["Devon", "Devon CC"], "Devon")
    ]
    assert [group.names for group in organisations.alike_in_scheme(scheme)] == [["Kent CC", "Kent County Council"]]
    assert organisations.merge(scheme, ["Kent CC"], " Kent County Council ") == 1
    assert organisations.alike_in_scheme(scheme) == []


def test_who_is_in_the_scheme_already_is_counted_once(scheme: Scheme, ann: int, now: datetime) -> None:
    """A roster uploaded again with one more spelling shows how many people have each, not twice as many."""
    with scheme.reading() as db:
        email = kept.person(db, ann, TODAY)["email"]
    data = f"Name,Email,Org\nAnn,{email},Devon\nDi,d@x.example,Devon CC\n".encode()
    found = table(open_file(data, "p.csv")[0])
    (group,) = organisations.alike(scheme, read(found, guess(found.headers, [])))
    assert (group.names, group.people) == (["Devon", "Devon CC"], [1, 1])


def test_a_merge_is_remembered_at_the_next_import(scheme: Scheme, now: datetime) -> None:
    """The same file changes nobody, also where one merge followed another."""
    service.import_roster(scheme, ROSTER, "p.csv", now)
    organisations.merge(scheme, ["DEVON"], "Devon CC")
    organisations.merge(scheme, ["Devon", "Devon CC"], "Devon County Council")
    again = service.import_roster(scheme, ROSTER, "p.csv", now).preview
    assert (len(again.unchanged), again.changed) == (3, [])
    assert {who["organisation"] for who in everyone(scheme).values()} == {"Devon County Council"}


def test_a_spelling_that_was_read_otherwise_can_be_read_as_it_is_written_again(scheme: Scheme, now: datetime) -> None:
    """An import's choice for a spelling holds for the next import."""
    done = service.import_roster(scheme, ROSTER, "p.csv", now, dry_run=True)
    service.confirm(scheme, done.preview, "p.csv", now, {"Devon CC": "Devon", "DEVON": "Devon"})
    assert organisations.read_as(scheme) == {"Devon CC": "Devon", "DEVON": "Devon"}
    service.confirm(scheme, Preview(), "p.csv", now, {"Devon CC": "Devon CC"})
    assert organisations.read_as(scheme) == {"DEVON": "Devon"}


def test_a_merge_is_taken_apart_again(scheme: Scheme, now: datetime) -> None:
    """People and past rounds have their names back, the last merge first; who has moved on since stays there."""
    service.import_roster(scheme, ROSTER, "p.csv", now)
    with scheme.writing() as db:
        db.execute("INSERT INTO rounds (id, number, state, seed, drawn_at) VALUES (1, 1, 'closed', 1, '2026-01-01')")
        db.execute("INSERT INTO matches (id, round_id) VALUES (1, 1)")
        db.execute("INSERT INTO seats (match_id, person_id, position, organisation) VALUES (1, 2, 1, 'Devon CC')")
    organisations.merge(scheme, ["DEVON"], "Devon")
    assert organisations.merge(scheme, ["Devon CC", "Devon"], "Devon") == 1
    cy = everyone(scheme)["Cy"]
    service.change(scheme, [service.Edit(cy["id"], cy["version"], "Cy", {"organisation": "Kent"})], OFFICE, now)
    for names in (["Devon CC"], ["DEVON"]):
        merge_id, merged, into = organisations.last_merge(scheme) or (0, [], "")
        assert (merged, into) == (names, "Devon")
        organisations.undo_merge(scheme, merge_id)
        assert organisations.undo_merge(scheme, merge_id) == 0
    assert {name: who["organisation"] for name, who in everyone(scheme).items()} == {
        "Ann": "Devon", "Bob": "Devon CC", "Cy": "Kent",
    }  # fmt: skip
    assert organisations.merge(scheme, ["Kent"], "Kent") == 0
    assert (organisations.last_merge(scheme), organisations.read_as(scheme)) == (None, {})
    with scheme.reading() as db:
        assert db.execute("SELECT organisation FROM seats").fetchall() == [("Devon CC",)]


def test_names_that_are_different_are_not_proposed_again(scheme: Scheme, now: datetime) -> None:
    """Until another spelling joins them."""
    service.import_roster(scheme, b"Name,Email,Org\nA,a@x.example,Kent\nB,b@x.example,Kent CC\n", "p.csv", now)
    organisations.tell_apart(scheme, ["Kent", "Kent CC"])
    assert organisations.alike_in_scheme(scheme) == []
    service.add(scheme, {"name": "C", "email": "c@x.example", "organisation": "Kent County Council"}, now)
    assert len(organisations.alike_in_scheme(scheme)) == 1
