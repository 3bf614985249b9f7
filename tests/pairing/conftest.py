"""An independent judge of draws: plain Python that shares nothing with the code under test."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest


def all_draws(people: tuple[int, ...], trio: bool | None = None) -> Iterator[list[tuple[int, ...]]]:
    """Every way to split the people into pairs, with one trio when their number is odd."""
    if trio is None:
        trio = len(people) % 2 == 1
    if not people:
        yield []
        return
    first, rest = people[0], people[1:]
    for size in (1, 2) if trio else (1,):
        for mates in combinations(rest, size):
            left = tuple(p for p in rest if p not in mates)
            for others in all_draws(left, trio and size == 1):
                yield [(first, *mates), *others]


class Oracle:
    """Brute force: every valid draw of a small scheme, with its repeats and same-silo pairs."""

    all_draws = staticmethod(all_draws)

    def __init__(self, silos: Any, met: Any = (), apart: Any = (), together: Any = ()) -> None:
        self.silos = list(silos)
        self.met = {frozenset(map(int, p)) for p in met}
        self.apart = {frozenset(map(int, p)) for p in apart}
        self.together = [set(map(int, p)) for p in together]
        self.valid = [d for d in all_draws(tuple(range(len(self.silos)))) if self.keeps(d)]

    def keeps(self, draw: Any) -> Any:
        """Return whether the draw keeps every wish."""
        if any(frozenset(p) in self.apart for m in draw for p in combinations(m, 2)):
            return False
        return all(any(wish <= set(match) for match in draw) for wish in self.together)

    def flaws(self, draw: Any) -> Any:
        """(repeats, same-silo pairs)."""
        pairs = [p for m in draw for p in combinations(m, 2)]
        return (
            sum(frozenset(p) in self.met for p in pairs),
            sum(self.silos[a] == self.silos[b] for a, b in pairs),
        )

    def best(self, key: Any = lambda flaws: flaws) -> Any:
        """The fewest flaws and all the draws that attain them."""
        least = min(key(self.flaws(d)) for d in self.valid)
        return least, [canonical(d) for d in self.valid if key(self.flaws(d)) == least]


def canonical(draw: Any) -> Any:
    """The draw as a set of sets of people."""
    return frozenset(frozenset(int(p) for p in match if p >= 0) for match in draw)


@pytest.fixture(scope="session")
def oracle() -> Any:
    """Builds an Oracle."""
    return Oracle


@pytest.fixture(scope="session")
def as_sets() -> Any:
    """The canonical form of a draw."""
    return canonical
