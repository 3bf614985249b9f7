"""The measures of a scheme, computed once for all charts and sentences."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from coffee.insight import figures
from coffee.insight.arrays import Bools, Ints
from coffee.insight.growth import growth, possible_of_people, possible_of_silos
from coffee.insight.network import Estimate, Network, giant_component, global_efficiency
from coffee.insight.rates import Rate
from coffee.insight.silos import ei_by_chance, ei_index, feasible, first_together, linked, people, reach, silo_pairs
from coffee.insight.ties import connections, first_meetings, members, organisation_links, ties


class Size(NamedTuple):
    """The number of rounds that are out, and of the people and organisations that took part in them; and the number of
    connections, which are pairs of people who met."""

    rounds: int
    people: int
    organisations: int
    connections: int


def _nobody() -> Ints:
    return np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Summary:
    """Measures of a history (one row for each seat; see `ties`), each computed when first needed and cached.

    `sat_out` has a round's number once for each person who sat out in it.
    """

    history: pd.DataFrame
    sat_out: Ints = field(default_factory=_nobody)

    @cached_property
    def by_round(self) -> pd.DataFrame:
        """The figures of each round; see `insight.figures`."""
        return figures.by_round(self.history, self.ties, self.sat_out)

    @cached_property
    def ties(self) -> pd.DataFrame:
        return ties(self.history)

    @cached_property
    def members(self) -> pd.DataFrame:
        return members(self.ties)

    @cached_property
    def connections(self) -> pd.DataFrame:
        return connections(self.ties)

    @cached_property
    def meetings(self) -> pd.DataFrame:
        return first_meetings(self.ties)

    @cached_property
    def organisation_links(self) -> pd.DataFrame:
        return organisation_links(self.ties)

    @cached_property
    def silo_pairs(self) -> pd.DataFrame:
        return silo_pairs(self.ties)

    @cached_property
    def reach(self) -> pd.DataFrame:
        return reach(self.organisation_links, self.people, self.first_together)

    @cached_property
    def people(self) -> "pd.Series[int]":
        """The people who took part for each organisation, by its name."""
        return people(self.ties)

    @cached_property
    def first_together(self) -> Ints:
        """For each two organisations, the first round in which both had people; see `first_together`."""
        return first_together(self.ties)

    @cached_property
    def rounds(self) -> Ints:
        """Numbers of the rounds, ascending."""
        return np.unique(self.ties["round"].to_numpy())

    @cached_property
    def organisations(self) -> list[str]:
        """Every organisation that took part, in alphabetical order."""
        return self.people.index.tolist()

    @cached_property
    def size(self) -> Size:
        """The size of what has been done so far."""
        met = int(self.connections["met"].notna().sum())
        return Size(len(self.rounds), len(self.members), len(self.organisations), met)

    def linked(self, kind: str = "met") -> Rate:
        """Pairs of organisations ever linked, of those that could be: `kind` is 'met' or 'introduced'."""
        return linked(self.organisation_links, self.first_together, kind)

    @cached_property
    def feasible(self) -> int:
        """Pairs of organisations that so many seats could have linked at most."""
        return feasible(self.ties, self.first_together)

    def growth(self, of: str) -> pd.DataFrame:
        """Growth of connections between 'people' or 'organisations'."""
        if of == "people":
            return growth(self.connections, possible_of_people(self._present), self.rounds)
        return growth(self.organisation_links, possible_of_silos(self.first_together, self.rounds), self.rounds)

    def network(self, kind: str = "met") -> Network:
        """People who took part (in the order of `members`) joined by the ties that met, or were 'introduced'."""
        links = self.meetings if kind == "met" else self.connections
        person = self.members["person"].to_numpy()
        ends = (np.searchsorted(person, links[name].to_numpy()) for name in ("person_1", "person_2"))
        return Network(len(person), *ends)

    @cached_property
    def reached(self) -> Rate:
        """People who have met somebody, of those who took part."""
        met = pd.concat([self.meetings["person_1"], self.meetings["person_2"]])
        return Rate(met.nunique(), len(self.members))

    @cached_property
    def giant(self) -> Rate:
        """People in the largest group that is joined up by meetings."""
        return giant_component(self._met)

    @cached_property
    def efficiency(self) -> Estimate:
        """Global efficiency among the people who took part."""
        return global_efficiency(self._met, seed=0)

    @cached_property
    def ei(self) -> float | None:
        """E–I index of the people who met."""
        return ei_index(self.meetings)

    @cached_property
    def ei_by_chance(self) -> float | None:
        """The E–I index if organisations played no part in the draw."""
        return ei_by_chance(self.ties, self.meetings)

    @cached_property
    def _met(self) -> Network:
        return self.network("met")

    @cached_property
    def _present(self) -> Bools:
        """For each round and person, whether they had a seat."""
        present = np.zeros((len(self.rounds), len(self.members)), bool)
        rounds, people = self.rounds, self.members["person"].to_numpy()
        for name in ("person_1", "person_2"):
            seat = np.searchsorted(rounds, self.ties["round"]), np.searchsorted(people, self.ties[name])
            present[seat] = True
        return present
