"""The figures of a scheme: every number that is shown in more than one place is defined here. Pure.

A match counts once its round is out, and not if it was replaced. Each match has one outcome (`coffee.scheme.outcomes`):
it *met*, it *did not meet*, or it is *unknown*. The three add up to the matches.

*Asked* are the people with a seat, and *answered* those of them who said anything about their match, "not yet"
included. A person counts once, however many seats they have. *Repeats* are pairs of people introduced in an earlier
round, met or not; *same silo* are pairs from one organisation. *Sat out* are people left without a match because the
number was odd or nobody was free for them. Organisations are as they were in the round.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from coffee.insight.arrays import Ints
from coffee.insight.rates import Rate
from coffee.insight.ties import first_of, pair_key


class Outcomes(NamedTuple):
    """The number of matches that met, that did not, and of which neither is known."""

    met: int = 0
    did_not_meet: int = 0
    unknown: int = 0

    @classmethod
    def of(cls, met: Iterable[str]) -> "Outcomes":
        """Count the outcomes of matches: 'yes', 'no' or 'unknown' each."""
        found = Counter(met)
        return cls(found["yes"], found["no"], found["unknown"])

    @property
    def matches(self) -> int:
        """All matches."""
        return sum(self)

    @property
    def rate(self) -> Rate:
        """Matches that met, of all matches. This is the only met rate that is shown."""
        return Rate(self.met, self.matches)

    @property
    def bounds(self) -> tuple[float, float]:
        """The share that met if no unknown match did, and if all of them did (Manski 1989's worst-case bounds).

        (0, 1) when there is no match.
        """
        return (self.met / self.matches, (self.met + self.unknown) / self.matches) if self.matches else (0.0, 1.0)

    @property
    def known(self) -> Rate:
        """Matches that met, of those whose outcome is known: the chance of meeting that a forecast assumes."""
        return Rate(self.met, self.met + self.did_not_meet)

    def words(self, noun: str = "matches") -> str:
        """'18 of 30 matches met (60 %), 4 did not, 8 not known'."""
        met = self.rate.words(f"{noun} met")
        if self.unknown:
            return f"{met}, {self.did_not_meet:,} did not, {self.unknown:,} not known"
        return f"{met}, and {self.did_not_meet:,} did not"


@dataclass(frozen=True)
class RoundFigures:
    """The figures of one round.

    `disagree` are matches whose partners contradict each other. `connections` are pairs of people who met for the first
    time, and `across` the organisations that these people are from.
    """

    round: int
    matches: int = 0
    met: int = 0
    did_not_meet: int = 0
    unknown: int = 0
    asked: int = 0
    answered: int = 0
    repeats: int = 0
    same_silo: int = 0
    sat_out: int = 0
    disagree: int = 0
    organisations: int = 0
    connections: int = 0
    across: int = 0

    @property
    def outcomes(self) -> Outcomes:
        """The outcomes of its matches."""
        return Outcomes(self.met, self.did_not_meet, self.unknown)

    @property
    def response(self) -> Rate:
        """People who answered, of those asked."""
        return Rate(self.answered, self.asked)


def by_round(history: pd.DataFrame, ties: pd.DataFrame, sat_out: Ints) -> pd.DataFrame:
    """Return one row for each round, with the fields of `RoundFigures` as columns.

    `history` has one row a seat, as `scheme.rounds.history` gives it; `ties` are its pairs; `sat_out` has the round's
    number once for each person who sat out. O(seats).
    """
    numbers = np.flatnonzero(np.bincount(history["round"].to_numpy(np.int64)))

    def count(rounds: Ints) -> Ints:
        return np.bincount(rounds, minlength=1 + numbers.max(initial=0))[numbers]

    first = ~history["match"].duplicated().to_numpy()
    round_, person = (history[name].to_numpy(np.int64) for name in ("round", "person"))
    answered = history["answered"].to_numpy(bool)
    match = {"round": round_[first]} | {name: history[name].to_numpy()[first] for name in ("met", "disagree")}
    columns = {
        "round": numbers,
        "matches": count(match["round"]),
        "met": count(match["round"][match["met"] == "yes"]),
        "did_not_meet": count(match["round"][match["met"] == "no"]),
        "unknown": count(match["round"][match["met"] == "unknown"]),
        "asked": count(_each_once(round_, person)),
        "answered": count(_each_once(round_[answered], person[answered])),
        "sat_out": count(sat_out[np.isin(sat_out, numbers)]),
        "disagree": count(match["round"][match["disagree"].astype(bool)]),
    } | {name: count(rounds) for name, rounds in _of_pairs(ties).items()}
    return pd.DataFrame(columns)[list(RoundFigures.__dataclass_fields__)]


def _of_pairs(ties: pd.DataFrame) -> dict[str, Ints]:
    """Return, for each figure that counts pairs or organisations, the round of each thing counted."""
    rounds, met = ties["round"].to_numpy(np.int64), (ties["met"] == "yes").to_numpy()
    one, other = (ties[name].cat.codes.to_numpy() for name in ("organisation_1", "organisation_2"))
    pair, keys = pd.factorize(pair_key(ties["person_1"].to_numpy(), ties["person_2"].to_numpy()))
    again = first_of(pair, rounds, len(keys))[pair] < rounds
    first_met = first_of(pair[met], rounds[met], len(keys))
    new = met & (first_met[pair] == rounds)
    return {
        "repeats": _each_once(rounds[again], pd.factorize(pair[again])[0]),
        "same_silo": _each_once(rounds[one == other], pd.factorize(pair[one == other])[0]),
        "organisations": _each_once(np.tile(rounds, 2), np.concatenate([one, other])),
        "connections": first_met[first_met > 0],
        "across": _each_once(np.tile(rounds[new], 2), np.concatenate([one[new], other[new]])),
    }


def _each_once(rounds: Ints, things: Ints) -> Ints:
    """Return the round of each distinct (round, thing). Both are small whole numbers."""
    present = np.zeros((1 + rounds.max(initial=0), 1 + things.max(initial=0)), bool)
    present[rounds, things] = True
    return np.nonzero(present)[0]


def of_round(rounds: pd.DataFrame, number: int) -> RoundFigures:
    """Return one row of `by_round`, all zeros for a round that is not out."""
    for row in rounds[rounds["round"] == number].to_dict("records"):
        return RoundFigures(**{str(name): int(value) for name, value in row.items()})
    return RoundFigures(number)


def outcomes(rounds: pd.DataFrame) -> Outcomes:
    """Add up the outcomes of these rows of `by_round`."""
    return Outcomes(*(int(rounds[name].sum()) for name in Outcomes._fields))


def response(history: pd.DataFrame) -> Rate:
    """People who answered at least once, of the people who were asked in these rounds."""
    person = history["person"]
    return Rate(person[history["answered"].astype(bool)].nunique(), person.nunique())


TAKE_PART = ("active", "paused")


def meetings_between(meetings: pd.DataFrame, people: pd.DataFrame) -> int:
    """Count the pairs in `meetings` (see `ties.first_meetings`) of which both people still take part."""
    here = people.loc[people["status"].isin(TAKE_PART), "id"]
    return int((meetings["person_1"].isin(here) & meetings["person_2"].isin(here)).sum())


class Headcount(NamedTuple):
    """The people of a scheme by their status today. Only active and paused people take part.

    `organisations` are those of the people who take part.
    """

    active: int
    paused: int
    left: int
    unconfirmed: int
    organisations: int

    @classmethod
    def of(cls, everyone: pd.DataFrame) -> "Headcount":
        """Count people by `status`; `everyone` also has their `organisation`."""
        found = Counter(everyone["status"].tolist())
        taking_part = everyone.loc[everyone["status"].isin(TAKE_PART), "organisation"]
        return cls(found["active"], found["paused"], found["left"], found["unconfirmed"], taking_part.nunique())

    @property
    def people(self) -> int:
        """The people who take part."""
        return self.active + self.paused
