"""A round's life, on a real scheme file."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import combinations

import networkx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from coffee.mail.letters.letter import Office
from coffee.rounds import life
from coffee.rounds.draft import Draft, Match
from coffee.rounds.drawing import RoundError
from coffee.scheme import Scheme, Stale, answers, erasure, open_scheme, people, set_apart
from coffee.scheme import rounds as kept
from coffee.scheme import settings as kept_settings
from coffee.scheme.answers import Answer

OFFICE = Office("http://localhost:8501", "Ann Lee", "ann.lee@devon.gov.uk", "Coffee trial")


@pytest.fixture
def filled(scheme: Scheme, now: datetime) -> Callable[..., Scheme]:
    """Fills the scheme with so many people of each organisation, in order of name of organisation."""

    def fill(*sizes: int) -> Scheme:
        with scheme.writing() as db:
            for organisation, size in enumerate(sizes):
                for index in range(size):
                    name = f"Person {organisation}.{index}"
                    details = {
                        "name": name, "email": f"p{organisation}.{index}@devon.gov.uk",
                        "organisation": f"Council {organisation}",
                    }  # fmt: skip
                    people.add(db, details, now=now)
        return scheme

    return fill


def version(scheme: Scheme, round_id: int) -> int:
    with scheme.reading() as db:
        return kept.get(db, round_id).version


def draft(scheme: Scheme, round_id: int) -> Draft:
    with scheme.reading() as db:
        return life.draft(db, round_id)


def publish(scheme: Scheme, round_id: int, now: datetime) -> int:
    return life.publish(scheme, round_id, version(scheme, round_id), OFFICE, now)


def tweak(scheme: Scheme, round_id: int, change: Callable[[Draft], Draft], now: datetime) -> None:
    life.tweak(scheme, round_id, version(scheme, round_id), "changed", change, now)


def met_pairs(found: Draft) -> set[frozenset[int]]:
    return {frozenset(pair) for match in found.matches for pair in combinations(match.people, 2)}


def test_everybody_active_is_drawn_once(filled: Callable[..., Scheme], now: datetime) -> None:
    """Twelve active people of three councils make six pairs across councils; paused and left people are not drawn."""
    scheme = filled(4, 4, 4, 2)
    with scheme.writing() as db:
        people.pause(db, [13])
        people.leave(db, [14])
    found = draft(scheme, life.generate(scheme, now))
    assert sorted(person for match in found.matches for person in match.people) == list(range(1, 13))
    assert found.certificate["same_silo"] == 0


def test_the_same_seed_draws_the_same_round(filled: Callable[..., Scheme], now: datetime) -> None:
    """A draft drawn again from its seed is the same draft."""
    scheme = filled(5, 5, 5)
    first = life.generate(scheme, now, seed=42)
    before = draft(scheme, first)
    life.discard(scheme, first, version(scheme, first))
    assert draft(scheme, life.generate(scheme, now, seed=42)) == before


def test_nobody_meets_twice_while_that_can_be_avoided(filled: Callable[..., Scheme], now: datetime) -> None:
    """Eight people of two equal councils have four rounds across councils without a repeat, and get them."""
    scheme = filled(4, 4)
    seen: set[frozenset[int]] = set()
    for month in range(4):
        round_id = life.generate(scheme, now + timedelta(days=30 * month), seed=month)
        pairs = met_pairs(draft(scheme, round_id))
        assert not pairs & seen
        seen |= pairs
        publish(scheme, round_id, now)


def test_pairs_who_did_not_meet_may_be_drawn_again(filled: Callable[..., Scheme], now: datetime) -> None:
    """With two people, round two repeats round one; the certificate calls it a repeat only if they met."""
    scheme = filled(1, 1)
    round_id = life.generate(scheme, now)
    publish(scheme, round_id, now)
    with scheme.writing() as db:
        match_id = int(kept.seats(db, round_id)["match"][0])
        answers.save(db, match_id, 1, Answer("no"), now)
    second = life.generate(scheme, now)
    assert draft(scheme, second).certificate["repeats"] == 0


def test_pairs_set_apart_are_never_together(filled: Callable[..., Scheme], now: datetime) -> None:
    """Set apart from all but one person, somebody always meets that one."""
    scheme = filled(1, 1, 1, 1, 1, 1)
    with scheme.writing() as db:
        for other in (2, 3, 4, 5):
            set_apart.set_apart(db, 1, other)
    for seed in range(5):
        round_id = life.generate(scheme, now, seed=seed)
        assert draft(scheme, round_id).of(1).people in ((1, 6), (6, 1))
        life.discard(scheme, round_id, version(scheme, round_id))


def test_impossible_wishes_name_the_person(filled: Callable[..., Scheme], now: datetime) -> None:
    """Somebody set apart from everybody is named, and nothing is drawn."""
    scheme = filled(1, 1, 1, 1)
    with scheme.writing() as db:
        for other in (2, 3, 4):
            set_apart.set_apart(db, 1, other)
    with pytest.raises(RoundError, match=r"Person 0\.0"):
        life.generate(scheme, now)
    with scheme.reading() as db:
        assert kept.draft_id(db) is None


def test_an_odd_number_makes_one_trio(filled: Callable[..., Scheme], now: datetime) -> None:
    """Seven people make two pairs and a trio."""
    scheme = filled(3, 4)
    sizes = sorted(len(match.people) for match in draft(scheme, life.generate(scheme, now)).matches)
    assert sizes == [2, 2, 3]


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_people_are_told_so(filled: Callable[..., Scheme], now: datetime, count: int) -> None:
    """Nobody is drawn alone: the sentence says what is missing."""
    with pytest.raises(RoundError, match="at least two"):
        life.generate(filled(count), now)


def test_too_few_of_those_chosen_are_told_so(filled: Callable[..., Scheme], now: datetime) -> None:
    """One person in the room is not a round, however many are elsewhere."""
    with pytest.raises(RoundError, match="at least two active people, and there is one"):
        life.generate(filled(1, 1, 1), now, only={1})


def test_there_is_one_draft_at_a_time(filled: Callable[..., Scheme], now: datetime) -> None:
    """A second draft is refused while the first waits."""
    scheme = filled(2, 2)
    life.generate(scheme, now)
    with pytest.raises(RoundError, match="Round 1 is a draft already"):
        life.generate(scheme, now)


def test_eight_organisers_generating_at_once_make_one_draft(filled: Callable[..., Scheme], now: datetime) -> None:
    """Clicking Generate in eight places at once leaves one whole draft; the others are told."""
    scheme = filled(4, 4)

    def click(_: int) -> int | None:
        try:
            return life.generate(scheme, now)
        except RoundError:
            return None

    with ThreadPoolExecutor(8) as pool:
        made = [round_id for round_id in pool.map(click, range(8)) if round_id]
    assert len(made) == 1
    assert len(draft(scheme, made[0]).matches) == 4


def test_tweaks_survive_a_restart_and_can_be_undone(filled: Callable[..., Scheme], now: datetime) -> None:
    """A swap and a lock are read back from the file by another process's scheme, and undone one by one."""
    scheme = filled(3, 3)
    round_id = life.generate(scheme, now)
    before = draft(scheme, round_id)
    one, other = before.matches[0].people[0], before.matches[1].people[0]
    tweak(scheme, round_id, lambda d: d.swap(one, other), now)
    tweak(scheme, round_id, lambda d: d.lock(d.of(one)), now)
    again = open_scheme(scheme.path)
    assert draft(again, round_id).of(one).locked
    life.undo(again, round_id, version(again, round_id))
    life.undo(again, round_id, version(again, round_id))
    assert set(draft(again, round_id).matches) == set(before.matches)
    with pytest.raises(RoundError, match="nothing to undo"):
        life.undo(again, round_id, version(again, round_id))


def test_the_later_of_two_organisers_is_told(filled: Callable[..., Scheme], now: datetime) -> None:
    """A tweak of a draft that somebody changed meanwhile is not saved, and says whose is shown."""
    scheme = filled(3, 3)
    round_id = life.generate(scheme, now)
    seen = version(scheme, round_id)
    life.tweak(scheme, round_id, seen, "left out Ann", lambda d: d.leave_out(1), now)
    with pytest.raises(Stale, match="left out Ann"):
        life.tweak(scheme, round_id, seen, "left out Bob", lambda d: d.leave_out(2), now)
    assert draft(scheme, round_id).left_out == {1}


def test_redrawing_keeps_what_is_locked_and_left_out(filled: Callable[..., Scheme], now: datetime) -> None:
    """Locked matches and people left out stay; everybody else is drawn, nobody twice."""
    scheme = filled(5, 5)
    round_id = life.generate(scheme, now)
    locked = draft(scheme, round_id).matches[0]
    outside = draft(scheme, round_id).matches[1].people
    tweak(scheme, round_id, lambda d: d.lock(locked), now)
    for person in outside:
        tweak(scheme, round_id, partial(Draft.leave_out, person=person), now)
    life.redraw(scheme, round_id, version(scheme, round_id), now)
    found = draft(scheme, round_id)
    assert found.of(locked.people[0]).people == locked.people
    assert found.left_out == set(outside)
    assert sorted([*found.matched(), *outside]) == list(range(1, 11))


def test_those_who_wait_are_matched_without_touching_the_others(filled: Callable[..., Scheme], now: datetime) -> None:
    """Breaking two matches and matching those who wait leaves every other match as it was; one alone joins a pair."""
    scheme = filled(4, 4)
    round_id = life.generate(scheme, now)
    one, two, *others = draft(scheme, round_id).matches
    tweak(scheme, round_id, lambda d: d.break_up(one).break_up(two), now)
    life.match_waiting(scheme, round_id, version(scheme, round_id), now)
    assert set(others) <= set(draft(scheme, round_id).matches)
    assert draft(scheme, round_id).waiting(range(1, 9)) == []
    tweak(scheme, round_id, lambda d: d.leave_out(1), now)
    life.match_waiting(scheme, round_id, version(scheme, round_id), now)
    assert sorted(len(match.people) for match in draft(scheme, round_id).matches) == [2, 2, 3]


def test_publishing_freezes_the_round_and_queues_one_letter_each(filled: Callable[..., Scheme], now: datetime) -> None:
    """Seven people get seven introductions; the round can be tweaked no more."""
    scheme = filled(3, 4)
    round_id = life.generate(scheme, now)
    assert publish(scheme, round_id, now) == 7
    with scheme.reading() as db:
        assert kept.get(db, round_id).state == "published"
        assert db.execute("SELECT count(*), count(DISTINCT person_id) FROM messages").fetchone() == (7, 7)
    with pytest.raises(Stale, match="published"):
        tweak(scheme, round_id, lambda d: d.leave_out(1), now)


def test_publishing_at_once_gives_one_set_of_letters(filled: Callable[..., Scheme], now: datetime) -> None:
    """Eight clicks at the same moment publish once and queue one letter to each of twenty people."""
    scheme = filled(10, 10)
    round_id = life.generate(scheme, now)
    seen = version(scheme, round_id)

    def click(_: int) -> int:
        try:
            return life.publish(scheme, round_id, seen, OFFICE, now)
        except (Stale, RoundError):
            return 0

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(click, range(8))) == [0] * 7 + [20]
    with scheme.reading() as db:
        assert db.execute("SELECT count(*) FROM messages").fetchone()[0] == 20


def test_a_letter_that_cannot_be_queued_leaves_the_draft_a_draft(
    filled: Callable[..., Scheme], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Freezing and queueing are one transaction: when the disk fails between them, neither happened."""
    scheme = filled(2, 2)
    round_id = life.generate(scheme, now)

    def broken(*_: object) -> int:
        raise OSError("disk")

    monkeypatch.setattr("coffee.mail.post.outbox.queue", broken)
    with pytest.raises(Exception, match="cannot be written"):
        publish(scheme, round_id, now)
    with scheme.reading() as db:
        assert kept.get(db, round_id).state == "draft"
        assert db.execute("SELECT count(*) FROM messages").fetchone()[0] == 0


@pytest.mark.parametrize("go", [people.leave, lambda db, ids: erasure.erase(db, *ids)])
def test_who_goes_while_introductions_are_written_is_introduced_to_nobody(
    filled: Callable[..., Scheme], now: datetime, go: Callable[[Database, list[int]], object]
) -> None:
    """Letters written before somebody left or was erased name them to their partner, so none of the round goes out."""
    scheme = filled(2, 2)
    round_id = life.generate(scheme, now)
    letters = life.to_publish(scheme, round_id, OFFICE, now)
    with scheme.writing() as db:
        go(db, [4])
    with pytest.raises(Stale, match="is in this draft but no longer active"), scheme.writing() as db:
        life.release(db, round_id, kept.get(db, round_id).version, letters, now)
    with scheme.reading() as db:
        assert kept.get(db, round_id).state == "draft"
        assert db.table("messages").count == 0


def test_nobody_is_forgotten_at_publishing(filled: Callable[..., Scheme], now: datetime) -> None:
    """Somebody without a match, or no longer active, is named and the round stays a draft."""
    scheme = filled(3, 3)
    round_id = life.generate(scheme, now)
    first = draft(scheme, round_id).matches[0]
    tweak(scheme, round_id, lambda d: d.break_up(first), now)
    with pytest.raises(RoundError, match="2 people have no match yet"):
        publish(scheme, round_id, now)
    life.match_waiting(scheme, round_id, version(scheme, round_id), now)
    with scheme.writing() as db:
        people.leave(db, [6])
    with pytest.raises(RoundError, match=r"Person 1\.2 is in this draft but no longer active"):
        publish(scheme, round_id, now)


def test_somebody_who_joins_after_the_draw_waits_for_a_match(filled: Callable[..., Scheme], now: datetime) -> None:
    """A new person is not left out silently."""
    scheme = filled(2, 2)
    round_id = life.generate(scheme, now)
    with scheme.writing() as db:
        people.add(db, {"name": "Late", "email": "late@devon.gov.uk", "organisation": "Kent"}, now=now)
    with pytest.raises(RoundError, match="Late"):
        publish(scheme, round_id, now)


def test_who_met_is_what_anybody_said_unless_the_organiser_knows_better(
    filled: Callable[..., Scheme], now: datetime
) -> None:
    """One yes counts as met, a yes and a no as met and in disagreement, and the organiser's word ends it."""
    scheme = filled(1, 1)
    round_id = life.generate(scheme, now)
    publish(scheme, round_id, now)

    def outcome() -> tuple[str, bool]:
        with scheme.reading() as db:
            met, disagree = kept.history(db)[["met", "disagree"]].iloc[0]
            return met, disagree

    with scheme.reading() as db:
        match_id = int(kept.seats(db, round_id)["match"][0])
    assert outcome() == ("unknown", False)
    with scheme.writing() as db:
        answers.save(db, match_id, 1, Answer("no"), now)
    assert outcome() == ("no", False)
    with scheme.writing() as db:
        answers.save(db, match_id, 2, Answer("yes"), now)
    assert outcome() == ("yes", True)
    life.say_met(scheme, match_id, "no")
    assert outcome() == ("no", False)
    life.say_met(scheme, match_id, None)
    assert outcome() == ("yes", True)


def test_not_yet_is_open_until_the_round_is_closed(filled: Callable[..., Scheme], now: datetime) -> None:
    """Whoever says "not yet" is heard from; the match counts as not met once the round is closed, and not before."""
    scheme = filled(2, 2)
    round_id = life.generate(scheme, now)
    publish(scheme, round_id, now)
    with scheme.writing() as db:
        (match_id, (person, _), _), (silent, _, _) = kept.matches_of(db, round_id)
        answers.save(db, match_id, person, Answer("not yet"), now)

    def known() -> dict[int, tuple[str, bool]]:
        with scheme.reading() as db:
            seats = kept.history(db).groupby("match").agg(met=("met", "first"), heard=("answered", "any"))
        return {int(match): (met, bool(heard)) for match, met, heard in seats.itertuples()}

    assert known() == {match_id: ("unknown", True), silent: ("unknown", False)}
    life.close(scheme, round_id, now)
    assert known() == {match_id: ("no", True), silent: ("unknown", False)}
    life.reopen(scheme, round_id)
    assert known() == {match_id: ("unknown", True), silent: ("unknown", False)}


def test_a_closed_round_can_be_opened_again(filled: Callable[..., Scheme], now: datetime) -> None:
    """Closing ends the answers, opening takes them again."""
    scheme = filled(1, 1)
    round_id = life.generate(scheme, now)
    publish(scheme, round_id, now)
    life.close(scheme, round_id, now)
    with scheme.reading() as db:
        match_id = int(kept.seats(db, round_id)["match"][0])
    with scheme.writing() as db, pytest.raises(answers.TooLate):
        answers.save(db, match_id, 1, Answer("yes"), now)
    life.reopen(scheme, round_id)
    with scheme.writing() as db:
        answers.save(db, match_id, 1, Answer("yes"), now)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 5), min_size=2, max_size=5), st.integers(1, 3), st.integers(0, 2**32))
def test_repeats_and_shared_silos_are_the_fewest_an_exact_solver_finds(
    tmp_path_factory: pytest.TempPathFactory, now: datetime, sizes: list[int], months: int, seed: int
) -> None:
    """Against networkx's blossom: with an even number, no draw has fewer repeats, then fewer shared organisations."""
    if sum(sizes) % 2:
        sizes = [*sizes, 1]
    scheme = open_scheme(tmp_path_factory.mktemp("law") / "coffee.db")
    silo: dict[int, int] = {}
    with scheme.writing() as db:
        for organisation, size in enumerate(sizes):
            for _ in range(size):
                details = {"name": "A", "email": f"p{len(silo)}@devon.gov.uk", "organisation": f"C{organisation}"}
                silo[people.add(db, details, now=now)] = organisation
    seen: set[frozenset[int]] = set()
    for month in range(months):
        round_id = life.generate(scheme, now, seed=seed + month)
        found = draft(scheme, round_id)
        pairs = met_pairs(found)
        graph = networkx.Graph()
        for one, other in combinations(silo, 2):
            flaw = 1000 * (frozenset((one, other)) in seen) + (silo[one] == silo[other])
            graph.add_edge(one, other, weight=-flaw)
        best = networkx.max_weight_matching(graph, maxcardinality=True)
        fewest = -sum(graph.edges[pair]["weight"] for pair in best)
        assert 1000 * len(pairs & seen) + sum(len({silo[p] for p in pair}) == 1 for pair in pairs) == fewest
        seen |= pairs
        publish(scheme, round_id, now)


def led_and_share(scheme: Scheme) -> dict[int, tuple[int, float]]:
    """Return how often each person was to write first in published rounds, and how often would be their fair share."""
    tally: dict[int, tuple[int, float]] = {}
    with scheme.reading() as db:
        for (round_id,) in db.execute("SELECT id FROM rounds WHERE state != 'draft' ORDER BY id").fetchall():
            for _, seats, _ in kept.matches_of(db, round_id):
                for person in seats:
                    led, share = tally.get(person, (0, 0.0))
                    tally[person] = led + (person == seats[0]), share + 1 / len(seats)
    return tally


def test_writing_first_goes_round(filled: Callable[..., Scheme], now: datetime) -> None:
    """In every match the one who has led least against their share leads, so over ten rounds nobody is far from it."""
    scheme = filled(3, 3, 3, 2)
    for number in range(10):
        before = led_and_share(scheme)
        round_id = life.generate(scheme, now, seed=number)
        for match in draft(scheme, round_id).matches:
            surplus = [round(led - share, 6) for led, share in (before.get(one, (0, 0.0)) for one in match.people)]
            assert surplus[0] == min(surplus)
        publish(scheme, round_id, now)
    assert max(abs(led - share) for led, share in led_and_share(scheme).values()) <= 1.5


def test_who_leads_is_chance_among_equals_and_repeats_with_the_seed(
    filled: Callable[..., Scheme], now: datetime
) -> None:
    """In a first round all are equal: the seed decides, the same one alike, and no place in the roster is favoured."""
    scheme = filled(20, 20)

    def leads(seed: int) -> list[tuple[int, ...]]:
        round_id = life.generate(scheme, now, seed=seed)
        found = [match.people for match in draft(scheme, round_id).matches]
        life.discard(scheme, round_id, version(scheme, round_id))
        return found

    assert leads(1) == leads(1)
    lower_first = [people[0] == min(people) for seed in range(8) for people in leads(seed)]
    assert 0.3 < sum(lower_first) / len(lower_first) < 0.7  # 160 fair coins: outside once in two million


def test_people_set_apart_cannot_be_put_together_or_published(filled: Callable[..., Scheme], now: datetime) -> None:
    """A tweak that would join them is refused by name; a wish made after the draw holds up publishing."""
    scheme = filled(2, 2)
    round_id = life.generate(scheme, now)
    one, other = draft(scheme, round_id).matches[0].people
    third = draft(scheme, round_id).matches[1].people[0]
    with scheme.writing() as db:
        set_apart.set_apart(db, one, third)
    with pytest.raises(RoundError, match="are set apart"):
        tweak(scheme, round_id, lambda d: d.put_together(one, third), now)
    with scheme.writing() as db:
        set_apart.set_apart(db, one, other)
    with pytest.raises(RoundError, match="are set apart"):
        publish(scheme, round_id, now)


def test_the_certificate_is_about_the_whole_draft(filled: Callable[..., Scheme], now: datetime) -> None:
    """A pair of one organisation made by hand is counted, also after the rest is drawn again around it; it could have
    been avoided, and is not called unavoidable."""
    scheme = filled(4, 4)
    round_id = life.generate(scheme, now)
    tweak(scheme, round_id, lambda d: d.put_together(1, 2), now)
    assert draft(scheme, round_id).certificate["same_silo"] >= 1
    life.redraw(scheme, round_id, version(scheme, round_id), now)
    certificate = draft(scheme, round_id).certificate
    assert (certificate["same_silo"], certificate["same_silo_unavoidable"]) == (2, 0)
    assert not certificate["proven"]
    assert not certificate["reasons"]


def test_what_cannot_be_avoided_is_still_said_after_a_tweak(filled: Callable[..., Scheme], now: datetime) -> None:
    """Six of eight people are from one organisation: two pairs within it stay unavoidable whatever is swapped, and one
    fewer when one of the six is left out."""
    scheme = filled(6, 2)
    round_id = life.generate(scheme, now)
    first = draft(scheme, round_id).certificate
    assert (first["same_silo_unavoidable"], len(first["reasons"])) == (2, 1)
    one, other = (match.people for match in draft(scheme, round_id).matches[:2])
    tweak(scheme, round_id, lambda d: d.swap(one[0], other[0]), now)
    swapped = draft(scheme, round_id).certificate
    assert (swapped["same_silo_unavoidable"], swapped["reasons"]) == (2, first["reasons"])
    tweak(scheme, round_id, lambda d: d.leave_out(1).leave_out(2), now)
    assert draft(scheme, round_id).certificate["same_silo_unavoidable"] == 1


@pytest.mark.parametrize("sizes", [(2, 2, 2, 2, 1), (3, 4), (5, 4, 4), (2, 2)])
@pytest.mark.parametrize("loosen", ["redraw", "match_waiting"])
@pytest.mark.parametrize("seed", range(4))
def test_nobody_is_ever_seated_twice(
    filled: Callable[..., Scheme], now: datetime, sizes: tuple[int, ...], loosen: str, seed: int
) -> None:
    """Drawing around any locked and broken matches seats everybody once, and locked matches stay."""
    scheme = filled(*sizes)
    round_id = life.generate(scheme, now, seed)
    everybody = list(range(1, sum(sizes) + 1))
    for locked in range(len(draft(scheme, round_id).matches)):
        matches = draft(scheme, round_id).matches
        for match in matches[:locked]:
            tweak(scheme, round_id, partial(Draft.lock, match=match), now)
        tweak(scheme, round_id, lambda d: d.break_up(d.matches[-1]), now)
        before = draft(scheme, round_id)
        step = getattr(life, loosen)
        step(scheme, round_id, version(scheme, round_id), now, seed)
        after = draft(scheme, round_id)
        assert sorted(person for match in after.matches for person in match.people) == everybody
        assert {match for match in before.matches if match.locked} <= set(after.matches)


def test_a_draft_that_seats_somebody_twice_is_not_saved(filled: Callable[..., Scheme], now: datetime) -> None:
    """Whatever a tweak does."""
    scheme = filled(3, 3)
    round_id = life.generate(scheme, now)
    twice = draft(scheme, round_id).matches[0]
    with pytest.raises(RoundError, match="two matches"):
        tweak(scheme, round_id, lambda d: replace(d, matches=(*d.matches, Match(twice.people[:2]))), now)


@pytest.mark.parametrize("step", [life.redraw, life.match_waiting])
def test_one_person_beside_locked_matches_is_told_of(
    filled: Callable[..., Scheme], now: datetime, step: Callable[..., None]
) -> None:
    """A locked pair never grows into a trio behind the organiser's back."""
    scheme = filled(2, 1)
    round_id = life.generate(scheme, now)
    tweak(scheme, round_id, lambda d: d.break_up(d.matches[0]).put_together(1, 3), now)
    before = draft(scheme, round_id)
    with pytest.raises(RoundError, match=r"Every match that Person 0\.1 could join is locked"):
        step(scheme, round_id, version(scheme, round_id), now)
    assert draft(scheme, round_id) == before


def test_drawing_again_when_all_is_locked_says_so(filled: Callable[..., Scheme], now: datetime) -> None:
    """Drawing again with every match locked is refused: nothing is left to draw."""
    scheme = filled(2, 2)
    round_id = life.generate(scheme, now)
    for match in draft(scheme, round_id).matches:
        tweak(scheme, round_id, partial(Draft.lock, match=match), now)
    with pytest.raises(RoundError, match="Every match is locked"):
        life.redraw(scheme, round_id, version(scheme, round_id), now)


def test_two_who_wait_and_are_set_apart_join_others(filled: Callable[..., Scheme], now: datetime) -> None:
    """Two waiting people who are set apart join other matches, of which as few open up as will do."""
    scheme = filled(4, 4)
    round_id = life.generate(scheme, now)
    one, other = draft(scheme, round_id).matches[0].people
    tweak(scheme, round_id, lambda d: d.break_up(d.matches[0]), now)
    with scheme.writing() as db:
        set_apart.set_apart(db, one, other)
    life.match_waiting(scheme, round_id, version(scheme, round_id), now)
    found = draft(scheme, round_id)
    assert sorted(person for match in found.matches for person in match.people) == list(range(1, 9))
    assert found.of(one) != found.of(other)


def test_a_tweaked_match_keeps_its_place(filled: Callable[..., Scheme], now: datetime) -> None:
    """Locking and swapping change matches where they stand in the list."""
    scheme = filled(4, 4)
    round_id = life.generate(scheme, now)
    before = draft(scheme, round_id).matches
    tweak(scheme, round_id, lambda d: d.lock(d.matches[0]), now)
    tweak(scheme, round_id, lambda d: d.swap(before[1].people[0], before[2].people[0]), now)
    after = draft(scheme, round_id).matches
    assert [match.people[1] for match in after] == [match.people[1] for match in before]
    assert [match.locked for match in after] == [True, False, False, False]


def test_one_person_more_splits_a_trio(filled: Callable[..., Scheme], now: datetime) -> None:
    """Nine people have one trio; a tenth who joins leaves five pairs, not two trios."""
    scheme = filled(3, 3, 3)
    round_id = life.generate(scheme, now)
    with scheme.writing() as db:
        people.add(db, {"name": "Late", "email": "late@devon.gov.uk", "organisation": "Kent"}, now=now)
    life.match_waiting(scheme, round_id, version(scheme, round_id), now)
    assert [len(match.people) for match in draft(scheme, round_id).matches] == [2] * 5


def test_whoever_sits_out_is_drawn_anew_and_counted_once(filled: Callable[..., Scheme], now: datetime) -> None:
    """With one person sitting out, drawing again draws everybody; brought back, they have not sat out."""
    scheme = filled(3, 4)
    with scheme.writing() as db:
        kept_settings.put(db, "rules", {"odd_sits_out": True})
    round_id = life.generate(scheme, now)
    life.redraw(scheme, round_id, version(scheme, round_id), now)
    (outside,) = draft(scheme, round_id).left_out
    assert draft(scheme, round_id).certificate["sits_out"] == outside
    tweak(scheme, round_id, lambda d: d.bring_back(outside), now)
    life.match_waiting(scheme, round_id, version(scheme, round_id), now)
    publish(scheme, round_id, now)
    with scheme.reading() as db:
        assert kept.sat_out(db).empty


def test_who_never_confirmed_after_a_match_is_named(filled: Callable[..., Scheme], now: datetime) -> None:
    """The sentences on who has no match name who was drawn before and went without confirming, and no stranger."""
    scheme = filled(3, 3)
    publish(scheme, life.generate(scheme, now, seed=1), now)
    with scheme.writing() as db:
        db.execute("UPDATE rounds SET state = 'closed'")
        people.unconfirm(db, [1])
        stranger = {"name": "A stranger", "email": "s@x.example", "organisation": "Council 0"}
        people.add(db, stranger, now=now, status="unconfirmed")
    drawn = draft(scheme, life.generate(scheme, now, seed=2))
    with scheme.reading() as db:
        assert life.absentees(db, drawn, now) == ["Person 0.0 has not confirmed their address."]
