"""A round's life: draw a draft, tweak it, publish it, hear who met, close it.

Every function is one step of an organiser: it reads, decides, and saves in one transaction. A step names the version
of the draft it was made for; when somebody else saved meanwhile, Stale says so and nothing is kept.
"""

from collections.abc import Callable, Collection
from dataclasses import asdict, replace
from datetime import datetime
from itertools import combinations
from typing import Any

import numpy as np
from sqlite_utils import Database

from coffee.draft import Draft, Match, TweakError
from coffee.mail import outbox, wording
from coffee.mail.batch import Batch
from coffee.mail.letters import Letter, Office
from coffee.pairing import Pairing, PairingError, listed
from coffee.pool import Pool, gather
from coffee.scheme import Scheme
from coffee.scheme import rounds as kept


class RoundError(Exception):
    """A step that a round does not allow now. `str(error)` says why and what to do."""


def generate(scheme: Scheme, now: datetime, seed: int | None = None, *, only: Collection[int] | None = None) -> int:
    """Draw a new draft among everybody active, or `only` those of them with these ids; return its id.

    Everybody else is left out of this round. Raises RoundError when there is a draft already, fewer than two people are
    left to draw, or the pairs set apart leave somebody without a partner.
    """
    drawn = fresh(scheme, now, seed, only=only)
    with scheme.writing() as db:
        return begin(db, drawn, now)


def fresh(scheme: Scheme, now: datetime, seed: int | None = None, *, only: Collection[int] | None = None) -> Draft:
    """A draw among everybody active, or `only` some, not saved yet. Raises RoundError as `generate` does."""
    with scheme.reading() as db:
        _refuse_second_draft(db)
        pool = gather(db, now.date())
    absent = frozenset() if only is None else frozenset(pool.people["id"]) - frozenset(only)
    return _drawn(pool, Draft(left_out=absent), seed)


def begin(db: Database, drawn: Draft, now: datetime) -> int:
    """Save a fresh draw as the new draft and return its id. Raises RoundError when there is a draft already."""
    _refuse_second_draft(db)
    round_id = kept.begin(db, drawn.seed, now)
    _save(db, round_id, 1, drawn)
    return round_id


def draft(db: Database, round_id: int) -> Draft:
    """The draft as it is in the file."""
    found = kept.get(db, round_id)
    matches = tuple(Match(people, locked) for people, locked in kept.arrangement(db, round_id))
    return Draft(matches, kept.left_out(db, round_id), found.seed, found.certificate)


def tweak(
    scheme: Scheme, round_id: int, version: int, what: str, change: Callable[[Draft], Draft], now: datetime
) -> None:
    """Save `change` made to the draft, so that it can be undone. `what` names it: "swapped two people".

    Raises Stale when the draft is no longer at `version`, RoundError when the change makes no sense.
    """
    with scheme.writing() as db:
        _refuse_stale(db, round_id, version)
        before = draft(db, round_id)
        try:
            after = change(before)
        except TweakError as error:
            raise RoundError(str(error)) from error
        pool = gather(db, now.date(), also=before.matched() | after.matched())
        _refuse_apart(pool, after, except_for=before)
        if after.certificate == before.certificate:
            after = replace(after, certificate=_counted_anew(pool, before, after))
        kept.remember_tweak(db, round_id, what, _as_json(before), now)
        _save(db, round_id, version, after)


def redraw(scheme: Scheme, round_id: int, version: int, now: datetime, seed: int | None = None) -> None:
    """Draw everything that is not locked again, those waiting for a match included.

    Raises RoundError when that leaves nobody to draw, or nobody for somebody to meet.
    """

    def anew(pool: Pool, current: Draft) -> Draft:
        return _completed(pool, _unlocked(current), seed)

    _draw_again(scheme, round_id, version, now, "drew again what is not locked", anew)


def match_waiting(scheme: Scheme, round_id: int, version: int, now: datetime, seed: int | None = None) -> None:
    """Find matches for those who wait, leaving every other match alone if that can be.

    When it cannot, because one is left over or they are set apart, as few unlocked matches as possible change. Raises
    RoundError when all of those are locked. Nobody sits out for it.
    """

    def seated(pool: Pool, current: Draft) -> Draft:
        return _completed(replace(pool, rules=replace(pool.rules, odd_sits_out=False)), current, seed)

    _draw_again(scheme, round_id, version, now, "matched those who waited", seated)


def undo(scheme: Scheme, round_id: int, version: int) -> str:
    """Take the last tweak back and say what it was. Raises RoundError when there is none, Stale as usual."""
    with scheme.writing() as db:
        _refuse_stale(db, round_id, version)
        last = kept.last_tweak(db, round_id)
        if last is None:
            raise RoundError("There is nothing to undo in this draft.")
        tweak_id, what, before = last
        _save(db, round_id, version, _from_json(before))
        kept.forget_tweak(db, tweak_id)
    return what


def discard(scheme: Scheme, round_id: int, version: int) -> None:
    """Throw the draft away. Nobody was told of it."""
    with scheme.writing() as db:
        kept.discard(db, round_id, version)


def publish(scheme: Scheme, round_id: int, version: int, office: Office, now: datetime) -> int:
    """Freeze the draft and queue its introductions, in one transaction; returns how many letters were queued.

    Raises RoundError while somebody has no match or is no longer active, Stale when the draft changed or was published.
    """
    letters = introductions(scheme, round_id, office, now)
    with scheme.writing() as db:
        release(db, round_id, version, letters, now)
    return len(letters)


def introductions(scheme: Scheme, round_id: int, office: Office, now: datetime) -> list[Letter]:
    """The letters that publishing a draft queues, one to each of its people.

    Raises RoundError while somebody has no match or is no longer active.
    """
    with scheme.reading() as db:
        _refuse_unready(db, draft(db, round_id), now)
    return to_introduce(scheme, round_id, office, now).letters()


def to_introduce(scheme: Scheme, round_id: int, office: Office, now: datetime) -> Batch:
    """The introductions of a draft as it is, to be read before they are written."""
    with scheme.reading() as db:
        number = kept.get(db, round_id).number
        seats = kept.seats(db, round_id)
        texts = wording.texts(db, "introduction")
    matches = outbox.matches_of(seats)
    return outbox.to_matches(texts, office, matches, round_id=round_id, number=number, now=now)


def release(db: Database, round_id: int, version: int, letters: list[Letter], now: datetime) -> None:
    """Freeze the draft at `version` and queue its letters. Raises Stale when it changed or was published."""
    kept.freeze(db, round_id, version, now)
    outbox.queue(db, letters, now)


def close(scheme: Scheme, round_id: int, now: datetime) -> None:
    """End a round: its answers no longer change."""
    with scheme.writing() as db:
        kept.close(db, round_id, now)


def reopen(scheme: Scheme, round_id: int) -> None:
    """Take answers again for a round that was closed."""
    with scheme.writing() as db:
        kept.reopen(db, round_id)


def say_met(scheme: Scheme, match_id: int, met: str | None) -> None:
    """Keep what the organiser heard about a match: 'yes', 'no', or None to go by the answers alone."""
    with scheme.writing() as db:
        kept.say_met(db, match_id, met)


def _draw_again(
    scheme: Scheme, round_id: int, version: int, now: datetime, what: str, draw: Callable[[Pool, Draft], Draft]
) -> None:
    with scheme.reading() as db:
        _refuse_stale(db, round_id, version)
        drawn = draw(gather(db, now.date()), draft(db, round_id))
    tweak(scheme, round_id, version, what, lambda _: drawn, now)


def _unlocked(current: Draft) -> Draft:
    locked = tuple(match for match in current.matches if match.locked)
    return Draft(locked, current.left_out - {current.certificate.get("sits_out")})


def _completed(pool: Pool, keep: Draft, seed: int | None) -> Draft:
    """`keep` with a match for everybody who waits: drawn among themselves, else in the smallest change that does it."""
    waiting = keep.waiting(pool.people["id"])
    if keep.matches and not waiting:
        raise RoundError("Every match is locked, so there is nothing to draw. Unlock one first.")
    try:
        return _drawn(pool, keep, seed)
    except RoundError:
        if not keep.matches:
            raise
        return _mended(pool, keep, waiting)


def _drawn(pool: Pool, keep: Draft, seed: int | None) -> Draft:
    """`keep`, whose matches stay as they are, with everybody else drawn; the certificate is about all of them."""
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
        raise RoundError(error.sentence(rest.names())) from error
    made = certificate(rest, pairing)
    drawn = Draft(
        (*keep.matches, *(Match(people) for people in rest.seated(pairing.matches, pairing.seed))),
        keep.left_out | frozenset({made["sits_out"]} - {None}),
        pairing.seed,
        made,
    )
    return replace(drawn, certificate=_certified(everybody, drawn)) if keep.matches else drawn


def _certified(everybody: Pool, drawn: Draft) -> dict[str, Any]:
    """What no draw of these people could avoid, with the flaws that this one has.

    A match that was locked or made by hand may have flaws that could be avoided; they are not called unavoidable.
    """
    try:
        best = certificate(everybody, everybody.draw(drawn.seed))
    except PairingError:  # the organiser has matched people by hand whom a draw would keep apart
        best = {"reasons": []}
    return _judged(best, everybody, drawn)


def _counted_anew(pool: Pool, before: Draft, after: Draft) -> dict[str, Any]:
    """The certificate after a tweak: what cannot be avoided changes only with who takes part."""
    active = set(pool.people.loc[pool.people["active"], "id"])
    part = [(active - current.left_out) | current.matched() for current in (before, after)]
    everybody = pool.only(part[1])
    if part[0] == part[1]:
        return _judged(before.certificate, everybody, after)
    return _certified(everybody, after)


def _judged(best: dict[str, Any], everybody: Pool, current: Draft) -> dict[str, Any]:
    """The flaws of a draft beside the fewest that any draw of its people has."""
    made = best | everybody.counted(current)
    tiers = ("repeats",) if everybody.rules.silos_free else ("repeats", "same_silo")
    return made | {"proven": all(made[tier] == made.get(f"{tier}_unavoidable") for tier in tiers)}


def certificate(pool: Pool, pairing: Pairing) -> dict[str, Any]:
    """What the draw says of itself, with ids and organisations in place of positions; never a name."""
    ids = pool.people["id"].to_numpy(np.int64)
    label = dict(zip(pool.people["silo"], pool.people["organisation"], strict=True))

    def said(reason: dict[str, Any]) -> dict[str, Any]:
        people = {name: [int(ids[p]) for p in reason[name]] for name in ("people", "others")}
        return reason | people | {"silo": label.get(reason["silo"], "")}

    counts = ("repeats", "same_silo", "repeats_unavoidable", "same_silo_unavoidable", "proven")
    return {name: getattr(pairing, name) for name in counts} | {
        "reasons": [said(asdict(reason)) for reason in pairing.reasons],
        "sits_out": int(ids[pairing.sits_out]) if pairing.sits_out >= 0 else None,
    }


def _mended(pool: Pool, current: Draft, waiting: Collection[int]) -> Draft:
    """The smallest change of the unlocked matches that gives those who wait a match."""
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


def _refuse_second_draft(db: Database) -> None:
    if (found := kept.draft_id(db)) is not None:
        number = kept.get(db, found).number
        raise RoundError(f"Round {number} is a draft already. Publish it or discard it before drawing another.")


def _refuse_stale(db: Database, round_id: int, version: int) -> None:
    found = kept.get(db, round_id)
    if found.version != version or found.state != "draft":
        raise kept.stale(db, round_id)


def _refuse_unready(db: Database, current: Draft, now: datetime) -> None:
    pool = gather(db, now.date(), also=current.matched())
    names = dict(zip(pool.people["id"], pool.people["name"], strict=True))
    active = set(pool.people.loc[pool.people["active"], "id"])
    if alone := current.waiting(active):
        raise RoundError(
            f"{len(alone)} {'person has' if len(alone) == 1 else 'people have'} no match yet, among them "
            f"{names[alone[0]]}. Find matches for them or leave them out of this round, then publish."
        )
    if gone := sorted(current.matched() - active):
        raise RoundError(
            f"{names.get(gone[0], 'Somebody who was erased')} is in this draft but no longer active. Leave them out "
            "of this round, then publish."
        )
    if not current.matches:
        raise RoundError("There are no matches in this draft. Draw again, then publish.")
    _refuse_apart(pool, current)


def _refuse_apart(pool: Pool, after: Draft, except_for: Draft | None = None) -> None:
    """RoundError when people set apart sit together, but for matches that were so before."""
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


def _save(db: Database, round_id: int, version: int, after: Draft) -> None:
    if len(after.matched()) < sum(len(match.people) for match in after.matches):
        raise RoundError("Somebody would sit in two matches, so nothing was changed. Look at the draft again.")
    matches = [(match.people, match.locked) for match in after.matches]
    kept.save_draft(db, round_id, version, matches, after.left_out, after.seed, after.certificate)


def _as_json(before: Draft) -> dict[str, Any]:
    return {
        "matches": [[list(match.people), match.locked] for match in before.matches],
        "left_out": sorted(before.left_out),
        "seed": before.seed,
        "certificate": before.certificate,
    }


def _from_json(before: dict[str, Any]) -> Draft:
    matches = tuple(Match(tuple(people), locked) for people, locked in before["matches"])
    return Draft(matches, frozenset(before["left_out"]), before["seed"], before["certificate"])
