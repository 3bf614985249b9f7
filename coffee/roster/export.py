"""Tables out: CSV that Excel opens without running anything and that imports again unchanged, and rows to mend."""

import re
from collections.abc import Sequence
from io import BytesIO

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from coffee.roster.cells import printable
from coffee.roster.columns import EXPORTED, TO_MEND
from coffee.roster.compare import Refused
from coffee.roster.roster import EXTRA

# OWASP's list of what makes a spreadsheet run a cell; an apostrophe before it is doubled so that it can be undone.
_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n＝＋－＠]")


def defused(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table with an apostrophe before every text, header too, that a spreadsheet would take for a formula.

    Numbers and dates are left alone. Reading a roster takes the apostrophe away again.
    """
    safe = frame.map(lambda value: _safe(value) if isinstance(value, str) else value)
    return safe.rename(columns=_safe)


def as_csv(frame: pd.DataFrame) -> str:
    """CSV text (comma, CRLF) with formulas defused; what is missing is an empty cell."""
    return str(defused(frame).to_csv(index=False, lineterminator="\r\n"))


def for_excel(frame: pd.DataFrame) -> bytes:
    """`as_csv` in UTF-8 with the byte order mark by which Excel knows it is not Windows-1252."""
    return as_csv(frame).encode("utf-8-sig")


def people_table(everyone: pd.DataFrame) -> pd.DataFrame:
    """People as they are exported: `EXPORTED`, then one column for each extra detail that anybody has."""
    table = everyone[list(EXPORTED)].copy()
    table["shares"] = [", ".join(shares) or "nothing" for shares in everyone["shares"]]
    for header in dict.fromkeys(header for extra in everyone["extra"] for header in extra):
        name = header if header not in EXPORTED else f"{header}{EXTRA}"
        table[name] = [extra.get(header, "") for extra in everyone["extra"]]
    return table


def to_mend(headers: Sequence[str], refused: Sequence[Refused]) -> bytes:
    """An XLSX of the rows that were not used, each with what is wrong in a last column that a new upload ignores."""
    book = Workbook()
    sheet = book.active
    sheet.title = "To mend"
    lines = [[*headers, TO_MEND], *([*line.row.original, line.why] for line in refused)]
    for y, line in enumerate(lines, 1):
        for x, text in enumerate(line, 1):
            # Excel takes a string for what it is, "=" and all, when the cell is marked as text.
            cell = sheet.cell(y, x, printable(text))
            cell.data_type, cell.number_format = "s", "@"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for (cell,) in sheet.iter_rows(min_row=2, min_col=len(headers) + 1):
        cell.fill, cell.alignment = PatternFill("solid", start_color="FFF2CC"), Alignment(wrap_text=True)
    for x in range(1, len(headers) + 1):
        sheet.column_dimensions[get_column_letter(x)].width = 24
    sheet.column_dimensions[get_column_letter(len(headers) + 1)].width = 70
    sheet.freeze_panes = "A2"
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text
