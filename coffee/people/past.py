"""Bringing rounds held before the scheme: match the file's people to the scheme's, number the rounds, save them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Any

from sqlite_utils import Database

from coffee.days.place import Place
from coffee.people.service import opened
from coffee.place import place
from coffee.roster.past import Past, PastMatch, read_past
from coffee.scheme import Scheme, past, people
from coffee.scheme.past import NOT_KNOWN, Former, Held, Seat
from coffee.text.search import folded

_NOON = 12


@dataclass(frozen=True)
class Brought:
    """The past that a file holds: rounds to add, former participants by key, lines not used, and what it amounts to."""

    rounds: list[Held]
    formers: dict[str, Former]
    refused: list[tuple[int, str]]
    notes: list[str] = field(default_factory=list)

    @property
    def pairs(self) -> int:
        """The number of pairs of people that are added."""
        return sum(len(pairs) for pairs in map(_pairs_of, self.rounds))

    @property
    def repeats(self) -> int:
        """The number of these pairs that were together in an earlier round of the file."""
        earlier: set[frozenset[int | str]] = set()
        repeats = 0
        for held in self.rounds:
            pairs = _pairs_of(held)
            repeats += sum(pair in earlier for pair in pairs)
            earlier |= set(pairs)
        return repeats


def import_past(
    scheme: Scheme,
    data: bytes,
    filename: str,
    now: datetime,
    columns: Mapping[str, str] | None = None,
    *,
    counts: bool = False,
    dry_run: bool = False,
) -> Brought:
    """Read a file of past matches and add its rounds, in one transaction. Raises RosterError when it is none."""
    sheet = opened(data, filename)[0]
    with scheme.writing() as db:
        here = place(db)
        found = read_past(sheet, columns, counts=counts, day_first=here.day_first)
        brought = understood(db, found, here, now)
        if brought.rounds and not dry_run:
            past.add(db, filename, brought.rounds, brought.formers, now)
    return brought


def understood(db: Database, found: Past, here: Place, now: datetime) -> Brought:
    """Match the people of past rounds to the scheme's and number the rounds. Writes nothing."""
    reader = _People(people.everyone(db, here.day(now)).to_dict("records"))
    refused, rounds = list(found.refused), defaultdict[int | None, list[tuple[PastMatch, tuple[Seat, ...]]]](list)
    for match in found.matches:
        seats, why = reader.seats(match)
        if why:
            refused.append((match.line, why))
        else:
            rounds[match.round].append((match, seats))
    held, notes = _numbered(db, rounds, here, now)
    needed = {seat.person for each in held for seats, _ in each.matches for seat in seats}
    formers = {key: former for key, former in reader.formers.items() if key in needed}
    return Brought(held, formers, sorted(refused), notes)


class _People:
    """The scheme's people by address and name, and those of a file who are none of them."""

    def __init__(self, everyone: Iterable[Mapping[Any, Any]]) -> None:
        self.formers: dict[str, Former] = {}
        self._organisation: dict[int, str] = {}
        self._by_email: dict[str, int] = {}
        self._by_name: dict[str, list[int]] = defaultdict(list)
        for person in everyone:
            self._organisation[person["id"]] = person["organisation"]
            self._by_email[person["email"].casefold()] = person["id"]
            self._by_name[folded(person["name"])].append(person["id"])

    def seats(self, match: PastMatch) -> tuple[tuple[Seat, ...], str]:
        """Return the seats of a match, and why they cannot be known, or ''."""
        seats = []
        for text, name, organisation in zip(match.people, match.names, match.organisations, strict=True):
            namesakes = self._by_name.get(folded(name), []) if name else []
            person: int | str | None = self._by_email.get(text.casefold()) if "@" in text else None
            if person is None and len(namesakes) > 1:
                return (), f"{len(namesakes)} people are called {name}. Give the address of the one who is meant."
            if person is None:
                person = namesakes[0] if namesakes else self._former(text, name, organisation)
            today = self._organisation.get(person, NOT_KNOWN) if isinstance(person, int) else NOT_KNOWN
            seats.append(Seat(person, organisation or today))
        if len({seat.person for seat in seats}) < len(seats):
            return (), f"It names {match.people[0]} twice."
        return tuple(seats), ""

    def _former(self, text: str, name: str, organisation: str) -> str:
        key = folded(text)
        before = self.formers.get(key)
        if before is None or (before.organisation == NOT_KNOWN and organisation):
            email = text if "@" in text else ""
            self.formers[key] = Former(name or text, email, organisation or NOT_KNOWN)
        return key


def _numbered(
    db: Database,
    rounds: Mapping[int | None, Sequence[tuple[PastMatch, tuple[Seat, ...]]]],
    here: Place,
    now: datetime,
) -> tuple[list[Held], list[str]]:
    """Number the rounds: as in the file where all numbers are free or hold the same pairs, else before the first."""
    there = past.standing(db)
    held = {number: frozenset(_people_of(seats) for _, seats in matches) for number, matches in rounds.items()}
    named = sorted(number for number in held if number is not None)
    is_free = all(number not in there or there[number] == held[number] for number in named)
    numbers = {number: number for number in named}
    notes: list[str] = []
    if not is_free:
        first = min([*there, 1])
        numbers = {number: min(first, 1) - len(named) + place for place, number in enumerate(named)}
        notes.append("The numbers of the file's rounds are taken, so they come before the scheme's first round.")
    before = [pairs for number, pairs in there.items() if number < 1 or is_free]
    wanted = [number for number in named if held[number] not in before]
    added = [_held(numbers[number], rounds[number], here, now) for number in wanted]
    if len(wanted) < len(named):
        notes.append(f"{_rounds(len(named) - len(wanted))} of the file are here already and not added again.")
    if None in held and held[None] not in there.values():
        first = min([*there, *numbers.values(), 1])
        added.insert(0, _held(first - 1, rounds[None], here, now, is_numbered=False))
    return added, notes


def _people_of(seats: tuple[Seat, ...]) -> frozenset[int | str]:
    return frozenset(seat.person for seat in seats)


def _held(
    number: int,
    matches: Sequence[tuple[PastMatch, tuple[Seat, ...]]],
    here: Place,
    now: datetime,
    *,
    is_numbered: bool = True,
) -> Held:
    days = [match.day for match, _ in matches if match.day]
    at = here.moment(min(days), _NOON) if days else now
    outcomes = [(seats, None if match.met == "unknown" else match.met) for match, seats in matches]
    return Held(number, at, outcomes, is_numbered)


def _pairs_of(held: Held) -> list[frozenset[int | str]]:
    return [frozenset((one.person, other.person)) for seats, _ in held.matches for one, other in combinations(seats, 2)]


def _rounds(count: int) -> str:
    return "1 round" if count == 1 else f"{count:,} rounds"
