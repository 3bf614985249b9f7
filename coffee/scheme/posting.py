"""The state of letters on their way.

waiting → sending → sent | failed | in doubt | cancelled. *Sending* is on disk before the first byte leaves, so that a
crash shows which letters may have gone. All times are UTC.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlite_utils import Database

from coffee.scheme.moments import text_of

AWAITED = ("confirmation", "new address", "own page")  # kinds of letters that somebody asked for; also read as SQL
COME_BACK = "Letters to this address come back, an organiser says."


@dataclass(frozen=True)
class Due:
    """A letter whose time has come. `attempts` includes the attempt for which it was claimed."""

    id: int
    kind: str
    recipient: str
    message_id: str
    attempts: int
    letter: bytes = field(repr=False)

    @property
    def is_awaited(self) -> bool:
        """True when somebody requested it on our pages and waits for it."""
        return self.kind in AWAITED


@dataclass(frozen=True)
class Settled:
    """The result of sending a claimed letter: when to retry it (`due_at`), if at all, and was it `attempted`?"""

    id: int
    state: str
    at: datetime
    why: str | None = None
    due_at: datetime | None = None
    unreachable: bool = False
    attempted: bool = True


_FIRST_UNASKED = f"""(SELECT id FROM messages INDEXED BY messages_unasked
    WHERE state = 'waiting' AND kind NOT IN {AWAITED} AND due_at <= :now ORDER BY due_at, id LIMIT 1)"""
_FIRST_AWAITED = f"""(SELECT id FROM messages INDEXED BY messages_awaited
    WHERE state = 'waiting' AND kind IN {AWAITED} AND due_at <= :now ORDER BY due_at, id LIMIT 1)"""


def claim(db: Database, sender: str, now: datetime, *, awaited_first: bool = True) -> Due | None:
    """Claim the letter that has waited longest, marking it *sending*; None when none is due.

    `awaited_first` prefers letters that somebody requested.
    """
    first, second = (_FIRST_AWAITED, _FIRST_UNASKED) if awaited_first else (_FIRST_UNASKED, _FIRST_AWAITED)
    row = db.conn.execute(
        "UPDATE messages SET state = 'sending', sender = :sender, sending_since = :now, attempts = attempts + 1, "
        f"why = NULL WHERE id = coalesce({first}, {second}) "
        "RETURNING id, kind, recipient, message_id, attempts, letter",
        {"sender": sender, "now": text_of(now)},
    ).fetchone()
    return None if row is None else Due(*row)


def due(db: Database, now: datetime, limit: int) -> list[Due]:
    """List the letters that have waited longest, without claiming them."""
    rows = db.conn.execute(
        "SELECT id, kind, recipient, message_id, attempts, letter FROM messages "
        "WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id LIMIT ?",
        [text_of(now), limit],
    )
    return [Due(*row) for row in rows]


def settle(db: Database, sender: str, what: Settled) -> bool:
    """Record the result of a claimed letter; return False when it was erased meanwhile."""
    cursor = db.conn.execute(
        "UPDATE messages SET state = iif(:state = 'waiting' AND letter = x'', 'cancelled', :state), why = :why, "
        "due_at = coalesce(:due_at, due_at), sent_at = CASE WHEN :state = 'sent' THEN :at END, "
        "attempts = attempts - (NOT :attempted), sender = CASE WHEN :state = 'sent' THEN sender END "
        "WHERE id = :id AND state IN ('sending', 'in doubt') AND sender = :sender",
        {
            "id": what.id, "sender": sender, "state": what.state, "why": what.why,
            "at": text_of(what.at), "due_at": text_of(what.due_at) if what.due_at else None,
            "attempted": what.attempted,
        },
    )  # fmt: skip
    if what.unreachable or what.state == "sent":
        cannot = what.why if what.unreachable else None
        db.conn.execute(  # what became of a letter to another address says nothing about the one of today
            "UPDATE people SET cannot_reach = :cannot FROM messages m WHERE m.id = :id AND people.id = m.person_id "
            "AND email = m.recipient COLLATE NOCASE AND cannot_reach IS NOT :cannot "
            "AND cannot_reach IS NOT :come_back",  # a bounce comes after the server has said yes
            {"cannot": cannot, "id": what.id, "come_back": COME_BACK},
        )
    return cursor.rowcount == 1


def unsealed(db: Database, limit: int) -> list[tuple[int, bytes]]:
    """List sent letters that are still stored with their links: id and bytes."""
    return db.conn.execute(
        "SELECT id, letter FROM messages WHERE state = 'sent' AND sender IS NOT NULL LIMIT ?", [limit]
    ).fetchall()


def seal(db: Database, message_id: int, letter: bytes) -> None:
    """Replace a sent letter's bytes with these, and mark it as sealed."""
    db.conn.execute(
        "UPDATE messages SET letter = ?, sender = NULL WHERE id = ? AND state = 'sent'", [letter, message_id]
    )


def mark_kept(db: Database, message_id: int, why: str, letter: bytes, now: datetime) -> None:
    """Mark a waiting letter as done in another way than by mail."""
    db.conn.execute(
        "UPDATE messages SET state = 'sent', why = ?, letter = ?, sent_at = ? WHERE id = ? AND state = 'waiting'",
        [why, letter, text_of(now), message_id],
    )


def kept_for(db: Database, why: str) -> list[int]:
    """Return the ids of letters marked sent for this reason."""
    return [
        row[0] for row in db.conn.execute("SELECT id FROM messages WHERE state = 'sent' AND why = ? ORDER BY id", [why])
    ]


def send_after_all(db: Database, message_id: int, letter: bytes, now: datetime) -> None:
    """Queue a kept letter for sending, with these bytes."""
    db.conn.execute(
        "UPDATE messages SET state = 'waiting', why = NULL, attempts = 0, sent_at = NULL, due_at = ?, letter = ? "
        "WHERE id = ? AND state = 'sent'",
        [text_of(now), letter, message_id],
    )


def asked_again(db: Database, message_id: int, mark_kept: str) -> bool:
    """Return whether somebody requested this letter and a newer one like it was sent or is on its way.

    Letters marked sent for the reason `kept` do not count as sent.
    """
    query = f"""SELECT 1 FROM messages m JOIN messages n ON n.person_id = m.person_id AND n.kind = m.kind
        WHERE m.id = ? AND n.id > m.id AND m.kind IN {AWAITED} AND n.state IN ('waiting', 'sending', 'sent')
        AND (n.state != 'sent' OR n.why IS NOT ?)"""
    return db.conn.execute(query, [message_id, mark_kept]).fetchone() is not None


def emptied(db: Database) -> list[str]:
    """Return the Message-IDs of letters whose text an erasure removed."""
    return [row[0] for row in db.conn.execute("SELECT message_id FROM messages WHERE letter = x''")]


def next_due(db: Database) -> datetime | None:
    """Return when the next waiting letter is due, or None."""
    at = db.conn.execute("SELECT min(due_at) FROM messages WHERE state = 'waiting'").fetchone()[0]
    return datetime.fromisoformat(at) if at else None


def late(db: Database, after: datetime) -> int:
    """Count waiting letters that are due after that moment."""
    found = db.conn.execute("SELECT count(*) FROM messages WHERE state = 'waiting' AND due_at > ?", [text_of(after)])
    return int(found.fetchone()[0])


def bring_forward(db: Database, after: datetime, now: datetime) -> int:
    """Make waiting letters that are due after that moment due now; return how many."""
    return db.conn.execute(
        "UPDATE messages SET due_at = ? WHERE state = 'waiting' AND due_at > ?", [text_of(now), text_of(after)]
    ).rowcount


def last_begun(db: Database) -> datetime | None:
    """Return when any sender last began to send a letter, or None."""
    at = db.conn.execute("SELECT max(sending_since) FROM messages").fetchone()[0]
    return datetime.fromisoformat(at) if at else None


def begun(db: Database, since: datetime) -> tuple[int, int]:
    """Count letters that any sender began to send since then: requested ones, and all others."""
    asked, every = db.conn.execute(
        f"SELECT count(*) FILTER (WHERE kind IN {AWAITED}), count(*) FROM messages WHERE sending_since >= ?",
        [text_of(since)],
    ).fetchone()
    return asked, every - asked


def senders(db: Database) -> list[str]:
    """List the senders that have letters marked *sending*."""
    return [row[0] for row in db.conn.execute("SELECT DISTINCT sender FROM messages WHERE state = 'sending'")]


def abandon(db: Database, sender: str, why: str) -> int:
    """Mark a dead sender's letters *in doubt*; return how many."""
    return db.conn.execute(
        "UPDATE messages SET state = 'in doubt', why = ? WHERE state = 'sending' AND sender = ?", [why, sender]
    ).rowcount


def wait_again(db: Database, ids: Collection[int], now: datetime) -> None:
    """Queue these failed or doubtful letters again, unchanged and with their attempts reset."""
    db.conn.executemany(
        "UPDATE messages SET state = 'waiting', why = NULL, attempts = 0, due_at = ?, sender = NULL "
        "WHERE id = ? AND state IN ('failed', 'in doubt')",
        [(text_of(now), message_id) for message_id in ids],
    )


def recent_pace(db: Database, now: datetime, per_minute: float | None = None) -> float:
    """Letters per second, over the last fifty of the last five minutes, capped by the limit.

    With fewer than two letters to go by, returns the limit, or 0 when there is none.
    """
    limit = per_minute / 60 if per_minute else math.inf
    since = text_of(now - timedelta(minutes=5))
    rows = db.conn.execute(
        "SELECT sent_at FROM messages WHERE sent_at > ? ORDER BY sent_at DESC LIMIT 50", [since]
    ).fetchall()
    if len(rows) < 2:
        return 0.0 if limit == math.inf else limit
    seconds = (now - datetime.fromisoformat(rows[-1][0])).total_seconds()
    return min(limit, (len(rows) - 1) / max(0.001, seconds))
