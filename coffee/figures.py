"""The figures of a scheme, read from its file. `coffee.insight.figures` defines them."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
from sqlite_utils import Database

from coffee.insight.figures import Headcount, RoundFigures, of_round
from coffee.insight.summary import Summary
from coffee.place import place
from coffee.scheme import people, rounds
from coffee.scheme.errors import NotThere


def summary(db: Database) -> Summary:
    """Return the summary of the published rounds."""
    return Summary(rounds.history(db), rounds.sat_out(db)["round"].to_numpy(np.int64))


def figures_of(db: Database, number: int) -> RoundFigures:
    """Return the figures of the round with this number; zeros while it is a draft."""
    return of_round(summary(db).by_round, number)


def as_json(db: Database, now: datetime, number: int | None = None) -> dict[str, Any]:
    """Return the figures of every published round (or of round `number`) and of the whole scheme, for other programs.

    Raises NotThere when round `number` is not out.
    """
    counted = summary(db)
    wanted = counted.rounds.tolist() if number is None else [number]
    if not set(wanted) <= set(counted.rounds.tolist()):
        raise NotThere(f"Round {number} is not out, so it has no figures yet. Leave out --round to see those that are.")
    silo_pairs = counted.linked()
    return {
        "rounds": [asdict(of_round(counted.by_round, wanted_number)) for wanted_number in wanted],
        "all": {
            "people": Headcount.of(people.everyone(db, place(db).day(now))).people,
            "pairs_introduced": len(counted.connections),
            "pairs_met": counted.size.connections,
            "silo_pairs_met": silo_pairs.count,
            "silo_pairs_possible": silo_pairs.of,
        },
    }
