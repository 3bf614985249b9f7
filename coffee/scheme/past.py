"""Rounds held before the scheme: added as closed rounds with an import, and removed again when that is undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

NOT_KNOWN = "not known"  # the organisation of former participants of whom nobody knows it


class Seat(NamedTuple):
    """A person in a past match: their id, or the key of a former participant, and their organisation then."""

    person: int | str
    organisation: str


@dataclass(frozen=True)
class Held:
    """A past round: its number, when it was, and its matches with their outcomes: 'yes', 'no' or None.

    `is_numbered` is False for the entry of all matches without a round, which figures by round leave out.
    """

    number: int
    at: datetime
    matches: Sequence[tuple[tuple[Seat, ...], str | None]]
    is_numbered: bool = True


@dataclass(frozen=True)
class Former:
    """Somebody who took part before and does no longer."""

    name: str
    email: str
    organisation: str


def standing(db: Database) -> dict[int, set[frozenset[int]]]:
    """Return the matches of each round that is out or closed, as sets of people, by the round's number."""
    rounds: dict[int, set[frozenset[int]]] = {number: set() for (number,) in db.execute("SELECT number FROM rounds")}
    rows = db.execute(
        "SELECT r.number, m.id, json_group_array(person_id) FROM rounds r JOIN matches m ON m.round_id = r.id "
        "JOIN seats ON match_id = m.id WHERE cancelled_at IS NULL GROUP BY m.id"
    )
    for number, _, people in rows:
        rounds[number].add(frozenset(map(int, people.strip("[]").split(","))))
    return rounds


def numbers(db: Database) -> set[int]:
    """Return the numbers of all rounds that were held before the scheme."""
    return {number for (number,) in db.execute("SELECT number FROM rounds JOIN past_rounds ON round_id = id")}


def unnumbered(db: Database) -> set[int]:
    """Return the numbers of entries that hold past matches without a round."""
    rows = db.execute("SELECT number FROM rounds JOIN past_rounds ON round_id = id WHERE NOT is_numbered")
    return {number for (number,) in rows}


def add(db: Database, source: str, rounds: Sequence[Held], formers: Mapping[str, Former], now: datetime) -> int:
    """Add past rounds and former participants; return the id of the import that `imports.undo` takes back."""
    import_id = db.execute("INSERT INTO imports (at, source) VALUES (?, ?)", [now.isoformat(), source]).lastrowid
    ids = {key: _former(db, import_id, former, now) for key, former in formers.items()}
    for held in rounds:
        at = held.at.isoformat()
        round_id = db.execute(
            "INSERT INTO rounds (number, state, seed, drawn_at, published_at, closed_at) "
            "VALUES (?, 'closed', 0, ?, ?, ?)",
            [held.number, at, at, at],
        ).lastrowid
        db.execute("INSERT INTO past_rounds VALUES (?, ?, ?)", [import_id, round_id, held.is_numbered])
        for seats, met in held.matches:
            match_id = db.execute(
                "INSERT INTO matches (round_id, met_says_organiser) VALUES (?, ?)", [round_id, met]
            ).lastrowid
            db.conn.executemany(
                "INSERT INTO seats (match_id, person_id, position, organisation) VALUES (?, ?, ?, ?)",
                [
                    (
                        match_id,
                        ids[seat.person] if isinstance(seat.person, str) else seat.person,
                        position,
                        seat.organisation,
                    )
                    for position, seat in enumerate(seats, 1)
                ],
            )
    return int(import_id or 0)


def remove(db: Database, import_id: int) -> int:
    """Remove the past rounds that an import added; return how many."""
    ids = [row[0] for row in db.execute("SELECT round_id FROM past_rounds WHERE import_id = ?", [import_id])]
    db.conn.executemany("DELETE FROM rounds WHERE id = ?", [(round_id,) for round_id in ids])
    return len(ids)


def _former(db: Database, import_id: int | None, former: Former, now: datetime) -> int:
    email = former.email or None
    person_id = db.execute(
        "INSERT INTO people (identity, name, email, organisation, status, unsubscribed_at, joined_at) "
        "VALUES (?, ?, ?, ?, 'left', ?, ?)",
        [
            email.casefold() if email else None,
            former.name,
            email,
            former.organisation,
            now.isoformat(),
            now.isoformat(),
        ],
    ).lastrowid
    db.execute("INSERT INTO import_changes VALUES (?, ?, NULL, 1)", [import_id, person_id])
    return int(person_id or 0)
