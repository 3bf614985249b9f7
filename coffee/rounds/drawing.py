"""Drawing a draft around the matches that stay, and describing its quality.

A pool and a draft go in, a draft comes out; nothing is read or saved here.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from itertools import combinations
from typing import Any

import numpy as np

from coffee.pairing import Pairing, PairingError, listed
from coffee.rounds.draft import Draft, Match
from coffee.rounds.pool import Pool


class RoundError(Exception):
    """Raised when a round does not allow this step now. `str(error)` says why and what to do."""


class Stranded(RoundError):
    """Raised when the pairs set apart leave these people, by id, without a partner."""

    def __init__(self, sentence: str, people: Sequence[int]) -> None:
        super().__init__(sentence)
        self.people = tuple(people)


def unlocked(current: Draft) -> Draft:
    """Drop every match that is not locked.

    People left out by hand stay out; whoever sat out only because of the odd number goes back into the draw.
    """
    locked = tuple(match for match in current.matches if match.locked)
    return Draft(locked, current.left_out - {current.certificate.get("sits_out")})


def completed(pool: Pool, keep: Draft, seed: int | None) -> Draft:
    """Give everybody who waits a match: among themselves if possible, otherwise with the smallest change to `keep`.

    Raises RoundError when nobody waits, or somebody has nobody left to meet.
    """
    waiting = keep.waiting(pool.people["id"])
    if keep.matches and not waiting:
        raise RoundError("Every match is locked, so there is nothing to draw. Unlock one first.")
    try:
        return drawn_around(pool, keep, seed)
    except RoundError:
        if not keep.matches:
            raise
        return _mended(pool, keep, waiting)


def drawn_around(pool: Pool, keep: Draft, seed: int | None) -> Draft:
    """Keep the matches of `keep` and draw everybody else; the certificate covers all of them.

    Raises RoundError for fewer than two people, or when the pairs set apart leave somebody without a partner.
    """
    everybody = pool.only(set(pool.people["id"]) - keep.left_out)
    if len(everybody.people) < 2:
        raise RoundError(
            f"A round needs at least two active people, and there {'is one' if len(everybody.people) else 'are none'}. "
            "Add people, or bring back some who are paused."
        )
    rest = everybody.only(set(everybody.people["id"]) - keep.matched())
    try:
        pairing = rest.draw(seed)
    except PairingError as error:
        ids = rest.people["id"].tolist()
        raise Stranded(error.sentence(rest.names()), [ids[position] for position in error.people]) from error
    made = _certificate(rest, pairing)
    drawn = Draft(
        (*keep.matches, *(Match(people) for people in rest.seated(pairing.matches, pairing.seed))),
        keep.left_out | frozenset({made["sits_out"]} - {None}),
        pairing.seed,
        made,
    )
    return replace(drawn, certificate=_certified(everybody, drawn)) if keep.matches else drawn


def drawn_for_most(pool: Pool, keep: Draft, seed: int | None) -> Draft:
    """Draw as `drawn_around` does, leaving people whom the pairs set apart strand to wait for a match.

    People are put aside one by one, first those who have least often gone without a match or sat in a trio. Raises
    RoundError for fewer than two people.
    """
    try:
        return drawn_around(pool, keep, seed)
    except Stranded as error:
        burdens = dict(zip(pool.people["id"], pool.people["trios"], strict=True))
        waits = min(error.people, key=lambda person: (burdens[person], person))
        return drawn_for_most(pool.only(set(pool.people["id"]) - {waits}), keep, seed)


def _certified(everybody: Pool, drawn: Draft) -> dict[str, Any]:
    """Return the certificate of a fresh draw: its flaws, and those that no draw of these people could avoid.

    Locked and handmade matches may have avoidable flaws, which are not called unavoidable.
    """
    try:
        best = _certificate(everybody, everybody.draw(drawn.seed))
    except PairingError:  # the organiser has matched people by hand whom a draw would keep apart
        best = {"reasons": []}
    return _judged(best, everybody, drawn)


def counted_anew(pool: Pool, before: Draft, after: Draft) -> dict[str, Any]:
    """Return the certificate after a change. Unavoidable flaws change only when people join or leave."""
    active = pool.active()
    part = [(active - current.left_out) | current.matched() for current in (before, after)]
    everybody = pool.only(part[1])
    if part[0] == part[1]:
        return _judged(before.certificate, everybody, after)
    return _certified(everybody, after)


def _judged(best: dict[str, Any], everybody: Pool, current: Draft) -> dict[str, Any]:
    """Combine a draft's flaws with the fewest that any draw of its people has."""
    made = best | everybody.counted(current)
    tiers = ("repeats",) if everybody.rules.silos_free else ("repeats", "same_silo")
    return made | {"proven": all(made[tier] == made.get(f"{tier}_unavoidable") for tier in tiers)}


def _certificate(pool: Pool, pairing: Pairing) -> dict[str, Any]:
    """Convert the draw's description to JSON: ids and organisations for positions, and never a name."""
    ids = pool.people["id"].to_numpy(np.int64)
    label = dict(zip(pool.people["silo"], pool.people["organisation"], strict=True))

    def in_ids(reason: dict[str, Any]) -> dict[str, Any]:
        people = {name: [int(ids[p]) for p in reason[name]] for name in ("people", "others")}
        return reason | people | {"silo": label.get(reason["silo"], "")}

    counts = ("repeats", "same_silo", "repeats_unavoidable", "same_silo_unavoidable", "proven")
    return {name: getattr(pairing, name) for name in counts} | {
        "reasons": [in_ids(asdict(reason)) for reason in pairing.reasons],
        "sits_out": int(ids[pairing.sits_out]) if pairing.sits_out >= 0 else None,
    }


def _mended(pool: Pool, current: Draft, waiting: Collection[int]) -> Draft:
    """Match the people who wait with the smallest change to the unlocked matches."""
    loose = [match for match in current.matches if not match.locked and set(match.people) <= set(pool.people["id"])]
    among = pool.only({*waiting, *(seat for match in loose for seat in match.people)})
    try:
        mended = among.repair([match.people for match in loose], [], waiting)
    except PairingError as error:
        who = listed([name for person, name in zip(pool.people["id"], pool.names(), strict=True) if person in waiting])
        raise RoundError(
            f"Every match that {who} could join is locked or set apart from them. Unlock a match, or leave them out of "
            "this round."
        ) from error
    gone = {frozenset(people) for people in among.ids(mended.dissolved)}
    stay = tuple(match for match in current.matches if frozenset(match.people) not in gone)
    return replace(current, matches=(*stay, *(Match(people) for people in among.seated(mended.made, current.seed))))


def refuse_apart(pool: Pool, after: Draft, except_for: Draft | None = None) -> None:
    """Raise RoundError when people set apart sit together, except in matches that did so before."""
    before = set() if except_for is None else {frozenset(match.people) for match in except_for.matches}
    apart = {frozenset(pair) for pair in pool.apart[["one", "other"]].itertuples(index=False, name=None)}
    names = dict(zip(pool.people["id"], pool.people["name"], strict=True))
    for match in after.matches:
        for pair in combinations(match.people, 2):
            if frozenset(pair) in apart and frozenset(match.people) not in before:
                one, other = (names.get(person, "somebody") for person in pair)
                raise RoundError(
                    f"{one} and {other} are set apart, so they cannot be in one match. Swap one of them, or take the "
                    "wish back under People, Set apart."
                )
