"""Rounds held before a scheme, as spreadsheets have them: wide, long, or the matrix of who met whom. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from coffee.roster import dates
from coffee.roster.cells import tidy
from coffee.roster.content import ADDRESS
from coffee.roster.errors import RosterError
from coffee.roster.sheets import Sheet

Met = Literal["yes", "no", "unknown"]
Column = Literal["round", "date", "met", "comment", "match", "person"]
_PLACES = ("1", "2", "3")
_PERSON = re.compile(r"(?:e-?mail|email address|name|person|participant|partner|colleague)[ _-]*([123])")
_ORGANISATION = re.compile(r"(?:organi[sz]ation|council|employer|team|company)[ _-]*([123])")
_WORDS: Mapping[Column, str] = {
    "round": r"round|round number|round no\.?|month", "date": r"date|when|met on|drawn on|week",
    "met": r"met|met\?|did (they|you) meet\??|outcome|result", "comment": r"comments?|notes?|feedback",
    "match": r"match|match id|match number|pair|pair id|pair number|group|pairing",
    "person": r"e-?mail( address)?|person|participant|name|full name",
}  # fmt: skip
_YES = {"yes", "y", "true", "1", "met", "x", "✓", "✔", "done", "do"}
_NO = {"no", "n", "false", "0", "did not meet", "not met", "didn't meet", "did_not_meet", "never"}
_MARKS = {"x", "✓", "✔", "yes", "y", "met", "•"}
_SQUARE = 0.8  # of a matrix's names across that stand down its side, too


@dataclass(frozen=True)
class PastMatch:
    """Two or three people who were matched: addresses where there are some, else names; None where nothing was said."""

    line: int
    people: tuple[str, ...]
    names: tuple[str, ...]
    organisations: tuple[str, ...]
    round: int | None = None
    day: date | None = None
    met: Met = "unknown"


@dataclass(frozen=True)
class Past:
    """The matches of a file and its lines that cannot be used: (line, why)."""

    matches: list[PastMatch] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


def read_past(
    sheet: Sheet, chosen: Mapping[str, str] | None = None, *, counts: bool = False, day_first: bool = True
) -> Past:
    """Read a file of past matches in whichever shape it has.

    `chosen` has headers by the field each is read as. In a matrix a number is the round, or with `counts` how often the
    two met. Raises RosterError when it has none of these shapes.
    """
    at = next((i for i, row in enumerate(sheet.rows) if sum(bool(cell.strip()) for cell in row) > 1), None)
    if at is None:
        raise RosterError(f"{sheet.name} has no pairs of people. Put two people on each line and use that.")
    header = [_plain(cell) for cell in sheet.rows[at]]
    renamed = {_plain(name): wanted for wanted, name in (chosen or {}).items()}
    header = [renamed.get(cell, cell) for cell in header]
    lines = [
        (number, [tidy(cell) for cell in row])
        for number, row in enumerate(sheet.rows[at + 1 :], at + 2)
        if any(cell.strip() for cell in row)
    ]
    if sum(bool(_PERSON.fullmatch(cell)) for cell in header) > 1:
        return _wide(header, lines, day_first)
    columns = _columns(header)
    if {"match", "person"} <= columns.keys():
        return _long(columns, header, lines, day_first)
    if _is_square(header, lines):
        return _matrix([tidy(cell) for cell in sheet.rows[at]], lines, counts)
    raise RosterError(
        f"{sheet.name} is no list of past pairs. Give it the columns round, email_1 and email_2, one match on each "
        "line; or round, match and email; or make it the square of who met whom."
    )


def _plain(header: str) -> str:
    return tidy(header).casefold()


def _columns(header: Sequence[str]) -> dict[Column, int]:
    columns: dict[Column, int] = {}
    for i, cell in enumerate(header):
        for wanted, words in _WORDS.items():
            if re.fullmatch(words, cell):
                if wanted != "person" or "person" not in columns or "mail" in cell:
                    columns[wanted] = i
                break
    return columns


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""


def _wide(header: Sequence[str], lines: Sequence[tuple[int, list[str]]], day_first: bool) -> Past:
    columns, past = _columns(header), Past()
    emails = {found[1]: i for i, cell in enumerate(header) if "mail" in cell and (found := _PERSON.fullmatch(cell))}
    names = {found[1]: i for i, cell in enumerate(header) if "mail" not in cell and (found := _PERSON.fullmatch(cell))}
    organisations = {found[1]: i for i, cell in enumerate(header) if (found := _ORGANISATION.fullmatch(cell))}
    for number, row in lines:
        seats = [
            (_cell(row, emails.get(place)), _cell(row, names.get(place)), _cell(row, organisations.get(place)))
            for place in _PLACES
        ]
        _add(past, number, [seat for seat in seats if seat[0] or seat[1]], _about(row, columns, day_first))
    return past


def _long(
    columns: Mapping[Column, int], header: Sequence[str], lines: Sequence[tuple[int, list[str]]], day_first: bool
) -> Past:
    past = Past()
    organisation = next((i for i, cell in enumerate(header) if _ORGANISATION.fullmatch(f"{cell} 1")), None)
    name = next((i for i, cell in enumerate(header) if cell in ("name", "full name")), None)
    groups: dict[tuple[str, str], list[tuple[int, list[str]]]] = defaultdict(list)
    for number, row in lines:
        groups[_cell(row, columns.get("round")), _cell(row, columns["match"])].append((number, row))
    for rows in groups.values():
        seats = [(_cell(row, columns["person"]), _cell(row, name), _cell(row, organisation)) for _, row in rows]
        abouts = [_about(row, columns, day_first) for _, row in rows]
        about = next((about for about in abouts if about[2] != "unknown"), abouts[0])
        _add(past, rows[0][0], [seat for seat in seats if seat[0]], about)
    return past


def _about(row: Sequence[str], columns: Mapping[Column, int], day_first: bool) -> tuple[str, date | None, Met]:
    met = _cell(row, columns.get("met")).casefold()
    day = _cell(row, columns.get("date"))
    said: Met = "yes" if met in _YES else "no" if met in _NO else "unknown"
    return _cell(row, columns.get("round")), dates.read_day(day, day_first) if day else None, said


def _add(past: Past, line: int, seats: Sequence[tuple[str, str, str]], about: tuple[str, date | None, Met]) -> None:
    """Add a match, or say why its line cannot be used."""
    typed, day, met = about
    people = [email or name for email, name, _ in seats]
    found = re.fullmatch(r"(?:round\s*)?(-?\d{1,4})(?:\.0)?", typed.casefold()) if typed else None
    if len(seats) not in (2, 3):
        past.refused.append(
            (line, f"It names {'one person' if len(seats) == 1 else f'{len(seats)} people'}; a match has two or three.")
        )
    elif len({person.casefold() for person in people}) < len(people):
        past.refused.append((line, f"It names {people[0]} twice."))
    elif typed and found is None:
        past.refused.append((line, f"“{typed}” is no number of a round."))
    elif odd := next((email for email, _, _ in seats if "@" in email and not ADDRESS.fullmatch(email)), ""):
        past.refused.append((line, f"“{odd}” is no email address."))
    else:
        names = tuple(name or ("" if "@" in email else email) for email, name, _ in seats)
        where = tuple(organisation for *_, organisation in seats)
        past.matches.append(PastMatch(line, tuple(people), names, where, int(found[1]) if found else None, day, met))


def _is_square(header: Sequence[str], lines: Sequence[tuple[int, list[str]]]) -> bool:
    across = {cell for cell in header[1:] if cell}
    down = {row[0].casefold() for _, row in lines if row and row[0]}
    return len(across) > 1 and len(across & down) >= _SQUARE * max(len(across), len(down))


def _matrix(header: Sequence[str], lines: Sequence[tuple[int, list[str]]], counts: bool) -> Past:
    """Read who met whom; a pair that stands on both sides of the diagonal counts once."""
    past, seen = Past(), set[tuple[frozenset[str], str, int]]()
    for number, row in lines:
        for name, cell in zip(header[1:], row[1:], strict=False):
            text, pair = cell.strip(), frozenset((row[0].casefold(), name.casefold()))
            if not text or text in ("-", "–", "0") or len(pair) < 2 or not name or not row[0]:
                continue
            rounds = _rounds_in(text, counts)
            if rounds is None:
                past.refused.append((number, f"“{text}” under {name} is no number of a round."))
                continue
            for place, held in enumerate(rounds):
                key = (pair, str(held), place if held is None else 0)
                if key not in seen:
                    seen.add(key)
                    people = (row[0], name)
                    names = tuple("" if "@" in person else person for person in people)
                    past.matches.append(PastMatch(number, people, names, ("", ""), held, None, "yes"))
    return past


def _rounds_in(text: str, counts: bool) -> list[int | None] | None:
    """Return the rounds that a cell of a matrix names, None for one without a number; None when it is neither."""
    if text.casefold() in _MARKS:
        return [None]
    numbers = re.split(r"\s*[,;/&+ ]\s*", text.removesuffix(".0"))
    if not all(re.fullmatch(r"\d{1,4}", number) for number in numbers):
        return None
    return [None] * int(numbers[0]) if counts else [int(number) for number in numbers]
