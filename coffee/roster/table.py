"""A sheet's header and the lines below it."""

from dataclasses import dataclass

from coffee.roster.cells import tidy
from coffee.roster.columns import ADDRESS, field_named
from coffee.roster.errors import RosterError
from coffee.roster.sheets import Sheet

_MOST_COLUMNS = 200
_LAST_LETTERS = 18_278  # ZZZ, beyond any spreadsheet's last column
_LOOK_AT = 30  # lines: titles, logos and notes above a header are seldom longer


@dataclass(frozen=True)
class Table:
    """A table. `headers[i]` names column i; `lines` pairs each line number of the spreadsheet with its cells."""

    headers: list[str]
    lines: list[tuple[int, list[str]]]
    header_line: int | None
    sheet: Sheet


def table(sheet: Sheet) -> Table:
    """Find the header; skip blank lines and anything above it. Without a header, name the columns "Column A" and so on.

    Raises RosterError when more columns are filled than a list of people can have.
    """
    at = _header_at(sheet.rows)
    start = 0 if at is None else at + 1
    filled = [(start + i + 1, row) for i, row in enumerate(sheet.rows[start:]) if any(cell.strip() for cell in row)]
    header = [] if at is None else sheet.rows[at]
    used = sorted({i for row in (header, *(row for _, row in filled)) for i, cell in enumerate(row) if cell.strip()})
    if len(used) > _MOST_COLUMNS:
        raise RosterError(f"“{sheet.name}” has {len(used):,} filled columns. Keep the {_MOST_COLUMNS} that matter.")
    lines = [(number, [row[i] if i < len(row) else "" for i in used]) for number, row in filled]
    named = [tidy(header[i]) if i < len(header) else "" for i in used]
    headers = [name or _letters(i) for i, name in zip(used, named, strict=True)]
    return Table(_unique(headers), lines, None if at is None else at + 1, sheet)


def likeliest(sheets: list[Sheet]) -> Sheet:
    """Return the sheet whose header names the most fields of a roster; of equals the longest."""
    return max(sheets, key=lambda sheet: (_best_header(sheet.rows)[0], len(sheet.rows)))


def _header_at(rows: list[list[str]]) -> int | None:
    """Return the header's index; without one, that of the first filled line, or None if that line is a person's."""
    named, at = _best_header(rows)
    if named:
        return at
    first = next((i for i, row in enumerate(rows) if sum(bool(cell.strip()) for cell in row) > 1), None)
    return None if first is None or any(ADDRESS.fullmatch(cell.strip()) for cell in rows[first]) else first


def _best_header(rows: list[list[str]]) -> tuple[int, int]:
    """Return (number of different fields its cells name, index) of the likeliest header among the first lines."""
    named = [
        0 if any(ADDRESS.fullmatch(cell.strip()) for cell in row) else len({field_named(cell) for cell in row} - {None})
        for row in rows[:_LOOK_AT]
    ]
    best = max(named, default=0)
    return best, named.index(best) if named else 0


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
