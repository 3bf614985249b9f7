"""The summary: a scheme's history counted once, for every chart and sentence that is made from it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from coffee.insight.arrays import Ints
from coffee.insight.growth import growth
from coffee.insight.network import Estimate, Network, ei_by_chance, ei_index, giant_component, global_efficiency
from coffee.insight.rates import Rate
from coffee.insight.silos import linked, reach, silo_pairs
from coffee.insight.ties import connections, members, organisation_links, ties


@dataclass(frozen=True, eq=False)
class Summary:
    """Everything is worked out from `history` (one row a seat; see `ties`) when first asked for, and kept."""

    history: pd.DataFrame

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
    def organisation_links(self) -> pd.DataFrame:
        return organisation_links(self.ties)

    @cached_property
    def silo_pairs(self) -> pd.DataFrame:
        return silo_pairs(self.ties)

    @cached_property
    def reach(self) -> pd.DataFrame:
        return reach(self.organisation_links, self.members)

    @cached_property
    def rounds(self) -> Ints:
        """Numbers of the rounds, ascending."""
        return np.unique(self.ties["round"].to_numpy())

    @cached_property
    def organisations(self) -> list[str]:
        """Every organisation that took part, in alphabetical order."""
        return [str(name) for name in self.members["organisation"].cat.categories]

    @cached_property
    def size(self) -> tuple[int, int, int, int]:
        """How many rounds, people, organisations, and connections between people who met."""
        met = int(self.connections["met"].notna().sum())
        return len(self.rounds), len(self.members), len(self.organisations), met

    def linked(self, kind: str = "met") -> Rate:
        """Pairs of organisations ever linked: `kind` is 'met' or 'introduced'."""
        return linked(self.organisation_links, len(self.organisations), kind)

    def growth(self, of: str) -> pd.DataFrame:
        """Growth of connections between 'people' or 'organisations'."""
        if of == "people":
            return growth(self.connections, self.members["since"], self.rounds)
        since = self.members.groupby("organisation", observed=True)["since"].min()
        return growth(self.organisation_links, since, self.rounds)

    def network(self, kind: str = "met") -> Network:
        """People who took part (in the order of `members`) joined by the ties that met, or were 'introduced'."""
        links = self.connections[self.connections[kind].notna()]
        person = self.members["person"].to_numpy()
        ends = (np.searchsorted(person, links[name].to_numpy()) for name in ("person_1", "person_2"))
        return Network(len(person), *ends)

    @cached_property
    def reached(self) -> Rate:
        """People who have met somebody, of those who took part."""
        met = self.connections[self.connections["met"].notna()]
        return Rate(len(pd.unique(pd.concat([met["person_1"], met["person_2"]]))), len(self.members))

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
        return ei_index(self._silo, self._met)

    @cached_property
    def ei_by_chance(self) -> float | None:
        """The E–I index if organisations played no part in the draw."""
        return ei_by_chance(self._silo)

    @cached_property
    def _met(self) -> Network:
        return self.network("met")

    @cached_property
    def _silo(self) -> Ints:
        return self.members["organisation"].cat.codes.to_numpy().astype(np.int64)
