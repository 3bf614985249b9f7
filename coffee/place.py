"""The scheme's country and time zone, as Settings has them."""

from sqlite_utils import Database

from coffee.days.place import Place
from coffee.scheme import settings


def place(db: Database) -> Place:
    """Return where the scheme is."""
    return Place.of(settings.some(db, "country", "zone"))
