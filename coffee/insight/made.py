"""What one round made. Pure."""

from dataclasses import dataclass

import pandas as pd

from coffee.insight.ties import connections, ties


@dataclass(frozen=True)
class Made:
    """A round in figures: its people, their organisations, its matches, and those that met.

    `connections` are pairs of people who met for the first time, `across` how many organisations these are from.
    """

    number: int
    people: int
    organisations: int
    matches: int
    met: int
    connections: int
    across: int


def made(history: pd.DataFrame, number: int) -> Made:
    """Count the round of this number. `history` has one row a seat, as `ties` takes it."""
    seats = history[history["round"] == number]
    known = connections(ties(history[history["round"] <= number]))
    new = known.loc[(known["met"] == number).fillna(False), ["person_1", "person_2"]].to_numpy().ravel()
    return Made(
        number,
        seats["person"].nunique(),
        seats["organisation"].nunique(),
        seats["match"].nunique(),
        seats.loc[seats["met"] == "yes", "match"].nunique(),
        len(new) // 2,
        seats.loc[seats["person"].isin(new), "organisation"].nunique(),
    )
