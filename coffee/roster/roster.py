"""A roster: a table's rows read by a mapping of its columns, each good or rejected with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from coffee.days.place import ENGLAND, Place
from coffee.roster import cells, dates, phones
from coffee.roster.answered import answer_times
from coffee.roster.cells import Cell
from coffee.roster.columns import NEARLY_ALL, in_order
from coffee.roster.content import content_of
from coffee.roster.errors import RosterError
from coffee.roster.fields import EXPORTED, Field
from coffee.roster.table import Table
from coffee.roster.wording import surname_first

EXTRA = " (extra)"  # how an export marks an extra column that has the name of one of ours
_NEEDED = ("email", "name", "first_name", "last_name", "organisation")
_DATES = ("paused_until", "unsubscribed_at")
SHARES = ("email", "phone", "chat_id")


@dataclass(frozen=True)
class Row:
    """A line of the spreadsheet: its number, its cells by field, and its extra columns by header."""

    line: int
    cells: Mapping[Field, Cell]
    extra: Mapping[str, str]
    original: list[str]
    answered_at: datetime | None = None

    def text(self, field: Field) -> str:
        """Return a field's value, '' when the spreadsheet does not have it."""
        return self.cells[field].value if field in self.cells else ""

    @property
    def identity(self) -> str:
        """The key by which two lines are about the same person."""
        return self.text("email").casefold()

    @property
    def rejected(self) -> str:
        """The reason why this row cannot be used, in one sentence, or ''."""
        return _sentence([cell.fault for cell in self.cells.values() if cell.rejects])

    @property
    def remark(self) -> str:
        """A point to check although the row is used, in one sentence, or ''."""
        return _sentence([cell.fault for cell in self.cells.values() if cell.fault and not cell.rejects])

    @property
    def details(self) -> dict[str, Any]:
        """The person's details in this row: filled fields only, `extra` as a dict, `shares` as a list."""
        filled: dict[str, Any] = {field: cell.value for field, cell in self.cells.items() if cell.value}
        if "shares" in filled:
            filled["shares"] = [name for name in SHARES if name in filled["shares"].split(", ")]
        return filled | ({"extra": dict(self.extra)} if self.extra else {})


@dataclass(frozen=True)
class Roster:
    """All rows of a table in the order of the file. `notes` are sentences on how they were read."""

    headers: list[str]
    rows: list[Row]
    notes: tuple[str, ...] = ()

    @property
    def organisations(self) -> list[str]:
        """The organisations that its rows name, each once, in the order of the file."""
        return list(dict.fromkeys(row.text("organisation") for row in self.rows))

    def renamed(self, organisations: Mapping[str, str]) -> "Roster":
        """Return the roster with some organisations renamed."""
        return replace(self, rows=[_renamed(row, organisations) for row in self.rows])


def read(
    table: Table,
    mapping: Mapping[int, Field],
    *,
    organisation: str = "",
    place: Place = ENGLAND,
    day_first: bool | None = None,
    turn_names: bool | None = None,
) -> Roster:
    """Read every row. `organisation` is for rows that name none; numbers and dates are read as in `place`.

    Where one date contradicts that, others that make sense both ways are refused, unless the organiser said of this
    file whether the day is first. Raises RosterError when no column holds emails or names, or none organisations and no
    `organisation` is given. `turn_names` says that names are written as "Lee, Ann"; None goes by the file.
    """
    _require(mapping, organisation)
    columns = {field: in_order(mapping, field, table.headers) for field in set(mapping.values())}
    in_doubt = day_first is None and odd_date(table, mapping, place.day_first) is not None
    day_first = place.day_first if day_first is None else day_first
    turns = _are_surnames_first(table, columns.get("name", ())) if turn_names is None else turn_names
    reader = _Reader(columns, organisation, place.region, day_first, in_doubt, turns)
    lines, above = _filled_down(table, columns.get("organisation", ()))
    times = answer_times(table.headers, table.lines, day_first)
    rows = [replace(_row(line, texts, table.headers, reader), answered_at=times.get(line)) for line, texts in lines]
    notes = [*table.notes]
    if above:
        notes.append(
            f"{above:,} blank {'cell takes' if above == 1 else 'cells take'} the organisation of a line above."
        )
    if turns:
        notes.append("Names are written as “Lee, Ann” in this file, and are read as “Ann Lee”.")
    return Roster(table.headers, rows, tuple(notes))


def _are_surnames_first(table: Table, columns: Sequence[int]) -> bool:
    """Return whether names are written as "Lee, Ann": by their header, or in nearly every cell."""
    cells = [[texts[i] for _, texts in table.lines] for i in columns]
    return any(surname_first(table.headers[i]) for i in columns) or any(
        content_of(column).comma_names >= NEARLY_ALL for column in cells
    )


def _filled_down(table: Table, columns: Sequence[int]) -> tuple[list[tuple[int, list[str]]], int]:
    """Return the lines with organisations that are written once, above their people, on every line; and how many.

    They are written so where as many cells are blank as filled, no name stands twice, and the first line has one.
    """
    if not columns or not table.lines:
        return table.lines, 0
    texts = [next((row[i] for i in columns if row[i].strip()), "") for _, row in table.lines]
    named = [text for text in texts if text.strip()]
    blank = len(texts) - len(named)
    if not texts[0].strip() or blank < len(named) or len(set(named)) < len(named):
        return table.lines, 0
    lines, current = [], ""
    for (number, row), text in zip(table.lines, texts, strict=True):
        current = text if text.strip() else current
        lines.append((number, [current if i == columns[0] else cell for i, cell in enumerate(row)]))
    return lines, blank


def odd_date(table: Table, mapping: Mapping[int, Field], day_first: bool) -> tuple[int, str] | None:
    """Return the first date, with its line, that makes sense only with day and month in the other order."""
    columns = [i for i, field in mapping.items() if field in _DATES]
    for line, texts in table.lines:
        for i in columns:
            if dates.is_other_order(texts[i], day_first):
                return line, cells.tidy(texts[i])
    return None


@dataclass(frozen=True)
class _Reader:
    """The way to read one file's rows. `in_doubt` says that it has dates in both orders."""

    columns: Mapping[Field, list[int]]
    organisation: str
    region: str
    day_first: bool
    in_doubt: bool
    turns_names: bool


def _require(mapping: Mapping[int, Field], organisation: str) -> None:
    fields = set(mapping.values())
    missing = [
        called
        for called, ways in (
            ("email address", {"email"}),
            ("name", {"name", "first_name", "last_name"}),
            ("organisation", {"organisation"} if not organisation else fields),
        )
        if not fields & ways
    ]
    if missing:
        raise RosterError(
            f"No column is chosen for the {' or the '.join(missing)}. Choose which column holds it, or name that "
            "column in the spreadsheet's header line."
        )


def _row(line: int, texts: list[str], headers: list[str], reader: _Reader) -> Row:
    columns = reader.columns
    known = ["" if text == cells.UNSAVED else text for text in texts]

    def first(field: Field) -> str:
        return next((known[i] for i in columns.get(field, ()) if cells.tidy(known[i])), "")

    name = _in_order(first("name"), reader.turns_names)
    read: dict[Field, Cell] = {
        "email": cells.email(first("email")),
        "name": cells.words(name or f"{first('first_name')} {first('last_name')}", "name"),
        "organisation": cells.words(first("organisation") or reader.organisation, "organisation"),
        "phone": phones.phone(first("phone"), reader.region),
        "chat_id": Cell(_chat_ids(known, headers, columns.get("chat_id", []))),
        **_standing(first("status"), first("paused_until"), reader),
        "unsubscribed_at": dates.moment(first("unsubscribed_at"), reader.day_first, reader.in_doubt),
    }
    plain: tuple[Field, ...] = ("role", "topics", "language", "shares")
    read |= {field: Cell(cells.tidy(first(field))) for field in plain}
    read |= {
        "name" if field in ("first_name", "last_name") else field: cells.unsaved(field in (*_NEEDED, *_DATES))
        for field, places in columns.items()
        if field != "ignore" and any(texts[i] == cells.UNSAVED for i in places)
    }
    extra = {_extra_name(headers[i]): cells.tidy(known[i]) for i in columns.get("extra", [])}
    return Row(line, read, {header: text for header, text in extra.items() if text}, texts)


def _standing(status: str, until: str, reader: _Reader) -> dict[Field, Cell]:
    """Read the status and the end of a pause. A date on its own pauses; beside another status it means nothing."""
    status = cells.tidy(status).casefold()
    if status not in ("", "paused"):
        return {"status": Cell(status)}
    end = dates.day(until, reader.day_first, reader.in_doubt)
    if end.rejects and not status and not any(map(str.isdecimal, until)):
        end = Cell("", f"“{cells.tidy(until)}” is not a date, so it is left out")  # such as n/a
    return {"status": Cell("paused" if end.value else status), "paused_until": end}


def _in_order(name: str, surname_first: bool) -> str:
    surname, comma, others = name.partition(",")
    return f"{others} {surname}" if surname_first and comma else name


def _extra_name(header: str) -> str:
    ours = header.removesuffix(EXTRA)
    return ours if ours in EXPORTED else header


def _chat_ids(texts: list[str], headers: list[str], columns: list[int]) -> str:
    """Return a single ID as it is; label several with their column's name, so that people know where each works."""
    filled = {headers[i]: cells.tidy(texts[i]) for i in columns if cells.tidy(texts[i])}
    if len(filled) == 1:
        return next(iter(filled.values()))
    return ", ".join(f"{header}: {value}" for header, value in filled.items())


def _renamed(row: Row, organisations: Mapping[str, str]) -> Row:
    name = row.text("organisation")
    if name not in organisations:
        return row
    return replace(row, cells={**row.cells, "organisation": Cell(organisations[name])})


def _sentence(faults: list[str]) -> str:
    joined = "; ".join(dict.fromkeys(faults))
    return f"{joined[:1].upper()}{joined[1:]}." if joined else ""
