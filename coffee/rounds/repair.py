"""Repairs of a published round: when somebody withdraws or joins late, rematch as few people as possible."""

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from sqlite_utils import Database

from coffee.mail.letters import wording
from coffee.mail.letters.batch import Batch
from coffee.mail.letters.letter import Office
from coffee.mail.letters.notice import notices
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.reader import Reader
from coffee.mail.post import outbox
from coffee.pairing import PairingError, Repair, listed
from coffee.place import today
from coffee.rounds.absence import absences
from coffee.rounds.drawing import RoundError
from coffee.rounds.pool import Pool, gather
from coffee.scheme import Scheme, messages, people, rounds
from coffee.scheme.rounds import Round


@dataclass(frozen=True)
class Proposal:
    """A proposed repair.

    `dissolved` has ids of matches and `made` the people of each new one. `changed` are the people still taking part
    whose match is another one, who would get a letter; `new` had no match before, and `sits_out` has none this round.
    """

    round_id: int
    version: int
    dissolved: tuple[int, ...]
    made: tuple[tuple[int, ...], ...]
    changed: frozenset[int]
    repeats: int
    same_silo: int
    sits_out: int | None = None
    new: frozenset[int] = frozenset()


def propose(
    scheme: Scheme,
    round_id: int,
    leaving: Collection[int],
    joining: Collection[int],
    now: datetime,
    *,
    may_strand: bool = False,
) -> Proposal:
    """Find the smallest change that takes `leaving` out of their matches and gives `joining` one. Writes nothing.

    Matches with a known outcome are left alone. So are matches that say they will meet, unless one of them leaves;
    nobody is newly matched with people who have left, are paused or get no letters. Whoever sat out for the odd number,
    or was left alone by an erasure, is matched if possible. Raises RoundError when the round is not out, or somebody
    has nobody left to meet; with `may_strand` they go without.
    """
    with scheme.reading() as db:
        round_ = rounds.get(db, round_id)
        if round_.state != "published":
            raise RoundError(f"Round {round_.number} is not out, so there is nothing to repair.")
        status = people.everyone(db, today(db, now)).set_index("id")["status"]
        there, paused = set(status.index), set(status.index[status == "paused"])
        silent = messages.unsubscribed(db) | set(status.index[status == "left"])
        stored = _may_change(db, round_id, leaving, there, there - silent - paused)
        seated = {person for match in stored for person in match}
        pool = gather(db, today(db, now), also=[*seated, *joining], before=round_.number)  # this round is no past yet
        pool = pool.with_erased(seated - there)
        joining = {*joining, *_outside(db, round_, pool, leaving)}
    if set(leaving) - seated:
        raise RoundError("Somebody who leaves has met already, or it is known that they did not. Their match stays.")
    leaving = {*leaving, *(seated & silent), *(seated - there)}
    left_alone = {person for match in stored for person in _last(match, leaving) if person in paused}
    pool = pool.only({*seated, *joining})
    mended, stranded = _mended(pool, stored, leaving | left_alone, joining, may_strand)
    left_alone |= stranded - joining
    dissolved = tuple(stored[match] for match in pool.ids(mended.dissolved))
    ids = pool.people["id"].tolist()
    changed = frozenset(int(ids[position]) for position in mended.changed) | left_alone
    made = tuple(pool.seated(mended.made, round_.seed))
    outside = int(ids[mended.sits_out]) if mended.sits_out >= 0 else None
    new = frozenset(joining - stranded)
    return Proposal(round_id, round_.version, dissolved, made, changed, mended.repeats, mended.same_silo, outside, new)


def apply(scheme: Scheme, proposal: Proposal, office: Office, now: datetime) -> int:
    """Save the repair and queue letters to everybody whose match changed, in one transaction; return how many.

    Raises Stale when the round changed meanwhile.
    """
    with scheme.writing() as db:
        return make(db, proposal, office, now)


def make(db: Database, proposal: Proposal, office: Office, now: datetime) -> int:
    """Save the repair inside the caller's transaction, as `apply` does.

    People with nobody to meet are told so, and people who want no letters get none. Waiting letters about the old
    matches are cancelled. Raises Stale when the round changed meanwhile.
    """
    made = rounds.replace_matches(db, proposal.round_id, proposal.version, proposal.dissolved, proposal.made, now)
    rounds.sits_out(db, proposal.round_id, proposal.sits_out)
    return outbox.queue(db, _to_tell(db, proposal, made, office, now).letters(), now)


def to_tell(scheme: Scheme, proposal: Proposal, office: Office, now: datetime) -> Batch:
    """Return the letters that `apply` would queue, to be read before anything is changed."""
    not_made_yet = range(-len(proposal.made), 0)
    with scheme.reading() as db:
        return _to_tell(db, proposal, not_made_yet, office, now)


def described(db: Database, proposal: Proposal, leaving: Collection[int], now: datetime) -> list[str]:
    """Describe the repair with names: why people leave, who meets now, and who meets nobody."""
    made = {person for match in proposal.made for person in match}
    alone = sorted(proposal.changed - made)
    names, absent = people.names(db, {*leaving, *made, *alone}), absences(db, today(db, now))
    said = [f"{names[person]} {absent.get(person, 'takes no part')}." for person in sorted(leaving)]
    said += [f"{listed([names[person] for person in match])} are matched." for match in proposal.made]
    return said + [f"{names[person]} has nobody to meet this time." for person in alone]


def candidates(db: Database, round_id: int, now: datetime) -> tuple[set[int], set[int]]:
    """Return the people who may leave the round, and those who may join it late.

    Anybody whose match has no known outcome may leave; anybody active without a seat may join.
    """
    seats = rounds.seats(db, round_id)
    loose = seats[~seats["match"].isin(rounds.settled(db, round_id))]
    active = set(people.active(db, today(db, now))["id"].tolist())
    return set(loose["person"].tolist()), active - set(seats["person"].tolist())


def _may_change(
    db: Database, round_id: int, leaving: Collection[int], there: Set[int], free: Set[int]
) -> dict[tuple[int, ...], int]:
    """Return the matches, with their ids, that a repair may take apart.

    These are the matches without a known outcome that somebody is `leaving`, that have fewer than two people who are
    still `there`, or whose people are all `free` and have not said that they will meet.
    """
    done, agreed = rounds.settled(db, round_id), _agreed(db, round_id)
    return {
        match: match_id
        for match_id, match, _ in rounds.matches_of(db, round_id)
        if match_id not in done
        and (
            set(match) & set(leaving) or len(set(match) & there) < 2 or (match_id not in agreed and set(match) <= free)
        )
    }


def _mended(
    pool: Pool, matches: Collection[tuple[int, ...]], leaving: Set[int], joining: Set[int], may_strand: bool
) -> tuple[Repair, set[int]]:
    """Return the smallest repair, and the people who have nobody to meet, if some may be left so.

    Raises RoundError otherwise.
    """
    stranded: set[int] = set()
    while True:
        try:
            return pool.repair(matches, leaving | (stranded - joining), joining - stranded), stranded
        except PairingError as error:
            if not may_strand:
                raise RoundError(error.sentence(pool.names())) from error
            stranded.add(int(pool.people["id"].iloc[max(error.people)]))


def _last(match: tuple[int, ...], leaving: Collection[int]) -> set[int]:
    """Return the person left alone in a match, if one is."""
    rest = set(match) - set(leaving)
    return rest if len(rest) == 1 else set()


def _agreed(db: Database, round_id: int) -> set[int]:
    """Return the matches in which somebody has answered: if they have not met, they plan to."""
    seats = rounds.seats(db, round_id)
    return set(seats.loc[seats["answers"] > 0, "match"].tolist())


def _outside(db: Database, round_: Round, pool: Pool, leaving: Collection[int]) -> set[int]:
    """Return the person who sits out because of the odd number, if they still take part and have no match since."""
    active = pool.active()
    seated = {seat for _, people, _ in rounds.matches_of(db, round_.id) for seat in people}
    return {person for person in active - seated - set(leaving) if person == round_.certificate.get("sits_out")}


def _to_tell(db: Database, proposal: Proposal, made: Sequence[int], office: Office, now: datetime) -> Batch:
    """Write letters about the new matches, which have these ids, and to people left with nobody to meet.

    People who had no match before are introduced; the others learn that their match has changed.
    """
    number = rounds.get(db, proposal.round_id).number
    matches = [
        (match_id, [Reader.of(people.person(db, person, today(db, now))) for person in match])
        for match_id, match in zip(made, proposal.made, strict=True)
    ]
    changed = proposal.changed - messages.unsubscribed(db)
    told = {(match_id, person.id) for match_id, match in matches for person in match if person.id in changed}
    alone = sorted(changed - {person for _, person in told})
    first = {(match_id, person) for match_id, person in told if person in proposal.new}
    occasion = Occasion.of_round(office, proposal.round_id, number, now)
    introductions, rematches = (
        outbox.to_matches(wording.texts(db, kind), matches, occasion, only=only)
        for kind, only in (("introduction", first), ("rematch", told - first))
    )
    return introductions + rematches + _notices(db, proposal, alone, occasion)


def _notices(db: Database, proposal: Proposal, alone: Sequence[int], occasion: Occasion) -> Batch:
    readers = [Reader.of(people.person(db, person, today(db, occasion.now))) for person in alone]
    repaired = replace(occasion, once=f"{proposal.round_id}:{proposal.version}")
    return notices(wording.texts(db, "withdrawal"), readers, lambda _: lambda _: {}, repaired)
