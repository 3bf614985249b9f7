"""Proof that an address is its person's own: somebody sent a form through a link mailed to it."""

from datetime import datetime
from typing import Any

from sqlite_utils import Database

from coffee.scheme import room

REMINDER = "confirmation reminder"  # the kind of letter


def has_proven(db: Database, person: dict[str, Any]) -> bool:
    """Return whether this person, a row with id and status, has proven their address."""
    return person["status"] != "unconfirmed" and person["id"] not in room.unproven(db)


def prove(db: Database, person_id: int) -> None:
    """Record that a person has proven their address. Whoever was left out of draws only for that takes part again.

    Their version stays, so that a form they opened before can still be saved.
    """
    room.prove(db, person_id)
    db.execute("UPDATE people SET status = 'active' WHERE id = ? AND status = 'unconfirmed'", [person_id])


def to_remind(db: Database, before: datetime, most: int) -> list[int]:
    """Return the ids of people who joined before then (aware UTC), have not confirmed and were never reminded.

    Leaves out people whom letters cannot reach or who want none.
    """
    rows = db.execute(
        "SELECT id FROM people WHERE status = 'unconfirmed' AND joined_at <= ? AND cannot_reach IS NULL "
        "AND unsubscribed_at IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM messages WHERE person_id = people.id AND kind = ?) ORDER BY joined_at LIMIT ?",
        [before.isoformat(), REMINDER, most],
    ).fetchall()
    return [person_id for (person_id,) in rows]
