"""The automatic steps taken in each round, and the news that the organiser has not had yet."""

import json
from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

from coffee.scheme import messages, opt_outs
from coffee.scheme.rounds import LOOSE


class RoundProgress(NamedTuple):
    """A round's progress. `done` has the time of each automatic step that was taken."""

    id: int
    number: int
    state: str
    drawn_at: datetime
    published_at: datetime | None
    closed_at: datetime | None
    done: dict[str, datetime]


def progress_of_rounds(db: Database) -> list[RoundProgress]:
    """Return the progress of every round, oldest first."""
    rows = db.conn.execute(
        "SELECT id, number, state, drawn_at, published_at, closed_at, "
        "json_group_object(step, at) FILTER (WHERE step IS NOT NULL) "
        "FROM rounds LEFT JOIN month_steps ON round_id = id GROUP BY id ORDER BY number"
    )
    return [
        RoundProgress(
            round_id, number, state, datetime.fromisoformat(drawn), _moment(out), _moment(closed), _moments(done)
        )
        for round_id, number, state, drawn, out, closed, done in rows
    ]


class CannotMeet(NamedTuple):
    """A person who cannot meet, not yet reported to the organiser."""

    round_id: int
    number: int
    match_id: int
    person_id: int
    name: str
    at: datetime

    @property
    def key(self) -> str:
        """The key of the letter that reports this to the organiser."""
        return f"cannot:{self.match_id}:{self.person_id}"


def unreported(db: Database) -> list[CannotMeet]:
    """List people who cannot meet and are not yet reported to the organiser, earliest first.

    Only rounds that are out count, and only matches that may still meet. Erased people are left out. A report is a
    letter whose key is `key` after "month:".
    """
    rows = db.conn.execute(
        "SELECT r.id, r.number, m.id, p.id, p.name, cannot_at FROM rounds r JOIN matches m ON round_id = r.id "
        "JOIN seats ON match_id = m.id JOIN people p ON p.id = person_id "
        "WHERE r.state = 'published' AND cancelled_at IS NULL AND cannot_at IS NOT NULL AND status != 'erased' "
        f"AND {LOOSE} AND NOT EXISTS (SELECT 1 FROM messages "
        "WHERE key = 'month:cannot:' || m.id || ':' || p.id) ORDER BY cannot_at, p.id"
    )
    return [
        CannotMeet(round_id, number, match_id, person_id, name, datetime.fromisoformat(at))
        for round_id, number, match_id, person_id, name, at in rows
    ]


def unreached(db: Database) -> set[int]:
    """Return the ids of published rounds with somebody whom letters cannot reach.

    Rounds that are still sending introductions are left out, because more letters may bounce.
    """
    round_ids = {round_id for round_id, _ in opt_outs.unreached(db)}
    return {round_id for round_id in round_ids if not messages.any_unsent(db, round_id, ("introduction", "rematch"))}


def mark(db: Database, round_id: int, step: str, now: datetime) -> None:
    """Record that an automatic step was taken in a round."""
    db.conn.execute("INSERT INTO month_steps VALUES (?, ?, ?)", [round_id, step, now.isoformat()])


def _moments(done: str) -> dict[str, datetime]:
    return {step: datetime.fromisoformat(at) for step, at in json.loads(done).items()}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
