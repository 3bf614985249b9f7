"""An organiser's changes to texts that people wrote: each text as it is now, and the fact that it was changed."""

from datetime import datetime
from typing import Literal, NamedTuple

from sqlite_utils import Database

from coffee.scheme import quotes
from coffee.scheme.errors import Stale

Field = Literal["story", "comment", "why_not", "selling"]


class Edit(NamedTuple):
    """An organiser's latest change to a person's text about a match: when it was, and whether the text was removed.

    `name` is '' after erasure; `round` is the number of the round.
    """

    match: int
    person: int
    field: Field
    at: datetime
    removed: bool
    name: str
    round: int


def edit(db: Database, match_id: int, person_id: int, field: Field, read: str, text: str, now: datetime) -> None:
    """Replace the text that the organiser read; '' removes it. A changed story has to be chosen for sharing again.

    Raises Stale when the text has changed meanwhile.
    """
    changed = db.execute(
        f"UPDATE answers SET {field} = ? WHERE match_id = ? AND person_id = ? AND {field} = ?",
        [text.strip() or None, match_id, person_id, read],
    ).rowcount
    if not changed:
        raise Stale("This text was changed meanwhile. Look at it again; nothing was saved.")
    db.execute(
        "INSERT OR REPLACE INTO edits (match_id, person_id, field, at, removed) VALUES (?, ?, ?, ?, ?)",
        [match_id, person_id, field, now.isoformat(), not text.strip()],
    )
    if field == "story":
        quotes.choose(db, match_id, person_id, False)


def forget(db: Database, match_id: int, person_id: int, field: str) -> None:
    """Drop the note of an edit once the writer has rewritten the text."""
    db.execute("DELETE FROM edits WHERE match_id = ? AND person_id = ? AND field = ?", [match_id, person_id, field])


def everything(db: Database) -> list[Edit]:
    """List all edits, newest first."""
    rows = db.execute(
        "SELECT e.match_id, e.person_id, field, e.at, removed, coalesce(name, ''), number FROM edits e "
        "JOIN matches ON matches.id = e.match_id JOIN rounds ON rounds.id = round_id "
        "JOIN people ON people.id = e.person_id ORDER BY e.at DESC"
    ).fetchall()
    return [Edit(row[0], row[1], row[2], datetime.fromisoformat(row[3]), bool(row[4]), *row[5:]) for row in rows]
