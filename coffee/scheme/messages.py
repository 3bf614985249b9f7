"""Every letter and its state. Sending is in `posting`. All times are UTC."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

import pandas as pd
from sqlite_utils import Database

from coffee.scheme.errors import NotThere
from coffee.scheme.mailboxes import ASKED, mailbox
from coffee.scheme.moments import text_of
from coffee.scheme.tokens import without_links


class Written(Protocol):
    """A letter ready to be queued."""

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
class Stored:
    """A stored letter: with its links until it is sent, without them afterwards."""

    id: int
    kind: str
    recipient: str
    subject: str
    message_id: str
    state: str
    why: str | None
    letter: bytes = field(repr=False)


TO_CONFIRM = ("confirmation", "confirmation reminder")


class Astray(NamedTuple):
    """A letter addressed to an address its reader no longer uses. `number` is its round's, 0 for none."""

    id: int
    kind: str
    state: str
    round_id: int
    number: int
    match_id: int | None


def add(db: Database, letter: Written, now: datetime, due_at: datetime | None = None) -> bool:
    """Queue a letter and return True.

    Returns False, changing nothing, when its key is taken or its reader was erased while it was written. A cancelled
    letter with that key was never sent, so the new one replaces it.
    """
    cursor = db.conn.execute(
        "INSERT INTO messages (key, kind, round_id, match_id, person_id, recipient, subject, message_id, letter, "
        "queued_at, due_at, mailbox) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? "
        "WHERE NOT EXISTS (SELECT 1 FROM people WHERE id = ? AND status = 'erased') ON CONFLICT (key) DO UPDATE SET "
        "recipient = excluded.recipient, mailbox = excluded.mailbox, subject = excluded.subject, "
        "message_id = excluded.message_id, letter = excluded.letter, state = 'waiting', why = NULL, attempts = 0, "
        "queued_at = excluded.queued_at, due_at = excluded.due_at WHERE state = 'cancelled'",
        [
            letter.key, letter.kind, letter.round_id, letter.match_id, letter.person_id, letter.recipient,
            letter.subject, letter.message_id, letter.letter, text_of(now), text_of(due_at or now),
            mailbox(letter.recipient) if letter.kind in ASKED else None, letter.person_id,
        ],
    )  # fmt: skip
    return cursor.rowcount == 1


def keys(db: Database, kind: str) -> set[str]:
    """The keys of all letters of this kind that were not cancelled."""
    return {row[0] for row in db.execute("SELECT key FROM messages WHERE kind = ? AND state != 'cancelled'", [kind])}


def invited(db: Database) -> pd.DataFrame:
    """A table of addresses that were or will be invited: address (case-folded), at (when the letter was written)."""
    return pd.read_sql_query(
        "SELECT substr(key, length('invitation:') + 1) AS address, queued_at AS at FROM messages "
        "WHERE kind = 'invitation' AND state != 'cancelled' AND recipient != ''",
        db.conn,
        dtype=str,
    )


def count_queued(db: Database, kind: str, recipient: str, since: datetime) -> int:
    """Count letters of this kind, outside rounds, queued to this address at `since` or later.

    Letters that were stopped or refused do not count.
    """
    row = db.conn.execute(
        "SELECT count(*) FROM messages INDEXED BY messages_asked "
        "WHERE round_id IS NULL AND kind = ? AND recipient = ? COLLATE NOCASE "
        "AND queued_at >= ? AND state NOT IN ('failed', 'cancelled')",
        [kind, recipient, text_of(since)],
    ).fetchone()
    return int(row[0])


def already_queued(db: Database, round_id: int, kind: str) -> set[tuple[int | None, int]]:
    """Return (match, person) for each letter of this kind in this round; match is None for letters about none.

    Cancelled letters do not count.
    """
    return set(
        db.conn.execute(
            "SELECT match_id, person_id FROM messages "
            "WHERE round_id = ? AND kind = ? AND person_id IS NOT NULL AND state != 'cancelled'",
            [round_id, kind],
        )
    )


def any_unsent(db: Database, round_id: int, kinds: Collection[str]) -> bool:
    """Return whether letters of these kinds in this round are still waiting or being sent."""
    query = "SELECT 1 FROM messages WHERE round_id = ? AND state IN ('waiting', 'sending') AND kind IN "
    return db.conn.execute(f"{query} ({', '.join('?' * len(kinds))})", [round_id, *kinds]).fetchone() is not None


def counts(db: Database, why_kept: str | None = None) -> pd.DataFrame:
    """A table that counts letters by round (its number, <NA> for none), kind and state.

    Letters marked sent for the reason `why_kept` have the state *kept*.
    """
    return pd.read_sql_query(
        "SELECT r.id AS round_id, r.number AS round, m.kind, m.state, m.letters FROM (SELECT round_id, kind, "
        "CASE WHEN state = 'sent' AND why = ? THEN 'kept' ELSE state END AS state, count(*) AS letters "
        "FROM messages GROUP BY 1, 2, 3) m "
        "LEFT JOIN rounds r ON r.id = m.round_id ORDER BY r.number, m.kind, m.state",
        db.conn,
        params=[why_kept],
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
    """Return one letter with its bytes. Raises NotThere when it is no longer in the scheme."""
    row = db.conn.execute(
        "SELECT id, kind, recipient, subject, message_id, state, why, letter FROM messages WHERE id = ?", [message_id]
    ).fetchone()
    if row is None:
        raise NotThere("This letter is no longer in the scheme. Its person may have been erased.")
    return Stored(*row)


def in_state(db: Database, state: str, ids: Collection[int] | None = None) -> list[int]:
    """Return the ids of letters in this state, optionally only those among `ids`."""
    ids_in_state = [row[0] for row in db.conn.execute("SELECT id FROM messages WHERE state = ? ORDER BY id", [state])]
    return ids_in_state if ids is None else sorted(set(ids_in_state) & set(ids))


def misaddressed(db: Database) -> list[tuple[int, bytes, str, str]]:
    """List waiting letters of a round whose reader has another address by now: id, bytes, the reader's name and
    address.
    """
    return db.conn.execute(
        "SELECT m.id, m.letter, coalesce(p.name, ''), p.email FROM messages m JOIN people p ON p.id = m.person_id "
        "WHERE m.state = 'waiting' AND m.round_id IS NOT NULL AND m.recipient != p.email COLLATE NOCASE"
    ).fetchall()


def readdress(db: Database, message_id: int, recipient: str, new: str, letter: bytes) -> None:
    """Send a waiting letter to another address as these bytes; `new` is its Message-ID before the @."""
    db.conn.execute(
        "UPDATE messages SET recipient = ?, message_id = '<' || ? || substr(message_id, instr(message_id, '@')), "
        "letter = ?, attempts = 0, why = NULL WHERE id = ? AND state = 'waiting'",
        [recipient, new, letter, message_id],
    )


def astray(db: Database, person_id: int, why_kept: str) -> list[Astray]:
    """List letters to a person's earlier addresses, oldest first: the last of each kind for each round that is out.

    Includes letters by which the person still has to confirm an address. Letters kept for the reason `why_kept` were
    never sent and are left out.
    """
    rows = db.execute(
        "SELECT m.id, m.kind, m.state, coalesce(r.id, 0), coalesce(r.number, 0), m.match_id FROM messages m "
        "JOIN people p ON p.id = m.person_id LEFT JOIN rounds r ON r.id = m.round_id "
        "LEFT JOIN matches x ON x.id = m.match_id WHERE p.id = :person AND x.cancelled_at IS NULL "
        "AND m.recipient != p.email COLLATE NOCASE AND m.state IN ('sent', 'failed', 'in doubt') "
        "AND m.why IS NOT :why_kept "
        "AND (r.state = 'published' OR p.status = 'unconfirmed' AND m.kind IN (:first, :second)) AND NOT EXISTS "
        "(SELECT 1 FROM messages n WHERE n.person_id = p.id AND n.kind = m.kind AND n.id > m.id "
        "AND n.match_id IS m.match_id AND n.round_id IS m.round_id AND n.state != 'cancelled') ORDER BY m.id",
        {"person": person_id, "why_kept": why_kept, "first": TO_CONFIRM[0], "second": TO_CONFIRM[1]},
    )
    return [Astray(*row) for row in rows.fetchall()]


def give_way(db: Database, beginning: str, person_id: int, why: str) -> None:
    """Cancel a person's waiting letters whose keys begin this way, because a newer letter replaces them."""
    waiting = db.execute(
        "SELECT id FROM messages WHERE state = 'waiting' AND person_id = ? AND substr(key, 1, length(?)) = ?",
        [person_id, beginning, beginning],
    ).fetchall()
    for (message_id,) in waiting:
        conclude(db, message_id, why)


def conclude(db: Database, message_id: int, why: str, sent_at: datetime | None = None) -> None:
    """Mark a letter as sent or cancelled for good, and drop its links."""
    db.conn.execute(
        "UPDATE messages SET state = iif(:sent_at IS NULL, 'cancelled', 'sent'), why = :why, letter = :letter, "
        "sender = NULL, sent_at = :sent_at WHERE id = :id AND state IN ('waiting', 'failed', 'in doubt')",
        {
            "why": why, "letter": without_links(stored(db, message_id).letter),
            "sent_at": text_of(sent_at) if sent_at else None, "id": message_id,
        },
    )  # fmt: skip


def unsubscribed(db: Database) -> set[int]:
    """The ids of people who asked for no more letters."""
    return {row[0] for row in db.conn.execute("SELECT id FROM people WHERE unsubscribed_at IS NOT NULL")}
