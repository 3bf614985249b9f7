"""Small files that would fill the memory of whoever reads them."""

import resource
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
import xlwt

from coffee.people.service import opened
from coffee.roster import RosterError

CONTENT = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CELL = '<c t="inlineStr"><is><t>x</t></is></c>'


def workbook(rows: str, *, sheet: str = "worksheets/sheet1.xml", shared: str = "") -> bytes:
    """An XLSX of one sheet, as small as it can be; `sheet` is where its part lies."""
    links = [("1", "worksheet", sheet)] + ([("2", "sharedStrings", "sharedStrings.xml")] if shared else [])
    related = "".join(f'<Relationship Id="r{key}" Type="{OFFICE}/{kind}" Target="{to}"/>' for key, kind, to in links)
    parts = {
        "[Content_Types].xml": CONTENT,
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>',
        f"xl/{sheet}": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    } | ({"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>'} if shared else {})
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def without_end() -> bytes:
    """An XLS whose directory goes on with itself for ever."""
    book, stream = xlwt.Workbook(), BytesIO()
    book.add_sheet("S").write(0, 0, "Name")
    book.save(stream)
    data = bytearray(stream.getvalue())
    directory, table = (struct.unpack_from("<I", data, place)[0] for place in (48, 76))
    struct.pack_into("<I", data, 512 * (table + 1) + 4 * directory, directory)
    return bytes(data)


CORNER = '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>'
HOSTILE: dict[str, Callable[[], bytes]] = {
    "a value in the far corner": lambda: workbook(
        f'{CORNER}<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    ),
    "a far corner without its place": lambda: workbook(
        f'<row r="1">{CELL * 16_000}</row><row r="1048576">{CELL}</row>'
    ),
    "a sheet in another place": lambda: workbook(
        f'{CORNER}<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>', sheet="other/part.xml"
    ),
    "a long text in many cells": lambda: workbook(
        '<row r="1">' + '<c t="s"><v>0</v></c>' * 16_000 + "</row>",
        shared=f"<si><t>{'x' * 32_000_000}</t></si>",
    ),
    "a directory without an end": without_end,
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_workbook_is_refused_in_a_sentence(kind: str) -> None:
    """A small file that unpacks to a huge one fills no more memory than it may, and none of the app's."""
    data = HOSTILE[kind]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(RosterError, match=r"too large to read|damaged"):
        opened(data, "people.xlsx")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # KiB


def test_a_workbook_made_so_small_is_read() -> None:
    """The same parts with little in them are a workbook like any other."""
    assert [sheet.rows for sheet in opened(workbook(f'<row r="1">{CELL}</row>', sheet="other/part.xml"), "p.xlsx")] == [
        [["x"]]
    ]


@pytest.mark.parametrize(
    "text", ["," * 1_000_000, "a\n" * 1_100_000, "a,b\n" * 3 + "," * 70_000], ids=["wide", "long", "wide further down"]
)
def test_a_text_larger_than_any_sheet_is_refused(text: str) -> None:
    """A million columns or lines are refused at the first that is too many."""
    with pytest.raises(RosterError, match="more than a spreadsheet holds"):
        opened(text.encode(), "people.csv")
