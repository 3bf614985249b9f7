"""One person typed by hand: the same checks as a spreadsheet's row."""

from collections.abc import Mapping

from coffee.roster import cells
from coffee.roster.cells import Cell
from coffee.roster.errors import RosterError


def checked(typed: Mapping[str, str], region: str = "GB") -> tuple[dict[str, str], str]:
    """(details to save, what to look at all the same) from texts by column; columns that are not there stay so.

    Raises RosterError with one sentence when something needed is missing or wrong.
    """
    found = {column: _cell(column, text, region) for column, text in typed.items()}
    faults = "; ".join(cell.fault for cell in found.values() if cell.rejects)
    if faults:
        raise RosterError(f"{faults[:1].upper()}{faults[1:]}.")
    remark = "; ".join(cell.fault for cell in found.values() if cell.fault)
    return {column: cell.value for column, cell in found.items()}, remark and f"{remark}."


def _cell(column: str, text: str, region: str) -> Cell:
    match column:
        case "name" | "organisation":
            return cells.words(text, column)
        case "email":
            return cells.email(text)
        case "phone":
            return cells.phone(text, region)
        case "paused_until":
            return cells.day(text)
        case _:
            return Cell(cells.tidy(text))
