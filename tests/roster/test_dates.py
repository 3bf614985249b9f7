"""Days as people in Britain and elsewhere write them."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO

import pytest
from babel.dates import format_date
from hypothesis import assume, given
from hypothesis import strategies as st
from openpyxl import Workbook

from coffee.roster import Roster, compare, dates, guess, odd_date, open_file, read, table
from coffee.roster.cells import Cell

TODAY = date(2026, 3, 2)
HEADER = "Name,Email,Org,Status,Paused until\n"
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
Read = Callable[..., Roster]


@pytest.mark.parametrize(
    "typed",
    [
        "07/04/2026", "7/4/2026", "07/04/26", "7.4.2026", "07.04.2026", "7.4.26", "7-4-2026", "7 4 2026",
        "7 April 2026", "07 April 2026", "7th April 2026", "7th of April, 2026", "7-Apr-26", "7 Apr 26", "7 apr. 2026",
        "Tue 7 April 2026", "Tuesday, 7 April 2026", "April 7, 2026", "2026-04-07", "2026/04/07", "2026-4-7",
        "2026-04-07 00:00", "2026-04-07T00:00:00Z", "07/04/2026 09:30", "7 Ebrill 2026", "7 Ebr 2026",
        " 7/4/2026\u00a0",
    ],
)  # fmt: skip
def test_a_day_is_read_however_people_write_it(typed: str) -> None:
    """Figures with the day first, names of months in English and Welsh, and what spreadsheets and computers write."""
    assert dates.day(typed) == Cell("2026-04-07")


@pytest.mark.parametrize(
    "typed",
    [
        "soon", "31/02/2026", "31 April 2026", "0/4/2026", "99/99/2026", "7 April", "April 2026", "07/04", "4/2026",
        "7", "070426", "10:30", "10:30 04/05/2026", "7/4/202", "31/12/9999", "7 April 1026", "2026-13-04", "2026/13/04",
        "07/04/2026 to 09/04/2026", "until 7 April 2026", "1/2/3/4", "7 Mehfin", "99999", "9" * 5000, "1/" * 50_000,
    ],
)  # fmt: skip
def test_what_is_not_a_whole_date_is_a_fault(typed: str) -> None:
    """Nothing is taken from today, nothing is turned round, and nothing takes long: the line is refused."""
    cell = dates.day(typed)
    assert (cell.value, cell.rejects) == ("", True)
    assert cell.fault.endswith("is not a date; write it with day, month and year, like 7 April 2026")


@given(DAYS, st.sampled_from(["/", ".", "-", " "]), st.booleans(), st.booleans(), st.booleans())
def test_figures_are_read_in_the_order_of_the_country(
    day: date, sign: str, day_first: bool, padded: bool, short: bool
) -> None:
    """Day first here, month first there, with or without zeros and century: always the day that was written."""
    figures = [f"{day.day:02}" if padded else str(day.day), f"{day.month:02}" if padded else str(day.month)]
    year = f"{day.year % 100:02}" if short else str(day.year)
    text = sign.join([*(figures if day_first else reversed(figures)), year])
    assert dates.read_day(text, day_first) == day
    turned = dates.read_day(text, not day_first)
    assert turned is None or (turned.year, turned.month, turned.day) == (day.year, day.day, day.month)


@given(DAYS, st.sampled_from(["full", "long", "d MMM y", "d MMMM y", "y-MM-dd", "dd-MMM-yy"]), st.booleans())
def test_a_named_month_leaves_nothing_to_ask(day: date, pattern: str, day_first: bool) -> None:
    """Babel writes it, we read it, whatever the order of figures is here."""
    assert dates.read_day(format_date(day, pattern, locale="en_GB"), day_first) == day


@given(DAYS, st.sampled_from(["d MMMM y", "d MMM y"]))
def test_a_welsh_month_is_read(day: date, pattern: str) -> None:
    """As Welsh writes it, in full and short."""
    assert dates.read_day(format_date(day, pattern, locale="cy")) == day


@given(st.text(max_size=30) | st.text(st.sampled_from("0123456789/.- :AprilMayth"), max_size=24), st.booleans())
def test_no_text_is_too_odd(text: str, day_first: bool) -> None:
    """Whatever is in a cell, it is a date of our time or a fault; the one way round and the other never both differ
    in more than day and month."""
    cell = dates.day(text, day_first)
    assert cell.value or cell.fault or not text.strip(" ") or not dates.tidy(text)
    if cell.value:
        assert 1900 <= date.fromisoformat(cell.value).year < 2100


def test_a_date_the_other_way_round_is_refused_and_written_out() -> None:
    """dateutil alone would read it as 13 April and say nothing."""
    assert dates.day("04/13/2026") == Cell(
        "", "“04/13/2026” has the month before the day; write it as 13 April 2026", rejects=True
    )
    assert dates.day("13/04/2026", day_first=False).fault == (
        "“13/04/2026” has the day before the month; write it as 13 April 2026"
    )


def test_the_days_that_excel_counts_are_read_and_pointed_out() -> None:
    """A date in a column of numbers; it is seen in the preview as the day it became."""
    assert dates.day("46119") == Cell("2026-04-07", "“46119” is read as 7 April 2026, as Excel counts days")


def test_one_odd_date_puts_the_others_of_its_file_in_doubt(roster: Read) -> None:
    """Of a file that has 04/13/2026, only what can be nothing else is used, unless the organiser said how it reads."""
    text = (
        f"{HEADER}A,a@x.example,K,paused,04/13/2026\nB,b@x.example,K,paused,05/06/2026\n"
        "C,c@x.example,K,paused,25/06/2026\nD,d@x.example,K,paused,6 May 2026\nE,e@x.example,K,paused,05/05/2026\n"
    )
    unasked = compare(roster(text), [], TODAY)
    assert [(one.row.line, one.why) for one in unasked.rejected] == [
        (2, "“04/13/2026” has the month before the day; write it as 13 April 2026."),
        (3, "“05/06/2026” may be 5 June 2026 or 6 May 2026, because another date in this file has them the other way "
            "round."),
    ]  # fmt: skip
    assert [new.details["paused_until"] for new in unasked.new] == ["2026-06-25", "2026-05-06", "2026-05-05"]
    american = compare(roster(text, day_first=False), [], TODAY)
    assert [one.row.line for one in american.rejected] == [4]
    assert [new.details["paused_until"] for new in american.new] == [
        "2026-04-13", "2026-05-06", "2026-05-06", "2026-05-05",
    ]  # fmt: skip
    british = compare(roster(text, day_first=True), [], TODAY)
    assert [one.row.line for one in british.rejected] == [2]
    assert british.new[0].details["paused_until"] == "2026-06-05"


@given(st.lists(DAYS, min_size=1, max_size=6), st.booleans())
def test_no_date_of_a_file_is_misread_in_silence(days: list[date], day_first: bool) -> None:
    """Written either way, a date becomes the day that was meant, or its line is refused, once any of them gives the
    order away."""
    assume(any(day.day > 12 for day in days))
    pattern = "{0.day:02}/{0.month:02}/{0.year}" if day_first else "{0.month:02}/{0.day:02}/{0.year}"
    lines = "".join(f"P,p{n}@x.example,K,paused,{pattern.format(day)}\n" for n, day in enumerate(days))
    found = table(open_file((HEADER + lines).encode(), "p.csv")[0])
    mapping = guess(found.headers, [texts for _, texts in found.lines])
    for row, day in zip(read(found, mapping).rows, days, strict=True):
        assert row.rejected or row.text("paused_until") == day.isoformat()
    assert (odd_date(found, mapping, True) is None) == day_first


def test_the_extra_columns_keep_dates_as_they_are(roster: Read) -> None:
    """Only our own date columns are read; a starting date of another kind raises no question."""
    found = roster("Name,Email,Org,Start date\nA,a@x.example,K,04/13/2026\n", keep=("Start date",))
    assert found.rows[0].extra == {"Start date": "04/13/2026"}
    assert not found.rows[0].rejected


def test_a_pause_with_a_date_nobody_can_read_is_refused_at_its_line(roster: Read) -> None:
    """A pause with an unreadable date is refused, or it would never end; a date without a status pauses.

    "n/a" means no date, and a date beside another status means nothing.
    """
    found = compare(
        roster(
            f"{HEADER}A,a@x.example,K,paused,until further notice\nB,b@x.example,K,,7 April 2026\n"
            "C,c@x.example,K,,n/a\nD,d@x.example,K,active,04/13/2026\nE,e@x.example,K,paused,\nF,f@x.example,K,,31/2/26\n"
        ),
        [],
        TODAY,
    )
    assert [one.row.line for one in found.rejected] == [2, 7]
    standing = {new.row.line: (new.details.get("status"), new.details.get("paused_until")) for new in found.new}
    assert standing == {3: ("paused", "2026-04-07"), 4: (None, None), 6: ("paused", None)} | {
        line: ("active", None) for line in standing if line == 5
    }
    assert (4, "“n/a” is not a date, so it is left out.") in found.remarks


def test_a_pause_that_is_over_says_nothing(roster: Read) -> None:
    """In month four the old file still says paused until April. It neither pauses nor wakes anybody, and it is said."""
    found = compare(roster(f"{HEADER}A,a@x.example,K,paused,01/03/2026\nB,b@x.example,K,paused,2/3/26\n"), [], TODAY)
    assert [new.details.get("status") for new in found.new] == [None, None]
    assert found.remarks == [
        (2, "The pause ended on 1 March 2026, so it is left out."),
        (3, "The pause ended on 2 March 2026, so it is left out."),
    ]


def test_a_date_of_excel_is_read_as_it_is() -> None:
    """A cell that holds a day, one with a time, and one whose day became a number are the same day."""
    book = Workbook()
    sheet = book.active
    sheet.append(["Name", "Email", "Org", "Paused until"])
    for n, value in enumerate([date(2026, 4, 7), datetime(2026, 4, 7, 9, 30), 46119]):  # noqa: DTZ001 - as Excel has it
        sheet.append([f"P{n}", f"p{n}@x.example", "Kent", value])
    file = BytesIO()
    book.save(file)
    found = table(open_file(file.getvalue(), "p.xlsx")[0])
    rows = read(found, guess(found.headers, [texts for _, texts in found.lines])).rows
    assert [row.text("paused_until") for row in rows] == ["2026-04-07"] * 3
    assert [row.text("status") for row in rows] == ["paused"] * 3


def test_a_pause_whose_end_only_excel_knows_is_refused(roster: Read) -> None:
    """A formula that was never calculated would pause without end."""
    book = Workbook()
    for row in (["Name", "Email", "Org", "Status", "Paused until"], ["A", "a@x.example", "K", "paused", "=TODAY()+30"]):
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    assert roster(file.getvalue(), "p.xlsx").rows[0].rejected.startswith("This line has a formula whose result")


def test_when_somebody_stopped_letters_keeps_its_time(roster: Read) -> None:
    """Our own export has the moment; Excel saves it as a date of its own."""
    found = roster(
        "Name,Email,Org,Unsubscribed at\nA,a@x.example,K,2026-03-02T09:00:00+00:00\nB,b@x.example,K,02/03/2026 09:00\n"
    )
    assert [row.text("unsubscribed_at") for row in found.rows] == ["2026-03-02T09:00:00+00:00", "2026-03-02"]
