"""Letters counted by round, kind and state. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from coffee.insight.rates import Rate


@dataclass(frozen=True, eq=False)
class Letters:
    """Counts of letters. `counts` has one row for each round, kind and state: round, kind, state, letters.

    `round` is a number, or <NA> for letters of none. Letters that were only kept as files have the state *kept* where
    `scheme.messages.counts` was told how to know them.
    """

    counts: pd.DataFrame

    def only(self, number: int, kinds: Collection[str]) -> "Letters":
        """The letters of these kinds in one round."""
        return Letters(self.counts[(self.counts["round"] == number) & self.counts["kind"].isin(list(kinds))])

    def going(self) -> "Letters":
        """The letters of the kinds and rounds that have some still to go; all letters when none has."""
        waits = self.counts["state"].isin(["waiting", "sending"])
        round_and_kind = pd.MultiIndex.from_frame(self.counts[["round", "kind"]])
        going = self.counts[round_and_kind.isin(round_and_kind[waits])]
        return Letters(going) if len(going) else self

    def of(self, *states: str) -> int:
        """The number of letters in these states."""
        return sum(self._in_state.get(state, 0) for state in states)

    @property
    def under_way(self) -> int:
        """Letters that have still to go."""
        return self.of("waiting", "sending")

    @property
    def to_settle(self) -> int:
        """Letters that need the organiser's decision."""
        return self.of("failed", "in doubt")

    @property
    def done(self) -> Rate:
        """Letters that were sent or kept as files, of all that were not cancelled."""
        every = sum(count for state, count in self._in_state.items() if state != "cancelled")
        return Rate(self.of("sent", "kept"), every)

    def by_round(self, *states: str) -> str:
        """Return the rounds of the letters in these states, newest first: '2 of round 4, 1 of no round'."""
        chosen = self.counts[self.counts["state"].isin(list(states))]
        found = chosen["letters"].groupby(chosen["round"].fillna(0).astype(int)).sum().sort_index(ascending=False)
        rounds = (f"round {number}" if number else "no round" for number in found.index)
        return ", ".join(f"{letters:,} of {which}" for which, letters in zip(rounds, found, strict=True))

    @cached_property
    def _in_state(self) -> dict[str, int]:
        return {str(state): int(count) for state, count in self.counts.groupby("state")["letters"].sum().items()}
