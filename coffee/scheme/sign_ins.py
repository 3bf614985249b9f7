"""Organisers who are signed in. The file holds only a hash of their cookie."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlite_utils import Database

from coffee.scheme import clock

LASTS = timedelta(days=14)


def begin(db: Database, token: str, who: str, now: datetime) -> None:
    """Sign in the holder of `token` as the organiser `who` for 14 days; delete expired sign-ins."""
    if clock.is_trusted(db, now):
        db.conn.execute("DELETE FROM sign_ins WHERE expires_at <= ?", [now.isoformat()])
    db.conn.execute(
        "INSERT INTO sign_ins (hash, who, at, expires_at) VALUES (?, ?, ?, ?)",
        [_hash(token), who, now.isoformat(), (now + LASTS).isoformat()],
    )


def whose(db: Database, token: str, now: datetime) -> str | None:
    """Return the organiser who holds `token`, or None when it was ended or has expired."""
    row = db.conn.execute(
        "SELECT who FROM sign_ins WHERE hash = ? AND expires_at > ?", [_hash(token), now.isoformat()]
    ).fetchone()
    return row[0] if row else None


def end(db: Database, token: str) -> None:
    """Sign out the holder of `token` in every tab."""
    db.conn.execute("DELETE FROM sign_ins WHERE hash = ?", [_hash(token)])


def end_others(db: Database, token: str) -> None:
    """Sign out everybody but the holder of `token`."""
    db.conn.execute("DELETE FROM sign_ins WHERE hash != ?", [_hash(token)])


def end_all(db: Database) -> None:
    """Sign everybody out on every device."""
    db.conn.execute("DELETE FROM sign_ins")


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
