"""Addresses whose owner asked for a letter and was answered; they are written to a moment later.

Addresses of strangers are noted too, so that nobody can tell from an answer, or the time it takes, who is known.
"""

from datetime import datetime

from sqlite_utils import Database

from coffee.scheme import settings
from coffee.scheme.moments import text_of


def ask(db: Database, email: str, now: datetime) -> None:
    """Note that a letter is wanted at this address. Asked twice, it is noted once, and the earlier time stands."""
    db.execute(
        "INSERT INTO asked (identity, at) VALUES (?, ?) ON CONFLICT (identity) DO UPDATE SET at = min(at, excluded.at)",
        [email.casefold(), text_of(now)],
    )
    settings.put(db, "asked_at", now.isoformat())  # always a change to flush: time tells nothing


def noted(db: Database, before: datetime, most: int) -> list[str]:
    """The addresses, case folded, that were noted at that time or earlier: those who asked first."""
    rows = db.execute("SELECT identity FROM asked WHERE at <= ? ORDER BY at LIMIT ?", [text_of(before), most])
    return [identity for (identity,) in rows.fetchall()]


def forget(db: Database, identity: str) -> None:
    """They were written to, or nobody has this address."""
    db.execute("DELETE FROM asked WHERE identity = ?", [identity])
