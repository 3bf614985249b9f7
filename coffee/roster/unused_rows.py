"""Rows of a roster that were not used, as a spreadsheet to correct and upload again."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from coffee.roster.cells import printable
from coffee.roster.compare import Refused
from coffee.roster.fields import TO_MEND


def to_mend(headers: Sequence[str], refused: Sequence[Refused]) -> bytes:
    """Write an XLSX of the unused rows, each with its fault in a last column that a new upload ignores."""
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
