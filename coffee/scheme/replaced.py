"""What was replaced when people erased themselves, for the organiser to look at: places only, never the name."""

from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

from coffee.scheme import settings, typed_text
from coffee.scheme.typed_text import Place

_NAME = "replaced"


class Replaced(NamedTuple):
    """A text as it stands now, and what it is."""

    where: str
    text: str


def note(db: Database, changed: list[Place], now: datetime) -> None:
    """Add places to those that the organiser has not looked at yet."""
    settings.put(db, _NAME, [*settings.get(db, _NAME, []), {"at": now.isoformat(), "places": changed}])


def to_show(db: Database) -> list[tuple[datetime, list[Replaced]]]:
    """When somebody erased themselves, and the texts that were changed for it, as far as they are still there."""
    return [
        (datetime.fromisoformat(one["at"]), [*filter(None, (_read(db, *place) for place in one["places"]))])
        for one in settings.get(db, _NAME, [])
    ]


def forget(db: Database) -> None:
    """The organiser has looked at all of them."""
    settings.put(db, _NAME, [])


def _read(db: Database, table: str, key: list[object], column: str, path: str) -> Replaced | None:
    place = Place(table, tuple(key), column, path)
    text = typed_text.text_at(db, place)
    return None if text is None else Replaced(typed_text.where(db, place), text)
