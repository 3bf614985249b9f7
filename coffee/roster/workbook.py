"""Excel and OpenDocument workbooks: each sheet as rows of text, as the sheet shows them."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from html import unescape
from io import BytesIO

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from coffee.roster.cells import UNSAVED
from coffee.roster.errors import RosterError

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UNSAVED_FORMULA = re.compile(
    rb"<(?:\w+:)?c ([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_HIDDEN = re.compile(rb'<(?:\w+:)?row (?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_NUMBERS = b"Index/Document.iwa"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")


def is_workbook(data: bytes) -> bool:
    """Return whether the bytes are a zip (XLSX, ODS) or a compound file (XLS, a password-protected XLSX)."""
    return data.startswith((_ZIP, _OLE))


def read_workbook(data: bytes, filename: str) -> list[tuple[str, list[list[str]], list[int]]]:
    """Return (name, rows, hidden lines) of every visible sheet, or of the hidden ones when all are. Raises RosterError.

    A small file may unpack to any number of cells, so read strangers' files where memory has a limit.
    """
    if data.startswith(_ZIP) and _NUMBERS in data:
        raise RosterError(
            f"{filename} is from Apple Numbers. Open it in Numbers, choose File, Export To, Excel, and use that file."
        )
    try:
        hidden = _hidden_lines(data) if data.startswith(_ZIP) else {}
        unsaved = _unsaved_formulas(data) if data.startswith(_ZIP) else {}
        with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
            return [
                (name, _rows(book.get_sheet_by_name(name), unsaved.get(name, [])), hidden.get(name, []))
                for name in visible or book.sheet_names
            ]
    except PasswordError as error:
        raise _protected(filename) from error
    except MemoryError:
        raise
    # What a damaged archive raises has no common type: CalamineError, BadZipFile, zlib.error, EOFError, ValueError …
    except Exception as error:
        if _ENCRYPTED in data:
            raise _protected(filename) from error
        raise RosterError(
            f"{filename} is not a spreadsheet, or it is damaged. Open it in Excel, save it as XLSX or CSV, and "
            "upload that."
        ) from error


def _rows(sheet: CalamineSheet, unsaved: list[tuple[int, int]]) -> list[list[str]]:
    rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for line, column in unsaved:
        rows.extend([] for _ in range(len(rows), line))
        rows[line - 1].extend("" for _ in range(len(rows[line - 1]), column))
        rows[line - 1][column - 1] = UNSAVED
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or []:
        # Only downwards: a title merged across stays one cell, an organisation merged over its people is everybody's.
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row):
                row[left] = row[left] or rows[top][left]
    return rows


def _text(value: object) -> str:
    match value:
        case bool():
            return "Yes" if value else "No"
        case float():
            return str(int(value)) if value.is_integer() else f"{value:.15g}"
        case datetime():
            return value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case _:
            return str(value)


def _unsaved_formulas(data: bytes) -> dict[str, list[tuple[int, int]]]:
    """Return, by sheet, the (line, column) of formulas without a result, as programs other than Excel leave them."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {
            part: found
            for part in archive.namelist()
            if _SHEET.fullmatch(part) and (found := list(_formulas_without_result(archive.read(part))))
        }
        names = _names_of_parts(archive) if parts else {}
    return {names.get(part, ""): found for part, found in parts.items()}


def _hidden_lines(data: bytes) -> dict[str, list[int]]:
    """Return, by sheet, the lines that a filter or somebody hides."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {
            part: lines
            for part in archive.namelist()
            if _SHEET.fullmatch(part) and (lines := [int(found[1]) for found in _HIDDEN.finditer(archive.read(part))])
        }
        names = _names_of_parts(archive) if parts else {}
    return {names.get(part, ""): lines for part, lines in parts.items()}


def _formulas_without_result(sheet: bytes) -> Iterator[tuple[int, int]]:
    for cell in _UNSAVED_FORMULA.finditer(sheet) if b"<f" in sheet or b":f" in sheet else ():
        place = re.search(rb'\br="([A-Z]+)(\d+)"', cell[1])
        if place and b't="str"' not in cell[1]:
            yield int(place[2]), _column_number(place[1])


def _names_of_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return each sheet's name by the archive's part that holds it."""
    links = _tags(archive.read("xl/_rels/workbook.xml.rels"), "Relationship")
    parts = {link["Id"]: posixpath.join("/xl", link["Target"])[1:] for link in links}
    return {parts[sheet["r:id"]]: sheet["name"] for sheet in _tags(archive.read("xl/workbook.xml"), "sheet")}


def _tags(xml: bytes, name: str) -> list[dict[str, str]]:
    """Return the attributes of every tag of this name."""
    tags = re.findall(rf"<(?:\w+:)?{name} ([^>]*)>", xml.decode())
    return [{key: unescape(text) for key, text in re.findall(r'([\w:]+)="([^"]*)"', tag)} for tag in tags]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _protected(filename: str) -> RosterError:
    return RosterError(
        f"{filename} is protected by a password. Open it in Excel, take the password off (File, Info, Protect "
        "Workbook), save it, and upload it again."
    )
