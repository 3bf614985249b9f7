"""The figures of the session's scheme, cached until its file changes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar, cast

import pandas as pd
import streamlit as st
from sqlite_utils import Database

from coffee.dashboard import frame
from coffee.figures import summary
from coffee.insight.arrays import Floats
from coffee.insight.feedback import with_outcomes
from coffee.insight.figures import Outcomes, meetings_between, outcomes, response
from coffee.insight.layout import places
from coffee.insight.network import Network
from coffee.insight.rates import Rate
from coffee.insight.summary import Summary
from coffee.rounds.pool import Rules
from coffee.scheme import Scheme, settings
from coffee.scheme.answers import all_answers
from coffee.scheme.messages import invited
from coffee.scheme.people import everyone
from coffee.scheme.rounds import rounds
from coffee.text.silo import Silo

LAYOUT_SEED = 2016


@dataclass(frozen=True, eq=False)
class Figures:
    """The data that charts are made from, shared between sessions, so never change it.

    `answers` has one row for each answer, with the outcome of its match, `people` one for each person, and `guests` one
    for each invited address. `published` has the time when each round went out, by number. `state` identifies the
    version of the scheme.
    """

    state: tuple[object, ...]
    summary: Summary
    answers: pd.DataFrame
    people: pd.DataFrame
    guests: pd.DataFrame
    published: dict[int, str]
    silo: Silo
    silos_free: bool

    def of_round(self, number: int | None) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the history and the answers of one round, or of all."""
        history = self.summary.history
        if number is None:
            return history, self.answers
        return history[history["round"] == number], self.answers[self.answers["round"] == number]

    def results(self, number: int | None) -> tuple[str, Outcomes, Rate]:
        """Return the name, the outcomes and the response rate of one round, or of all."""
        rounds = self.summary.by_round
        shown = rounds if number is None else rounds[rounds["round"] == number]
        name = f"Round {shown['round'].iloc[0]}" if len(shown) == 1 else f"All {len(shown):,} rounds"
        return name, outcomes(shown), response(self.of_round(number)[0])

    @cached_property
    def still_here(self) -> int:
        """The pairs of people who met and both still take part."""
        return meetings_between(self.summary.meetings, self.people)

    @cached_property
    def names(self) -> dict[int, str]:
        """The name of each person by id, without erased people."""
        return dict(zip(self.people["id"].tolist(), self.people["name"].tolist(), strict=True))

    def partners(self, match: int, person: int) -> list[str]:
        """Return the names of the others in a match."""
        seats = self.summary.history
        others = seats.loc[(seats["match"] == match) & (seats["person"] != person), "person"]
        return [self.names.get(other, "somebody erased") for other in others]

    @cached_property
    def people_places(self) -> Floats:
        """The place of each person in every round's picture, in the order of the summary's members."""
        return places(self.summary.network("introduced"), LAYOUT_SEED)

    @cached_property
    def organisation_places(self) -> Floats:
        """The place of each organisation in the picture, in alphabetical order."""
        links = self.summary.organisation_links
        ends = (links[name].to_numpy() for name in ("organisation_1", "organisation_2"))
        return places(Network(len(self.summary.organisations), *ends), LAYOUT_SEED)


Made = TypeVar("Made")


def once(counted: Figures, what: tuple[object, ...], make: Callable[[], Made]) -> Made:
    """Return the result of `make`, cached under the name `what` until the scheme changes."""
    return cast(Made, _once((*counted.state, *what), make))


@st.cache_resource(max_entries=200, show_spinner="Counting …")
def _once(what: tuple[object, ...], _make: Callable[[], object]) -> object:  # noqa: ARG001 the key
    return _make()


def figures() -> Figures:
    """Return the figures of the session's scheme, read again only after it changed."""
    return _figures(frame.fingerprint(), frame.today(), frame.scheme())


@st.cache_resource(max_entries=4, show_spinner="Counting …")
def _figures(fingerprint: tuple[str, ...], today: date, _scheme: Scheme) -> Figures:
    with _scheme.reading() as db:
        return read(db, today, (*fingerprint, today))


def read(db: Database, today: date, state: tuple[object, ...] = ()) -> Figures:
    """Read the figures of a scheme."""
    out = rounds(db).dropna(subset="published_at")
    published = dict(zip(out["number"].tolist(), out["published_at"].tolist(), strict=True))
    silo, free = Silo(str(settings.get(db, "silo", "organisation"))), Rules.read(db).silos_free
    counted = summary(db)
    answers = with_outcomes(all_answers(db), counted.history)
    return Figures(state, counted, answers, everyone(db, today), invited(db), published, silo, free)
