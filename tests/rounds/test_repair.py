"""Repairs of a round that is out, on a real scheme file."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

import pytest

from coffee.mail.letters.letter import Office
from coffee.mail.letters.reading import read
from coffee.rounds import life, repair
from coffee.rounds.drawing import RoundError
from coffee.scheme import Scheme, Stale, answers, erasure, opt_outs, people, settings
from coffee.scheme import rounds as kept
from coffee.scheme.answers import Answer, Met

OFFICE = Office("http://localhost:8501", "Ann Lee", "ann.lee@devon.gov.uk", "Coffee trial")
Out = Callable[[int], int]
SAID: tuple[Met, Met] = ("yes", "not yet")


def add(scheme: Scheme, number: int, now: datetime) -> int:
    with scheme.writing() as db:
        details = {"name": f"P{number}", "email": f"p{number}@devon.gov.uk", "organisation": f"Council {number % 3}"}
        return people.add(db, details, now=now)


@pytest.fixture
def out(scheme: Scheme, now: datetime) -> Out:
    """Publishes a round of so many people and returns its id."""

    def published(count: int) -> int:
        for number in range(count):
            add(scheme, number, now)
        round_id = life.generate(scheme, now, seed=3)
        life.publish(scheme, round_id, 2, OFFICE, now)
        return round_id

    return published


def seated(scheme: Scheme, round_id: int) -> list[tuple[int, ...]]:
    with scheme.reading() as db:
        return [people for _, people, _ in kept.matches_of(db, round_id)]


def letters(scheme: Scheme, kind: str, state: str) -> list[int]:
    with scheme.reading() as db:
        rows = db.execute("SELECT person_id FROM messages WHERE kind = ? AND state = ?", [kind, state]).fetchall()
    return sorted(row[0] for row in rows)


def test_one_withdrawal_makes_one_trio_and_tells_only_its_three(scheme: Scheme, out: Out, now: datetime) -> None:
    """Of six people in pairs one leaves: the partner joins a pair, the others keep their match and get no letter."""
    round_id = out(6)
    before = seated(scheme, round_id)
    leaver, partner = before[0]
    proposal = repair.propose(scheme, round_id, [leaver], [], now)
    assert seated(scheme, round_id) == before
    assert len(proposal.made) == 1
    assert set(proposal.made[0]) == proposal.changed
    assert partner in proposal.changed
    assert repair.apply(scheme, proposal, OFFICE, now) == 3
    after = seated(scheme, round_id)
    assert sorted(map(len, after)) == [2, 3]
    assert len(set(before) & set(after)) == 1
    assert letters(scheme, "rematch", "waiting") == sorted(proposal.changed)


@pytest.mark.parametrize(("kind", "rules"), [("rematch", {}), ("withdrawal", {"odd_sits_out": True})])
def test_the_letters_of_a_repair_are_read_before_it(
    scheme: Scheme, out: Out, now: datetime, kind: str, rules: dict[str, bool]
) -> None:
    """Each letter reads beforehand as it then goes, but for its links, and reading changes nothing."""
    with scheme.writing() as db:
        settings.put(db, "rules", rules)
    round_id = out(6)
    before = seated(scheme, round_id)
    proposal = repair.propose(scheme, round_id, [before[0][0]], [], now)
    batch = repair.to_tell(scheme, proposal, OFFICE, now)
    shown = {letter.person_id: letter for letter in map(batch.preview, range(len(batch)))}
    assert seated(scheme, round_id) == before
    assert repair.apply(scheme, proposal, OFFICE, now) == len(batch) > 0
    with scheme.reading() as db:
        queued = db.execute("SELECT person_id, kind, letter FROM messages WHERE state = 'waiting'").fetchall()
        tokens = re.compile(r"/p/(\w+)/[\w-]+")
    told = {person: read(letter) for person, found, letter in queued if found == kind}
    assert told.keys() == shown.keys()
    for person, letter in told.items():
        preview = read(shown[person].letter)
        assert preview
        assert letter
        assert tokens.sub(r"\1", letter.text) == tokens.sub(r"\1", preview.text)
        assert letter.headers == preview.headers
        assert [name for name, _ in letter.attached] == (["coffee.ics"] if kind == "rematch" else [])


def test_letters_about_a_replaced_match_do_not_leave(scheme: Scheme, out: Out, now: datetime) -> None:
    """Introductions of the old match that still wait are cancelled; those of untouched matches stay queued."""
    round_id = out(6)
    proposal = repair.propose(scheme, round_id, [seated(scheme, round_id)[0][0]], [], now)
    repair.apply(scheme, proposal, OFFICE, now)
    assert len(letters(scheme, "introduction", "cancelled")) == 4
    assert len(letters(scheme, "introduction", "waiting")) == 2


def test_a_trio_of_this_very_round_is_no_burden(scheme: Scheme, out: Out, now: datetime) -> None:
    """One leaves the trio, one a pair: the three who are left make the trio. They were in none before this round."""
    round_id = out(9)
    matches = seated(scheme, round_id)
    (trio,), (leaver, alone) = [match for match in matches if len(match) == 3], next(m for m in matches if len(m) == 2)
    colleague = next(person for person in trio if person % 3 == alone % 3)
    proposal = repair.propose(scheme, round_id, [colleague, leaver], [], now)
    assert proposal.changed == {*trio, alone} - {colleague}


def test_somebody_who_joins_late_makes_a_trio_and_the_next_splits_it(scheme: Scheme, out: Out, now: datetime) -> None:
    """Four people and a fifth: one trio. A sixth: the trio splits, so that everybody is in a pair.

    Who had no match is introduced; that their match has changed is told to the others.
    """
    round_id = out(4)
    fifth = add(scheme, 5, now)
    proposal = repair.propose(scheme, round_id, [], [fifth], now)
    repair.apply(scheme, proposal, OFFICE, now)
    assert sorted(map(len, seated(scheme, round_id))) == [2, 3]
    others = sorted(proposal.changed - {fifth})
    assert len(others) == 2
    assert letters(scheme, "rematch", "waiting") == others
    assert letters(scheme, "introduction", "waiting") == sorted({1, 2, 3, 4} - {*others} | {fifth})
    sixth = add(scheme, 6, now)
    repair.apply(scheme, repair.propose(scheme, round_id, [], [sixth], now), OFFICE, now)
    assert sorted(map(len, seated(scheme, round_id))) == [2, 2, 2]


def test_a_repair_of_a_round_that_changed_meanwhile_is_told(scheme: Scheme, out: Out, now: datetime) -> None:
    """Two organisers repair at once: the second is told, and nothing is done twice."""
    round_id = out(8)
    first, second = (repair.propose(scheme, round_id, [match[0]], [], now) for match in seated(scheme, round_id)[:2])
    repair.apply(scheme, first, OFFICE, now)
    with pytest.raises(Stale):
        repair.apply(scheme, second, OFFICE, now)
    assert letters(scheme, "rematch", "waiting") == sorted(first.changed)


def test_the_last_two_cannot_be_repaired_into_one(scheme: Scheme, out: Out, now: datetime) -> None:
    """The last person left after a withdrawal has nobody to meet, and the sentence names them."""
    round_id = out(2)
    leaver, left = seated(scheme, round_id)[0]
    with pytest.raises(RoundError, match=f"P{left - 1}"):
        repair.propose(scheme, round_id, [leaver], [], now)


def test_a_closed_round_is_not_repaired(scheme: Scheme, out: Out, now: datetime) -> None:
    """The sentence says that it is not out."""
    round_id = out(4)
    life.close(scheme, round_id, now)
    with pytest.raises(RoundError, match="not out"):
        repair.propose(scheme, round_id, [1], [], now)


def test_matches_that_have_met_or_answered_are_left_alone(scheme: Scheme, out: Out, now: datetime) -> None:
    """Somebody leaves: of the other matches only one that nobody has said anything of is opened; answers stay."""
    round_id = out(8)
    before = seated(scheme, round_id)
    with scheme.reading() as db:
        ids = [match_id for match_id, _, _ in kept.matches_of(db, round_id)]
    for match_id, match, met in zip(ids[1:3], before[1:3], SAID, strict=True):
        with scheme.writing() as db:
            answers.save(db, match_id, match[0], Answer(met), now)
    proposal = repair.propose(scheme, round_id, [before[0][0]], [], now)
    assert set(proposal.dissolved) == {ids[0], ids[3]}
    with pytest.raises(RoundError, match="has met already"):
        repair.propose(scheme, round_id, [before[1][0]], [], now)


@pytest.mark.parametrize(("who", "met"), [("partner", "not yet"), ("leaver", "not yet"), ("leaver", "no")])
def test_who_cannot_keeps_nobody_from_a_new_match(scheme: Scheme, out: Out, now: datetime, who: str, met: Met) -> None:
    """One cannot, and somebody says "not yet", or whoever cannot says "no": the partner is matched anew all the same,
    and the answer stays."""
    round_id = out(6)
    with scheme.reading() as db:
        match_id, (partner, leaver), _ = kept.matches_of(db, round_id)[0]
    with scheme.writing() as db:
        said = {"partner": partner, "leaver": leaver}[who]
        answers.save(db, match_id, said, Answer(met), now)
        opt_outs.cannot(db, match_id, leaver, now)
    with scheme.reading() as db:
        assert leaver in repair.candidates(db, round_id, now)[0]
        assert opt_outs.strand(db, round_id) == [leaver]
    proposal = repair.propose(scheme, round_id, [leaver], [], now)
    assert partner in proposal.changed
    repair.apply(scheme, proposal, OFFICE, now)
    with scheme.reading() as db:
        assert opt_outs.strand(db, round_id) == []
        assert answers.get(db, match_id, said) == Answer(met)


@pytest.mark.parametrize("met", ["yes", "no"])
def test_who_is_known_to_have_met_or_not_strands_nobody(
    scheme: Scheme, out: Out, now: datetime, met: Literal["yes", "no"]
) -> None:
    """A match is settled by an answer or by the organiser, even if one of its people has left or cannot meet."""
    round_id = out(4)
    with scheme.reading() as db:
        (said, (one, cannot), _), (noted, (left, _), _) = kept.matches_of(db, round_id)
    with scheme.writing() as db:
        opt_outs.cannot(db, said, cannot, now)
        people.leave(db, [left])
        assert opt_outs.strand(db, round_id) == [left, cannot]
        answers.save(db, said, one, Answer(met), now)
        kept.say_met(db, noted, met)
        assert opt_outs.strand(db, round_id) == []
        assert kept.settled(db, round_id) == {said, noted}


def test_the_partner_of_somebody_erased_is_matched_anew(scheme: Scheme, out: Out, now: datetime) -> None:
    """A repair for an erased person or for anybody else rematches the erased one's partner; others keep theirs."""
    round_id = out(8)
    (erased, partner), (leaver, other), *rest = seated(scheme, round_id)
    with scheme.writing() as db:
        erasure.erase(db, erased)
        people.leave(db, [leaver])
        assert set(opt_outs.strand(db, round_id)) == {erased, leaver}
    for leaving in ([erased, leaver], [leaver]):
        proposal = repair.propose(scheme, round_id, leaving, [], now)
        assert sorted(map(sorted, proposal.made)) == [sorted([partner, other])]
        assert proposal.changed == {partner, other}
    repair.apply(scheme, proposal, OFFICE, now)
    assert {tuple(sorted(match)) for match in seated(scheme, round_id)} == {
        tuple(sorted(match)) for match in [*rest, (partner, other)]
    }
    with scheme.reading() as db:
        assert opt_outs.strand(db, round_id) == []


def test_two_whose_third_was_erased_keep_each_other(scheme: Scheme, out: Out, now: datetime) -> None:
    """Nobody disturbs them for somebody else's sake; asked for, they become a pair."""
    round_id = out(7)
    (trio,) = (match for match in seated(scheme, round_id) if len(match) == 3)
    leaver = next(match[0] for match in seated(scheme, round_id) if len(match) == 2)
    with scheme.writing() as db:
        erasure.erase(db, trio[0])
    assert not repair.propose(scheme, round_id, [leaver], [], now).changed & set(trio)
    asked = repair.propose(scheme, round_id, [trio[0]], [], now)
    assert [set(match) for match in asked.made] == [set(trio[1:])]


def test_nobody_paused_is_given_a_new_match(scheme: Scheme, out: Out, now: datetime) -> None:
    """Paused people keep their match. When their partner leaves they get no other, and are told."""
    round_id = out(8)
    (paused, _), (alone, leaver), *_ = seated(scheme, round_id)
    with scheme.writing() as db:
        people.pause(db, [paused, alone], now.date() + timedelta(30))
        people.leave(db, [leaver])
    proposal = repair.propose(scheme, round_id, [leaver], [], now)
    assert proposal.made == ()
    assert proposal.changed == {alone}
    repair.apply(scheme, proposal, OFFICE, now)
    assert letters(scheme, "withdrawal", "waiting") == [alone]


def test_two_of_three_stay_together_though_one_is_paused(scheme: Scheme, out: Out, now: datetime) -> None:
    """Nobody else is disturbed for it."""
    round_id = out(7)
    (trio,) = (match for match in seated(scheme, round_id) if len(match) == 3)
    with scheme.writing() as db:
        people.pause(db, [trio[1]], now.date() + timedelta(30))
    proposal = repair.propose(scheme, round_id, [trio[0]], [], now)
    assert [set(match) for match in proposal.made] == [set(trio[1:])]


def test_nobody_who_left_is_given_a_new_match(scheme: Scheme, out: Out, now: datetime) -> None:
    """Also when nobody named them, and their partner was erased."""
    round_id = out(8)
    (erased, left), (leaver, other), *_ = seated(scheme, round_id)
    with scheme.writing() as db:
        erasure.erase(db, erased)
        people.leave(db, [left, leaver])
    proposal = repair.propose(scheme, round_id, [leaver], [], now)
    assert other in proposal.changed
    assert not {left, leaver, erased} & {person for match in proposal.made for person in match}


def test_who_has_nobody_left_to_meet_is_told(scheme: Scheme, out: Out, now: datetime) -> None:
    """A withdrawal that leaves somebody without a match, because an odd one sits out, sends a letter to them only."""
    with scheme.writing() as db:
        settings.put(db, "rules", {"odd_sits_out": True})
    round_id = out(4)
    leaver, left = seated(scheme, round_id)[0]
    repair.apply(scheme, repair.propose(scheme, round_id, [leaver], [], now), OFFICE, now)
    assert [left] not in [list(match) for match in seated(scheme, round_id)]
    assert letters(scheme, "withdrawal", "waiting") == [left]
    assert letters(scheme, "rematch", "waiting") == []
    assert letters(scheme, "introduction", "cancelled") == sorted([leaver, left])


def test_who_sits_out_is_matched_with_whoever_is_left_alone(scheme: Scheme, out: Out, now: datetime) -> None:
    """With nine people one sits out. When another withdraws, the partner and the one outside get a match, and nobody
    else hears of it; nobody is counted as having sat out."""
    with scheme.writing() as db:
        settings.put(db, "rules", {"odd_sits_out": True})
    round_id = out(9)
    with scheme.reading() as db:
        outside = kept.get(db, round_id).certificate["sits_out"]
    leaver, partner = seated(scheme, round_id)[0]
    proposal = repair.propose(scheme, round_id, [leaver], [], now)
    assert set(proposal.made[0]) == proposal.changed == {partner, outside}
    repair.apply(scheme, proposal, OFFICE, now)
    with scheme.reading() as db:
        assert kept.sat_out(db).empty


def test_who_sits_out_after_a_repair_is_counted(scheme: Scheme, out: Out, now: datetime) -> None:
    """Of eight people one leaves: somebody sits out, is told, and it counts the next time the odd one is chosen."""
    with scheme.writing() as db:
        settings.put(db, "rules", {"odd_sits_out": True})
    round_id = out(8)
    proposal = repair.propose(scheme, round_id, [seated(scheme, round_id)[0][0]], [], now)
    repair.apply(scheme, proposal, OFFICE, now)
    with scheme.reading() as db:
        assert kept.sat_out(db)["person"].tolist() == [proposal.sits_out]
    assert letters(scheme, "withdrawal", "waiting") == [proposal.sits_out]


def test_nobody_is_matched_anew_with_somebody_who_gets_no_letters(scheme: Scheme, out: Out, now: datetime) -> None:
    """Their partner withdraws, and they are left without a match; other matches with such people stay as they are."""
    round_id = out(8)
    (leaver, silent), (_, other), *_ = seated(scheme, round_id)
    with scheme.writing() as db:
        opt_outs.unsubscribe(db, silent, now)
        opt_outs.unsubscribe(db, other, now)
    before = seated(scheme, round_id)
    proposal = repair.propose(scheme, round_id, [leaver], [], now)
    assert proposal.made == ()
    repair.apply(scheme, proposal, OFFICE, now)
    assert seated(scheme, round_id) == before[1:]
    assert letters(scheme, "rematch", "waiting") == letters(scheme, "withdrawal", "waiting") == []
