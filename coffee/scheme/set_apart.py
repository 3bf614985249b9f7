"""Pairs of people set apart by the organiser: never drawn together."""

import pandas as pd
from sqlite_utils import Database

from coffee.scheme.errors import SchemeError


def pairs(db: Database) -> pd.DataFrame:
    """A table of pairs set apart: person_1, person_2 (ids, lower first), name_1, name_2. Erased people are left out."""
    return pd.DataFrame(
        db.execute(
            """SELECT a.person_1, a.person_2, one.name, two.name FROM apart a
               JOIN people one ON one.id = a.person_1 JOIN people two ON two.id = a.person_2
               WHERE one.status != 'erased' AND two.status != 'erased'
               ORDER BY one.name COLLATE NOCASE, two.name COLLATE NOCASE"""
        ).fetchall(),
        columns=["person_1", "person_2", "name_1", "name_2"],
    )


def set_apart(db: Database, one: int, other: int) -> None:
    """Never draw these two together; repeating it changes nothing. Raises SchemeError for one person twice."""
    if one == other:
        raise SchemeError("Choose two different people to set apart.")
    db.execute("INSERT OR IGNORE INTO apart VALUES (?, ?)", sorted([one, other]))


def undo(db: Database, one: int, other: int) -> None:
    """Let these two be drawn together again."""
    db.execute("DELETE FROM apart WHERE person_1 = ? AND person_2 = ?", sorted([one, other]))
