"""The values that come out of a draw: its matches, its certificate, or an error that names people."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class PairingError(ValueError):
    """The wishes cannot all be kept; `people` are the positions of those they strand.

    `str(error)` numbers people from 1; `error.sentence(names)` says the same with names. Kinds: `alone`,
    `apart from everyone`, `apart and together`, `too many together`, `stranded`.
    """

    def __init__(self, kind: str, people: Sequence[int]) -> None:
        self.kind = kind
        self.people = tuple(int(person) for person in people)
        super().__init__(self.sentence())

    def __reduce__(self) -> tuple[type["PairingError"], tuple[str, tuple[int, ...]]]:
        """So that the error can come from another process."""
        return type(self), (self.kind, self.people)

    def sentence(self, names: Sequence[str] | None = None) -> str:
        """One plain sentence: who is stranded, why, and what to do. `names` are by position."""
        who = listed([names[p] if names is not None else f"person {p + 1}" for p in self.people])
        alone = self.kind == "stranded" and len(self.people) == 1
        return _SENTENCES["stranded alone" if alone else self.kind].format(who=who)


_SENTENCES = {
    "alone": "There is nobody for {who} to meet. Add somebody, or leave them out of this round.",
    "apart from everyone": "{who}: set apart from everybody else. Remove one of these wishes, "
    "or leave them out of this round.",
    "apart and together": "{who}: to be kept apart and put together at once. Remove one of the two wishes.",
    "too many together": "{who}: put together, but a match holds three people at most. Put fewer of them together.",
    "stranded": "Not all of {who} can be matched, because of who is set apart. Remove one of these wishes, "
    "or leave one of them out of this round.",
    "stranded alone": "{who} cannot be matched, because of who is set apart. Remove one of these wishes, "
    "or leave them out of this round.",
}


def listed(names: Sequence[str], most: int = 10) -> str:
    """The names as one would say them: "A", "A and B", "A, B and C", "A, B and 9 others"."""
    shown = list(names)
    if len(shown) > most:
        shown = [*shown[: most - 1], f"{len(shown) - most + 1} others"]
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]


@dataclass(frozen=True)
class Reason:
    """A reason why `count` flaws of one tier (`repeats` or `same_silo`) cannot be avoided.

    Kinds: `large silo` (`silo` has `size` of `of` people), `together` (the organiser put `people` together),
    `met everyone` (`people` have nobody new left), `too few new` (`people` can meet somebody new only among
    `others`, who are fewer, or inside small circles), `trio` (a trio must be made, and every possible one
    has a repeat), `other tier` (they are the price of fewer flaws in the tier above, or of people kept apart),
    `compared` (an exact search says so; there is no shorter reason).
    """

    tier: str
    kind: str
    count: int
    silo: int = -1
    size: int = 0
    of: int = 0
    people: tuple[int, ...] = ()
    others: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Pairing:
    """One draw and its certificate.

    `matches` has shape (m, 3): positions of people, −1 in the last column except for a trio. `repeats` and
    `same_silo` count pairs of people (a trio has three pairs). `repeats_unavoidable` and
    `same_silo_unavoidable` are the fewest any valid draw could have, the lower tier among the draws that are
    best in the higher; when not `proven` they are the best known lower bounds. With `silos_free` nobody tries
    to avoid same-silo pairs: they are counted, `same_silo_unavoidable` is 0, and `proven` is about repeats
    alone. `sits_out` is the position of the person left out, or −1. `reasons` says why the unavoidable flaws
    are so.
    """

    matches: IntArray
    repeats: int
    same_silo: int
    repeats_unavoidable: int
    same_silo_unavoidable: int
    proven: bool
    seed: int
    sits_out: int = -1
    reasons: tuple[Reason, ...] = ()
