"""Largest matchings in graphs of any size that are never written down, grown from a matching that is nearly largest.

Edmonds' alternating trees with blossoms (Edmonds 1965): only people left alone are searched for, so a shuffled draw
costs a few trees. A tree that finds nobody is, with all others like it, the proof that its root must stay alone
(Berge 1958; Gallai 1964 and Edmonds 1965 describe the barrier): n people and t in a tree take O(n t).
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.random import Generator

from coffee.pairing.model import BoolArray, IntArray

Near = Callable[[int], BoolArray]


class Tree:
    """An alternating tree grown from somebody left alone.

    `outer` (n,) are the people whom exchanges along the tree can leave alone in the root's place, and `base` (n,) the
    same for people of one blossom.
    """

    def __init__(self, mate: IntArray, root: int, near: Near) -> None:
        self.mate, self.root, self.near = mate, root, near
        self.parent = np.full(len(mate), -1)
        self.base = np.arange(len(mate))
        self.outer = self.base == root

    def visits(self) -> Iterator[tuple[int, BoolArray]]:
        """Each outer person in turn, and whom they may be matched with; the tree grows by these afterwards.

        People of a new blossom come first: in a graph with most pairs in it, one of them soon knows somebody alone.
        """
        stack = [self.root]
        while stack:
            person = stack.pop()
            near = self.near(person)
            yield person, near
            stack.extend(self._labelled(person, near))
            while len(others := np.flatnonzero(near & self.outer & (self.base != self.base[person]))):
                stack.extend(self._contracted(person, int(others[0])))

    @property
    def members(self) -> BoolArray:
        """Everybody in the tree (n,)."""
        return np.asarray(self.outer | (self.parent >= 0), dtype=bool)

    def blossoms(self) -> list[IntArray]:
        """The outer people, those of one blossom together."""
        outer = np.flatnonzero(self.outer)
        outer = outer[np.argsort(self.base[outer], kind="stable")]
        return np.split(outer, np.flatnonzero(np.diff(self.base[outer])) + 1)

    def without(self, person: int) -> IntArray:
        """The partners (n,) when this outer person is left alone in place of the root."""
        mate = self.mate.copy()
        to, mate[person] = int(mate[person]), -1
        while to >= 0:
            other = int(self.parent[to])
            after = int(mate[other])
            mate[to], mate[other] = other, to
            to = after
        return mate

    def _labelled(self, person: int, near: BoolArray) -> list[int]:
        """Takes in new neighbours, whose partners become outer."""
        new = np.flatnonzero(near & ~self.members & (self.mate >= 0))
        self.parent[new] = person
        partners = self.mate[new]
        self.outer[partners] = True
        return list(map(int, partners))

    def _contracted(self, one: int, two: int) -> list[int]:
        """Makes a blossom of the circle that a pair of outer people closes; those who become outer by it."""
        base = self._meeting(one, two)
        inside = np.zeros(len(self.mate), bool)
        for person, child in ((one, two), (two, one)):
            self._mark(person, base, child, inside)
        within = inside[self.base]
        new = np.flatnonzero(within & ~self.outer)
        self.base[within] = base
        self.outer[within] = True
        return list(map(int, new))

    def _meeting(self, one: int, two: int) -> int:
        """Where the ways of two outer people to the root meet."""
        way = {base for base, _ in self._way(one)}
        return next(base for base, _ in self._way(two) if base in way)

    def _way(self, person: int) -> Iterator[tuple[int, int]]:
        """The bases from a person to the root, and the person by whom each is reached."""
        while True:
            base = int(self.base[person])
            yield base, person
            if base == self.base[self.root]:
                return
            person = int(self.parent[self.mate[base]])

    def _mark(self, person: int, base: int, child: int, inside: BoolArray) -> None:
        """Marks the bases on the way up to the blossom's, and how to go round the other way."""
        while self.base[person] != base:
            partner = int(self.mate[person])
            inside[self.base[person]] = inside[self.base[partner]] = True
            self.parent[person] = child
            child, person = partner, int(self.parent[partner])


class Growing:
    """A matching that grows to a largest one; `mate` (n,) are the partners, −1 for nobody.

    `failed` are those who must stay alone: no matching leaves fewer people so. `circles` are the people, those among
    them, who compete for only so many `others`: single people, and blossoms that pair off but for one. The circles are
    `complete` unless the last to fail was not searched for, there being nobody else alone.
    """

    def __init__(self, mate: IntArray, near: Near, rng: Generator, spare: int = 0, effort: int | None = None) -> None:
        """The last of those alone is not searched for if `spare` may be, and nobody after `effort` visits, if given."""
        self.mate, self.rng, self.spare, self.effort, self._near = mate, rng, spare, effort, near
        self.gone = np.zeros(len(mate), bool)
        self.failed: list[int] = []
        self.circles: list[IntArray] = []
        self.others = 0
        self.complete = True

    def grow(self) -> None:
        """Finds partners for whoever is alone and has any; those whom fewest may meet come first."""
        alone = np.flatnonzero((self.mate < 0) & ~self.gone)
        few = [int(self.near(person).sum()) for person in alone.tolist()]
        for root in alone[np.argsort(few, kind="stable")].tolist():
            if self.effort is not None and self.effort <= 0:
                return
            if self.mate[root] < 0 and not self.gone[root]:
                self._from(root)

    def near(self, person: int) -> BoolArray:
        """Whom the person may be matched with; nobody of a tree that has found nobody, since that never changes."""
        return self._near(person) & ~self.gone

    def _from(self, root: int) -> None:
        alone = self.mate < 0
        if (alone & ~self.gone).sum() == 1 and self.near(root).any():
            # There is nobody to be found, so the tree is not worth its while.
            self.failed += [root] if alone.sum() > self.spare else []
            self.complete = False
            return
        tree = Tree(self.mate, root, self.near)
        for person, near in tree.visits():
            if self.effort is not None:
                self.effort -= 1
            others = np.flatnonzero(near & alone & ~tree.outer)
            if len(others):
                self.mate, found = tree.without(person), int(self.rng.choice(others))
                self.mate[person], self.mate[found] = found, person
                return
        self.failed.append(root)
        self.circles += tree.blossoms()
        self.others += int((tree.members & ~tree.outer).sum())
        self.gone |= tree.members
