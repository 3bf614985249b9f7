"""Tables out: safe in Excel, and read back unchanged."""

import csv
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from coffee.roster import Roster, cells, compare, guess, open_file, read, table
from coffee.roster.csv_out import as_csv, defused, for_excel, people_table
from coffee.roster.unused_rows import to_mend

# https://owasp.org/www-community/attacks/CSV_Injection
TODAY = date(2026, 3, 2)
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.mark.parametrize("start", DANGEROUS)
def test_no_cell_starts_as_a_formula(start: str) -> None:
    """Whatever OWASP lists is defused, in cells and in headers, also behind spaces."""
    text = as_csv(pd.DataFrame({f"{start}head": [f"{start}1+1", f"  {start}1"]}))
    found = [cell for row in csv.reader(StringIO(text, newline="")) for cell in row]
    assert len(found) == 3
    assert all(cell.startswith("'") for cell in found)


def test_numbers_and_gaps_stay_what_they_are() -> None:
    """Only text is defused; a negative number is a number, a missing value an empty cell."""
    frame = defused(pd.DataFrame({"n": [-1, 2], "x": [None, "a"]}))
    assert frame["n"].tolist() == [-1, 2]
    assert as_csv(frame) == "n,x\r\n-1,\r\n2,a\r\n"


def test_excel_is_told_the_encoding() -> None:
    """The byte order mark makes Excel read UTF-8."""
    assert for_excel(pd.DataFrame({"name": ["Siân"]})) == b"\xef\xbb\xbfname\r\nSi\xc3\xa2n\r\n"


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(cells.tidy)
filled = texts.filter(bool)


@st.composite
def everyone(draw: st.DrawFn) -> pd.DataFrame:
    """People as the scheme gives them, with any names and any extra columns."""
    headers = draw(st.lists(filled.filter(lambda name: name != "What to mend"), unique=True, max_size=3))
    people = draw(st.lists(st.tuples(filled, filled, texts, texts, texts), min_size=1, max_size=4))
    return pd.DataFrame(
        {
            "id": i, "version": 1, "name": name, "email": f"p{i}@x.example", "organisation": silo,
            "phone": draw(st.sampled_from(["", "+44 1632 960123", "ask the desk", "=1+1"])),
            "chat_id": chat, "role": role, "topics": topics, "language": "", "cannot_reach": "", "joined_at": "2026",
            "status": draw(st.sampled_from(["active", "left", "unconfirmed"])), "paused_until": "",
            "shares": draw(st.sampled_from([["email"], [], ["email", "phone", "chat_id"]])), "unsubscribed_at": "",
            "extra": {header: draw(filled) for header in headers if draw(st.booleans())},
        }
        for i, (name, silo, chat, role, topics) in enumerate(people)
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(everyone())
def test_an_export_imports_again_unchanged(people: pd.DataFrame) -> None:
    """Every person of an export is unchanged when it is uploaded, and the same in an empty scheme."""
    found = table(open_file(for_excel(people_table(people)), "people.csv")[0])
    roster = read(found, guess(found.headers, [row for _, row in found.lines]))
    preview = compare(roster, people.to_dict("records"), TODAY)
    assert (len(preview.unchanged), preview.changed, preview.refused) == (len(people), [], [])
    for new, person in zip(compare(roster, [], TODAY).new, people.to_dict("records"), strict=True):
        assert {name: person[name] for name in new.details} == new.details
        assert {name for name in person if person[name]} - {"id", "version", "joined_at"} <= new.details.keys()


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(cells.tidy).filter(bool))
def test_defusing_is_undone_exactly(text: str) -> None:
    """Reading a defused cell gives the text before, even when that began with apostrophes."""
    assert cells.tidy(defused(pd.DataFrame({"x": [text]}))["x"][0]) == text


def test_rejected_rows_come_back_as_a_spreadsheet_to_mend(roster: Callable[..., Roster]) -> None:
    """The original columns, what to mend at the end, formulas as text; uploaded again, that column is passed over."""
    first = roster("Name,Email,Org,Notes\n=1+1,bad,Devon,x\x07y\nBo,bo@x.example,,\nCy,cy@x.example,Kent,\n")
    data = to_mend(first.headers, compare(first, [], TODAY).refused)
    sheet = load_workbook(BytesIO(data)).active
    assert [cell.value for cell in sheet[1]] == ["Name", "Email", "Org", "Notes", "What to mend"]
    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["D2"].value) == ("=1+1", "s", "xy")
    assert sheet["E3"].value == "The organisation is missing."
    again = roster(data, "to-mend.xlsx", keep=("Notes",))
    assert [(row.text("name"), dict(row.extra)) for row in again.rows] == [("=1+1", {"Notes": "xy"}), ("Bo", {})]
