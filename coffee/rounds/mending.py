"""Mending a draft before it goes out: remove people who can no longer take part, and match those who wait.

A pool and a draft go in, the mended draft comes out; nothing is read or saved here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from coffee.pairing import PairingError, listed
from coffee.rounds.draft import Draft, Match
from coffee.rounds.drawing import counted_anew
from coffee.rounds.pool import Pool


@dataclass(frozen=True)
class Mending:
    """The smallest change that lets a draft go out, with people by id.

    People `gone` leave the draft; people `waiting` have no match even afterwards, which can be so without any change.
    """

    before: Draft
    after: Draft
    gone: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()

    @property
    def changes(self) -> bool:
        """False when the draft stays as it is."""
        return (self.before.matches, self.before.left_out) != (self.after.matches, self.after.left_out)

    @property
    def made(self) -> tuple[tuple[int, ...], ...]:
        """The people of each match that is not in the draft yet."""
        there = {frozenset(match.people) for match in self.before.matches}
        return tuple(match.people for match in self.after.matches if frozenset(match.people) not in there)

    @property
    def to_tell(self) -> set[int]:
        """People without a match who should be told: those who wait, and whoever sits out."""
        return {*self.waiting} | {one for one in self.after.left_out if one == self.after.certificate.get("sits_out")}

    @property
    def sits_out(self) -> int | None:
        """The person who is left over because the number is odd now, or None."""
        person: int | None = self.after.certificate.get("sits_out")
        return None if person in self.before.left_out else person


def mended(pool: Pool, current: Draft) -> Mending:
    """Mend a draft: remove people who can no longer take part, and match those who wait where possible.

    Locked matches stay unless one of their people goes or they were set apart since. When the number is odd, the last
    person to come waits, so that nobody in a match gives up their place. People whom nobody may meet wait too.
    """
    active = pool.active()
    gone, waiting = current.matched() - active, set(current.waiting(active))
    sitter = {person for person in current.left_out & active if person == current.certificate.get("sits_out")}
    locked, loose, alone = _taken_apart(pool, current, gone)
    if not (gone or waiting or alone):
        return Mending(current, current)
    joining = waiting | sitter | alone
    is_odd = pool.rules.odd_sits_out and len((_people(loose) - gone) | joining) % 2 == 1
    over = {max(waiting)} if is_odd and waiting else sitter if is_odd else set[int]()
    mates, stranded, chosen = _repaired(pool, loose, gone, joining - over, waiting, current.seed)
    if over and (stranded or chosen is not None):  # somebody is left over as it is: nobody else has to be
        over = set()
        mates, stranded, chosen = _repaired(pool, loose, gone, joining, waiting, current.seed)
    sits_out = next(iter(over), chosen)
    left_out = (current.left_out - sitter) | (frozenset() if sits_out is None else {sits_out})
    after = replace(current, matches=(*locked, *mates), left_out=left_out)
    after = replace(after, certificate=current.certificate | {"sits_out": sits_out})
    after = replace(after, certificate=counted_anew(pool, current, after))
    return Mending(current, after, tuple(sorted(gone)), tuple(sorted(stranded)))


def described(found: Mending, names: Mapping[int, str], absent: Mapping[int, str]) -> list[str]:
    """Describe the change: who is gone and why, who meets now, and who waits. `absent` gives "is paused" by id."""
    sentences = [f"{names.get(person, 'Somebody')} {absent.get(person, 'was erased')}." for person in found.gone]
    sentences += [f"{listed([names[person] for person in people])} are matched." for people in found.made]
    if found.sits_out is not None:
        sentences.append(f"{names[found.sits_out]} sits out, because the number is odd.")
    waits = [names[person] for person in found.waiting]
    return sentences + [f"{name} waits for the next round, because nobody is free for them to meet." for name in waits]


def _taken_apart(pool: Pool, current: Draft, gone: Collection[int]) -> tuple[list[Match], list[Match], set[int]]:
    """Sort the matches: locked ones that stay, others that may change, and the people of those that must go."""
    locked, loose, alone = list[Match](), list[Match](), set[int]()
    apart = {frozenset(pair) for pair in pool.apart[["one", "other"]].itertuples(index=False, name=None)}
    for match in current.matches:
        rest = tuple(person for person in match.people if person not in gone)
        if not apart.isdisjoint(map(frozenset, combinations(rest, 2))) or (match.locked and len(rest) < 2):
            alone |= set(rest)
        elif match.locked:
            locked.append(replace(match, people=rest))
        else:
            loose.append(match)
    return locked, loose, alone


def _repaired(
    pool: Pool, loose: Sequence[Match], gone: Collection[int], joining: set[int], late: Collection[int], seed: int
) -> tuple[list[Match], set[int], int | None]:
    """The changed loose matches, the people for whom nobody is free, and the person the repair leaves over.

    While wishes strand people, they are put aside one at a time, the latest to come first.
    """
    leaving, stranded = _people(loose) & set(gone), set[int]()
    while leaving or joining:
        among = pool.only(_people(loose) | joining)
        ids = among.people["id"].tolist()
        try:
            found = among.repair([match.people for match in loose], leaving, joining)
        except PairingError as error:
            person = max(
                (ids[position] for position in error.people), key=lambda one: (one in late, one in joining, one)
            )
            stranded.add(person)
            leaving, joining = leaving | ({person} - joining), joining - {person}
            continue
        dissolved = {frozenset(people) for people in among.ids(found.dissolved)}
        stay = [match for match in loose if frozenset(match.people) not in dissolved]
        made = [Match(people) for people in among.seated(found.made, seed)]
        return [*stay, *made], stranded, ids[found.sits_out] if found.sits_out >= 0 else None
    return list(loose), stranded, None


def _people(matches: Iterable[Match]) -> set[int]:
    return {person for match in matches for person in match.people}
