"""Confirmed uploads: applied in one transaction, and undone for everybody who has not changed since."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlite_utils import Database

from coffee.scheme import past, people, settings
from coffee.scheme.errors import NotThere, SchemeError, Stale

_UNDONE = "imports undone"
_KEPT = (*people.DETAILS, "identity", "status", "paused_until")


@dataclass(frozen=True)
class Undone:
    """The result of undoing an import: how many people were removed and put back, and the names of those left alone."""

    removed: int
    restored: int
    left_alone: list[str]


def apply(
    db: Database,
    source: str,
    new: Sequence[Mapping[str, Any]],
    changed: Sequence[tuple[int, int, Mapping[str, Any]]],
    now: datetime,
) -> int:
    """Add `new` people and save `changed` ones, (id, version read, changes); returns the import's id.

    Raises Stale when a person was added or changed since the preview; the caller's transaction then keeps nothing.
    """
    import_id = db.execute("INSERT INTO imports (at, source) VALUES (?, ?)", [now.isoformat(), source]).lastrowid
    try:
        for person_id, version, changes in changed:
            before = _snapshot(db, person_id)
            people.change(db, person_id, version, changes)
            _note(db, import_id, person_id, before, version + 1)
        for details in new:
            person_id = people.add(db, details, now=now, status=details.get("status", "active"))
            _note(db, import_id, person_id, None, 1)
    except SchemeError as error:
        raise Stale(
            "Somebody else changed the people of this spreadsheet after the preview was made. Nothing was imported; "
            "look at the new preview and confirm again."
        ) from error
    return int(import_id or 0)


def undo(db: Database, import_id: int, now: datetime) -> Undone:
    """Remove the people and past rounds that an import added, and restore the people it changed.

    People who were changed since, and new people who are in a round by now, are left alone. Raises NotThere when it was
    undone already.
    """
    marked = db.execute(
        "UPDATE imports SET undone_at = ? WHERE id = ? AND undone_at IS NULL", [now.isoformat(), import_id]
    )
    if not marked.rowcount:
        raise NotThere("This import was undone already.")
    _remember(db, import_id)
    past.remove(db, import_id)
    removed, restored, left_alone = 0, 0, []
    for person_id, before, untouched, name in _brought(db, import_id):
        if not untouched:
            left_alone.append(name)
        elif before is None:
            db.execute("DELETE FROM people WHERE id = ?", [person_id])
            removed += 1
        else:
            _restore(db, person_id, json.loads(before))
            restored += 1
    return Undone(removed, restored, left_alone)


def last(db: Database, count: int = 10) -> pd.DataFrame:
    """The latest imports, newest first: id, at, source, undone_at ('' when it stands), new, changed (counts).

    An undone import counts what it brought at the time.
    """
    undone = settings.get(db, _UNDONE, {})
    rows = db.execute(
        "SELECT id, at, source, coalesce(undone_at, '') FROM imports ORDER BY id DESC LIMIT ?", [count]
    ).fetchall()
    return pd.DataFrame(
        [(*row, *(undone.get(str(row[0])) or _counts(db, row[0]))) for row in rows],
        columns=["id", "at", "source", "undone_at", "new", "changed"],
    )


def _counts(db: Database, import_id: int) -> tuple[int, int]:
    """Count the people whom the import added and changed, as far as its notes of them are still there."""
    new, changed = db.execute(
        "SELECT count(*) FILTER (WHERE before IS NULL), count(before) FROM import_changes WHERE import_id = ?",
        [import_id],
    ).fetchone()
    return new, changed


def _remember(db: Database, import_id: int) -> None:
    """Store an import's counts before its notes of new people are deleted with them."""
    settings.put(db, _UNDONE, settings.get(db, _UNDONE, {}) | {str(import_id): _counts(db, import_id)})


def _snapshot(db: Database, person_id: int) -> str:
    values = db.execute(f"SELECT {', '.join(_KEPT)} FROM people WHERE id = ?", [person_id]).fetchone()
    return json.dumps(dict(zip(_KEPT, values or (), strict=False)), ensure_ascii=False)


def _note(db: Database, import_id: int | None, person_id: int, before: str | None, version: int) -> None:
    db.execute("INSERT INTO import_changes VALUES (?, ?, ?, ?)", [import_id, person_id, before, version])


def _brought(db: Database, import_id: int) -> list[tuple[int, str | None, bool, str]]:
    """List (person, their earlier details, unchanged since the import?, name)."""
    return db.execute(
        """SELECT p.id, c.before,
                  p.version = c.after_version AND (c.before IS NOT NULL OR NOT (
                      EXISTS (SELECT 1 FROM seats WHERE person_id = p.id)
                      OR EXISTS (SELECT 1 FROM left_out WHERE person_id = p.id))),
                  p.name
           FROM import_changes c JOIN people p ON p.id = c.person_id
           WHERE c.import_id = ? AND p.status != 'erased' ORDER BY p.name""",
        [import_id],
    ).fetchall()


def _restore(db: Database, person_id: int, before: Mapping[str, Any]) -> None:
    sets = ", ".join(f"{column} = ?" for column in before)
    db.execute(f"UPDATE people SET {sets}, version = version + 1 WHERE id = ?", [*before.values(), person_id])
