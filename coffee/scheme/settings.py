"""The organiser's settings, by name. Values are anything JSON can hold; never a password or a key."""

import json
from typing import Any

from sqlite_utils import Database


def get(db: Database, name: str, default: Any = None) -> Any:
    """Return the value stored under `name`, or `default`."""
    row = db.conn.execute("SELECT value FROM settings WHERE name = ?", [name]).fetchone()
    return json.loads(row[0]) if row else default


def some(db: Database, *names: str) -> dict[str, Any]:
    """Return the values under these names in one query; names without a value are left out."""
    query = f"SELECT name, value FROM settings WHERE name IN ({', '.join('?' * len(names))})"
    return {name: json.loads(value) for name, value in db.conn.execute(query, names)}


def everything(db: Database) -> dict[str, Any]:
    """Return all values by name."""
    return {name: json.loads(value) for name, value in db.conn.execute("SELECT name, value FROM settings")}


def put(db: Database, name: str, value: Any) -> None:
    """Store `value` under `name`."""
    db.conn.execute(
        "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, json.dumps(value, ensure_ascii=False)],
    )
