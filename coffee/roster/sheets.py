"""A file's contents as sheets of text, whatever program wrote it."""

from dataclasses import dataclass

from coffee.roster.delimited import read_text
from coffee.roster.errors import RosterError
from coffee.roster.workbook import is_workbook, read_workbook


@dataclass(frozen=True)
class Sheet:
    """A sheet. `rows[0]` is line 1 of the spreadsheet; cells are text, '' when empty. `how` says how it was read."""

    name: str
    rows: list[list[str]]
    how: str


def open_file(data: bytes, filename: str) -> list[Sheet]:
    """Return all filled sheets of a CSV, XLSX, XLS or ODS file in their order; a CSV is one sheet.

    The content decides, not the name. Raises RosterError when there is nothing to read.
    """
    if is_workbook(data):
        sheets = [Sheet(name, rows, f"the sheet “{name}”") for name, rows in read_workbook(data, filename)]
    else:
        rows, how = read_text(data, filename)
        sheets = [Sheet(filename, rows, how)]
    filled = [sheet for sheet in sheets if any(any(row) for row in sheet.rows)]
    if not filled:
        raise RosterError(f"{filename} is empty. Choose a spreadsheet with one person on each line.")
    return filled
