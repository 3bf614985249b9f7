"""Texts of people that an organiser edited or removed: the text as it is now, and a trace that they did."""

from datetime import datetime
from typing import Literal, NamedTuple

from sqlite_utils import Database

from coffee.scheme import quotes
from coffee.scheme.errors import Stale

Field = Literal["story", "comment", "why_not", "selling"]


class Edit(NamedTuple):
    """When an organiser last changed what a person wrote about a match, and whether they removed it.

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
    """Put `text` in place of what the organiser read; '' removes it. A changed story is to be chosen anew.

    Raises Stale when the text is another one by now.
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
    """The writer has written something else, so that the text is theirs again."""
    db.execute("DELETE FROM edits WHERE match_id = ? AND person_id = ? AND field = ?", [match_id, person_id, field])


def everything(db: Database) -> list[Edit]:
    """All of them, newest first."""
    rows = db.execute(
        "SELECT e.match_id, e.person_id, field, e.at, removed, coalesce(name, ''), number FROM edits e "
        "JOIN matches ON matches.id = e.match_id JOIN rounds ON rounds.id = round_id "
        "JOIN people ON people.id = e.person_id ORDER BY e.at DESC"
    ).fetchall()
    return [Edit(row[0], row[1], row[2], datetime.fromisoformat(row[3]), bool(row[4]), *row[5:]) for row in rows]
