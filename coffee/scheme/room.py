"""A room: for a few hours, people who see its code can join without confirming an address first.

They are drawn like everybody else until they have gone home; for later rounds they have to confirm it after all.
"""

import secrets
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlite_utils import Database

from coffee.scheme import opt_outs, people, settings
from coffee.scheme.errors import NotThere

OPEN_FOR = timedelta(hours=3)
EASY = "abcdefghjkmnpqrstuvwxyz23456789"  # what nobody mistakes for another from the last row; ten of them have 49 bits


class Doubt(NamedTuple):
    """A known person whose address was given in the room under another name: the name given, and theirs."""

    person_id: int
    said: str
    name: str
    organisation: str


class Pair(NamedTuple):
    """A name on the big screen, and whom to look for: (name, organisation) of each partner.

    `whose` is the organisation of the name itself when another person on the screen has the same name, else ''. A
    partner's name is '' after erasure.
    """

    name: str
    partners: tuple[tuple[str, str], ...]
    whose: str = ""


def open_room(db: Database, now: datetime, *, empty: bool = False) -> str:
    """Open the room for three hours and return its code; opening it again keeps both.

    People who came in earlier are still present, and so are their pairs. `empty` starts afresh for another event.
    """
    code = is_open(db, now)
    if code is None:
        here = [] if empty else sorted(arrived(db, now))
        code = "".join(secrets.choice(EASY) for _ in range(10))
        room: dict[str, Any] = {
            "code": code,
            "until": (now + OPEN_FOR).isoformat(),
            "since": now.isoformat(),
            "began": _began(db) if here else now.isoformat(),
            "here": here,
            "unproven": sorted(unproven(db)),
            "doubted": {} if empty else {doubt.person_id: doubt.said for doubt in doubted(db, now)},
        }
        settings.put(db, "room", room)
    return code


def close_room(db: Database, now: datetime) -> None:
    """Require everybody to confirm their address again. People who are present can still be drawn."""
    if is_open(db, now):
        settings.put(db, "room", settings.get(db, "room") | {"until": now.isoformat()})


def is_open(db: Database, now: datetime) -> str | None:
    """Return the room's code while it is open, else None."""
    room = settings.get(db, "room")
    return str(room["code"]) if room and datetime.fromisoformat(room["until"]) > now else None


def enter(db: Database, person_id: int, *, proven: bool) -> None:
    """Note that a person is in the open room, and whether they confirmed their address."""
    room = settings.get(db, "room")
    waiting = unproven(db) if proven else unproven(db) | {person_id}
    settings.put(db, "room", room | {"here": sorted({*room["here"], person_id}), "unproven": sorted(waiting)})
    forget_doubt(db, person_id)


def take_out(db: Database, person_id: int) -> None:
    """Take somebody who has not proven their address out of the room and of draws."""
    if room := settings.get(db, "room"):
        here, waiting = set(room["here"]) - {person_id}, unproven(db) - {person_id}
        settings.put(db, "room", room | {"here": sorted(here), "unproven": sorted(waiting)})
    people.unconfirm(db, [person_id])


def doubt(db: Database, person_id: int, said: str) -> None:
    """Note the other name given in the open room with this person's address, unless they are in already."""
    room = settings.get(db, "room")
    if person_id not in room["here"]:
        settings.put(db, "room", room | {"doubted": _other_names(db) | {str(person_id): said}})


def doubted(db: Database, now: datetime) -> list[Doubt]:
    """List people the organiser may let in, by name, until the event is over. Erased people are left out."""
    said = _other_names(db)
    if not said or is_over(db, now):
        return []
    rows = db.execute("SELECT id, name, organisation FROM people WHERE status != 'erased' ORDER BY name, id")
    return [Doubt(row[0], said[str(row[0])], *row[1:]) for row in rows if str(row[0]) in said]


def let_in(db: Database, person_id: int, now: datetime, today: date) -> None:
    """Let in a person who was doubted; activate them if only an unconfirmed address kept them out.

    Raises NotThere when the event is over, or they were erased.
    """
    if person_id in {doubt.person_id for doubt in doubted(db, now)}:
        waits = people.person(db, person_id, today)["status"] == "unconfirmed"
        if waits:
            people.reactivate(db, [person_id])
        enter(db, person_id, proven=not waits and person_id not in unproven(db))
    elif person_id not in arrived(db, now):
        raise NotThere("The room is over or this person was erased, so nothing was changed.")


def forget_doubt(db: Database, person_id: int) -> None:
    """Forget the other name that was given with this person's address."""
    if str(person_id) in (said := _other_names(db)):
        said.pop(str(person_id))
        settings.put(db, "room", settings.get(db, "room") | {"doubted": said})


def has_doubted(db: Database) -> bool:
    """Return whether any other names are stored."""
    return bool(_other_names(db))


def forget_doubted(db: Database) -> None:
    """Forget all other names."""
    settings.put(db, "room", settings.get(db, "room") | {"doubted": {}})


def unproven(db: Database) -> frozenset[int]:
    """Return the ids of people who take part through a room and have not confirmed their address."""
    return frozenset((settings.get(db, "room") or {}).get("unproven", ()))


def prove(db: Database, person_id: int) -> None:
    """Note that a person has confirmed their address."""
    if person_id in unproven(db):
        settings.put(db, "room", settings.get(db, "room") | {"unproven": sorted(unproven(db) - {person_id})})


def send_home(db: Database) -> list[str]:
    """Leave people who have not confirmed out of draws until they do; return their addresses."""
    home = people.unconfirm(db, unproven(db))
    settings.put(db, "room", settings.get(db, "room") | {"unproven": []})
    return home


def is_over(db: Database, now: datetime) -> bool:
    """Return whether the event is over: three hours have passed since the room was opened."""
    room = settings.get(db, "room")
    return room is not None and datetime.fromisoformat(room["since"]) + OPEN_FOR <= now


def arrived(db: Database, now: datetime) -> frozenset[int]:
    """Return the ids of people who came in by the code, until the event is over. Erased people are left out."""
    room = settings.get(db, "room")
    return frozenset() if room is None or is_over(db, now) else frozenset(room["here"]) & people.ids(db)


def drawn(db: Database) -> frozenset[int]:
    """Return the ids of people matched in the round that `pairs` shows."""
    return frozenset(
        row[0]
        for row in db.execute(
            "SELECT person_id FROM seats JOIN matches ON matches.id = match_id "
            "WHERE round_id = ? AND cancelled_at IS NULL",
            [_shown(db)],
        )
    )


def drawable(db: Database, now: datetime, today: date) -> frozenset[int]:
    """Return the ids of people present whom a draw may pair: not paused, left or without letters."""
    active = set(people.active(db, today)["id"]) - opt_outs.skipping(db, opt_outs.next_number(db))
    return arrived(db, now) & active


def late(db: Database, round_id: int, now: datetime, today: date) -> frozenset[int]:
    """Return the ids of people present who have no match in this round, if `pairs` shows it.

    People who withdrew from a match, or sit out because the number is odd, are not late.
    """
    if round_id != _shown(db):
        return frozenset()
    had = db.execute(
        "SELECT person_id FROM seats JOIN matches m ON m.id = match_id WHERE m.round_id = :round UNION "
        "SELECT json_extract(certificate, '$.sits_out') FROM rounds WHERE id = :round",
        {"round": round_id},
    ).fetchall()
    return drawable(db, now, today) - {person for (person,) in had}


def pairs(db: Database) -> list[Pair]:
    """List everybody in the newest published round, if it was published since the room opened."""
    seats = db.execute(
        "SELECT match_id, coalesce(name, ''), seats.organisation FROM seats JOIN people ON people.id = person_id "
        "JOIN matches ON matches.id = match_id WHERE round_id = ? AND cancelled_at IS NULL "
        "ORDER BY person_id",
        [_shown(db)],
    ).fetchall()
    together: dict[int, list[tuple[str, str]]] = {}
    for match_id, name, organisation in seats:
        together.setdefault(match_id, []).append((name, organisation))
    names = Counter(name for _, name, _ in seats)
    return [_pair(seat[1:], together[seat[0]], names[seat[1]] > 1) for seat in seats if seat[1]]


def _other_names(db: Database) -> dict[str, str]:
    return dict((settings.get(db, "room") or {}).get("doubted", {}))


def _shown(db: Database) -> int | None:
    row = db.execute(
        "SELECT id FROM rounds WHERE state = 'published' AND published_at >= ? ORDER BY number DESC", [_began(db)]
    ).fetchone()
    return None if row is None else int(row[0])


def _began(db: Database) -> str | None:
    room = settings.get(db, "room")
    return room.get("began", room["since"]) if room else None


def _pair(mine: tuple[str, str], match: list[tuple[str, str]], shared: bool) -> Pair:
    others = list(match)
    others.remove(mine)
    return Pair(mine[0], tuple(others), mine[1] if shared else "")
