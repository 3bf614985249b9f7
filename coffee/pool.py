"""The pool a round is drawn from: who takes part, and what they have been through, as the arrays the draw asks for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlite_utils import Database

from coffee.draft import Draft
from coffee.pairing import Pairing, Swap, best_swaps, pair
from coffee.scheme import answers, apart, people, rounds, settings

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Pool:
    """n people by ascending id, and their past.

    `people` has one row a person: id, name, organisation, active, silo (code), trios (how many they sat in), present
    (rounds they were drawn in), quiet (drawn, and never answered). `met` has one row a pair of ids that count as
    having met: one, other (one < other), round; oldest first. `apart` has one, other.
    """

    people: pd.DataFrame
    met: pd.DataFrame
    apart: pd.DataFrame

    def only(self, ids: Collection[int]) -> "Pool":
        """The same pool with these people alone."""
        return Pool(self.people[self.people["id"].isin(list(ids))].reset_index(drop=True), self.met, self.apart)

    def draw(self, seed: int | None) -> Pairing:
        """Draw everybody in the pool. Positions in the answer are rows of `people`. Raises PairingError."""
        met, seated = self._positions(self.met)
        return pair(
            self.people["silo"].to_numpy(np.int64),
            met=met,
            met_round=self.met["round"].to_numpy(np.int64)[seated],
            apart=self._positions(self.apart)[0],
            trios=self.people["trios"].to_numpy(np.int64),
            present=self.people["present"].to_numpy(np.int64),
            seed=seed,
        )

    def swaps(self, draft: Draft, person: int) -> list[tuple[int, Swap]]:
        """Everybody whom `person` could change places with, best first: their id, and what it would cost.

        Nobody in a locked match is among them.
        """
        index = pd.Index(self.people["id"])
        rows = [[*index.get_indexer(list(match.people)), -1][:3] for match in draft.matches]
        locked = [row[:2] for row, match in zip(rows, draft.matches, strict=True) if match.locked]
        found = best_swaps(
            int(index.get_indexer([person])[0]),
            np.array(rows, np.int64),
            self.people["silo"].to_numpy(np.int64),
            self._positions(self.met)[0],
            apart=self._positions(self.apart)[0],
            together=np.array(locked, np.int64).reshape(-1, 2),
        )
        return [(int(index[swap.other]), swap) for swap in found]

    def names(self) -> list[str]:
        """Names by position."""
        return [str(name) for name in self.people["name"]]

    def ids(self, positions: IntArray) -> list[tuple[int, ...]]:
        """Rows of positions, −1 for an empty seat, as tuples of ids."""
        ids = self.people["id"].to_numpy(np.int64)
        return [tuple(int(ids[p]) for p in row if p >= 0) for row in positions]

    def _positions(self, pairs: pd.DataFrame) -> tuple[IntArray, NDArray[np.bool_]]:
        """Pairs of ids as positions, of those whose both people are in the pool, and which rows those are."""
        index = pd.Index(self.people["id"])
        found = np.column_stack([index.get_indexer(pairs["one"]), index.get_indexer(pairs["other"])]).astype(np.int64)
        seated: NDArray[np.bool_] = np.min(found, axis=1, initial=0) >= 0
        return found[seated], seated


def gather(db: Database, today: date, also: Collection[int] = ()) -> Pool:
    """Everybody active on `today`, and `also` those in a draft who no longer are (marked as not active)."""
    everyone = people.everyone(db, today)
    active = set(people.active(db, today)["id"])
    chosen = everyone[everyone["id"].isin(active | set(also))].sort_values("id", ignore_index=True)
    history = rounds.history(db)
    sizes = history.groupby("match")["person"].transform("size")
    answered = answers.who_answered(db)
    present = history.groupby("person")["round"].nunique()
    table = pd.DataFrame(
        {
            "id": chosen["id"],
            "name": chosen["name"],
            "organisation": chosen["organisation"],
            "active": chosen["id"].isin(active),
            "silo": pd.factorize(chosen["organisation"], sort=True)[0].astype(np.int64),
            "trios": _by_person(history[sizes == 3].groupby("person").size(), chosen["id"]),
            "present": _by_person(present, chosen["id"]),
        }
    )
    table["quiet"] = (table["present"] > 0) & ~table["id"].isin(answered)
    forgive = bool(settings.get(db, "unmet_may_meet", True))
    past = history[history["met"] != "no"] if forgive else history
    together = apart.pairs(db).rename(columns={"person_1": "one", "person_2": "other"})
    return Pool(table, pairs_of(past), together[["one", "other"]])


def pairs_of(seats: pd.DataFrame) -> pd.DataFrame:
    """Each pair of people who shared a match: one, other (ids, one < other), round, match; in the order of `seats`."""
    seat = seats[["match", "round", "person"]]
    both = seat.merge(seat[["match", "person"]], on="match", suffixes=("", "_other"))
    both = both[both["person"] < both["person_other"]]
    return both.rename(columns={"person": "one", "person_other": "other"})[["one", "other", "round", "match"]].astype(
        np.int64
    )


def _by_person(counts: "pd.Series[int]", ids: "pd.Series[int]") -> IntArray:
    return np.asarray(counts.reindex(ids, fill_value=0), dtype=np.int64)
