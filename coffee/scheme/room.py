"""A room: for a few hours, whoever is there and sees its code joins without confirming an address first."""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlite_utils import Database

from coffee.scheme import settings

OPEN_FOR = timedelta(hours=3)


class Pair(NamedTuple):
    """One name on the big screen, and whom to look for: (name, organisation) of each partner."""

    name: str
    partners: tuple[tuple[str, str], ...]


def open_room(db: Database, now: datetime) -> str:
    """Open the room for three hours and return its code; opening it again keeps code and end."""
    code = is_open(db, now)
    if code is None:
        code = secrets.token_urlsafe(9)
        until = (now + OPEN_FOR).isoformat()
        settings.put(db, "room", {"code": code, "until": until, "since": now.isoformat()})
    return code


def close_room(db: Database) -> None:
    """From now on everybody has to confirm their address again."""
    settings.put(db, "room", None)


def is_open(db: Database, now: datetime) -> str | None:
    """The room's code while it is open."""
    room = settings.get(db, "room")
    return str(room["code"]) if room and datetime.fromisoformat(room["until"]) > now else None


def arrived(db: Database) -> int:
    """How many people joined since the room was opened and take part."""
    room = settings.get(db, "room") or {"since": "9999"}
    row = db.execute(
        "SELECT count(*) FROM people WHERE status = 'active' AND joined_at >= ?", [room["since"]]
    ).fetchone()
    return int(row[0])


def pairs(db: Database) -> tuple[int, list[Pair]] | None:
    """The number of the newest round that is out, and everybody in it by name; None when none is out."""
    row = db.execute("SELECT id, number FROM rounds WHERE state = 'published' ORDER BY number DESC").fetchone()
    if row is None:
        return None
    seats = db.execute(
        "SELECT match_id, coalesce(name, ''), seats.organisation FROM seats JOIN people ON people.id = person_id "
        "JOIN matches ON matches.id = match_id WHERE round_id = ? AND cancelled_at IS NULL "
        "ORDER BY name COLLATE NOCASE, person_id",
        [row[0]],
    ).fetchall()
    together: dict[int, list[tuple[str, str]]] = {}
    for match_id, name, organisation in seats:
        together.setdefault(match_id, []).append((name, organisation))
    return row[1], [_pair(seat[1:], together[seat[0]]) for seat in seats]


def _pair(mine: tuple[str, str], match: list[tuple[str, str]]) -> Pair:
    others = list(match)
    others.remove(mine)
    return Pair(mine[0], tuple(others))
