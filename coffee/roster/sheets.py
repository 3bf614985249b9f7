"""A file's contents as sheets of text, whatever program wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass

from coffee.roster.contacts import people_in_list, people_in_vcards
from coffee.roster.delimited import AS_IT_SEEMS, Reading, decoded, read_text
from coffee.roster.errors import RosterError
from coffee.roster.markup import page_in_mhtml, sheets_in_xml, tables_in_page
from coffee.roster.wording import field_named, plain
from coffee.roster.workbook import is_workbook, read_workbook

_MARKUP = ("<html", "<table", "<!doc", "<?xml", "<meta", "<body", "<style", "<div", "<head")
_NAMES, _EMAILS = {"name", "first_name", "last_name"}, {"email"}
_TITLES = 10  # lines above a sheet's header at most, where sheets are read as one


@dataclass(frozen=True)
class Sheet:
    """A sheet. `rows[0]` is line 1 of the spreadsheet; cells are text, '' when empty. `how` says how it was read.

    `hidden` are the lines that a filter or the organiser hides, `encoding` is that of a text file.
    """

    name: str
    rows: list[list[str]]
    how: str
    hidden: frozenset[int] = frozenset()
    encoding: str = ""


def open_file(data: bytes, filename: str, reading: Reading = AS_IT_SEEMS) -> list[Sheet]:
    """Return all filled sheets of a file in their order; a text file is one sheet.

    Reads CSV, XLSX, XLS, ODS, web pages and XML that pass for them, vCards and lists of addresses. The content decides,
    not the name; `reading` is somebody's choice of encoding and separator. Raises RosterError when there is nothing to
    read. Sheets of one organisation each are followed by one of them all.
    """
    if is_workbook(data):
        sheets = [
            Sheet(name, rows, f"the sheet “{name}”", frozenset(hidden))
            for name, rows, hidden in read_workbook(data, filename)
        ]
    else:
        sheets = _text_sheets(data, filename, reading)
    filled = [sheet for sheet in sheets if any(any(row) for row in sheet.rows)]
    if not filled:
        raise RosterError(f"{filename} is empty. Choose a spreadsheet with one person on each line.")
    return filled + _all_organisations(filled)


def _text_sheets(data: bytes, filename: str, reading: Reading) -> list[Sheet]:
    if data[:4096].lstrip()[:13].lower() == b"mime-version:":
        return _tables(page_in_mhtml(data), filename, "a web archive")
    text, encoding = decoded(data, filename, reading)
    beginning = text.lstrip("\ufeff \n\t\r")[:12].lower()
    if beginning.startswith("begin:vcard"):
        return [Sheet(filename, people_in_vcards(text, filename), "contact cards")]
    if beginning.startswith(_MARKUP):
        book = sheets_in_xml(text.lstrip("\ufeff \n\t\r"), filename)
        if book is not None:
            return [Sheet(name, rows, f"the sheet “{name}” of Excel 2003") for name, rows in book]
        return _tables(text, filename, "a web page")
    people = people_in_list(text.replace("\r\n", "\n"))
    if people:
        return [Sheet(filename, people, "a list of names and addresses")]
    rows, how = read_text(text, encoding, filename, reading)
    return [Sheet(filename, rows, how, encoding=encoding)]


def _tables(page: str, filename: str, called: str) -> list[Sheet]:
    tables = tables_in_page(page)
    if not tables:
        raise RosterError(
            f"{filename} is {called} without a table, under a spreadsheet's name. Open it in Excel, save it as XLSX, "
            "and use that."
        )
    return [
        Sheet(filename if len(tables) == 1 else f"Table {number}", rows, f"a table in {called}")
        for number, rows in enumerate(tables, 1)
    ]


def _all_organisations(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return one sheet of several with the same columns and no organisation: their names are organisations."""
    headers = [_header(sheet) for sheet in sheets]
    shape = None if headers[0] is None else [plain(cell) for cell in sheets[0].rows[headers[0]]]
    alike = [
        (sheet, at)
        for sheet, at in zip(sheets, headers, strict=True)
        if at is not None and [plain(cell) for cell in sheet.rows[at]] == shape
    ]
    if len(alike) < 2 or len(alike) < len(sheets):
        return []
    rows = [[*sheets[0].rows[headers[0] or 0], "Organisation"]]
    hidden = set()
    for sheet, at in alike:
        for number, row in enumerate(sheet.rows[at + 1 :], at + 2):
            if any(row):
                rows.append([*row, *[""] * (len(rows[0]) - 1 - len(row)), sheet.name])
                hidden |= {len(rows)} if number in sheet.hidden else set()
    how = f"{len(alike):,} sheets, each an organisation of its name"
    return [Sheet("All sheets, each an organisation", rows, how, frozenset(hidden))]


def _header(sheet: Sheet) -> int | None:
    """Return the line that names people and their addresses, but no organisation; None when there is none."""
    for at, row in enumerate(sheet.rows[:_TITLES]):
        fields = {field_named(cell) for cell in row}
        if fields & _NAMES and fields & _EMAILS:
            return None if "organisation" in fields else at
    return None
