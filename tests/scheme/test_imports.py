"""Imports: all or nothing, and undone afterwards."""

from collections.abc import Hashable
from datetime import date, datetime
from typing import Any

import pytest

from coffee.scheme import NotThere, Scheme, Stale, imports, people

TODAY = date(2026, 3, 3)
BOB = {"name": "Bob", "email": "bob@x.example", "organisation": "Kent"}


@pytest.fixture
def ann(scheme: Scheme, now: datetime) -> int:
    """Somebody in the scheme before any import."""
    with scheme.writing() as db:
        return people.add(db, {"name": "Ann", "email": "ann@x.example", "organisation": "Devon"}, now=now)


def everyone(scheme: Scheme) -> dict[str, dict[Hashable, Any]]:
    with scheme.reading() as db:
        return {row["name"]: row for row in people.everyone(db, TODAY).to_dict("records")}


def test_an_import_adds_changes_and_is_listed(scheme: Scheme, ann: int, now: datetime) -> None:
    """New people are there, changed people are changed, and the import says how many of each."""
    with scheme.writing() as db:
        imports.apply(db, "a.csv", [BOB | {"status": "paused"}], [(ann, 1, {"phone": "1"})], now)
        (row,) = imports.last(db).to_dict("records")
    assert (row["source"], row["new"], row["changed"], row["undone_at"]) == ("a.csv", 1, 1, "")
    assert everyone(scheme)["Ann"]["phone"] == "1"
    assert everyone(scheme)["Bob"]["status"] == "paused"


@pytest.mark.parametrize("meanwhile", ["changed", "added"])
def test_a_preview_that_is_out_of_date_imports_nothing(scheme: Scheme, ann: int, now: datetime, meanwhile: str) -> None:
    """Somebody else changed Ann, or added Bob, after the preview: the whole import waits for a new preview."""
    with scheme.writing() as db:
        people.change(db, ann, 1, {"phone": "2"}) if meanwhile == "changed" else people.add(db, BOB, now=now)
    before = everyone(scheme)
    with pytest.raises(Stale, match="after the preview"), scheme.writing() as db:
        imports.apply(db, "a.csv", [BOB, BOB | {"email": "new@x.example"}], [(ann, 1, {"phone": "1"})], now)
    assert everyone(scheme) == before
    with scheme.reading() as db:
        assert imports.last(db).empty


def test_undoing_puts_everything_back(scheme: Scheme, ann: int, now: datetime) -> None:
    """New people are gone and changed people as before, to the last column; the list still shows the counts."""
    before = everyone(scheme)["Ann"]
    changes = {"phone": "1", "status": "paused", "paused_until": "2026-09-01", "extra": {"Grade": "7"}}
    with scheme.writing() as db:
        done = imports.apply(db, "a.csv", [BOB], [(ann, 1, changes)], now)
        assert imports.undo(db, done, now) == imports.Undone(1, 1, [])
        (row,) = imports.last(db).to_dict("records")
    assert everyone(scheme) == {"Ann": before | {"version": 3}}
    assert (row["new"], row["changed"], row["undone_at"]) == (1, 1, now.isoformat())
    with pytest.raises(NotThere, match="undone already"), scheme.writing() as db:
        imports.undo(db, done, now)


def test_undoing_leaves_alone_who_was_changed_or_drawn_since(scheme: Scheme, ann: int, now: datetime) -> None:
    """Work done after the import is not thrown away, and the organiser is told whose."""
    with scheme.writing() as db:
        new = [BOB, BOB | {"name": "Cy", "email": "cy@x.example"}, BOB | {"name": "Di", "email": "di@x.example"}]
        done = imports.apply(db, "a.csv", new, [(ann, 1, {"phone": "1"})], now)
        people.change(db, ann, 2, {"role": "Planner"})
        people.change(db, people.find(db, "bob@x.example") or 0, 1, {"phone": "3"})
        db.execute("INSERT INTO rounds (id, number, state, seed, drawn_at) VALUES (1, 1, 'draft', 1, '2026-01-01')")
        db.execute("INSERT INTO matches (id, round_id) VALUES (1, 1)")
        db.execute(
            "INSERT INTO seats (match_id, person_id, position, organisation) VALUES (1, ?, 1, 'Kent')",
            [people.find(db, "cy@x.example")],
        )
        assert imports.undo(db, done, now) == imports.Undone(1, 0, ["Ann", "Bob", "Cy"])
    assert set(everyone(scheme)) == {"Ann", "Bob", "Cy"}
    assert everyone(scheme)["Ann"]["phone"] == "1"
