"""Messages: every letter there is, and what became of it.

waiting → sending → sent | failed | in doubt | cancelled. *Sending* is on the disk before the first byte leaves, so that
after a crash it is known which letters may have gone. All times are UTC.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pandas as pd
from sqlite_utils import Database

from coffee.scheme.errors import NotThere
from coffee.scheme.tokens import without_links

COME_BACK = "Letters to this address come back, an organiser says."
STATES = ("waiting", "sending", "sent", "failed", "in doubt", "cancelled")


class Written(Protocol):
    """A letter as it comes to be queued."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def round_id(self) -> int | None: ...
    @property
    def match_id(self) -> int | None: ...
    @property
    def person_id(self) -> int | None: ...
    @property
    def recipient(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def message_id(self) -> str: ...
    @property
    def letter(self) -> bytes: ...


@dataclass(frozen=True)
class Due:
    """A letter whose time has come. `attempts` counts the one that is about to be made, if it was claimed."""

    id: int
    kind: str
    recipient: str
    message_id: str
    attempts: int
    letter: bytes = field(repr=False)


@dataclass(frozen=True)
class Stored:
    """A letter as it is kept: with its links until it has gone, without them afterwards."""

    id: int
    kind: str
    recipient: str
    subject: str
    message_id: str
    state: str
    why: str | None
    letter: bytes = field(repr=False)


@dataclass(frozen=True)
class Settled:
    """What became of a claimed letter. `due_at` is for one that waits again, `attempted` is whether it was tried."""

    id: int
    state: str
    at: datetime
    why: str | None = None
    due_at: datetime | None = None
    unreachable: bool = False
    attempted: bool = True


def add(db: Database, letter: Written, now: datetime, due_at: datetime | None = None) -> bool:
    """Queue a letter; False when one with its key is there already, and then nothing changes.

    One that was cancelled makes room: it never went, so the new one goes in its place.
    """
    cursor = db.conn.execute(
        "INSERT INTO messages (key, kind, round_id, match_id, person_id, recipient, subject, message_id, letter, "
        "queued_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
        "recipient = excluded.recipient, subject = excluded.subject, message_id = excluded.message_id, "
        "letter = excluded.letter, state = 'waiting', why = NULL, attempts = 0, "
        "queued_at = excluded.queued_at, due_at = excluded.due_at WHERE state = 'cancelled'",
        [
            letter.key, letter.kind, letter.round_id, letter.match_id, letter.person_id, letter.recipient,
            letter.subject, letter.message_id, letter.letter, _text(now), _text(due_at or now),
        ],
    )  # fmt: skip
    return cursor.rowcount == 1


def keys(db: Database, kind: str) -> set[str]:
    """The keys of all letters of this kind that were not cancelled."""
    return {row[0] for row in db.execute("SELECT key FROM messages WHERE kind = ? AND state != 'cancelled'", [kind])}


def invited(db: Database) -> pd.DataFrame:
    """One row an address that was sent an invitation, or will be: address (casefolded), at (when it was written)."""
    return pd.read_sql_query(
        "SELECT substr(key, length('invitation:') + 1) AS address, queued_at AS at FROM messages "
        "WHERE kind = 'invitation' AND state != 'cancelled' AND recipient != ''",
        db.conn,
        dtype=str,
    )


def coming(db: Database, kind: str, person_id: int, since: datetime) -> bool:
    """Whether a letter of this kind to this person was queued at `since` or later, and was not stopped or refused."""
    row = db.conn.execute(
        "SELECT 1 FROM messages WHERE kind = ? AND person_id = ? AND queued_at >= ? "
        "AND state NOT IN ('failed', 'cancelled')",
        [kind, person_id, _text(since)],
    ).fetchone()
    return row is not None


def had(db: Database, round_id: int, kind: str) -> set[tuple[int | None, int]]:
    """Who has a letter of this kind in this round, about which match: ids of match (None: about none) and person.

    A letter that was cancelled is none.
    """
    return set(
        db.conn.execute(
            "SELECT match_id, person_id FROM messages "
            "WHERE round_id = ? AND kind = ? AND person_id IS NOT NULL AND state != 'cancelled'",
            [round_id, kind],
        )
    )


def claim(db: Database, sender: str, now: datetime) -> Due | None:
    """Take the letter that has waited longest, marking it *sending*; None when none is due."""
    row = db.conn.execute(
        "UPDATE messages SET state = 'sending', sender = ?, sending_since = ?, attempts = attempts + 1, why = NULL "
        "WHERE id = (SELECT id FROM messages WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id LIMIT 1) "
        "RETURNING id, kind, recipient, message_id, attempts, letter",
        [sender, _text(now), _text(now)],
    ).fetchone()
    return None if row is None else Due(*row)


def due(db: Database, now: datetime, limit: int) -> list[Due]:
    """The letters that have waited longest, without claiming them."""
    rows = db.conn.execute(
        "SELECT id, kind, recipient, message_id, attempts, letter FROM messages "
        "WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id LIMIT ?",
        [_text(now), limit],
    )
    return [Due(*row) for row in rows]


def settle(db: Database, sender: str, what: Settled) -> bool:
    """Write down what became of a letter this sender had claimed; False when the letter was erased meanwhile."""
    cursor = db.conn.execute(
        "UPDATE messages SET state = iif(:state = 'waiting' AND letter = x'', 'cancelled', :state), why = :why, "
        "due_at = coalesce(:due_at, due_at), sent_at = CASE WHEN :state = 'sent' THEN :at END, "
        "attempts = attempts - (NOT :attempted), sender = CASE WHEN :state = 'sent' THEN sender END "
        "WHERE id = :id AND state IN ('sending', 'in doubt') AND sender = :sender",
        {
            "id": what.id, "sender": sender, "state": what.state, "why": what.why,
            "at": _text(what.at), "due_at": _text(what.due_at) if what.due_at else None, "attempted": what.attempted,
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
    """Letters that have gone and are still stored as they went: id and bytes."""
    return db.conn.execute(
        "SELECT id, letter FROM messages WHERE state = 'sent' AND sender IS NOT NULL LIMIT ?", [limit]
    ).fetchall()


def seal(db: Database, message_id: int, letter: bytes) -> None:
    """Store these bytes in place of a sent letter's, and count it as sealed."""
    db.conn.execute(
        "UPDATE messages SET letter = ?, sender = NULL WHERE id = ? AND state = 'sent'", [letter, message_id]
    )


def kept(db: Database, message_id: int, why: str, letter: bytes, now: datetime) -> None:
    """Mark a waiting letter as sent in another way than by mail."""
    db.conn.execute(
        "UPDATE messages SET state = 'sent', why = ?, letter = ?, sent_at = ? WHERE id = ? AND state = 'waiting'",
        [why, letter, _text(now), message_id],
    )


def kept_for(db: Database, why: str) -> list[int]:
    """The ids of letters that count as sent for this reason."""
    return [
        row[0] for row in db.conn.execute("SELECT id FROM messages WHERE state = 'sent' AND why = ? ORDER BY id", [why])
    ]


def send_after_all(db: Database, message_id: int, letter: bytes, now: datetime) -> None:
    """Let a letter that was kept wait for the postman, with these bytes."""
    db.conn.execute(
        "UPDATE messages SET state = 'waiting', why = NULL, attempts = 0, sent_at = NULL, due_at = ?, letter = ? "
        "WHERE id = ? AND state = 'sent'",
        [_text(now), letter, message_id],
    )


def emptied(db: Database) -> list[str]:
    """The Message-IDs of letters whose text an erasure took."""
    return [row[0] for row in db.conn.execute("SELECT message_id FROM messages WHERE letter = x''")]


def next_due(db: Database) -> datetime | None:
    """When the next waiting letter is due; None when none waits."""
    at = db.conn.execute("SELECT min(due_at) FROM messages WHERE state = 'waiting'").fetchone()[0]
    return datetime.fromisoformat(at) if at else None


def last_begun(db: Database) -> datetime | None:
    """When any sender last began to send a letter."""
    at = db.conn.execute("SELECT max(sending_since) FROM messages").fetchone()[0]
    return datetime.fromisoformat(at) if at else None


def senders(db: Database) -> list[str]:
    """Who has letters marked *sending*."""
    return [row[0] for row in db.conn.execute("SELECT DISTINCT sender FROM messages WHERE state = 'sending'")]


def abandon(db: Database, sender: str, why: str) -> int:
    """Put a dead sender's letters *in doubt*; returns how many."""
    return db.conn.execute(
        "UPDATE messages SET state = 'in doubt', why = ? WHERE state = 'sending' AND sender = ?", [why, sender]
    ).rowcount


def counts(db: Database, kept: str | None = None) -> pd.DataFrame:
    """How many letters there are: one row for each round (number, <NA> for letters of none), kind and state.

    Letters that count as sent for the reason `kept` have the state *kept*.
    """
    return pd.read_sql_query(
        "SELECT r.id AS round_id, r.number AS round, m.kind, m.state, m.letters FROM (SELECT round_id, kind, "
        "CASE WHEN state = 'sent' AND why = ? THEN 'kept' ELSE state END AS state, count(*) AS letters "
        "FROM messages GROUP BY 1, 2, 3) m "
        "LEFT JOIN rounds r ON r.id = m.round_id ORDER BY r.number, m.kind, m.state",
        db.conn,
        params=[kept],
        dtype={"round_id": "Int64", "round": "Int64"},
    )


def listed(db: Database, round_number: int | None, states: Collection[str]) -> pd.DataFrame:
    """Letters of one round (or all) in these states, those that need a look first, then the newest.

    Columns: id, name, recipient, kind, round, state, why, attempts, due_at, sent_at, subject.
    """
    marks = ", ".join("?" * len(states))
    return pd.read_sql_query(
        "SELECT m.id, coalesce(p.name, '') AS name, m.recipient, m.kind, r.number AS round, m.state, "
        "coalesce(m.why, '') AS why, m.attempts, m.due_at, coalesce(m.sent_at, '') AS sent_at, m.subject "
        "FROM messages m LEFT JOIN people p ON p.id = m.person_id LEFT JOIN rounds r ON r.id = m.round_id "
        f"WHERE m.state IN ({marks}) AND (r.number = ? OR ? IS NULL) "
        "ORDER BY m.state = 'sent', m.state = 'cancelled', m.id DESC",
        db.conn,
        params=[*states, round_number, round_number],
        dtype={"round": "Int64"},
    )


def stored(db: Database, message_id: int) -> Stored:
    """One letter with its bytes. Raises NotThere when it is no longer in the scheme."""
    row = db.conn.execute(
        "SELECT id, kind, recipient, subject, message_id, state, why, letter FROM messages WHERE id = ?", [message_id]
    ).fetchone()
    if row is None:
        raise NotThere("This letter is no longer in the scheme. Its person may have been erased.")
    return Stored(*row)


def in_state(db: Database, state: str, ids: Collection[int] | None = None) -> list[int]:
    """The ids of all letters in this state, or of those among `ids`."""
    found = [row[0] for row in db.conn.execute("SELECT id FROM messages WHERE state = ? ORDER BY id", [state])]
    return found if ids is None else sorted(set(found) & set(ids))


def wait_again(db: Database, ids: Collection[int], now: datetime) -> None:
    """Send these failed or doubtful letters once more, exactly as they are, as if they had never been tried."""
    db.conn.executemany(
        "UPDATE messages SET state = 'waiting', why = NULL, attempts = 0, due_at = ?, sender = NULL "
        "WHERE id = ? AND state IN ('failed', 'in doubt')",
        [(_text(now), message_id) for message_id in ids],
    )


def misaddressed(db: Database) -> list[tuple[int, bytes, str, str]]:
    """Letters of a round that wait to go where their reader is no longer: id, bytes, the reader's name and address."""
    return db.conn.execute(
        "SELECT m.id, m.letter, coalesce(p.name, ''), p.email FROM messages m JOIN people p ON p.id = m.person_id "
        "WHERE m.state = 'waiting' AND m.round_id IS NOT NULL AND m.recipient != p.email COLLATE NOCASE"
    ).fetchall()


def readdress(db: Database, message_id: int, recipient: str, new: str, letter: bytes) -> None:
    """Let a waiting letter go to another address as these bytes, `new` being its Message-ID before the @."""
    db.conn.execute(
        "UPDATE messages SET recipient = ?, message_id = '<' || ? || substr(message_id, instr(message_id, '@')), "
        "letter = ?, attempts = 0, why = NULL WHERE id = ? AND state = 'waiting'",
        [recipient, new, letter, message_id],
    )


def conclude(db: Database, message_id: int, why: str, sent_at: datetime | None = None) -> None:
    """The last word on a letter that is not on its way: cancelled, or sent at this time. Its links are not kept."""
    db.conn.execute(
        "UPDATE messages SET state = iif(:sent_at IS NULL, 'cancelled', 'sent'), why = :why, letter = :letter, "
        "sender = NULL, sent_at = :sent_at WHERE id = :id AND state IN ('waiting', 'failed', 'in doubt')",
        {
            "why": why, "letter": without_links(stored(db, message_id).letter),
            "sent_at": _text(sent_at) if sent_at else None, "id": message_id,
        },
    )  # fmt: skip


def recent_pace(db: Database, now: datetime, per_minute: float | None = None) -> float:
    """Letters sent a second, over the last fifty of the last five minutes, and never more than the limit allows.

    With fewer than two of them nobody can tell, and the limit is what is to be expected; 0 when there is none.
    """
    limit = per_minute / 60 if per_minute else math.inf
    since = _text(now - timedelta(minutes=5))
    rows = db.conn.execute(
        "SELECT sent_at FROM messages WHERE sent_at > ? ORDER BY sent_at DESC LIMIT 50", [since]
    ).fetchall()
    if len(rows) < 2:
        return 0.0 if limit == math.inf else limit
    seconds = (now - datetime.fromisoformat(rows[-1][0])).total_seconds()
    return min(limit, (len(rows) - 1) / max(0.001, seconds))


def unsubscribed(db: Database) -> set[int]:
    """The ids of people who asked for no more letters."""
    return {row[0] for row in db.conn.execute("SELECT id FROM people WHERE unsubscribed_at IS NOT NULL")}


def _text(moment: datetime) -> str:
    # Always the same length and zone, so that texts compare as moments do.
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
