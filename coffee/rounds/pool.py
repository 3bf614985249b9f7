"""The pool a round is drawn from: the people who take part and their past, as arrays for the draw."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import inf
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlite_utils import Database

from coffee.pairing import (
    Pairing,
    Repair,
    RoundsLeft,
    Swap,
    best_swaps,
    judge,
    repair,
    rounds_left,
)
from coffee.rounds.draft import Draft
from coffee.rounds.draw_process import pair_in_process
from coffee.scheme import answers, opt_outs, past, people, rounds, set_apart, settings

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Rules:
    """The organiser's rules for every draw, named as in `pairing.pair` where it has the same ones."""

    unmet_may_meet: bool = True
    silos_first: bool = False
    silos_free: bool = False
    odd_sits_out: bool = False
    prefer_new_links: bool = True
    quiet_apart: bool = True
    mix_roles: bool = False
    reachable_only: bool = True

    @classmethod
    def read(cls, db: Database) -> "Rules":
        """Read the rules from the scheme's settings."""
        return cls(**settings.get(db, "rules", {}))

    def of_draw(self) -> dict[str, bool]:
        """The rules that `pairing.pair` takes by the same names."""
        names = ("silos_first", "silos_free", "odd_sits_out", "prefer_new_links")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Pool:
    """n people by ascending id, and their past.

    `people` has one row per person: id, name, organisation, active, silo (code), role (code, −1 for none), trios (how
    many they sat in, or sat out for), present (rounds they were drawn in), quiet (drawn, and never answered), led (how
    often they were to write first, less their share: half of their pairs, a third of their trios). `met` has one row
    per pair of ids that counts as having met: one, other (one < other), round; oldest first. `apart` has one, other.
    """

    people: pd.DataFrame
    met: pd.DataFrame
    apart: pd.DataFrame
    rules: Rules

    def only(self, ids: Collection[int]) -> "Pool":
        """Return a pool of these people only."""
        return replace(self, people=self.people[self.people["id"].isin(list(ids))].reset_index(drop=True))

    def active(self) -> set[int]:
        """Return the ids of people whom a draw may match."""
        return {int(person) for person in self.people.loc[self.people["active"], "id"]}

    def draw(self, seed: int | None, together: Iterable[Sequence[int]] = ()) -> Pairing:
        """Draw everybody, keeping the matches `together` (of ids). Raises PairingError.

        Positions in the result are rows of `people`.
        """
        return pair_in_process(
            self.column("silo"),
            **self.wishes(),
            **self.rules.of_draw(),
            together=np.array([row[n : n + 2] for row in self.rows(together) for n in (0, 1) if row[n + 1] >= 0]),
            seed=seed,
        )

    def wishes(self) -> dict[str, Any]:
        """The arguments of `pairing.pair` for this pool, as arrays of positions or of one value per person."""
        met, seated = self._positions(self.met)
        return {
            "met": met,
            "met_round": self.met["round"].to_numpy(np.int64)[seated],
            "apart": self._positions(self.apart)[0],
            "trios": self.column("trios"),
            "present": self.column("present"),
            "quiet": self.people["quiet"].to_numpy(bool) if self.rules.quiet_apart else None,
            "mix": self.column("role") if self.rules.mix_roles else None,
        }

    def rounds_left(self) -> RoundsLeft:
        """Count the rounds without a flaw that these people have left, the next one included."""
        return rounds_left(
            self.column("silo"),
            self._positions(self.met)[0],
            apart=self._positions(self.apart)[0],
            silos_free=self.rules.silos_free,
            odd_sits_out=self.rules.odd_sits_out,
        )

    def swaps(self, draft: Draft, person: int) -> list[tuple[int, Swap]]:
        """List everybody with whom `person` could swap places, best first: id and cost. Locked matches stay out."""
        index = pd.Index(self.people["id"])
        rows = self.rows(match.people for match in draft.matches)
        locked = [row[:2] for row, match in zip(rows, draft.matches, strict=True) if match.locked]
        found = best_swaps(
            int(index.get_indexer([person])[0]),
            rows,
            self.column("silo"),
            self._positions(self.met)[0],
            apart=self._positions(self.apart)[0],
            silos_first=self.rules.silos_first,
            silos_free=self.rules.silos_free,
            together=np.array(locked, np.int64).reshape(-1, 2),
        )
        return [(int(index[swap.other]), swap) for swap in found]

    def column(self, name: str) -> IntArray:
        """Return a column of `people` as integers."""
        return self.people[name].to_numpy(np.int64)

    def rows(self, matches: Iterable[Sequence[int]]) -> IntArray:
        """Convert matches of ids to rows of positions (m, 3), with −1 for an empty seat."""
        index = pd.Index(self.people["id"])
        return np.array([[*index.get_indexer(list(match)), -1][:3] for match in matches], np.int64).reshape(-1, 3)

    def repair(self, matches: Iterable[Sequence[int]], leaving: Collection[int], joining: Collection[int]) -> Repair:
        """Return the smallest change after which nobody of `leaving` has a match and everybody of `joining` has one."""
        index = pd.Index(self.people["id"])
        return repair(
            self.rows(matches),
            self.column("silo"),
            leaving=index.get_indexer(list(leaving)).tolist(),
            joining=index.get_indexer(list(joining)).tolist(),
            met=self._positions(self.met)[0],
            apart=self._positions(self.apart)[0],
            trios=self.column("trios"),
            present=self.column("present"),
            silos_first=self.rules.silos_first,
            silos_free=self.rules.silos_free,
            odd_sits_out=self.rules.odd_sits_out,
        )

    def with_erased(self, ids: Collection[int]) -> "Pool":
        """Add placeholders for erased people who still hold a seat in a match."""
        rows = pd.DataFrame({"id": sorted(ids)})
        rows = rows.assign(name="Somebody erased", organisation="", active=False, silo=-1, role=-1)
        rows = rows.assign(trios=0, present=0, led=0.0, quiet=False)
        return replace(self, people=pd.concat([self.people, rows], ignore_index=True)) if len(rows) else self

    def counted(self, draft: Draft) -> dict[str, Any]:
        """Count a draft's flaws as its certificate does, and note who sits out."""
        known = set(self.people["id"])
        rows = self.rows(match.people for match in draft.matches if set(match.people) <= known)
        verdict = judge(rows, self.column("silo"), self._positions(self.met)[0])
        sits_out = draft.certificate.get("sits_out")
        return {
            "repeats": int(verdict.repeats.sum()),
            "same_silo": int(verdict.same_silo.sum()),
            "sits_out": sits_out if sits_out in draft.left_out else None,
        }

    def names(self) -> list[str]:
        """Names by position."""
        return [str(name) for name in self.people["name"]]

    def ids(self, positions: IntArray) -> list[tuple[int, ...]]:
        """Convert rows of positions, −1 for an empty seat, to tuples of ids."""
        ids = self.people["id"].to_numpy(np.int64)
        return [tuple(int(ids[p]) for p in row if p >= 0) for row in positions]

    def seated(self, positions: IntArray, seed: int) -> list[tuple[int, ...]]:
        """Convert to ids as `ids` does, and seat first whoever has led least against their share; ties by chance.

        This is the greedy rule for the carpool problem (Fagin & Williams 1983), under which nobody's tally strays far
        (Ajtai et al. 1998). The same seed and past give the same seats.
        """
        chance = np.random.default_rng([seed, 1]).random(len(self.people))
        turn = np.empty(len(self.people) + 1, np.int64)
        turn[np.lexsort((chance, self.people["led"].to_numpy(float).round(6)))] = np.arange(len(self.people))
        turn[-1] = len(self.people)  # an empty seat is −1
        rows, seats = np.arange(len(positions)), positions.copy()
        leads = np.argmin(turn[positions], axis=1)
        seats[rows, leads], seats[:, 0] = positions[:, 0], positions[rows, leads]
        return self.ids(seats)

    def _positions(self, pairs: pd.DataFrame) -> tuple[IntArray, NDArray[np.bool_]]:
        """Convert pairs of ids to positions where both people are in the pool; also return which rows those are."""
        index = pd.Index(self.people["id"])
        found = np.column_stack([index.get_indexer(pairs["one"]), index.get_indexer(pairs["other"])]).astype(np.int64)
        seated: NDArray[np.bool_] = np.min(found, axis=1, initial=0) >= 0
        return found[seated], seated


def gather(db: Database, today: date, also: Collection[int] = (), before: float = inf) -> Pool:
    """Collect everybody active on `today` who does not skip the next round, and `also` people with a seat already.

    The latter are marked when they are not active. If the rules say so, people whom letters cannot reach are not
    active. The past is every round with a number below `before`.
    """
    everyone = people.everyone(db, today)
    rules = Rules.read(db)
    there = people.active(db, today)
    if rules.reachable_only:
        there = there[there["cannot_reach"] == ""]
    active = set(there["id"]) - opt_outs.skipping(db, opt_outs.next_number(db))
    chosen = everyone[everyone["id"].isin(active | set(also))].sort_values("id", ignore_index=True)
    history = rounds.history(db)
    history = history[history["round"] < before]
    sizes = history.groupby("match")["person"].transform("size")
    turns = pd.concat([history.loc[sizes == 3, "person"], rounds.sat_out(db, before)["person"]])
    answered = answers.who_answered(db)
    present = history.groupby("person")["round"].nunique()
    table = pd.DataFrame(
        {
            "id": chosen["id"],
            "name": chosen["name"],
            "organisation": chosen["organisation"],
            "active": chosen["id"].isin(active),
            "silo": pd.factorize(chosen["organisation"], sort=True)[0].astype(np.int64),
            "role": pd.factorize(chosen["role"].str.casefold().replace("", None), sort=True)[0].astype(np.int64),
            "trios": _by_person(turns.value_counts(), chosen["id"]),
            "present": _by_person(present, chosen["id"]),
        }
    )
    led = ~history["match"].duplicated() - 1 / sizes  # a match's first row is who writes first
    table["led"] = led.groupby(history["person"]).sum().reindex(chosen["id"], fill_value=0.0).to_numpy(float)
    asked = set(history.loc[~history["round"].isin(past.numbers(db)), "person"])  # nobody asked before the scheme
    table["quiet"] = table["id"].isin(asked) & ~table["id"].isin(answered)
    counted = history[history["met"] != "no"] if rules.unmet_may_meet else history
    together = set_apart.pairs(db).rename(columns={"person_1": "one", "person_2": "other"})
    return Pool(table, pairs_of(counted), together[["one", "other"]], rules)


def pairs_of(seats: pd.DataFrame) -> pd.DataFrame:
    """List pairs of people who shared a match: one, other (ids, one < other), round, match; in the order of `seats`."""
    seat = seats[["match", "round", "person"]]
    both = seat.merge(seat[["match", "person"]], on="match", suffixes=("", "_other"))
    both = both[both["person"] < both["person_other"]]
    return both.rename(columns={"person": "one", "person_other": "other"})[["one", "other", "round", "match"]].astype(
        np.int64
    )


def _by_person(counts: "pd.Series[int]", ids: "pd.Series[int]") -> IntArray:
    return np.asarray(counts.reindex(ids, fill_value=0), dtype=np.int64)
