"""Proof that people own their address: they sent a form through a link mailed to it."""

from datetime import datetime
from typing import Any

from sqlite_utils import Database

from coffee.scheme import mailboxes, room
from coffee.scheme.moments import text_of

REMINDER = "confirmation reminder"  # the kind of letter


def has_proven(db: Database, person: dict[str, Any]) -> bool:
    """Return whether this person, a row with id and status, has proven their address."""
    return person["status"] != "unconfirmed" and person["id"] not in room.unproven(db)


def prove(db: Database, person_id: int) -> None:
    """Record that a person has proven their address, and let them back into draws if only that kept them out.

    Their version stays, so that a form they opened before can still be saved.
    """
    room.prove(db, person_id)
    db.execute("UPDATE people SET status = 'active' WHERE id = ? AND status = 'unconfirmed'", [person_id])


def to_remind(db: Database, before: datetime, now: datetime, most: int) -> list[int]:
    """Return the ids of people who joined before then (aware UTC), have not confirmed and were never reminded.

    Leaves out people whom letters cannot reach, who want none, or who were sent none to confirm by. Of addresses with
    one mailbox, each time the first only, and none when that mailbox has had its letters of the day.
    """
    rows = db.execute(
        "SELECT p.id, min(p.joined_at) FROM people p JOIN messages m ON m.person_id = p.id "
        "WHERE p.status = 'unconfirmed' AND p.joined_at <= :before AND p.cannot_reach IS NULL "
        "AND p.unsubscribed_at IS NULL AND m.mailbox IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM messages WHERE person_id = p.id AND kind = :reminder) GROUP BY m.mailbox HAVING "
        "(SELECT count(*) FROM messages n WHERE n.mailbox = m.mailbox AND n.queued_at >= :day "
        "AND n.state NOT IN ('failed', 'cancelled')) < :a_day ORDER BY min(p.joined_at) LIMIT :most",
        {
            "before": before.isoformat(),
            "reminder": REMINDER,
            "most": most,
            "day": text_of(now - mailboxes.DAY),
            "a_day": mailboxes.MOST,
        },
    ).fetchall()
    return [person_id for person_id, _ in rows]
