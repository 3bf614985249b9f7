"""The scheme's country and time zone, as Settings has them."""

from datetime import date, datetime

from sqlite_utils import Database

from coffee.days.place import Place
from coffee.scheme import settings


def place(db: Database) -> Place:
    """Return where the scheme is."""
    return Place.of(settings.some(db, "country", "zone"))


def today(db: Database, now: datetime) -> date:
    """Return the scheme's day at that moment."""
    return place(db).day(now)
