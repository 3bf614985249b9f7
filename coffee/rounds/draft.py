"""A draft round as a value, and the tweaks an organiser can make to it. Pure: each tweak returns a new draft."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any


class TweakError(Exception):
    """Raised when a change makes no sense for this draft. `str(error)` says why."""


@dataclass(frozen=True)
class Match:
    """Two or three people, by id. The first writes first. A locked match stays when the rest is drawn again."""

    people: tuple[int, ...]
    locked: bool = False


@dataclass(frozen=True)
class Draft:
    """A draft's matches, the people left out, and the seed and certificate of its first draw."""

    matches: tuple[Match, ...] = ()
    left_out: frozenset[int] = frozenset()
    seed: int = 0
    certificate: dict[str, Any] = field(default_factory=dict)

    def matched(self) -> frozenset[int]:
        """Return everybody who has a match."""
        return frozenset(person for match in self.matches for person in match.people)

    def waiting(self, active: Collection[int]) -> list[int]:
        """Return, in order of id, those of `active` who have no match and are not left out."""
        return sorted(set(active) - self.matched() - self.left_out)

    def of(self, person: int) -> Match:
        """Return a person's match. Raises TweakError when there is none."""
        for match in self.matches:
            if person in match.people:
                return match
        raise TweakError("That person has no match in this draft any more. Look at the draft again.")

    def swap(self, one: int, other: int) -> "Draft":
        """Exchange the places of two people. Raises TweakError within one match or when a match is locked."""
        here, there = self.of(one), self.of(other)
        if here == there:
            raise TweakError("These two are in the same match already. Choose somebody from another match.")
        _refuse_locked(here, there)
        return self._with({here: [_put(here, one, other)], there: [_put(there, other, one)]})

    def lock(self, match: Match, locked: bool = True) -> "Draft":
        """Lock a match, so that it stays when the rest is drawn again, or unlock it."""
        return self._with({match: [replace(match, locked=locked)]})

    def break_up(self, match: Match) -> "Draft":
        """Dissolve a match; its people wait for another."""
        return self._with({match: []})

    def leave_out(self, person: int) -> "Draft":
        """Leave somebody out of this round. A trio becomes a pair; a lone partner waits for another match."""
        draft = self._without(person) if person in self.matched() else self
        return replace(draft, left_out=draft.left_out | {person})

    def bring_back(self, person: int) -> "Draft":
        """Bring back somebody who was left out; they wait for a match."""
        return replace(self, left_out=self.left_out - {person})

    def put_together(self, one: int, other: int) -> "Draft":
        """Make two people a locked match. If both leave a partner behind, those two are matched as well."""
        if one == other:
            raise TweakError("Choose two different people to put together.")
        draft = replace(self, left_out=self.left_out - {one, other})
        before = [match for match in draft.matches if {one, other} & set(match.people)]
        _refuse_locked(*(match for match in before if not {one, other} <= set(match.people)))
        rest = [tuple(p for p in match.people if p not in (one, other)) for match in before]
        pairs = [Match(people) for people in rest if len(people) > 1]
        alone = tuple(people[0] for people in rest if len(people) == 1)
        if len(alone) == 2:
            pairs.append(Match(alone))
        others = tuple(match for match in draft.matches if match not in before)
        return replace(draft, matches=(*others, *pairs, Match((one, other), locked=True)))

    def join(self, person: int, match: Match) -> "Draft":
        """Add somebody who waits to a pair. Raises TweakError when the match is locked or no pair."""
        _refuse_locked(match)
        if len(match.people) != 2:
            raise TweakError("A match has two people, or three at most. Choose a pair.")
        return self._with({match: [Match((*match.people, person))]})

    def _without(self, person: int) -> "Draft":
        match = self.of(person)
        rest = tuple(p for p in match.people if p != person)
        return self._with({match: [replace(match, people=rest)] if len(rest) > 1 else []})

    def _with(self, changes: dict[Match, list[Match]]) -> "Draft":
        if missing := set(changes) - set(self.matches):
            raise TweakError(f"{len(missing)} of these matches changed meanwhile. Look at the draft again.")
        return replace(self, matches=tuple(new for match in self.matches for new in changes.get(match, [match])))


def _put(match: Match, old: int, new: int) -> Match:
    return replace(match, people=tuple(new if person == old else person for person in match.people))


def _refuse_locked(*matches: Match) -> None:
    if any(match.locked for match in matches):
        raise TweakError("One of these matches is locked. Unlock it first, then try again.")
