"""What a round made, in figures."""

from dataclasses import dataclass

import pandas as pd
from sqlite_utils import Database

from coffee.insight.made import made
from coffee.insight.rates import Rate
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
    found = made(rounds.history(db), rounds.get(db, round_id).number)
    said = answers.said(db)
    return Figures(
        round_id,
        found.number,
        found.people,
        found.organisations,
        _sent(messages.counts(db), found.number),
        Rate(found.met, found.matches),
        Rate(said.loc[said["round"] == found.number, "person"].nunique(), found.people),
        found.connections,
        found.across,
    )


def _sent(counts: pd.DataFrame, number: int) -> Rate:
    written = counts[(counts["round"] == number) & counts["kind"].isin(["introduction", "rematch"])]
    written = written[written["state"] != "cancelled"]
    return Rate(int(written.loc[written["state"] == "sent", "letters"].sum()), int(written["letters"].sum()))
