"""A random order for people in research data, which nothing in the data gives away."""

import secrets

from sqlite_utils import Database

from coffee.scheme import settings

NAME = "numbering"


def stored_seed(db: Database) -> int | None:
    """Return the stored seed of the order, on which all files agree; None before `draw`."""
    seed: int | None = settings.get(db, NAME)
    return seed


def draw(db: Database) -> int:
    """Return the seed, drawing and storing 128 random bits the first time."""
    seed = stored_seed(db)
    if seed is None:
        seed = secrets.randbits(128)
        settings.put(db, NAME, seed)
    return seed
