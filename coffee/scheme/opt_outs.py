"""Opting out from one's own page or a letter: of a round, of a match, or of all letters."""

from datetime import datetime

import pandas as pd
from sqlite_utils import Database

from coffee.scheme import cancelled_letters
from coffee.scheme.errors import NotThere
from coffee.scheme.rounds import LOOSE

_UNREACHED = """(cannot_reach IS NOT NULL
    AND coalesce((SELECT value ->> 'reachable_only' FROM settings WHERE name = 'rules'), 1))"""


def next_number(db: Database) -> int:
    """The number of the round that is not out yet, drawn or not."""
    row = db.execute("SELECT max(coalesce(max(number), 0), 0) + 1 FROM rounds WHERE state != 'draft'").fetchone()
    return int(row[0])


def skip(db: Database, person_id: int, number: int | None) -> None:
    """Leave a person out of the round with this number; None withdraws the wish."""
    db.execute("UPDATE people SET skips_round = ? WHERE id = ? AND status != 'erased'", [number, person_id])


def skips(db: Database, person_id: int) -> bool:
    """Return whether this person asked to be left out of the next round."""
    row = db.execute("SELECT skips_round = ? FROM people WHERE id = ?", [next_number(db), person_id]).fetchone()
    return bool(row and row[0])


def skipping(db: Database, number: int) -> frozenset[int]:
    """Return the ids of people who asked to be left out of the round with this number."""
    return frozenset(row[0] for row in db.execute("SELECT id FROM people WHERE skips_round = ?", [number]))


def cannot(db: Database, match_id: int, person_id: int, now: datetime | None) -> None:
    """Note that a person cannot meet this time, keeping the time it was first said; None withdraws it.

    Raises NotThere when the match's round is not out, or the match was replaced.
    """
    moment = now.isoformat() if now else None
    changed = db.execute(
        "UPDATE seats SET cannot_at = CASE WHEN :now IS NULL THEN NULL ELSE coalesce(cannot_at, :now) END "
        "WHERE match_id = :match AND person_id = :person AND match_id IN (SELECT matches.id FROM matches "
        "JOIN rounds ON rounds.id = round_id WHERE state = 'published' AND cancelled_at IS NULL)",
        {"now": moment, "match": match_id, "person": person_id},
    ).rowcount
    if not changed:
        raise NotThere("This match is over or was replaced, so nothing was changed.")


def who_cannot(db: Database, round_id: int) -> pd.DataFrame:
    """A table of people who said that they cannot meet this time: match, person, name, cannot_at.

    `name` is None after erasure. Replaced matches are left out.
    """
    return pd.DataFrame(
        db.execute(
            "SELECT match_id, person_id, name, cannot_at FROM seats JOIN matches ON matches.id = match_id "
            "JOIN people ON people.id = person_id "
            "WHERE round_id = ? AND cancelled_at IS NULL AND cannot_at IS NOT NULL ORDER BY cannot_at",
            [round_id],
        ).fetchall(),
        columns=["match", "person", "name", "cannot_at"],
    )


def strand(db: Database, round_id: int) -> list[int]:
    """List people whose partners need another match, while it is open whether their own will meet.

    They cannot meet this time, have left, or are unreachable and so would not be drawn. Replaced matches are left out.
    """
    return [
        row[0]
        for row in db.execute(
            "SELECT person_id FROM matches m JOIN seats ON match_id = m.id JOIN people ON people.id = person_id "
            "WHERE round_id = ? AND cancelled_at IS NULL "
            f"AND (cannot_at IS NOT NULL OR status IN ('left', 'erased') OR {_UNREACHED}) AND {LOOSE} "
            "ORDER BY cannot_at, person_id",
            [round_id],
        )
    ]


def unreached(db: Database, round_id: int | None = None) -> list[tuple[int, int]]:
    """List (round, person) in published rounds for people who would not be drawn because letters cannot reach them.

    Only matches count that may still meet. With `round_id`, only that round's.
    """
    return db.conn.execute(
        "SELECT r.id, p.id FROM people p JOIN seats ON person_id = p.id JOIN matches m ON m.id = match_id "
        "JOIN rounds r ON r.id = round_id WHERE cancelled_at IS NULL AND r.state = 'published' "
        f"AND {_UNREACHED} AND {LOOSE} AND (r.id = :round OR :round IS NULL) ORDER BY r.id, p.id",
        {"round": round_id},
    ).fetchall()


def unsubscribe(db: Database, person_id: int, now: datetime | None) -> None:
    """Stop all letters to a person, which also leaves them out of draws; None allows letters again.

    Letters that were waiting are cancelled and stay so.
    """
    moment = now.isoformat() if now else None
    db.execute(
        "UPDATE people SET unsubscribed_at = CASE WHEN :now IS NULL THEN NULL ELSE coalesce(unsubscribed_at, :now) END "
        "WHERE id = :person AND status != 'erased'",
        {"now": moment, "person": person_id},
    )
    cancelled_letters.cancel(db)


def unsubscribed(db: Database, person_id: int) -> bool:
    """Return whether this person gets no letters."""
    row = db.execute("SELECT unsubscribed_at IS NOT NULL FROM people WHERE id = ?", [person_id]).fetchone()
    return bool(row and row[0])
