"""Draws from spreadsheets alone: people and pairs in, matches out, faults with the line they are on."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from coffee.pairing.model import IntArray
from coffee.roster import guess, is_workbook, likeliest, open_file, read, table
from coffee.roster.cells import tidy
from coffee.roster.csv_out import defused
from coffee.roster.delimited import decoded, read_text
from coffee.roster.errors import RosterError

SHOWN = 20
NEEDED: tuple[Literal["name", "email", "organisation"], ...] = ("name", "email", "organisation")
# A million rows leave no time for a full check: this tells typing errors from addresses.
_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+")


class SheetError(Exception):
    """A spreadsheet that cannot be used; `faults` are plain sentences."""

    def __init__(self, faults: Sequence[str]) -> None:
        more = len(faults) - SHOWN
        self.faults = [*faults[:SHOWN], *([f"… and {more:,} more lines with faults."] if more > 0 else [])]
        super().__init__(" ".join(self.faults))


class ColumnsMissing(SheetError):
    """A spreadsheet without the columns that plain files have."""


@dataclass(frozen=True, eq=False)
class People:
    """n people as the spreadsheet has them; `place` finds a position by email, in lower case."""

    names: list[str]
    emails: list[str]
    organisations: list[str]
    place: dict[str, int]

    def silos(self) -> tuple[IntArray, list[str]]:
        """Each person's silo (n,) and the silos' names. Letter case and spaces do not tell organisations apart."""
        plain = [" ".join(o.split()).casefold() for o in self.organisations]
        codes, _ = pd.factorize(np.array(plain, dtype=object))
        first = np.unique(codes, return_index=True)[1]
        return codes.astype(np.int64), [self.organisations[i] for i in first.tolist()]


@dataclass(frozen=True)
class Sheet:
    """A table as read: the rows below the header, and where each wanted column is."""

    name: str
    rows: list[list[str]]
    columns: dict[str, int]

    def cells(self, column: str) -> list[str]:
        """One column, spaces around cells removed; an apostrophe that defuses a formula is taken away."""
        if column not in self.columns:
            return [""] * len(self.rows)
        at = self.columns[column]
        cells = [row[at].strip() if len(row) > at else "" for row in self.rows]
        return [tidy(cell) if cell[:1] == "'" else cell for cell in cells]


def read_sheet(data: bytes, name: str, needed: Sequence[str]) -> Sheet:
    """Reads a CSV; SheetError when it is none or lacks a column."""
    try:
        rows, _ = read_text(*decoded(data, name), name)
    except RosterError as error:
        raise (ColumnsMissing if is_workbook(data) else SheetError)([str(error)]) from error
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    missing = [column for column in needed if column not in header]
    if missing:
        have = f"It has {', '.join(filter(None, header))}." if any(header) else "It is empty."
        raise ColumnsMissing([f"{name}, line 1: there is no column called {' or '.join(missing)}. {have}"])
    if twice := sorted({cell for cell in header if cell and header.count(cell) > 1}):
        raise SheetError([f"{name}, line 1: there are two columns called {' and '.join(twice)}. Remove one of them."])
    if max(map(len, rows)) > len(header):
        wide = [(line, len(row)) for line, row in enumerate(rows[1:], 2) if any(map(str.strip, row[len(header) :]))]
        columns = f"the header has {len(header)} columns"
        faults = [f"{name}, line {line}: {columns}, but this line has {width}." for line, width in wide]
        if faults:
            raise SheetError(faults)
    return Sheet(name, rows[1:], {cell: at for at, cell in reversed(list(enumerate(header)))})


def read_people(data: bytes, name: str) -> People:
    """People with `name`, `email` and `organisation`; SheetError for a blank cell, or an email that is none or twice.

    Blank lines are skipped. A file without these columns is read as `coffee import` reads it.
    """
    try:
        sheet = read_sheet(data, name, NEEDED)
    except ColumnsMissing as error:
        return _as_imported(data, name, error)
    names, emails, organisations = (sheet.cells(column) for column in ("name", "email", "organisation"))
    place = {email.lower(): at for at, email in enumerate(emails)}
    if len(place) == len(emails) and all(names) and all(organisations) and all(map(_EMAIL.fullmatch, place)):
        return People(names, emails, organisations, place)
    blank = {at for at, row in enumerate(sheet.rows) if not any(map(str.strip, row))}
    faults = _faults(name, zip(names, emails, organisations, strict=True), blank)
    if faults:
        raise SheetError(faults)
    kept = [at for at in range(len(emails)) if at not in blank]
    names, emails, organisations = ([column[at] for at in kept] for column in (names, emails, organisations))
    return People(names, emails, organisations, {email.lower(): at for at, email in enumerate(emails)})


def _as_imported(data: bytes, name: str, error: SheetError) -> People:
    """Read people from any roster; a file that is none raises the error about its columns."""
    try:
        found = table(likeliest(open_file(data, name)))
        rows = read(found, guess(found.headers, [cells for _, cells in found.lines])).rows
    except RosterError as fault:
        raise (SheetError([str(fault)]) if is_workbook(data) else error) from fault
    if faults := [f"{name}, line {row.line}: {row.rejected}" for row in rows if row.rejected]:
        raise SheetError(faults)
    texts = [[row.text(field) for field in NEEDED] for row in rows]
    if faults := _faults(name, ((person, email, silo) for person, email, silo in texts), set()):
        raise SheetError(faults)
    names, emails, organisations = ([text[at] for text in texts] for at in range(len(NEEDED)))
    return People(names, emails, organisations, {email.lower(): at for at, email in enumerate(emails)})


def _faults(name: str, rows: Iterable[tuple[str, str, str]], blank: set[int]) -> list[str]:
    """The faults of the people, line by line; blank lines are no fault."""
    found = []
    line_of: dict[str, int] = {}
    for at, (person, email, organisation) in enumerate(rows):
        if at in blank:
            continue
        line = at + 2
        missing = [what for what, cell in (("name", person), ("organisation", organisation)) if not cell]
        found += [f"{name}, line {line}: the {what} is missing." for what in missing]
        if not email:
            found.append(f"{name}, line {line}: the email is missing.")
        elif not _EMAIL.fullmatch(email):
            found.append(f"{name}, line {line}: “{email}” is no email address.")
        elif email.lower() in line_of:
            found.append(f"{name}, line {line}: {email} is on line {line_of[email.lower()]} already.")
        line_of.setdefault(email.lower(), line)
    return found


def read_pairs(data: bytes, name: str, people: People) -> IntArray:
    """Pairs (k, 2) of positions from `email_1`, `email_2` and, where there is one, `email_3` (three pairs).

    SheetError for somebody who is not among the people, a line that is half filled, or somebody with themselves.
    """
    pairs: list[tuple[int, int]] = []
    faults = []
    for line, emails in _lines_of_pairs(data, name):
        unknown = [email for email in emails if email.lower() not in people.place]
        if unknown:
            are = "is" if len(unknown) == 1 else "are"
            faults.append(f"{name}, line {line}: {' and '.join(unknown)} {are} not among the people.")
        pairs += _known(emails, people)
    if faults:
        raise SheetError(faults)
    return np.array(pairs, np.int64).reshape(-1, 2)


def read_history(data: bytes, name: str, people: People) -> tuple[IntArray, int]:
    """Pairs (k, 2) who met, and how many pairs are passed over: one of the two has left.

    SheetError for a line that is half filled, or somebody with themselves.
    """
    pairs: list[tuple[int, int]] = []
    named = 0
    for _, emails in _lines_of_pairs(data, name):
        named += len(emails) * (len(emails) - 1) // 2
        pairs += _known(emails, people)
    return np.array(pairs, np.int64).reshape(-1, 2), named - len(pairs)


def _known(emails: Sequence[str], people: People) -> Iterator[tuple[int, int]]:
    return combinations([people.place[email.lower()] for email in emails if email.lower() in people.place], 2)


def _lines_of_pairs(data: bytes, name: str) -> list[tuple[int, list[str]]]:
    """(line, its two or three emails) of the lines that are not blank; SheetError for lines that name no pair."""
    sheet = read_sheet(data, name, ("email_1", "email_2"))
    columns = [sheet.cells(column) for column in ("email_1", "email_2", "email_3")]
    lines = [(line, row) for line, row in enumerate(zip(*columns, strict=True), 2) if any(row)]
    faults = [f"{name}, line {line}: {fault}" for line, row in lines if (fault := _fault(row))]
    if faults:
        raise SheetError(faults)
    return [(line, [email for email in row if email]) for line, row in lines]


def _fault(row: tuple[str, ...]) -> str:
    """The fault of one line of pairs, whoever the people are, or nothing."""
    if not row[0] or not row[1]:
        return "email_1 and email_2 must both be filled in."
    emails = [email.lower() for email in row if email]
    if odd := next((email for email in emails if not _EMAIL.fullmatch(email)), None):
        return f"“{odd}” is no email address."
    return "somebody is paired with themselves." if len(set(emails)) < len(emails) else ""


def as_table(matches: IntArray, people: People) -> pd.DataFrame:
    """One row a match: three columns of emails, of names and of organisations, blank where there is no third.

    Names and organisations that a spreadsheet would run as formulas are defused; emails are left as they are.
    """
    columns = (("email", people.emails), ("name", _safe(people.names)), ("organisation", _safe(people.organisations)))
    found = {}
    for title, values in columns:
        column = np.array([*values, ""], dtype=object)
        for number in range(3):
            found[f"{title}_{number + 1}"] = column[matches[:, number]]
    return pd.DataFrame(found)


def _safe(values: list[str]) -> list[str]:
    """The texts with those defused that a spreadsheet might run; none of these begins with a letter or digit."""
    odd = [place for place, text in enumerate(values) if text and not text[0].isalnum()]
    safe = list(values)
    for place, text in zip(odd, defused(pd.DataFrame({"text": [values[p] for p in odd]}))["text"], strict=True):
        safe[place] = text
    return safe
