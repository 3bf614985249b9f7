"""A sheet's header and the lines below it."""

from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from coffee.roster.cells import tidy
from coffee.roster.columns import ADDRESS, field_named
from coffee.roster.sheets import Sheet

_LOOK_AT = 30  # lines: titles, logos and notes above a header are seldom longer


@dataclass(frozen=True)
class Table:
    """`headers[i]` names column i; `lines` pairs the spreadsheet's own line number with that line's cells."""

    headers: list[str]
    lines: list[tuple[int, list[str]]]
    header_line: int | None
    sheet: Sheet


def table(sheet: Sheet) -> Table:
    """Find the header, skip what is above it and the blank lines; a sheet without header gets "Column A" and so on."""
    at = _header_at(sheet.rows)
    width = max((len(row) for row in sheet.rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in sheet.rows]
    named = rows[at] if at is not None else [""] * width
    headers = _unique([tidy(name) or f"Column {get_column_letter(i + 1)}" for i, name in enumerate(named)])
    start = 0 if at is None else at + 1
    lines = [(start + i + 1, row) for i, row in enumerate(rows[start:]) if any(cell.strip() for cell in row)]
    used = [i for i in range(width) if named[i].strip() or any(row[i].strip() for _, row in lines)]
    return Table(
        [headers[i] for i in used],
        [(number, [row[i] for i in used]) for number, row in lines],
        None if at is None else at + 1,
        sheet,
    )


def likeliest(sheets: list[Sheet]) -> Sheet:
    """The sheet whose header names the most of what a roster has; of equals the longest."""
    return max(sheets, key=lambda sheet: (_best_header(sheet.rows)[0], len(sheet.rows)))


def _header_at(rows: list[list[str]]) -> int | None:
    """Index of the header; without one, of the first filled line, unless that line is a person's."""
    named, at = _best_header(rows)
    if named:
        return at
    first = next((i for i, row in enumerate(rows) if sum(bool(cell.strip()) for cell in row) > 1), None)
    return None if first is None or any(ADDRESS.fullmatch(cell.strip()) for cell in rows[first]) else first


def _best_header(rows: list[list[str]]) -> tuple[int, int]:
    """(how many different fields its cells name, index) of the likeliest header among the first lines."""
    named = [
        0 if any(ADDRESS.fullmatch(cell.strip()) for cell in row) else len({field_named(cell) for cell in row} - {None})
        for row in rows[:_LOOK_AT]
    ]
    best = max(named, default=0)
    return best, named.index(best) if named else 0


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
