"""Workbooks, written by openpyxl, read by calamine."""

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from coffee.roster import Roster, RosterError, likeliest, open_file, table


def saved(book: Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def one_sheet(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


GOOD = one_sheet(["Name", "Email"], ["Ann", "a@x.example"])


def test_values_read_as_the_sheet_shows_them() -> None:
    """Numbers that are phone numbers have no ".0", dates are days, truth is Yes or No."""
    data = one_sheet(
        [7700900123, 1.5, date(2026, 3, 31), datetime.fromisoformat("2026-03-31T09:05"), time(9, 5), True, 1e15]
    )
    assert open_file(data, "p.xlsx")[0].rows == [
        ["7700900123", "1.5", "2026-03-31", "2026-03-31 09:05", "09:05", "Yes", "1000000000000000"]
    ]


def test_a_formula_gives_its_last_result() -> None:
    """A formula's cell is read as Excel last showed it."""
    data = one_sheet(["Name", "Email"], ["Ann", "=LOWER(A1)"])
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.infolist():
            body = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                body = body.replace(b"<f>LOWER(A1)</f><v></v>", b"<f>LOWER(A1)</f><v>ann@x.example</v>")
                body = body.replace(b"<f>LOWER(A1)</f><v />", b"<f>LOWER(A1)</f><v>ann@x.example</v>")
                body = body.replace(b'<c r="B2">', b'<c r="B2" t="str">')
            new.writestr(part, body)
    assert open_file(stream.getvalue(), "p.xlsx")[0].rows[1] == ["Ann", "ann@x.example"]


def test_lines_keep_excels_numbers_below_a_gap() -> None:
    """A sheet that begins on line 4, column C keeps line 4."""
    book = Workbook()
    book.active["C4"], book.active["D4"] = "Name", "Email"
    book.active["C6"], book.active["D6"] = "Ann", "a@x.example"
    found = table(open_file(saved(book), "p.xlsx")[0])
    assert (found.header_line, found.headers, found.lines) == (4, ["Name", "Email"], [(6, ["Ann", "a@x.example"])])


def test_an_organisation_merged_over_its_people_is_everybodys() -> None:
    """Cells merged downwards say the same of every line; a title merged across stays one cell."""
    book = Workbook()
    for row in (["Coffee 2026"], ["Org", "Name"], ["Devon", "Ann"], [None, "Bob"], ["Kent", "Cy"]):
        book.active.append(row)
    book.active.merge_cells("A3:A4")
    book.active.merge_cells("A1:B1")
    assert open_file(saved(book), "p.xlsx")[0].rows == [
        ["Coffee 2026", ""], ["Org", "Name"], ["Devon", "Ann"], ["Devon", "Bob"], ["Kent", "Cy"],
    ]  # fmt: skip


def test_the_sheet_with_people_is_proposed() -> None:
    """Of several sheets the one with a roster's header is the likeliest; hidden sheets are not offered."""
    book = Workbook()
    book.active.title = "Notes"
    book.active.append(["Read me"])
    for title, state in (("People", "visible"), ("Old", "hidden")):
        sheet = book.create_sheet(title)
        sheet.append(["Full name", "E-mail", "Council"])
        sheet.append(["Ann", "a@x.example", "Devon"])
        sheet.sheet_state = state
    sheets = open_file(saved(book), "p.xlsx")
    assert [sheet.name for sheet in sheets] == ["Notes", "People"]
    assert likeliest(sheets).name == "People"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04 and then nothing", "is not a spreadsheet, or it is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is not a spreadsheet, or it is damaged"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "protected by a password",
        ),
    ],
)
def test_damaged_and_locked_workbooks_are_explained(data: bytes, says: str) -> None:
    """Each fault of a workbook is a sentence that says what to do."""
    with pytest.raises(RosterError, match=says):
        open_file(data, "p.xlsx")


def test_a_formula_without_a_result_is_told(roster: Callable[..., Roster]) -> None:
    """Excel alone can calculate it: a row that needs it is rejected with what to do, another is only pointed out; a
    formula whose result is an empty text is no fault.
    """
    book = Workbook()
    book.create_sheet("A & B", 0).append(["Name", "Email", "Org", "Role"])
    for line in (
        ['="Ann"', '="a@x.example"', "D", ""],
        ["Bob", "b@x.example", "D", '="x"'],
        ['=""', "c@x.example", "D", ""],
    ):
        book.worksheets[0].append(line)
    data = saved(book)
    told = "This line has a formula whose result was never saved: open the file in Excel, save it, and upload it again."
    ann, bob, cy = roster(data, "p.xlsx").rows
    assert (ann.line, ann.rejected, cy.rejected) == (2, told, told)
    assert (bob.rejected, bob.remark, bob.details.get("role")) == ("", told, None)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b'<c r="A4">', b'<c r="A4" t="str">')
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    assert roster(stream.getvalue(), "p.xlsx").rows[2].rejected == "The name is missing."


def test_cells_merged_where_nothing_is_are_passed_over() -> None:
    """Formatting left behind beside or below the people breaks nothing."""
    book = Workbook()
    book.active.append(["Name"])
    book.active.append(["Ann"])
    book.active.merge_cells("F1:F9")
    book.active.merge_cells("A5:C9")
    assert open_file(saved(book), "p.xlsx")[0].rows[:2] == [["Name"], ["Ann"]]


@settings(deadline=None)
@given(st.data())
def test_no_damage_breaks_the_reader(data: st.DataObject) -> None:
    """Whatever a bad disk or a bad link does to a workbook, it is read or refused in a sentence."""
    raw = bytearray(GOOD)
    for at in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=6)):
        raw[at] = data.draw(st.integers(0, 255))
    try:
        sheets = open_file(bytes(raw), "p.xlsx")
    except RosterError:
        return
    assert all(isinstance(cell, str) for sheet in sheets for row in sheet.rows for cell in row)


def test_another_kind_of_zip_is_no_workbook() -> None:
    """A Word file is a zip as well."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(RosterError, match="is not a spreadsheet"):
        open_file(stream.getvalue(), "letter.docx")
