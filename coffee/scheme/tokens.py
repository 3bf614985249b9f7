"""Links in letters: random tokens of 256 bits, of which the scheme stores only a SHA-256.

A token serves one purpose for one person and, for feedback, one match. A wrong token looks like a dead one.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlite_utils import Database

Purpose = Literal["confirm", "address", "me", "feedback", "unsubscribe", "cannot"]

IN_THEIR_NAME = ("me", "confirm", "feedback", "cannot")  # who has a link of these purposes acts for its person

_LINK = re.compile(rb"(/p/[a-z]+/)([A-Za-z0-9_-]{20,})")


@dataclass(frozen=True)
class Holder:
    """The person a link belongs to, and their language."""

    person_id: int
    language: str | None = None


def mint() -> str:
    """Return a new token of 43 URL-safe characters, not stored yet."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """Return the SHA-256 of a token, 32 bytes. Accepts any text."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def keep(
    db: Database,
    token: str,
    purpose: Purpose,
    person_id: int,
    match_id: int | None = None,
    *,
    now: datetime,
    expires_at: datetime | None = None,
) -> None:
    """Store a minted token so that it works, until `expires_at` if given."""
    until = expires_at.isoformat() if expires_at else None
    db.execute(
        "INSERT INTO tokens (hash, purpose, person_id, match_id, made_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        [hash_of(token), purpose, person_id, match_id, now.isoformat(), until],
    )


def new(
    db: Database,
    purpose: Purpose,
    person_id: int,
    match_id: int | None = None,
    *,
    now: datetime,
    expires_at: datetime | None = None,
) -> str:
    """Mint and store a token."""
    token = mint()
    keep(db, token, purpose, person_id, match_id, now=now, expires_at=expires_at)
    return token


def find(db: Database, purpose: Purpose, token: str, clock: Callable[[], datetime]) -> Holder | None:
    """Return the holder of a working token; None for one that is wrong, revoked or expired, or has another purpose.

    The clock is read only for tokens that expire.
    """
    row = db.execute(
        "SELECT person_id, language, expires_at FROM tokens JOIN people ON people.id = person_id "
        "WHERE hash = ? AND purpose = ? AND status != 'erased'",
        [hash_of(token), purpose],
    ).fetchone()
    return None if row is None or is_over(row[2], clock) else Holder(*row[:2])


def is_over(expires_at: str | None, clock: Callable[[], datetime]) -> bool:
    """Return whether a token with this end has expired."""
    return expires_at is not None and datetime.fromisoformat(expires_at) <= clock()


def made_since(db: Database, purpose: Purpose, person_id: int, since: datetime) -> bool:
    """Return whether this person got such a link at `since` or later, so that a second click sends no second letter."""
    row = db.execute(
        "SELECT max(made_at) FROM tokens WHERE purpose = ? AND person_id = ?", [purpose, person_id]
    ).fetchone()
    return row[0] is not None and datetime.fromisoformat(row[0]) >= since


def revoke(db: Database, person_id: int, purpose: Purpose | None = None) -> None:
    """Revoke a person's links, all or those of one purpose."""
    db.execute("DELETE FROM tokens WHERE person_id = ? AND purpose = coalesce(?, purpose)", [person_id, purpose])


def revoke_sent(db: Database, person_id: int) -> None:
    """Revoke the links already sent that let their holder act for a person.

    Links in letters of a round that may still leave stay valid: those letters go to the person's current address.
    """
    waiting = db.execute(
        "SELECT letter FROM messages "
        "WHERE person_id = ? AND round_id IS NOT NULL AND state NOT IN ('sent', 'cancelled')",
        [person_id],
    ).fetchall()
    spared = [hash_of(link[2].decode()) for (letter,) in waiting for link in _LINK.finditer(letter)]
    known = f"person_id = ? AND purpose IN ({_marks(IN_THEIR_NAME)}) AND hash NOT IN ({_marks(spared)})"
    db.execute(f"DELETE FROM tokens WHERE {known}", [person_id, *IN_THEIR_NAME, *spared])


def restore(db: Database, message_id: int, letter: bytes, *, now: datetime, expires_at: datetime) -> None:
    """Reactivate the links of a round's letter that never left, because its reader's address may have changed since.

    Links that still work stay as they are.
    """
    for link in _LINK.finditer(letter):
        db.execute(
            "INSERT OR IGNORE INTO tokens (hash, purpose, person_id, match_id, made_at, expires_at) "
            "SELECT :hash, :purpose, person_id, iif(:purpose IN ('feedback', 'cannot'), match_id, NULL), :now, :until "
            "FROM messages WHERE id = :id AND round_id IS NOT NULL AND person_id IS NOT NULL",
            {
                "hash": hash_of(link[2].decode()), "purpose": link[1].decode().split("/")[2], "id": message_id,
                "now": now.isoformat(), "until": expires_at.isoformat(),
            },
        )  # fmt: skip


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


def without_links(letter: bytes) -> bytes:
    """Return the letter with its personal links disabled: after sending, only its reader may have them."""
    return _LINK.sub(rb"\1link-removed", letter)
