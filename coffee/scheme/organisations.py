"""Organisations: how many people each has, how spellings are read, and merging with undo."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping

import pandas as pd
from sqlite_utils import Database

from coffee.scheme import settings

_READ_AS, _DIFFERENT = "organisations_read_as", "organisations_different"


def organisations(db: Database, *, confirmed: bool = False) -> pd.DataFrame:
    """A table of organisations and how many people belong to each; erased people do not count.

    `confirmed` also leaves out people who have not confirmed their address.
    """
    return pd.DataFrame(
        db.execute(
            "SELECT organisation, count(*) FROM people WHERE status != 'erased' AND NOT (? AND status = 'unconfirmed') "
            "GROUP BY 1 ORDER BY 1 COLLATE NOCASE",
            [confirmed],
        ).fetchall(),
        columns=["organisation", "people"],
    )


def read_as(db: Database) -> dict[str, str]:
    """Return the spellings that are read as another name, with that name."""
    known: dict[str, str] = settings.get(db, _READ_AS, {})
    return known


def remember(db: Database, spellings: Mapping[str, str]) -> None:
    """Read each spelling as its name from now on. A spelling mapped to itself is read as written."""
    known = {spelling: spellings.get(name, name) for spelling, name in (read_as(db) | dict(spellings)).items()}
    settings.put(db, _READ_AS, {spelling: name for spelling, name in known.items() if spelling != name})


def different(db: Database) -> list[list[str]]:
    """Groups of similar names that the organiser said are different organisations."""
    groups: list[list[str]] = settings.get(db, _DIFFERENT, [])
    return groups


def tell_apart(db: Database, names: Collection[str]) -> None:
    """Never propose these names as one organisation again."""
    settings.put(db, _DIFFERENT, [*different(db), sorted(names)])


def merge(db: Database, names: Collection[str], into: str) -> int:
    """Give everybody of `names` the organisation `into`, in past rounds too, so that charts show one organisation.

    The old spellings are read as `into` from now on. Returns how many people changed.
    """
    others = [name for name in names if name != into]
    if not others:
        return 0
    before = {"names": others, "read_as": read_as(db), "people": _people_of(db, others), "seats": _seats_of(db, others)}
    db.execute("INSERT INTO merges (into_name, before) VALUES (?, ?)", [into, json.dumps(before, ensure_ascii=False)])
    remember(db, dict.fromkeys(others, into) | {into: into})
    moves = [[into, name] for name in others]
    db.conn.executemany("UPDATE seats SET organisation = ? WHERE organisation = ?", moves)
    return db.conn.executemany(
        "UPDATE people SET organisation = ?, version = version + 1 WHERE organisation = ?", moves
    ).rowcount


def last_merge(db: Database) -> tuple[int, list[str], str] | None:
    """Return (id, merged names, new name) of the latest merge that can be undone, or None."""
    row = db.execute("SELECT id, before, into_name FROM merges ORDER BY id DESC LIMIT 1").fetchone()
    return row and (int(row[0]), json.loads(row[1])["names"], row[2])


def undo_merge(db: Database, merge_id: int) -> int:
    """Undo a merge for people and past rounds, and forget it; return how many people changed.

    People who have another organisation by now keep it. Undoing twice changes nothing.
    """
    row = db.execute("SELECT into_name, before FROM merges WHERE id = ?", [merge_id]).fetchone()
    if row is None:
        return 0
    into, before = row[0], json.loads(row[1])
    seats = [[name, *seat, into] for name, by_name in before["seats"].items() for seat in by_name]
    people = [[name, person, into] for name, by_name in before["people"].items() for person in by_name]
    db.conn.executemany(
        "UPDATE seats SET organisation = ? WHERE match_id = ? AND person_id = ? AND organisation = ?", seats
    )
    mine = {
        into,
        *before["names"],
        *(spelling for spelling, name in before["read_as"].items() if name in before["names"]),
    }
    since = {spelling: name for spelling, name in read_as(db).items() if spelling not in mine}
    settings.put(
        db, _READ_AS, {spelling: before["read_as"][spelling] for spelling in mine & before["read_as"].keys()} | since
    )
    db.execute("DELETE FROM merges WHERE id = ?", [merge_id])
    return db.conn.executemany(
        "UPDATE people SET organisation = ?, version = version + 1 WHERE id = ? AND organisation = ?", people
    ).rowcount


def _people_of(db: Database, names: Collection[str]) -> dict[str, list[int]]:
    by_name = defaultdict(list)
    rows = db.execute(
        "SELECT organisation, id FROM people WHERE organisation IN (SELECT value FROM json_each(?))",
        [json.dumps(list(names))],
    )
    for name, person in rows:
        by_name[name].append(person)
    return by_name


def _seats_of(db: Database, names: Collection[str]) -> dict[str, list[tuple[int, int]]]:
    by_name = defaultdict(list)
    rows = db.execute(
        "SELECT organisation, match_id, person_id FROM seats WHERE organisation IN (SELECT value FROM json_each(?))",
        [json.dumps(list(names))],
    )
    for name, *seat in rows:
        by_name[name].append((seat[0], seat[1]))
    return by_name
