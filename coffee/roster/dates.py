"""Dates as people write them. Ambiguous, impossible or incomplete ones are faults, never guesses."""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import get_month_names
from dateutil.parser import ParserError, parse, parserinfo

from coffee.days.words import in_words
from coffee.roster.cells import Cell, tidy

_LONGEST = 60  # characters: no date is longer
_YEARS = range(1900, 2100)  # any other year is a slip of the fingers
_YEAR_FIRST = re.compile(r"\d{4}\b")
_FIGURES = re.compile(r"(\d{1,2})\s*[ ./-]\s*\d{1,2}\s*[ ./-]\s*\d{2,4}\b")
_SERIAL = re.compile(r"\d{5}")  # the days since 1900, as which Excel shows a date in a column of numbers
_DAY_ZERO = date(1899, 12, 30)
_BLANK = (datetime(2000, 1, 1), datetime(2001, 2, 2))  # noqa: DTZ001 - two fillings for what a text leaves out


class _Names(parserinfo):
    """Month names in English and Welsh. Years of two digits are in this century."""

    MONTHS = [  # noqa: RUF012 - as the base class has it
        (*english, *(get_month_names(width, locale="cy")[number] for width in ("wide", "abbreviated")))
        for number, english in enumerate(parserinfo.MONTHS, 1)
    ]

    def convertyear(self, year: int, century_specified: bool = False) -> int:
        return year if century_specified or year > 99 else 2000 + year


_READERS = {day_first: _Names(dayfirst=day_first) for day_first in (True, False)}


def day(text: str, day_first: bool = True, in_doubt: bool = False) -> Cell:
    """Read a date as YYYY-MM-DD.

    `in_doubt` says that other dates beside it have the opposite order, so dates that make sense both ways are refused.
    """
    typed = tidy(text)
    if not typed:
        return Cell("")
    read_date, other = read_day(typed, day_first), read_day(typed, not day_first)
    if in_doubt and read_date and other and read_date != other:
        either = f"{in_words(read_date)} or {in_words(other)}"
        return _refused(f"“{typed}” may be {either}, because another date in this file has them the other way round")
    if read_date:
        return Cell(read_date.isoformat())
    if other:
        first, second = ("month", "day") if day_first else ("day", "month")
        return _refused(f"“{typed}” has the {first} before the {second}; write it as {in_words(other)}")
    if _SERIAL.fullmatch(typed) and (counted := _DAY_ZERO + timedelta(days=int(typed))).year in _YEARS:
        return Cell(counted.isoformat(), f"“{typed}” is read as {in_words(counted)}, as Excel counts days")
    return _refused(f"“{typed}” is not a date; write it with day, month and year, like 7 April 2026")


def moment(text: str, day_first: bool = True, in_doubt: bool = False) -> Cell:
    """Read a date that may have a time, as our own export does; a time is stored as it is."""
    with suppress(ValueError):
        datetime.fromisoformat(typed := tidy(text))
        return Cell(typed)
    return day(text, day_first, in_doubt)


def is_other_order(text: str, day_first: bool) -> bool:
    """Return whether the text is a date only with day and month the other way round."""
    typed = tidy(text)
    return bool(typed) and read_day(typed, day_first) is None and read_day(typed, not day_first) is not None


@lru_cache(maxsize=10_000)  # a column has the same few days over and over
def read_day(typed: str, day_first: bool = True) -> date | None:
    """Return the date written out in full, with its figures in this order; None for anything else.

    dateutil alone would turn 04/13 round without a word, and take from today what is left out.
    """
    year_first = bool(_YEAR_FIRST.match(typed))
    figures = None if year_first else _FIGURES.match(typed)
    if len(typed) > _LONGEST or not (year_first or figures or _names_a_month(typed)):
        return None
    reader = _READERS[day_first and not year_first]
    try:
        read_date, again = (parse(typed, reader, default=blank, ignoretz=True).date() for blank in _BLANK)
    except (ParserError, OverflowError):
        return None
    first = read_date.day if day_first else read_date.month
    is_so = read_date == again and read_date.year in _YEARS and (figures is None or int(figures[1]) == first)
    return read_date if is_so else None


def _names_a_month(typed: str) -> bool:
    return any(_READERS[True].month(word) for word in re.findall(r"[^\W\d_]+", typed))


def _refused(fault: str) -> Cell:
    return Cell("", fault, rejects=True)
