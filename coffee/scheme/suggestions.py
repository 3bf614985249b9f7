"""Details typed into the join form with a known person's address, for that person to accept or drop.

Anybody can type an address, so the details are not used before. A person has one suggestion at most, the newest.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from coffee.scheme import people

LASTS = timedelta(days=30)
_FIELDS = ("name", "organisation", "role", "topics", "phone", "chat_id", "shares", "language")


@dataclass(frozen=True)
class Suggestion:
    """Suggested details that differ from the known ones, and when they were typed (ISO 8601, UTC)."""

    at: str
    details: dict[str, Any]


def suggest(db: Database, person_id: int, typed: Mapping[str, Any], now: datetime) -> None:
    """Store what was typed for this person, in place of an earlier suggestion."""
    details = json.dumps({name: typed[name] for name in _FIELDS}, ensure_ascii=False)
    db.execute("INSERT OR REPLACE INTO suggestions VALUES (?, ?, ?)", [person_id, now.isoformat(), details])


def suggested(db: Database, person: Mapping[str, Any]) -> Suggestion | None:
    """Return the suggestion for a person from `people.person`; None when there is none or it says nothing new.

    Empty fields suggest nothing.
    """
    row = db.execute("SELECT at, typed FROM suggestions WHERE person_id = ?", [person["id"]]).fetchone()
    typed: dict[str, Any] = json.loads(row[1]) if row else {}
    new = {name: value for name, value in typed.items() if value and value != person[name]}
    return Suggestion(row[0], new) if new else None


def accept(db: Database, person: Mapping[str, Any]) -> None:
    """Save the suggested details and delete the suggestion."""
    if suggestion := suggested(db, person):
        people.change(db, person["id"], person["version"], suggestion.details)
    drop(db, person["id"])


def drop(db: Database, person_id: int) -> None:
    """Delete the suggestion for a person."""
    db.execute("DELETE FROM suggestions WHERE person_id = ?", [person_id])


def has_old(db: Database, before: datetime) -> bool:
    """Return whether a suggestion was typed before then (aware UTC)."""
    return db.execute("SELECT 1 FROM suggestions WHERE at < ? LIMIT 1", [before.isoformat()]).fetchone() is not None


def forget_old(db: Database, before: datetime) -> None:
    """Forget the suggestions typed before then (aware UTC)."""
    db.execute("DELETE FROM suggestions WHERE at < ?", [before.isoformat()])
