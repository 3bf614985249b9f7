"""Texts changed when people erased themselves, for the organiser to check: places only, never the name."""

from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

from coffee.scheme import settings, typed_text
from coffee.scheme.typed_text import Place

_NAME = "replaced"


class Replaced(NamedTuple):
    """A changed text as it is now, and a description of its place."""

    where: str
    text: str


def note(db: Database, changed: list[Place], now: datetime) -> None:
    """Add places for the organiser to check."""
    settings.put(db, _NAME, [*settings.get(db, _NAME, []), {"at": now.isoformat(), "places": changed}])


def to_show(db: Database) -> list[tuple[datetime, list[Replaced]]]:
    """List each erasure's time with the texts it changed that still exist."""
    return [
        (datetime.fromisoformat(one["at"]), [*filter(None, (_read(db, *place) for place in one["places"]))])
        for one in settings.get(db, _NAME, [])
    ]


def forget(db: Database) -> None:
    """Clear the list once the organiser has checked it."""
    settings.put(db, _NAME, [])


def _read(db: Database, table: str, key: list[object], column: str, path: str) -> Replaced | None:
    place = Place(table, tuple(key), column, path)
    text = typed_text.text_at(db, place)
    return None if text is None else Replaced(typed_text.where(db, place), text)
