"""A sheet's header and the lines below it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coffee.roster.cells import tidy
from coffee.roster.content import ADDRESS, is_organisation, is_person
from coffee.roster.errors import RosterError
from coffee.roster.sheets import Sheet
from coffee.roster.wording import field_named, plain

_MOST_COLUMNS = 200
_LAST_LETTERS = 18_278  # ZZZ, beyond any spreadsheet's last column
_LOOK_AT = 30  # lines: titles, logos and notes above a header are seldom longer
_BELOW = 20  # lines that show whether a line is a header or one of them
_ALIKE = 0.6  # of the cells below, from which a cell is one of them
_TOTAL = re.compile(r"((grand|sub) ?)?totals?\b.*|number of (people|participants|rows)\b.*", re.IGNORECASE)
_SURVEY = {"response", "open-ended response"}  # SurveyMonkey's second header row, below its questions
_QUALTRICS = '{"importid"'  # begins each cell of its third header row


@dataclass(frozen=True)
class Table:
    """A table. `headers[i]` names column i; `lines` pairs each line number of the spreadsheet with its cells.

    `notes` are sentences on lines that are left out.
    """

    headers: list[str]
    lines: list[tuple[int, list[str]]]
    header_line: int | None
    sheet: Sheet
    notes: tuple[str, ...] = ()


def table(sheet: Sheet, header_line: int | None = None, *, with_hidden: bool = False) -> Table:
    """Find the header; skip blank lines and anything above it. Without a header, name the columns "Column A" and so on.

    `header_line` is the line of the header, 0 for none, where somebody has chosen it. Hidden lines are left out unless
    they are wanted. Raises RosterError when more
    columns are filled than a list of people can have.
    """
    at = _header_at(sheet.rows) if header_line is None else header_line - 1 if header_line else None
    header = [] if at is None else _headers(sheet.rows, at)
    filled, notes = _lines(sheet.rows, at, header)
    shown = filled if with_hidden else [(number, row) for number, row in filled if number not in sheet.hidden]
    if len(shown) < len(filled):
        count = len(filled) - len(shown)
        notes.append(f"{count:,} hidden {'line is' if count == 1 else 'lines are'} left out.")
    filled = shown
    used = sorted({i for row in (header, *(row for _, row in filled)) for i, cell in enumerate(row) if cell.strip()})
    if len(used) > _MOST_COLUMNS:
        raise RosterError(f"“{sheet.name}” has {len(used):,} filled columns. Keep the {_MOST_COLUMNS} that matter.")
    lines = [(number, [row[i] if i < len(row) else "" for i in used]) for number, row in filled]
    named = [tidy(header[i]) if i < len(header) else "" for i in used]
    headers = [name or _letters(i) for i, name in zip(used, named, strict=True)]
    return Table(_unique(headers), lines, None if at is None else at + 1, sheet, tuple(notes))


def likeliest(sheets: list[Sheet]) -> Sheet:
    """Return the sheet whose header names the most fields of a roster; of equals the longest."""
    return max(sheets, key=lambda sheet: (best_header(sheet.rows)[0], len(sheet.rows)))


def best_header(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return (number of different fields its cells name, index) of the likeliest header: above the first address."""
    first = next((i for i, row in enumerate(rows[: 2 * _LOOK_AT]) if _is_persons(row)), _LOOK_AT)
    named = [len({field_named(cell) for cell in row} - {None, "extra", "ignore"}) for row in rows[:first]]
    best = max(named, default=0)
    return best, named.index(best) if named else 0


def _header_at(rows: list[list[str]]) -> int | None:
    """Return the header's index; without one, that of the first filled line, or None if that line is a person's."""
    survey = next((i for i, row in enumerate(rows[:_LOOK_AT]) if _begins(row, _QUALTRICS)), 0)
    if survey:
        return survey - 1
    named, at = best_header(rows)
    if named and not _is_one_of_them(rows, at):
        return at
    first = next((i for i, row in enumerate(rows) if sum(bool(cell.strip()) for cell in row) > 1), None)
    return None if first is None or _is_persons(rows[first]) or _is_one_of_them(rows, first) else first


def _begins(row: Sequence[str], beginning: str) -> bool:
    return any(cell.strip().casefold().startswith(beginning) for cell in row)


def _is_persons(row: Sequence[str]) -> bool:
    """Return whether a line has somebody's address beside other cells."""
    bare = [cell.strip(" \t;,.<>'\"“”").removeprefix("mailto:") for cell in row if cell.strip()]
    return len(bare) > 1 and any(map(ADDRESS.fullmatch, bare))


def _is_one_of_them(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Return whether a line holds a person and an organisation like the lines below it, rather than their headers."""
    data = headers = 0
    for i, cell in enumerate(map(str.strip, rows[at])):
        below = [row[i].strip() for row in rows[at + 1 : at + 1 + _BELOW] if i < len(row) and row[i].strip()]
        if is_organisation(cell) and _share(map(is_organisation, below)) > _ALIKE:
            data += 1
        elif field_named(cell) not in (None, "extra", "ignore"):
            headers += 1
        elif is_person(cell) and _share(map(is_person, below)) > _ALIKE:
            data += 1
    return data > headers


def _share(hits: Iterator[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found) if found else 0.0


def _headers(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    """Return the header's cells; a form's questions stand above those of their parts, and name what those do not."""
    header, above = list(rows[at]), rows[at - 1] if at else []
    if sum(bool(cell.strip()) for cell in above) <= 2:
        return header
    header += [""] * (len(above) - len(header))
    return [cell if cell.strip() or i >= len(above) else above[i] for i, cell in enumerate(header)]


def _lines(
    rows: Sequence[list[str]], at: int | None, header: Sequence[str]
) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """Return the filled lines below the header up to a further table, and sentences on totals that are left out."""
    start = 0 if at is None else at + 1
    names = {plain(cell) for cell in header} - {""}
    filled: list[tuple[int, list[str]]] = []
    notes = []
    for number, row in enumerate(rows[start:], start + 1):
        texts = [cell.strip() for cell in row if cell.strip()]
        if not texts or [tidy(cell) for cell in row] == [tidy(cell) for cell in header]:
            continue
        if number <= start + 2 and ({text.casefold() for text in texts} <= _SURVEY or _begins(row, _QUALTRICS)):
            continue
        if len(texts) > 1 and len(names & {plain(text) for text in texts}) > 1 and not _is_persons(row):
            while filled and sum(bool(cell.strip()) for cell in filled[-1][1]) == 1:
                filled.pop()
            notes.append(f"Line {number:,} begins another table, which is left out.")
            break
        if len(texts) <= 3 and _TOTAL.fullmatch(texts[0]) and not _is_persons(row):
            notes.append(f"Line {number:,} is a total (“{texts[0]}”) and is left out.")
            continue
        filled.append((number, row))
    return filled, notes


def _letters(column: int) -> str:
    from openpyxl.utils import get_column_letter  # 0.2 s, and only for a sheet without headers

    return f"Column {get_column_letter(column + 1) if column < _LAST_LETTERS else column + 1}"


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
    repeats = {name: 0 for name, times in seen.items() if times > 1}
    unique = []
    for name in names:
        if name in repeats:
            repeats[name] += 1
        unique.append(f"{name} ({repeats[name]})" if repeats.get(name, 0) > 1 else name)
    return unique
