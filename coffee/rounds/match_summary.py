"""Summaries of matches: the people in each, and the flaws it has, if any. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from coffee.text.search import finds

Pair = tuple[int, int]


@dataclass(frozen=True)
class Seat:
    """One person in a match, as the organiser knows them."""

    person: int
    name: str
    organisation: str


@dataclass(frozen=True)
class MatchSummary:
    """One match. `flaws` are short sentences without a full stop; none means new and across organisations."""

    match: int
    seats: tuple[Seat, ...]
    flaws: tuple[str, ...]
    locked: bool
    met: str
    answers: int
    disagree: bool

    @property
    def people(self) -> tuple[int, ...]:
        """Ids in order of position."""
        return tuple(seat.person for seat in self.seats)

    def mentions(self, words: str) -> bool:
        """Return whether a name or organisation in the match contains these words."""
        return bool(finds(words, [" ".join(f"{seat.name} {seat.organisation}" for seat in self.seats)])[0])


def summaries(
    seats: pd.DataFrame, met: pd.DataFrame, apart: pd.DataFrame, absent: Mapping[int, str], number: int
) -> list[MatchSummary]:
    """Every match of round `number`, in order of id.

    `seats` is from `scheme.rounds.seats`; `met` has one, other, round and `apart` one, other (ids, the lower first);
    `absent` says of people who cannot take part why: "has left".
    """
    people = set(seats["person"])
    past = met[(met["round"] < number) & met["one"].isin(people) & met["other"].isin(people)]
    when: dict[Pair, int] = {(one, other): last for one, other, last in _rows(past, "one", "other", "round")}
    never = set(_rows(apart, "one", "other"))
    return [_summary(rows, when, never, absent) for rows in _by_match(seats)]


def _summary(
    rows: list[dict[str, Any]], when: Mapping[Pair, int], never: set[Any], absent: Mapping[int, str]
) -> MatchSummary:
    seats = tuple(Seat(row["person"], row["name"] or "Somebody erased", row["organisation"]) for row in rows)
    flaws = [f"{seat.name} {absent[seat.person]}" for seat in seats if seat.person in absent]
    for index, one in enumerate(seats):
        for other in seats[index + 1 :]:
            pair = (min(one.person, other.person), max(one.person, other.person))
            flaws += _flaws_of(one, other, when.get(pair), pair in never, len(seats) > 2)
    first = rows[0]
    met = (bool(first["locked"]), str(first["met"]), int(first["answers"]), bool(first["disagree"]))
    return MatchSummary(int(first["match"]), seats, tuple(flaws), *met)


def _flaws_of(one: Seat, other: Seat, met_in: int | None, set_apart: bool, name_them: bool) -> Iterable[str]:
    who = f"{one.name} and {other.name}: " if name_them else ""
    if set_apart:
        yield f"{who}Set apart"
    if met_in is not None:
        yield f"{who}Met in round {met_in}"
    if one.organisation == other.organisation:
        yield f"{who}Both from {one.organisation}"


def _by_match(seats: pd.DataFrame) -> Iterable[list[dict[str, Any]]]:
    columns = ["match", "person", "name", "organisation", "locked", "met", "answers", "disagree"]
    found: dict[int, list[dict[str, Any]]] = {}
    for row in seats[columns].to_dict("records"):
        found.setdefault(row["match"], []).append({str(name): value for name, value in row.items()})
    return found.values()


def _rows(table: pd.DataFrame, *columns: str) -> Iterable[tuple[Any, ...]]:
    return zip(*(table[column].tolist() for column in columns), strict=True)
