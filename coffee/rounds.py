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
from coffee.pairing import Pairing, PairingError
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
        pool = gather(db, now.date(), also=after.matched())
        _refuse_apart(pool, after, except_for=before)
        if after.certificate == before.certificate:
            after = replace(after, certificate=pool.counted(after))
        kept.remember_tweak(db, round_id, what, _as_json(before), now)
        _save(db, round_id, version, after)


def redraw(scheme: Scheme, round_id: int, version: int, now: datetime, seed: int | None = None) -> None:
    """Draw everything that is not locked again, those waiting for a match included."""
    _draw_again(scheme, round_id, version, now, seed, "drew again what is not locked", _unlocked)


def match_waiting(scheme: Scheme, round_id: int, version: int, now: datetime, seed: int | None = None) -> None:
    """Find matches for those who wait, leaving every other match alone; one person makes a trio, or splits one."""
    with scheme.reading() as db:
        current = draft(db, round_id)
        pool = gather(db, now.date())
    alone = current.waiting(pool.people["id"])
    if len(alone) == 1:
        found = _with_one_more(pool, current, alone[0])
        tweak(scheme, round_id, version, "found a match for who waited", lambda _: found, now)
    elif alone:
        _draw_again(scheme, round_id, version, now, seed, "matched those who waited", lambda d: d)


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
        source = wording.source(db, "introduction")
    return outbox.to_matches(office, seats, round_id=round_id, number=number, now=now, source=source)


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
    scheme: Scheme,
    round_id: int,
    version: int,
    now: datetime,
    seed: int | None,
    what: str,
    loosen: Callable[[Draft], Draft],
) -> None:
    with scheme.reading() as db:
        _refuse_stale(db, round_id, version)
        pool = gather(db, now.date())
        drawn = _drawn(pool, loosen(draft(db, round_id)), seed)
    tweak(scheme, round_id, version, what, lambda _: drawn, now)


def _unlocked(current: Draft) -> Draft:
    locked = tuple(match for match in current.matches if match.locked)
    return Draft(locked, current.left_out - {current.certificate.get("sits_out")})


def _drawn(pool: Pool, keep: Draft, seed: int | None) -> Draft:
    """`keep` with everybody else in the pool drawn; the certificate is about all of them."""
    everybody = pool.only(set(pool.people["id"]) - keep.left_out)
    settled = [match for match in keep.matches if set(match.people) <= set(everybody.people["id"])]
    count = len(everybody.people)
    if count < 2:
        raise RoundError(
            f"A round needs at least two active people, and there {'is one' if count else 'are none'}. "
            "Add people, or bring back some who are paused."
        )
    try:
        pairing = everybody.draw(seed, together=[match.people for match in settled])
    except PairingError as error:
        raise RoundError(error.sentence(everybody.names())) from error
    known = {frozenset(match.people) for match in settled}
    drawn = everybody.seated(pairing.matches, pairing.seed)
    new = tuple(Match(people) for people in drawn if frozenset(people) not in known)
    made = certificate(everybody, pairing)
    sits_out = frozenset({made["sits_out"]} - {None})
    return Draft((*keep.matches, *new), keep.left_out | sits_out, pairing.seed, made)


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


def _with_one_more(pool: Pool, current: Draft, person: int) -> Draft:
    """The smallest change of the unlocked matches that gives one more person a match; nobody sits out for it."""
    pool = replace(pool, rules=replace(pool.rules, odd_sits_out=False))
    loose = [match for match in current.matches if not match.locked and set(match.people) <= set(pool.people["id"])]
    among = pool.only({person, *(seat for match in loose for seat in match.people)})
    try:
        mended = among.repair([match.people for match in loose], [], [person])
    except PairingError as error:
        raise RoundError(
            "Every other match is locked or set apart from this person. Unlock a match, or leave them out of this "
            "round."
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
