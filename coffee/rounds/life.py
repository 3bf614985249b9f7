"""A round's life: draw a draft, change it, publish it, hear who met, close it.

Each function is one step by the organiser: read, decide, and save in one transaction. A step gives the draft's version
it was made for; when somebody else saved meanwhile it raises Stale and saves nothing.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from coffee.mail.letters import sitting_out, wording
from coffee.mail.letters.batch import Batch
from coffee.mail.letters.letter import Letter, Office
from coffee.mail.letters.occasion import Occasion
from coffee.mail.post import outbox
from coffee.place import today
from coffee.rounds import drawing
from coffee.rounds.absence import STATUS, absences
from coffee.rounds.draft import Draft, Match, TweakError
from coffee.rounds.drawing import RoundError
from coffee.rounds.mending import Mending, described, mended
from coffee.rounds.pool import Pool, gather
from coffee.scheme import Scheme, Stale, people, rounds


def generate(scheme: Scheme, now: datetime, seed: int | None = None, *, only: Collection[int] | None = None) -> int:
    """Draw a new draft among everybody active, or `only` those of them with these ids; return its id.

    Everybody else is left out of this round. Raises RoundError when there is a draft already, fewer than two people are
    left to draw, or the pairs set apart leave somebody without a partner.
    """
    drawn = fresh(scheme, now, seed, only=only)
    with scheme.writing() as db:
        return begin(db, drawn, now)


def fresh(scheme: Scheme, now: datetime, seed: int | None = None, *, only: Collection[int] | None = None) -> Draft:
    """Return an unsaved draw among everybody active, or `only` some. Raises RoundError as `generate` does."""
    with scheme.reading() as db:
        _refuse_second_draft(db)
        pool = gather(db, today(db, now))
    absent = frozenset() if only is None else frozenset(pool.people["id"]) - frozenset(only)
    return drawing.drawn_around(pool, Draft(left_out=absent), seed)


def fresh_for_most(scheme: Scheme, now: datetime) -> Draft:
    """Draw as `fresh` does, but let people whom the pairs set apart leave without a partner wait."""
    with scheme.reading() as db:
        _refuse_second_draft(db)
        pool = gather(db, today(db, now))
    return drawing.drawn_for_most(pool, Draft(), None)


def absentees(db: Database, current: Draft, now: datetime) -> list[str]:
    """Explain, in sentences by name, why people have no match in this draft.

    Of people who do not take part, lists only those who had a match before and never confirmed their address.
    """
    pool = _pool_of(db, current, now)
    why = {person: reason for person, reason in absences(db, today(db, now)).items() if reason not in STATUS.values()}
    why |= dict.fromkeys(people.sent_home(db), STATUS["unconfirmed"])
    why |= dict.fromkeys(current.waiting(pool.active()), "has no match, because of who is set apart")
    over = current.left_out & pool.active()
    why |= dict.fromkeys(over & {current.certificate.get("sits_out")}, "sits out, because the number is odd")
    names = people.names(db, why)
    return [f"{names[person]} {why[person]}." for person in sorted(why, key=lambda person: names[person].casefold())]


def begin(db: Database, drawn: Draft, now: datetime) -> int:
    """Save a fresh draw as the new draft and return its id. Raises RoundError when there is a draft already."""
    _refuse_second_draft(db)
    round_id = rounds.begin(db, drawn.seed, now)
    _save(db, round_id, 1, drawn)
    return round_id


def draft(db: Database, round_id: int) -> Draft:
    """Return the draft as it is in the file."""
    stored = rounds.get(db, round_id)
    matches = tuple(Match(seated, locked) for seated, locked in rounds.arrangement(db, round_id))
    return Draft(matches, rounds.left_out(db, round_id), stored.seed, stored.certificate)


def tweak(
    scheme: Scheme, round_id: int, version: int, what: str, change: Callable[[Draft], Draft], now: datetime
) -> None:
    """Save `change` made to the draft, so that it can be undone. `what` names it: "swapped two people".

    Raises Stale when the draft is no longer at `version`, RoundError when the change is impossible.
    """
    with scheme.writing() as db:
        _refuse_stale(db, round_id, version)
        before = draft(db, round_id)
        try:
            after = change(before)
        except TweakError as error:
            raise RoundError(str(error)) from error
        pool = gather(db, today(db, now), also=before.matched() | after.matched())
        drawing.refuse_apart(pool, after, except_for=before)
        if after.certificate == before.certificate:
            after = replace(after, certificate=drawing.counted_anew(pool, before, after))
        rounds.remember_tweak(db, round_id, what, _as_json(before), now)
        _save(db, round_id, version, after)


def redraw(scheme: Scheme, round_id: int, version: int, now: datetime, seed: int | None = None) -> None:
    """Draw everything again that is not locked, including people who wait for a match.

    Raises RoundError when that leaves nobody to draw, or somebody with nobody to meet.
    """

    def anew(pool: Pool, current: Draft) -> Draft:
        return drawing.completed(pool, drawing.unlocked(current), seed)

    _draw_again(scheme, round_id, version, now, "drew the unlocked matches again", anew)


def match_waiting(scheme: Scheme, round_id: int, version: int, now: datetime, seed: int | None = None) -> None:
    """Match the people who wait without touching other matches, if possible.

    Otherwise, when one is left over or they are set apart, changes as few unlocked matches as possible. Raises
    RoundError when all of those are locked. Nobody sits out because of it.
    """

    def seated(pool: Pool, current: Draft) -> Draft:
        return drawing.completed(replace(pool, rules=replace(pool.rules, odd_sits_out=False)), current, seed)

    _draw_again(scheme, round_id, version, now, "matched those who waited", seated)


def undo(scheme: Scheme, round_id: int, version: int) -> str:
    """Undo the last change and return its name. Raises RoundError when there is none, Stale as usual."""
    with scheme.writing() as db:
        _refuse_stale(db, round_id, version)
        last = rounds.last_tweak(db, round_id)
        if last is None:
            raise RoundError("There is nothing to undo in this draft.")
        tweak_id, what, before = last
        _save(db, round_id, version, _from_json(before))
        rounds.forget_tweak(db, tweak_id)
    return what


def discard(scheme: Scheme, round_id: int, version: int) -> None:
    """Delete the draft, which nobody was told about."""
    with scheme.writing() as db:
        rounds.discard(db, round_id, version)


def mending(db: Database, round_id: int, now: datetime) -> Mending:
    """Return the smallest change that lets the draft go out today. Writes nothing."""
    current = draft(db, round_id)
    return mended(_pool_of(db, current, now), current)


def mend(db: Database, round_id: int, version: int, mend_plan: Mending, now: datetime) -> None:
    """Save a mended draft, so that it can be undone. Raises Stale when the draft is no longer at `version`."""
    rounds.remember_tweak(db, round_id, "mended the draft", _as_json(mend_plan.before), now)
    _save(db, round_id, version, mend_plan.after)


def describe(db: Database, mend_plan: Mending, now: datetime) -> list[str]:
    """Describe a mending in sentences with names."""
    everybody = (
        mend_plan.before.matched() | mend_plan.after.matched() | mend_plan.after.left_out | set(mend_plan.waiting)
    )
    return described(mend_plan, people.names(db, everybody), absences(db, today(db, now)))


def publish(
    scheme: Scheme, round_id: int, version: int, office: Office, now: datetime, *, waiting: Collection[int] = ()
) -> int:
    """Freeze the draft and queue its letters, in one transaction; returns how many were queued.

    `waiting` may go without a match. Raises RoundError while somebody else has none or somebody is no longer active,
    Stale when the draft changed or was published.
    """
    letters = to_publish(scheme, round_id, office, now, waiting)
    with scheme.writing() as db:
        release(db, round_id, version, letters, now, waiting)
    return len(letters)


def mend_and_publish(
    scheme: Scheme, round_id: int, version: int, mend_plan: Mending, office: Office, now: datetime
) -> int:
    """Save a mended draft, then publish it; returns how many letters were queued. Raises as `publish` does."""
    if mend_plan.changes:
        with scheme.writing() as db:
            mend(db, round_id, version, mend_plan, now)
        version += 1
    return publish(scheme, round_id, version, office, now, waiting=mend_plan.waiting)


def to_publish(
    scheme: Scheme, round_id: int, office: Office, now: datetime, waiting: Collection[int] = ()
) -> list[Letter]:
    """Return the letters that publishing queues: introductions, and letters to people who are left over.

    Raises RoundError while somebody who is not `waiting` has no match, or somebody is no longer active.
    """
    with scheme.reading() as db:
        _refuse_unready(db, draft(db, round_id), now, waiting)
    return to_introduce(scheme, round_id, office, now, waiting).letters()


def to_introduce(scheme: Scheme, round_id: int, office: Office, now: datetime, waiting: Collection[int] = ()) -> Batch:
    """Return a draft's introductions and its letters to people left over, to be read before they are queued."""
    with scheme.reading() as db:
        number = rounds.get(db, round_id).number
        seats = rounds.seats(db, round_id)
        texts = wording.texts(db, "introduction")
        over = {person: why for person, why in _left_over(db, round_id, waiting).items() if why in sitting_out.WHY}
        occasion = Occasion.of_round(office, round_id, number, now)
        to_left_over = sitting_out.letters_to(db, over, occasion)
    return outbox.to_matches(texts, outbox.matches_of(seats), occasion) + to_left_over


def release(
    db: Database, round_id: int, version: int, letters: list[Letter], now: datetime, waiting: Collection[int] = ()
) -> None:
    """Publish the draft at `version` and queue its letters.

    Raises Stale when it changed or was published, or somebody left or joined while the letters were written.
    """
    try:
        _refuse_unready(db, draft(db, round_id), now, waiting)
    except RoundError as error:
        raise Stale(str(error)) from error
    over = _left_over(db, round_id, waiting)
    rounds.freeze(db, round_id, version, now)
    rounds.say_left_over(db, round_id, over)
    outbox.queue(db, letters, now)


def close(scheme: Scheme, round_id: int, now: datetime) -> None:
    """End a round: its answers no longer change."""
    with scheme.writing() as db:
        rounds.close(db, round_id, now)


def reopen(scheme: Scheme, round_id: int) -> None:
    """Take answers again for a round that was closed."""
    with scheme.writing() as db:
        rounds.reopen(db, round_id)


def say_met(scheme: Scheme, match_id: int, met: str | None) -> None:
    """Record the organiser's word on a match: 'yes', 'no', or None to go by the answers alone."""
    with scheme.writing() as db:
        rounds.say_met(db, match_id, met)


def _draw_again(
    scheme: Scheme, round_id: int, version: int, now: datetime, what: str, draw: Callable[[Pool, Draft], Draft]
) -> None:
    with scheme.reading() as db:
        _refuse_stale(db, round_id, version)
        drawn = draw(gather(db, today(db, now)), draft(db, round_id))
    tweak(scheme, round_id, version, what, lambda _: drawn, now)


def _refuse_second_draft(db: Database) -> None:
    if (draft_id := rounds.draft_id(db)) is not None:
        number = rounds.get(db, draft_id).number
        raise RoundError(f"Round {number} is a draft already. Publish it or discard it before drawing another.")


def _refuse_stale(db: Database, round_id: int, version: int) -> None:
    stored = rounds.get(db, round_id)
    if stored.version != version or stored.state != "draft":
        raise rounds.stale(db, round_id)


def _refuse_unready(db: Database, current: Draft, now: datetime, waiting: Collection[int]) -> None:
    pool = _pool_of(db, current, now)
    if alone := sorted(set(current.waiting(pool.active())) - set(waiting)):
        raise RoundError(
            f"{len(alone)} {'person has' if len(alone) == 1 else 'people have'} no match yet, among them "
            f"{_names(pool)[alone[0]]}. Find matches for them or leave them out of this round, then publish."
        )
    if gone := sorted(current.matched() - pool.active()):
        raise RoundError(
            f"{_names(pool)[gone[0]]} is in this draft but no longer active. Leave them out of this round, then "
            "publish."
        )
    if not current.matches:
        raise RoundError("There are no matches in this draft. Draw again, then publish.")
    drawing.refuse_apart(pool, current)


def _pool_of(db: Database, current: Draft, now: datetime) -> Pool:
    """Return everybody whom a draw may match today, and everybody in this draft."""
    pool = gather(db, today(db, now), also=current.matched())
    return pool.with_erased(current.matched() - set(pool.people["id"]))


def _left_over(db: Database, round_id: int, waiting: Collection[int]) -> dict[int, str]:
    """Return why people have no match in this draft, by id, as `scheme.rounds.say_left_over` stores it."""
    sits_out = rounds.get(db, round_id).certificate.get("sits_out")
    over = dict.fromkeys(rounds.left_out(db, round_id), rounds.BY_HAND)
    return over | dict.fromkeys(over.keys() & {sits_out}, rounds.ODD) | dict.fromkeys(waiting, rounds.NOBODY)


def _names(pool: Pool) -> dict[int, str]:
    return dict(zip(pool.people["id"], pool.people["name"], strict=True))


def _save(db: Database, round_id: int, version: int, after: Draft) -> None:
    if len(after.matched()) < sum(len(match.people) for match in after.matches):
        raise RoundError("Somebody would sit in two matches, so nothing was changed. Look at the draft again.")
    matches = [(match.people, match.locked) for match in after.matches]
    rounds.save_draft(db, round_id, version, matches, after.left_out, after.seed, after.certificate)


def _as_json(before: Draft) -> dict[str, Any]:
    return {
        "matches": [[list(match.people), match.locked] for match in before.matches],
        "left_out": sorted(before.left_out),
        "seed": before.seed,
        "certificate": before.certificate,
    }


def _from_json(before: dict[str, Any]) -> Draft:
    matches = tuple(Match(tuple(seated), locked) for seated, locked in before["matches"])
    return Draft(matches, frozenset(before["left_out"]), before["seed"], before["certificate"])
