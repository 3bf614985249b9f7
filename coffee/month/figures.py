"""What a round made, in figures."""

from dataclasses import dataclass

import pandas as pd
from sqlite_utils import Database

from coffee.insight.rates import Rate
from coffee.insight.ties import connections, ties
from coffee.scheme import answers, messages, rounds


@dataclass(frozen=True)
class Figures:
    """Of one round. `connections` are pairs of people who met for the first time, `across` their organisations."""

    id: int
    number: int
    people: int
    organisations: int
    sent: Rate
    met: Rate
    answered: Rate
    connections: int
    across: int


def figures(db: Database, round_id: int) -> Figures:
    """Count a round that is out or closed."""
    number = rounds.get(db, round_id).number
    history = rounds.history(db)
    seats = history[history["round"] == number]
    said = answers.said(db)
    matches = seats.drop_duplicates("match")
    new = _new(history, number)
    return Figures(
        round_id,
        number,
        seats["person"].nunique(),
        seats["organisation"].nunique(),
        _sent(messages.counts(db), number),
        Rate(int((matches["met"] == "yes").sum()), len(matches)),
        Rate(said.loc[said["round"] == number, "person"].nunique(), seats["person"].nunique()),
        len(new),
        seats.loc[seats["person"].isin(new[["person_1", "person_2"]].to_numpy().ravel()), "organisation"].nunique(),
    )


def _new(history: pd.DataFrame, number: int) -> pd.DataFrame:
    found = connections(ties(history))
    return found[(found["met"] == number).fillna(False)]


def _sent(counts: pd.DataFrame, number: int) -> Rate:
    written = counts[(counts["round"] == number) & counts["kind"].isin(["introduction", "rematch"])]
    written = written[written["state"] != "cancelled"]
    return Rate(int(written.loc[written["state"] == "sent", "letters"].sum()), int(written["letters"].sum()))
