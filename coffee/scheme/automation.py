"""What a scheme that runs by itself has done in each round."""

import json
from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

from coffee.scheme import messages, opt_outs
from coffee.scheme.rounds import LOOSE


class Course(NamedTuple):
    """How far a round has come. `done` has the moment of each step that was taken by itself."""

    id: int
    number: int
    state: str
    drawn_at: datetime
    published_at: datetime | None
    closed_at: datetime | None
    done: dict[str, datetime]


def courses(db: Database) -> list[Course]:
    """Every round, oldest first."""
    rows = db.conn.execute(
        "SELECT id, number, state, drawn_at, published_at, closed_at, "
        "json_group_object(step, at) FILTER (WHERE step IS NOT NULL) "
        "FROM rounds LEFT JOIN month_steps ON round_id = id GROUP BY id ORDER BY number"
    )
    return [
        Course(round_id, number, state, datetime.fromisoformat(drawn), _moment(out), _moment(closed), _moments(done))
        for round_id, number, state, drawn, out, closed, done in rows
    ]


class Untold(NamedTuple):
    """Somebody who said that they cannot meet, of which the organiser has had no letter."""

    round_id: int
    number: int
    match_id: int
    person_id: int
    name: str
    at: datetime

    @property
    def key(self) -> str:
        """Tells the letter about it from every other one."""
        return f"cannot:{self.match_id}:{self.person_id}"


def untold(db: Database) -> list[Untold]:
    """Who cannot meet in a round that is out while it is not known whether their match met, and was told in no letter
    with their `key` after "month:"; who said so first comes first. Who was erased has no name and is left out."""
    rows = db.conn.execute(
        "SELECT r.id, r.number, m.id, p.id, p.name, cannot_at FROM rounds r JOIN matches m ON round_id = r.id "
        "JOIN seats ON match_id = m.id JOIN people p ON p.id = person_id "
        "WHERE r.state = 'published' AND cancelled_at IS NULL AND cannot_at IS NOT NULL AND status != 'erased' "
        f"AND {LOOSE} AND NOT EXISTS (SELECT 1 FROM messages "
        "WHERE key = 'month:cannot:' || m.id || ':' || p.id) ORDER BY cannot_at, p.id"
    )
    return [
        Untold(round_id, number, match_id, person_id, name, datetime.fromisoformat(at))
        for round_id, number, match_id, person_id, name, at in rows
    ]


def unreached(db: Database) -> set[int]:
    """The ids of rounds that are out and have a match with somebody whom letters cannot reach.

    Rounds whose introductions are still leaving are not among them: more may come back.
    """
    found = {round_id for round_id, _ in opt_outs.unreached(db)}
    return {round_id for round_id in found if not messages.leaving(db, round_id, ("introduction", "rematch"))}


def mark(db: Database, round_id: int, step: str, now: datetime) -> None:
    """Write down that a step was taken."""
    db.conn.execute("INSERT INTO month_steps VALUES (?, ?, ?)", [round_id, step, now.isoformat()])


def _moments(done: str) -> dict[str, datetime]:
    return {step: datetime.fromisoformat(at) for step, at in json.loads(done).items()}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
