"""A roster compared with the scheme, to show what would change before anything does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from coffee.days.words import in_words
from coffee.roster import phones
from coffee.roster.cells import Cell
from coffee.roster.roster import Roster, Row

# What people choose for themselves: a spreadsheet may say it of somebody new, never overrule it.
_THEIR_OWN = ("shares", "unsubscribed_at")


@dataclass(frozen=True)
class New:
    """A row whose email is new to the scheme."""

    row: Row

    @property
    def details(self) -> dict[str, Any]:
        """The details to save."""
        return self.row.details


@dataclass(frozen=True)
class Changed:
    """A row about a known person: `changes` maps each column that differs to (from, to)."""

    row: Row
    person_id: int
    version: int
    changes: Mapping[str, tuple[Any, Any]]

    @property
    def details(self) -> dict[str, Any]:
        """The details to save."""
        return {column: to for column, (_, to) in self.changes.items()}


@dataclass(frozen=True)
class Refused:
    """A row that cannot be used, with a sentence that says why."""

    row: Row
    why: str


@dataclass(frozen=True)
class Preview:
    """The roster's rows, each in exactly one of the five lists, in the order of the file.

    `remarks` has (line, sentence) for points to check in rows that are used.
    """

    new: list[New] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    unchanged: list[Row] = field(default_factory=list)
    repeated: list[Refused] = field(default_factory=list)
    rejected: list[Refused] = field(default_factory=list)
    remarks: list[tuple[int, str]] = field(default_factory=list)

    @property
    def refused(self) -> list[Refused]:
        """Rows that are not used, each with its reason, in the order of the file."""
        return sorted([*self.repeated, *self.rejected], key=lambda refused: refused.row.line)


def compare(roster: Roster, existing: Iterable[Mapping[Any, Any]], today: date) -> Preview:
    """Sort the rows by their effect. `existing` are the scheme's people: id, version and their columns.

    Blank cells, and pauses over by `today`, never overwrite anything. A file never brings back somebody who left, nor
    overrules a person's choice of what to share.
    """
    known = {person["email"].casefold(): person for person in existing}
    in_file = {row.identity for row in roster.rows}
    elsewhere = {_called(person): person["email"] for email, person in known.items() if email not in in_file}
    preview = Preview()
    rows = [_without_past_pause(row, today) for row in roster.rows]
    used = _used(rows)
    for row in rows:
        if row.rejected:
            preview.rejected.append(Refused(row, row.rejected))
        elif used[row.identity] is not row:
            preview.repeated.append(Refused(row, _repeats(row, used[row.identity])))
        else:
            _sort(row, known.get(row.identity), preview)
    preview.remarks.extend(
        _namesake(new.row, elsewhere) for new in preview.new if _called(new.row.details) in elsewhere
    )
    return replace(preview, remarks=sorted(preview.remarks))


def _used(rows: Iterable[Row]) -> dict[str, Row]:
    """Return the row that counts for each person: the last answer where the file says when each was given, else the
    first.
    """
    used: dict[str, Row] = {}
    for row in rows:
        first = used.setdefault(row.identity, row) if not row.rejected else row
        if first.answered_at and row.answered_at and row.answered_at > first.answered_at:
            used[row.identity] = row
    return used


def _repeats(row: Row, used: Row) -> str:
    if used.answered_at and row.answered_at:
        return f"{row.text('email')} answered again on line {used.line}; the last answer is used."
    return f"Repeats {row.text('email')} of line {used.line}; the first of the two is used."


def _called(person: Mapping[Any, Any]) -> tuple[str, str]:
    return person["name"].casefold(), person["organisation"].casefold()


def _namesake(row: Row, elsewhere: Mapping[tuple[str, str], str]) -> tuple[int, str]:
    """Point out that somebody new may be somebody known who has another address now."""
    return row.line, (
        f"{row.text('name')} of {row.text('organisation')} is here already, as {elsewhere[_called(row.details)]}. If "
        "this is the same person, change that address in the table of people instead, and leave this line out."
    )


def _sort(row: Row, person: Mapping[Any, Any] | None, preview: Preview) -> None:
    if row.remark:
        preview.remarks.append((row.line, row.remark))
    if person is None:
        preview.new.append(New(row))
        return
    changes = _changes(row.details, person)
    if person["status"] == "left" and "status" in changes:
        changes = {column: change for column, change in changes.items() if column not in ("status", "paused_until")}
        preview.remarks.append((row.line, f"{person['name']} has left and stays so; reactivate them if they are back."))
    if changes:
        preview.changed.append(Changed(row, person["id"], person["version"], changes))
    else:
        preview.unchanged.append(row)


def _without_past_pause(row: Row, today: date) -> Row:
    until = row.text("paused_until")
    if not until or until > today.isoformat():
        return row
    ended = Cell("", f"the pause ended on {in_words(date.fromisoformat(until))}, so it is left out")
    return replace(row, cells={**row.cells, "status": Cell(""), "paused_until": ended})


def _changes(details: Mapping[str, Any], person: Mapping[Any, Any]) -> dict[str, tuple[Any, Any]]:
    wanted = {column: value for column, value in details.items() if column not in ("email", *_THEIR_OWN)}
    if phones.is_same(person["phone"], wanted.get("phone", "")):
        del wanted["phone"]
    if "extra" in wanted:
        wanted["extra"] = {**person["extra"], **wanted["extra"]}
    if wanted.get("status", "paused") != "paused":
        wanted["paused_until"] = ""
    return {column: (person[column], value) for column, value in wanted.items() if value != person[column]}
