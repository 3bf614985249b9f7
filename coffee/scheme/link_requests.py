"""Requests for a letter with a link, kept until a letter is written a moment later.

Strangers' addresses are noted too, so that neither the answer nor its timing tells who is known.
"""

from datetime import datetime

from sqlite_utils import Database

from coffee.scheme import settings
from coffee.scheme.moments import text_of


def ask(db: Database, email: str, now: datetime) -> None:
    """Note a request for a letter to this address. Repeats change nothing; the earlier time stands."""
    db.execute(
        "INSERT INTO asked (identity, at) VALUES (?, ?) ON CONFLICT (identity) DO UPDATE SET at = min(at, excluded.at)",
        [email.casefold(), text_of(now)],
    )
    settings.put(db, "asked_at", now.isoformat())  # always a change to flush: time tells nothing


def noted(db: Database, before: datetime, most: int) -> list[str]:
    """Return the case-folded addresses noted by that time, earliest request first."""
    rows = db.execute("SELECT identity FROM asked WHERE at <= ? ORDER BY at LIMIT ?", [text_of(before), most])
    return [identity for (identity,) in rows.fetchall()]


def forget(db: Database, identity: str) -> None:
    """Drop a request, after its letter is written or because nobody has this address."""
    db.execute("DELETE FROM asked WHERE identity = ?", [identity])
