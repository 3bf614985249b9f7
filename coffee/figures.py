"""The figures of a scheme, read from its file. `coffee.insight.figures` defines them."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlite_utils import Database

from coffee.insight import feedback
from coffee.insight import figures as measures
from coffee.insight.figures import Headcount, RoundFigures, of_round
from coffee.insight.summary import Summary
from coffee.place import place
from coffee.scheme import past, people, rounds
from coffee.scheme.answers import all_answers
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
    if number is not None and number not in counted.rounds:
        raise NotThere(f"Round {number} is not out, so it has no figures yet. Leave out --round to see those that are.")
    everyone, without_a_round = people.everyone(db, place(db).day(now)), past.unnumbered(db)
    answers = feedback.with_outcomes(all_answers(db), counted.history)
    return {
        "rounds": [
            row for row in _of_rounds(counted) if number in (None, row["round"]) and row["round"] not in without_a_round
        ],
        "all": _of_people(counted, everyone) | _of_links(counted, everyone) | _of_answers(answers),
    }


def _of_rounds(counted: Summary) -> list[dict[str, int]]:
    """Return the figures of each round, with the pairs of people and of silos so far."""
    growth = {"pairs": counted.growth("people"), "silo_pairs": counted.growth("organisations")}
    so_far = pd.DataFrame(
        {
            f"{pairs}_{name}_so_far": totals[name]
            for pairs, totals in growth.items()
            for name in ("introduced", "met", "possible")
        }
    )
    rows = pd.concat([counted.by_round, so_far], axis=1).to_dict("records")
    return [{str(name): int(value) for name, value in row.items()} for row in rows]


def _of_people(counted: Summary, everyone: pd.DataFrame) -> dict[str, Any]:
    response = measures.response(counted.history)
    return {
        "people": Headcount.of(everyone).people,
        "took_part": counted.size.people,
        "organisations": counted.size.organisations,
        "asked": response.of,
        "answered": response.count,
        **measures.outcomes(counted.by_round)._asdict(),
    }


def _of_links(counted: Summary, everyone: pd.DataFrame) -> dict[str, Any]:
    silo_pairs = counted.linked()
    return {
        "pairs_introduced": len(counted.connections),
        "pairs_met": counted.size.connections,
        "pairs_met_still_here": measures.meetings_between(counted.meetings, everyone),
        "silo_pairs_introduced": counted.linked("introduced").count,
        "silo_pairs_met": silo_pairs.count,
        "silo_pairs_feasible": counted.feasible,
        "silo_pairs_possible": silo_pairs.of,
        "people_reached": counted.reached.count,
        "largest_network": counted.giant.count,
        "global_efficiency": counted.efficiency.value,
        "ei_index": counted.ei,
        "ei_index_by_chance": counted.ei_by_chance,
    }


def _of_answers(answers: pd.DataFrame) -> dict[str, Any]:
    """Return what people say, each as a count of so many answers."""
    rates = {
        "useful": feedback.useful(answers),
        "new_to_each_other": feedback.new_ties(answers),
        **{name: feedback.share_saying_yes(answers, name) for name in ("again", "helped", "conduit")},
    }
    return {name: asdict(rate) for name, rate in rates.items()}
