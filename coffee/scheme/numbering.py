"""How people are numbered in data for researchers: in an order that nothing in the data gives away."""

import secrets

from sqlite_utils import Database

from coffee.scheme import settings

NAME = "numbering"


def kept(db: Database) -> int | None:
    """The seed of the order, so that all files agree; None before `draw`."""
    seed: int | None = settings.get(db, NAME)
    return seed


def draw(db: Database) -> int:
    """Draw the seed, 128 random bits, unless there is one, and keep it."""
    seed = kept(db)
    if seed is None:
        seed = secrets.randbits(128)
        settings.put(db, NAME, seed)
    return seed
