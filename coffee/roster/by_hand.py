"""Checks for one person typed by hand, the same as for a spreadsheet's row."""

from collections.abc import Mapping

from coffee.roster import cells, dates, phones
from coffee.roster.cells import Cell
from coffee.roster.errors import RosterError


def checked(typed: Mapping[str, str], region: str = "GB") -> tuple[dict[str, str], str]:
    """Check typed texts by column; return the details to save, and a remark to look at or ''.

    Columns that are missing stay unchanged; so does a good phone number where a spoilt one was typed. Raises
    RosterError with one sentence when something required is missing or wrong.
    """
    cells = {column: _cell(column, text, region) for column, text in typed.items()}
    faults = "; ".join(cell.fault for cell in cells.values() if cell.rejects)
    if faults:
        raise RosterError(f"{faults[:1].upper()}{faults[1:]}.")
    remark = "; ".join(cell.fault for cell in cells.values() if cell.fault)
    return {
        column: cell.value for column, cell in cells.items() if cell.value or not cell.fault
    }, remark and f"{remark}."


def _cell(column: str, text: str, region: str) -> Cell:
    match column:
        case "name" | "organisation":
            return cells.words(text, column)
        case "email":
            return cells.email(text)
        case "phone":
            return phones.phone(text, region)
        case "paused_until":
            return dates.day(text)
        case _:
            return Cell(cells.tidy(text))
