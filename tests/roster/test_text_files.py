"""CSV in whatever encoding, with whatever separator."""

import csv
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffee.roster import RosterError, open_file

ROWS = [["Name", "Email", "Organisation"], ["Siân O’Brien", "sian@x.example", "Gwynedd – Môn; Trust, Ltd"]]


def text(rows: list[list[str]], separator: str = ",") -> str:
    stream = StringIO()
    csv.writer(stream, delimiter=separator).writerows(rows)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_encoding_and_separator_reads_the_same(encoding: str, separator: str) -> None:
    """Whatever Excel chose to save with, the names arrive as they were typed."""
    found = open_file(text(ROWS, separator).encode(encoding), "people.csv")
    assert [row for row in found[0].rows if row] == ROWS


def test_old_mac_files_are_read() -> None:
    """Excel's "CSV (Macintosh)" ends lines with a bare CR and has its own encoding."""
    raw = "Name,Email\rZoë,zoe@x.example\r".encode("mac_roman")
    assert open_file(raw, "mac.csv")[0].rows[1] == ["Zoë", "zoe@x.example"]


def test_excels_sep_line_is_obeyed_and_still_counts_as_a_line() -> None:
    """`sep=;` on line 1 tells the separator; the header is then line 2, as Excel shows it."""
    rows = open_file(b"sep=;\nName;Email, work\nAnn;a@x.example\n", "people.csv")[0].rows
    assert rows[1] == ["Name", "Email, work"]


names = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff,;|"), min_size=1, max_size=20)


@settings(deadline=None)
@given(
    st.lists(st.tuples(names, names, names), min_size=3, max_size=20),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8-sig", "utf-16"]),
)
def test_what_a_csv_writer_wrote_comes_back(table: list[tuple[str, str, str]], separator: str, encoding: str) -> None:
    """Python's own csv writer, every cell quoted, is read back cell by cell on the same lines."""
    stream = StringIO()
    writer = csv.writer(stream, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerows(table)
    rows = open_file(stream.getvalue().encode(encoding), "people.csv")[0].rows
    assert [tuple(row) for row in rows[: len(table)]] == table


def test_a_cell_with_a_line_break_is_one_line_of_the_spreadsheet() -> None:
    """Line numbers are Excel's rows, not the text file's lines."""
    rows = open_file(b'Name,Email\n"Ann\nLee",a@x.example\nBob,b@x.example\n', "p.csv")[0].rows
    assert rows[2] == ["Bob", "b@x.example"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"\n\n ,,\n"[:2], "is empty"),
        (b"%PDF-1.7\n\x00\x01\x02\xff\xfe" * 50, "is not a spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4, "is not a spreadsheet"),
        (b"\n <HTML><p>Name</p></html>", "is a web page without a table, under a spreadsheet's name"),
        (b'Name,Email\n"Ann,a@x.example\nBob,b@x.example\n', "never closed"),
        (b"Name,Email\nAnn," + b"x" * 200_000 + b"\n", "could not be read beyond line 2"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(data: bytes, says: str) -> None:
    """One sentence that says what is wrong with the file; no traceback, and no line silently swallowed."""
    with pytest.raises(RosterError, match=says) as told:
        open_file(data, "people.csv")
    assert str(told.value).endswith(".")


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    """Whatever is uploaded gives rows of text or a RosterError."""
    try:
        sheets = open_file(data, "people.csv")
    except RosterError:
        return
    assert all(isinstance(cell, str) for sheet in sheets for row in sheet.rows for cell in row)
