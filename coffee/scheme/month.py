"""What a scheme that runs by itself has done in each round."""

import json
from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database


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


def mark(db: Database, round_id: int, step: str, now: datetime) -> None:
    """Write down that a step was taken."""
    db.conn.execute("INSERT INTO month_steps VALUES (?, ?, ?)", [round_id, step, now.isoformat()])


def _moments(done: str) -> dict[str, datetime]:
    return {step: datetime.fromisoformat(at) for step, at in json.loads(done).items()}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
