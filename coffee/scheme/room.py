"""A room: for a few hours, whoever is there and sees its code joins without confirming an address first."""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlite_utils import Database

from coffee.scheme import people, settings, wishes

OPEN_FOR = timedelta(hours=3)


class Pair(NamedTuple):
    """One name on the big screen, and whom to look for: (name, organisation) of each partner."""

    name: str
    partners: tuple[tuple[str, str], ...]


def open_room(db: Database, now: datetime) -> str:
    """Open the room for three hours and return its code; opening it again keeps code and end.

    Who came in before it was closed by mistake is still here, and so are the pairs drawn since it first opened.
    """
    code = is_open(db, now)
    if code is None:
        code = secrets.token_urlsafe(9)
        until, here = (now + OPEN_FOR).isoformat(), sorted(arrived(db, now))
        began = _began(db) if here else now.isoformat()
        kept = {"code": code, "until": until, "since": now.isoformat(), "began": began, "here": here}
        settings.put(db, "room", kept)
    return code


def close_room(db: Database, now: datetime) -> None:
    """From now on everybody has to confirm their address again. Who is here can still be drawn."""
    if is_open(db, now):
        settings.put(db, "room", settings.get(db, "room") | {"until": now.isoformat()})


def is_open(db: Database, now: datetime) -> str | None:
    """The room's code while it is open."""
    room = settings.get(db, "room")
    return str(room["code"]) if room and datetime.fromisoformat(room["until"]) > now else None


def enter(db: Database, person_id: int) -> None:
    """Note that a person is in the open room."""
    room = settings.get(db, "room")
    settings.put(db, "room", room | {"here": sorted({*room["here"], person_id})})


def arrived(db: Database, now: datetime) -> frozenset[int]:
    """The ids of who came in by the code, until three hours after the room was opened; then they have gone home."""
    room = settings.get(db, "room")
    gone = room is None or datetime.fromisoformat(room["since"]) + OPEN_FOR <= now
    return frozenset() if gone else frozenset(room["here"])


def drawable(db: Database, now: datetime) -> frozenset[int]:
    """Those of `arrived` whom a draw may pair: who is paused, has left or gets no letters is here and not drawn."""
    active = set(people.active(db, now.date())["id"]) - wishes.skipping(db, wishes.next_number(db))
    return arrived(db, now) & active


def pairs(db: Database) -> list[Pair]:
    """Everybody by name in the newest round that is out and was published since the room began; nobody before that."""
    row = db.execute(
        "SELECT id FROM rounds WHERE state = 'published' AND published_at >= ? ORDER BY number DESC", [_began(db)]
    ).fetchone()
    if row is None:
        return []
    seats = db.execute(
        "SELECT match_id, coalesce(name, ''), seats.organisation FROM seats JOIN people ON people.id = person_id "
        "JOIN matches ON matches.id = match_id WHERE round_id = ? AND cancelled_at IS NULL "
        "ORDER BY name COLLATE NOCASE, person_id",
        [row[0]],
    ).fetchall()
    together: dict[int, list[tuple[str, str]]] = {}
    for match_id, name, organisation in seats:
        together.setdefault(match_id, []).append((name, organisation))
    return [_pair(seat[1:], together[seat[0]]) for seat in seats if seat[1]]


def _began(db: Database) -> str | None:
    room = settings.get(db, "room")
    return room.get("began", room["since"]) if room else None


def _pair(mine: tuple[str, str], match: list[tuple[str, str]]) -> Pair:
    others = list(match)
    others.remove(mine)
    return Pair(mine[0], tuple(others))
