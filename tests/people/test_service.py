"""The organiser's work on people, on a real scheme file."""

import re
from collections.abc import Hashable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from coffee import exports
from coffee.mail.letters.letter import Office
from coffee.mail.post.eml_files import folder_of, keep_due
from coffee.people import service
from coffee.people.service import Edit
from coffee.roster import RosterError
from coffee.rounds import life
from coffee.scheme import Scheme, SchemeError, Stale, settings
from coffee.scheme import people as kept

OFFICE = Office.of("Olu <olu@coffee.example>", "https://coffee.example", "Coffee")
SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample-roster.csv"
TODAY = date(2026, 3, 3)
NAMES_ANN = re.compile(rb"ann@x\.example|[\s>]Ann\b")  # a random link may have the three letters too


def everyone(scheme: Scheme) -> dict[str, dict[Hashable, Any]]:
    with scheme.reading() as db:
        return {row["name"]: row for row in kept.everyone(db, TODAY).to_dict("records")}


@pytest.fixture
def ann(scheme: Scheme, now: datetime) -> int:
    """Ann of Devon, added by hand."""
    service.add(
        scheme, {"name": " Ann ", "email": "ann@x.example", "organisation": "Devon", "phone": "01632960123"}, now
    )
    return int(everyone(scheme)["Ann"]["id"])


def test_a_roster_is_imported_tried_again_and_undone(scheme: Scheme, now: datetime) -> None:
    """A dry run writes nothing; the import brings all; the same file changes nothing more; undo takes all back."""
    data = SAMPLE.read_bytes()
    tried = service.import_roster(scheme, data, "sample.csv", now, dry_run=True)
    assert (tried.import_id, len(tried.preview.new), everyone(scheme)) == (None, 60, {})
    done = service.import_roster(scheme, data, "sample.csv", now)
    assert len(everyone(scheme)) == 60
    assert len(service.import_roster(scheme, data, "sample.csv", now, dry_run=True).preview.unchanged) == 60
    assert done.import_id
    assert service.undo(scheme, done.import_id, now).removed == 60
    assert everyone(scheme) == {}


def test_good_rows_are_saved_although_others_are_rejected(scheme: Scheme, now: datetime) -> None:
    """One bad line does not keep the rest out, and says its line and why."""
    done = service.import_roster(scheme, b"Name,Email,Org\nAnn,ann@,Devon\nBob,bob@x.example,Kent\n", "p.csv", now)
    assert [one.row.line for one in done.preview.refused] == [2]
    assert list(everyone(scheme)) == ["Bob"]


def test_an_export_of_the_scheme_imports_again_unchanged(scheme: Scheme, now: datetime) -> None:
    """Names that look like formulas, statuses, pauses and extra columns survive the journey to Excel and back."""
    people_in = ["=cmd(),a@x.example,-Devon,'@ann,7", "NA,b@x.example,+Kent,,", "李,c@x.example,D,,9"]
    text = "\n".join(["Name,Email,Org,Skype,Shoe size", *people_in])
    service.import_roster(scheme, text.encode(), "p.csv", now)
    ids = {name: row["id"] for name, row in everyone(scheme).items()}
    service.set_status(scheme, [ids["NA"]], "paused", date(2026, 5, 1))
    service.set_status(scheme, [ids["李"]], "left")
    data = exports.download(scheme, "people", now)
    assert b"'=cmd()" in data
    again = service.import_roster(scheme, data, "people.csv", now)
    assert (len(again.preview.unchanged), again.preview.changed, again.preview.refused) == (3, [], [])


def test_what_is_typed_is_checked_and_tidied(scheme: Scheme, ann: int, now: datetime) -> None:
    """By hand the same rules hold as for a spreadsheet; a fault keeps nothing."""
    assert everyone(scheme)["Ann"]["phone"] == "+44 1632 960123"
    with pytest.raises(RosterError, match="The name is missing; “bob” is not an email address"):
        service.add(scheme, {"name": " ", "email": "bob", "organisation": "Kent"}, now)
    assert "kept as typed" in service.add(
        scheme, {"name": "Bob", "email": "b@x.example", "organisation": "Kent", "phone": "ask"}, now
    )
    with pytest.raises(RosterError, match=r"Bob: The name is missing\. Nothing was saved"):
        service.change(scheme, [Edit(ann, 1, "Ann", {"phone": ""}), Edit(2, 1, "Bob", {"name": ""})], OFFICE, now)
    assert everyone(scheme)["Ann"]["phone"] == "+44 1632 960123"


def test_a_number_by_hand_is_read_as_in_a_roster(scheme: Scheme, ann: int, now: datetime) -> None:
    """One of no certain country stays as typed and is said, one that a spreadsheet spoilt changes nothing, and the
    country is that of the scheme."""
    typed = {"phone": "(416) 555-0123"}
    saved = service.change(scheme, [Edit(ann, 1, "Ann", {"phone": "4.41392E+11", "role": "Clerk"})], OFFICE, now)
    assert "spoilt" in saved.remark
    assert everyone(scheme)["Ann"]["phone"] == "+44 1632 960123"
    assert "no country code" in service.change(scheme, [Edit(ann, 2, "Ann", typed)], OFFICE, now).remark
    assert everyone(scheme)["Ann"]["phone"] == "(416) 555-0123"
    with scheme.writing() as db:
        settings.put(db, "country", "CA")
    assert service.change(scheme, [Edit(ann, 3, "Ann", typed)], OFFICE, now).remark == ""
    assert everyone(scheme)["Ann"]["phone"] == "+1 416-555-0123"


def test_all_edits_are_saved_or_none_and_everybody_stale_is_told(scheme: Scheme, ann: int, now: datetime) -> None:
    """Three people edited at once, two of them changed by somebody else meanwhile: both are named, nothing is saved."""
    for name in ("Bob", "Cy"):
        service.add(scheme, {"name": name, "email": f"{name}@x.example", "organisation": "Kent"}, now)
    rows = everyone(scheme)
    service.change(
        scheme, [Edit(rows[name]["id"], 1, name, {"role": "Planner"}) for name in ("Ann", "Bob")], OFFICE, now
    )
    mine = [Edit(rows[name]["id"], 1, name, {"role": "Chef"}, {"Grade": "7"}) for name in ("Ann", "Bob", "Cy")]
    with pytest.raises(Stale, match=r"saved Ann .* “Planner”.*saved Bob"):
        service.change(scheme, mine, OFFICE, now)
    assert [row["role"] for row in everyone(scheme).values()] == ["Planner", "Planner", ""]
    versions = {row["id"]: row["version"] for row in everyone(scheme).values()}
    service.change(
        scheme,
        [Edit(edit.person_id, versions[edit.person_id], "", edit.typed, edit.extra) for edit in mine],
        OFFICE,
        now,
    )
    assert [(row["role"], row["extra"]) for row in everyone(scheme).values()] == [("Chef", {"Grade": "7"})] * 3


def test_what_others_saved_meanwhile_is_named(scheme: Scheme, ann: int, now: datetime) -> None:
    """Only differences between the table as read and as it is now are named; erased people stay in place."""
    service.add(scheme, {"name": "Bob", "email": "b@x.example", "organisation": "Kent"}, now)
    with scheme.reading() as db:
        read = kept.everyone(db, TODAY)
    service.set_status(scheme, [ann], "paused", date(2026, 4, 1))
    service.change(scheme, [Edit(ann, 2, "Ann", {"phone": ""}, {"Desk": "4b"})], OFFICE, now)
    service.erase(scheme, [int(read["id"][1])])
    now_there = service.again(scheme, read, TODAY)
    assert now_there["name"].tolist() == ["Ann", "Bob"]
    assert service.meanwhile(read, now_there) == (
        "Somebody else saved Ann while you were editing: status is now “paused”; paused until is now “2026-04-01”; "
        "phone is now empty; Desk is now “4b”. What you typed is not saved; it is still in the table. Save it if it is "
        "still right."
    )


def test_a_taken_address_is_no_stale_save(scheme: Scheme, ann: int, now: datetime) -> None:
    """Saving again would not help, so it is another kind of error."""
    service.add(scheme, {"name": "Bob", "email": "b@x.example", "organisation": "Kent"}, now)
    with pytest.raises(SchemeError, match="already the address of Bob") as told:
        service.change(scheme, [Edit(ann, 1, "Ann", {"email": "B@x.example"})], OFFICE, now)
    assert not isinstance(told.value, Stale)


def test_erasing_empties_the_log_as_well(scheme: Scheme, ann: int) -> None:
    """After the call returns, the name is in no file."""
    assert service.erase(scheme, [ann]) == 0
    files = scheme.path.parent.glob(f"{scheme.path.name}*")
    assert not [path.name for path in files if b"ann@x.example" in path.read_bytes()]


def test_erasing_deletes_the_letters_kept_as_files(scheme: Scheme, ann: int, now: datetime) -> None:
    """A letter that names somebody is gone from the folder too; other people's letters stay."""
    for name in ("Bob", "Cy", "Di"):
        service.add(scheme, {"name": name, "email": f"{name}@x.example", "organisation": name}, now)
    life.publish(scheme, life.generate(scheme, now), 2, Office("http://x", "O", "o@x.example", "T"), now)
    assert keep_due(scheme, folder_of(scheme), now) == 4
    assert sum(bool(NAMES_ANN.search(path.read_bytes())) for path in folder_of(scheme).glob("*.eml")) == 2
    service.erase(scheme, [ann])
    left = [path.read_bytes() for path in folder_of(scheme).glob("*.eml")]
    assert len(left) == 2
    assert not [letter for letter in left if NAMES_ANN.search(letter)]
