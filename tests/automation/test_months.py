"""A month by itself on a real scheme file, with the clock turned by hand."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from coffee.automation.run import take_due_steps
from coffee.cli.main import main
from coffee.config.environment import Environment
from coffee.rounds import life
from coffee.scheme import SchemeError, answers, cancelled_letters, erasure, opt_outs, people, set_apart, settings
from coffee.scheme import rounds as kept
from coffee.scheme.answers import Answer
from tests.automation.conftest import Month

Filled = Callable[..., Month]
DRAW = datetime(2026, 3, 3, 9, tzinfo=UTC)
A_DAY = timedelta(days=1)


def walk(month: Month, until: datetime, start: datetime = DRAW) -> list[tuple[datetime, str]]:
    """Look at the very moment of each step until then; what was said, and when."""
    said, now = [], start
    while now <= until:
        said += [(now, outcome.said) for outcome in month.run(now)]
        now = max(month.steps(now)[0].at, now + timedelta(seconds=1))
    return said


def test_nothing_happens_until_it_is_turned_on(month: Month) -> None:
    """Never chosen, or chosen and off: two years pass and nothing is drawn or written."""
    month.fill(2, 2)
    for days in range(0, 730, 10):
        assert month.run(DRAW + timedelta(days)) == []
    month.plan(on=False)
    assert month.run(DRAW + timedelta(730)) == []
    assert month.rounds() == []


def test_two_years_by_itself(filled: Filled) -> None:
    """Every eight weeks at nine in London, summer or winter, a round goes its whole way, each letter once to each."""
    month = filled(approval=False, weeks=8)
    walk(month, DRAW + timedelta(days=729))
    found = month.rounds()
    assert len(found) == 729 // 56 + 1
    london = [month.plan(approval=False, weeks=8).place.local(course.drawn_at) for course in found]
    assert {(moment.hour, moment.minute, moment.weekday()) for moment in london} == {(9, 0, 1)}
    assert {moment.utcoffset() for moment in london} == {timedelta(0), timedelta(hours=1)}
    whole = [course for course in found if course.state == "closed"]
    assert len(whole) >= len(found) - 1
    for course in whole[:-1]:
        assert sorted(course.done, key=course.done.__getitem__) == [
            "draw", "publish", "remind", "ask", "close", "report",
        ]  # fmt: skip
    with month.scheme.reading() as db:
        counts = dict(db.execute("SELECT kind, count(*) FROM messages GROUP BY kind").fetchall())
    assert counts["introduction"] == 6 * len(found)
    assert counts["reminder"] == counts["feedback"] == counts["news"] == 6 * len(whole)
    assert counts["drawn"] == len(found)
    assert counts["report"] == len(whole)
    assert "trouble" not in counts


def test_the_organiser_approves_by_publishing(filled: Filled) -> None:
    """A draft waits for as long as it takes; publishing it by hand starts what follows."""
    month = filled()
    assert [outcome.said for outcome in month.run(DRAW)] == ["Round 1 is drawn: 3 matches."]
    (letter,) = month.letters("drawn")
    assert "It waits for your approval" in letter
    assert "https://coffee.example/rounds" in letter
    assert walk(month, DRAW + 20 * A_DAY) == []
    month.publish(DRAW + 20 * A_DAY)
    said = walk(month, DRAW + 50 * A_DAY, DRAW + 20 * A_DAY)
    assert [words for _, words in said[:4]] == [
        "Round 1: 6 reminders are queued.",
        "Round 2 is drawn: 3 matches.",
        "Round 1: 6 feedback requests are queued.",
        "Round 1 is closed.",
    ]


def test_it_goes_by_itself_after_a_day(filled: Filled) -> None:
    """Not a second sooner than the letter to the organiser said; in summer time too."""
    month = filled(approval=False)
    month.run(DRAW)
    assert "on Wed 4 March at 09:00 (London time)" in month.letters("drawn")[0]
    assert month.run(DRAW + A_DAY - timedelta(seconds=1)) == []
    assert [outcome.said for outcome in month.run(DRAW + A_DAY)] == ["Round 1 is out; 6 introductions are queued."]


def test_a_discarded_draft_skips_this_time(filled: Filled) -> None:
    """Nothing is drawn again until the next date."""
    month = filled(approval=False)
    month.run(DRAW)
    month.discard()
    assert [words for _, words in walk(month, DRAW + 28.5 * A_DAY)] == ["Round 1 is drawn: 3 matches."]
    assert month.rounds()[0].drawn_at == datetime(2026, 3, 31, 8, tzinfo=UTC)
    assert len(month.letters("drawn")) == 2


def test_a_draft_drawn_by_hand_never_goes_by_itself(filled: Filled) -> None:
    """A handmade draft stays until the organiser publishes it; on the day of a draw a letter says that it is in the
    way.
    """
    month = filled(approval=False)
    life.generate(month.scheme, DRAW - A_DAY)
    said = walk(month, DRAW + 27 * A_DAY, DRAW - A_DAY)
    assert said == [(DRAW, "Round 1 is still a draft, so no other round was drawn.")]
    assert "Round 1 is still a draft" in month.letters("trouble")[0]


def test_a_round_drawn_by_hand_takes_part_in_what_follows(filled: Filled) -> None:
    """Published by the organiser between two draws, it is reminded, asked, closed and reported too."""
    month = filled(approval=True, remind=2, ask=4, close=6)
    month.run(DRAW)
    month.discard()
    life.generate(month.scheme, DRAW + A_DAY)
    month.publish(DRAW + A_DAY)
    walk(month, DRAW + 20 * A_DAY, DRAW + A_DAY)
    done = month.rounds()[0].done
    assert sorted(done, key=done.__getitem__) == ["remind", "ask", "close", "report"]


def test_what_was_before_it_was_turned_on_stays_as_it_was(filled: Filled) -> None:
    """Nobody in a round of last year hears from the scheme because it runs by itself from now on."""
    month = filled()
    life.generate(month.scheme, DRAW - 200 * A_DAY)
    month.publish(DRAW - 200 * A_DAY)
    month.run(DRAW - A_DAY)
    assert month.rounds()[0].state == "published"
    assert month.letters("reminder") == month.letters("feedback") == []


def test_three_months_off_are_caught_up_once(filled: Filled) -> None:
    """One round is drawn for three that were missed, and those who are asked late have as long to answer."""
    month = filled()
    month.run(DRAW)
    month.publish(DRAW)
    back = DRAW + 95 * A_DAY
    assert [outcome.said for outcome in month.run(back)] == [
        "Round 1: 6 feedback requests are queued.",
        "Round 2 is drawn: 3 matches.",
    ]
    assert month.run(back + A_DAY) == []
    close = next(step for step in month.steps(back) if step.what == "close")
    assert close.at == (back + 11 * A_DAY).replace(hour=8)
    assert month.letters("reminder") == []


def test_a_draft_that_should_have_gone_long_ago_is_the_round_that_was_missed(filled: Filled) -> None:
    """Off from the day of the draw on for two months: the waiting draft goes out, and no other is drawn beside it."""
    month = filled(approval=False)
    month.run(DRAW)
    back = DRAW + 60 * A_DAY
    assert [outcome.said for outcome in month.run(back)] == ["Round 1 is out; 6 introductions are queued."]
    assert [step.what for step in month.steps(back)] == ["remind", "draw"]


def test_too_few_people_are_told_once(month: Month) -> None:
    """The organiser gets one letter, however often it is tried; when there are people, the round is drawn."""
    month.plan()
    for minutes in range(0, 120, 5):
        month.run(DRAW + timedelta(minutes=minutes))
    (letter,) = month.letters("trouble")
    assert "Round 1 could not be drawn" in letter
    assert "at least two active people" in letter
    month.fill(1, 1)
    assert [outcome.said for outcome in month.run(DRAW + timedelta(hours=2))] == ["Round 1 is drawn: 1 match."]


def test_a_draw_that_cannot_be_made_for_months_is_told_once(month: Month) -> None:
    """Nobody is there on four dates in a row: one letter. When people come, the next look draws."""
    month.plan()
    for days in range(0, 100, 2):
        month.run(DRAW + timedelta(days))
    assert len(month.letters("trouble")) == 1
    month.fill(1, 1)
    assert [outcome.said for outcome in month.run(DRAW + timedelta(101))] == ["Round 1 is drawn: 1 match."]


def test_whoever_comes_or_goes_before_the_day_stops_nothing(filled: Filled) -> None:
    """One leaves and somebody else joins: those left alone meet, the round is out on time, and the organiser reads who
    went, who meets now, and nothing of trouble."""
    month = filled(approval=False)
    month.run(DRAW)
    with month.scheme.writing() as db:
        people.leave(db, [1])
        people.add(db, {"name": "Late", "email": "late@x.example", "organisation": "Kent"}, now=DRAW)
    (outcome,) = month.run(DRAW + A_DAY)
    assert outcome.said.startswith("Round 1 is out; 6 introductions are queued. It was mended first: P 0.0 has left.")
    (letter,) = month.letters("mended")
    for words in ("P 0.0 has left.", " are matched.", "Late"):
        assert words in letter
    assert month.letters("trouble") == []
    assert month.rounds()[0].published_at == DRAW + A_DAY


def test_a_draft_that_nobody_is_left_in_is_told_once(filled: Filled) -> None:
    """All but one leave: told once, however often it is tried. When somebody joins, the two of them meet."""
    month = filled(approval=False)
    month.run(DRAW)
    with month.scheme.writing() as db:
        people.leave(db, [1, 2, 3, 4, 5])
    for hours in range(24, 48):
        month.run(DRAW + timedelta(hours=hours))
    (letter,) = month.letters("trouble")
    assert "There are no matches in this draft" in letter
    with month.scheme.writing() as db:
        people.add(db, {"name": "Late", "email": "late@x.example", "organisation": "Kent"}, now=DRAW)
    (outcome,) = month.run(DRAW + timedelta(hours=49))
    assert outcome.said.startswith("Round 1 is out; 2 introductions are queued.")


def test_without_a_sender_it_waits_and_says_so(filled: Filled) -> None:
    """Nobody can be written to, so the overview says it; once there is a sender the round is drawn."""
    month = filled()
    month.environment = Environment(month.scheme.path, "https://coffee.example", smtp_url="smtp://127.0.0.1:9")
    (outcome,) = month.run(DRAW)
    assert outcome.went_wrong
    assert "Letters need a sender" in outcome.said
    assert month.letters("trouble") == []
    with month.scheme.writing() as db:
        settings.put(db, "from", "Ann Lee <ann@devon.example>")
    assert [outcome.said for outcome in month.run(DRAW + timedelta(minutes=10))] == ["Round 1 is drawn: 3 matches."]


def test_the_report_has_the_rounds_figures(filled: Filled) -> None:
    """Three matches of six people, one of which met: counted by hand."""
    month = filled(news=False)
    month.run(DRAW)
    month.publish(DRAW)
    with month.scheme.writing() as db:
        match, (one, other), _ = kept.matches_of(db, 1)[0]
        answers.save(db, match, one, Answer("yes"), DRAW)
        answers.save(db, match, other, Answer("yes"), DRAW)
    life.close(month.scheme, 1, DRAW + 5 * A_DAY)
    assert month.run(DRAW + 5 * A_DAY) == []
    month.run(DRAW + 5 * A_DAY + timedelta(hours=1))
    (letter,) = month.letters("report")
    for words in (
        "0 of 6 introductions sent (0\u00a0%)",
        "1 of 3 matches met (33\u00a0%), 0 did not, 2 not known",
        "2 of 6 people asked have answered (33\u00a0%)",
        "Round 1 made 1 new connection across 2 organisations",
        "round 2 is drawn on Tue 31 March at 09:00 (London time)",
    ):
        assert words in letter
    assert month.letters("news") == []


def refuse(month: Month, person: int) -> None:
    """The mail server says that there is no such mailbox."""
    with month.scheme.writing() as db:
        people.cannot_reach(db, [person], "550 No such mailbox")
        db.execute("UPDATE messages SET state = 'sent' WHERE kind = 'introduction'")


def test_the_partner_of_somebody_whom_letters_cannot_reach_is_matched_anew(filled: Filled) -> None:
    """An hour after the round is out, once, by the smallest change; the organiser reads who, why, and who meets now."""
    month = filled(approval=False)
    month.run(DRAW)
    out = DRAW + A_DAY
    month.run(out)
    with month.scheme.reading() as db:
        _, (gone, alone), _ = kept.matches_of(db, 1)[0]
    refuse(month, gone)
    assert month.run(out + timedelta(minutes=59)) == []
    (outcome,) = month.run(out + timedelta(minutes=60))
    assert "cannot be reached by letter (550 No such mailbox)." in outcome.said
    assert month.run(out + timedelta(minutes=61)) == []
    with month.scheme.reading() as db:
        matches = [people for _, people, _ in kept.matches_of(db, 1)]
        (trio,) = [people for people in matches if len(people) == 3]
    assert alone in trio
    assert gone not in {person for people in matches for person in people}
    assert len(month.letters("rematch")) == 3
    assert "550 No such mailbox" in month.letters("mended")[0]


def test_whoever_is_left_with_nobody_to_meet_is_told(month: Month) -> None:
    """Of two people one cannot be reached: the other is told, the organiser too, and nothing is tried again."""
    month.fill(1, 1)
    month.plan(approval=False)
    month.run(DRAW)
    month.run(DRAW + A_DAY)
    refuse(month, 1)
    (outcome,) = month.run(DRAW + A_DAY + timedelta(hours=1))
    assert "P 1.0 has nobody to meet this time." in outcome.said
    assert len(month.letters("withdrawal")) == 1
    assert month.letters("trouble") == []
    assert month.run(DRAW + A_DAY + timedelta(hours=2)) == []


def test_people_whom_letters_cannot_reach_are_named_and_not_drawn(filled: Filled) -> None:
    """In the letter about the draw, with the reason; they are drawn all the same once the organiser wants it so."""
    month = filled(approval=False)
    refuse(month, 1)
    with month.scheme.writing() as db:
        opt_outs.unsubscribe(db, 2, DRAW)
        opt_outs.skip(db, 3, 1)
    assert [outcome.said for outcome in month.run(DRAW)] == ["Round 1 is drawn: 1 match."]
    (letter,) = month.letters("drawn")
    for sentence in (
        "P 0.0 cannot be reached by letter (550 No such mailbox).",
        "P 0.1 wants no letters.",
        "P 1.0 skips this round.",
    ):
        assert sentence in letter
    month.discard()
    with month.scheme.writing() as db:
        settings.put(db, "rules", {"reachable_only": False})
    assert [outcome.said for outcome in month.run(DRAW + 28 * A_DAY)] == ["Round 1 is drawn: 2 matches."]


def test_people_set_apart_from_everybody_stop_no_draw(filled: Filled) -> None:
    """Everybody else is drawn; the organiser reads who has no match and why, and the round goes out on its day."""
    month = filled(approval=False)
    with month.scheme.writing() as db:
        for other in range(2, 7):
            set_apart.set_apart(db, 1, other)
    assert [outcome.said for outcome in month.run(DRAW)] == ["Round 1 is drawn: 2 matches."]
    assert "P 0.0 has no match, because of who is set apart." in month.letters("drawn")[0]
    (outcome,) = month.run(DRAW + A_DAY)
    assert outcome.said.startswith("Round 1 is out; 5 introductions are queued.")
    assert len(month.letters("sits out")) == 1


def say_cannot(month: Month, match: int, position: int, now: datetime) -> str:
    """Somebody of the first round says it; their name."""
    with month.scheme.writing() as db:
        match_id, seated, _ = kept.matches_of(db, 1)[match]
        opt_outs.cannot(db, match_id, seated[position], now)
        return str(people.person(db, seated[position], now.date())["name"])


def test_the_organiser_is_told_once_who_cannot_meet(filled: Filled) -> None:
    """One letter for each person and match, with their name, the round and the way to it, and nobody else's name; also
    when it is taken back and said again. It is no step of the round: what follows comes when it should."""
    month = filled()
    month.run(DRAW)
    month.publish(DRAW)
    ahead = month.steps(DRAW)
    name = say_cannot(month, 0, 0, DRAW + A_DAY)
    assert [outcome.said for outcome in month.run(DRAW + A_DAY)] == ["Round 1: you are told of 1 who cannot meet."]
    (letter,) = month.letters("cannot")
    assert f"Subject: Coffee trial: {name} cannot meet in round 1" in letter
    assert "https://coffee.example/rounds?round=1" in letter
    assert set(re.findall(r"P \d\.\d", letter)) == {name}
    with month.scheme.writing() as db:
        match_id, seated, _ = kept.matches_of(db, 1)[0]
        opt_outs.cannot(db, match_id, seated[0], None)
        opt_outs.cannot(db, match_id, seated[0], DRAW + 2 * A_DAY)
    assert month.run(DRAW + 2 * A_DAY) == []
    say_cannot(month, 1, 0, DRAW + 3 * A_DAY)
    say_cannot(month, 2, 1, DRAW + 3 * A_DAY)
    assert [outcome.said for outcome in month.run(DRAW + 3 * A_DAY)] == ["Round 1: you are told of 2 who cannot meet."]
    assert len(month.letters("cannot")) == 3
    assert month.steps(DRAW + 3 * A_DAY) == ahead


def test_nobody_is_told_of_who_cannot_where_there_is_nothing_to_do(filled: Filled) -> None:
    """While the month does not run by itself, and of a match that met or was replaced, or when the round is closed."""
    month = filled(close=None)
    month.run(DRAW)
    month.publish(DRAW)
    for match in range(3):
        say_cannot(month, match, 0, DRAW + A_DAY)
    month.plan(on=False)
    assert month.run(DRAW + A_DAY) == []
    with month.scheme.writing() as db:
        (met, (one, _), _), (replaced, _, _), _ = kept.matches_of(db, 1)
        answers.save(db, met, one, Answer("yes"), DRAW + A_DAY)
        kept.replace_matches(db, 1, kept.get(db, 1).version, [replaced], [], DRAW + A_DAY)
    life.close(month.scheme, 1, DRAW + A_DAY)
    month.plan(close=None, report=False, news=False)
    assert month.run(DRAW + 2 * A_DAY) == []
    life.reopen(month.scheme, 1)
    month.run(DRAW + 2 * A_DAY)
    assert len(month.letters("cannot")) == 1


def test_a_letter_of_who_cannot_is_forgotten_with_them(filled: Filled) -> None:
    """An erasure empties the letter that names them; replacing their match stops one that has not left."""
    month = filled()
    month.run(DRAW)
    month.publish(DRAW)
    name, _ = (say_cannot(month, match, 0, DRAW + A_DAY) for match in (0, 1))
    month.run(DRAW + A_DAY)
    with month.scheme.writing() as db:
        (_, (erased, _), _), (replaced, _, _), _ = kept.matches_of(db, 1)
        erasure.erase(db, erased)
        kept.replace_matches(db, 1, kept.get(db, 1).version, [replaced], [], DRAW + A_DAY)
        cancelled_letters.cancel(db)
        states = db.execute("SELECT state FROM messages WHERE kind = 'cannot'").fetchall()
    assert states == [("cancelled",), ("cancelled",)]
    assert not any(name in letter for letter in month.letters("cannot"))
    assert month.run(DRAW + 2 * A_DAY) == []


def test_closing_by_mistake_can_be_taken_back(filled: Filled) -> None:
    """A round opened again within the hour is not reported."""
    month = filled()
    month.run(DRAW)
    month.publish(DRAW)
    life.close(month.scheme, 1, DRAW + A_DAY)
    life.reopen(month.scheme, 1)
    month.run(DRAW + 2 * A_DAY)
    assert month.letters("report") == []


@pytest.mark.parametrize("broken", ["coffee.mail.post.outbox.queue", "coffee.scheme.automation.mark"])
def test_stopped_within_any_step_it_goes_on_afterwards(
    filled: Filled, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """The disk fails in the middle of each step of a round in turn: nothing of the step is kept, then all of it is."""
    month = filled(approval=False)

    def fails(*_: object) -> int:
        raise OSError("disk")

    now, stopped = DRAW, 0
    while len(month.rounds()) < 2:
        before = month.rounds(), month.steps(now)
        with monkeypatch.context() as patch:
            patch.setattr(broken, fails)
            try:
                month.run(now)
            except SchemeError:
                stopped += 1
                assert (month.rounds(), month.steps(now)) == before
        month.run(now)
        now = month.steps(now)[0].at
    with month.scheme.reading() as db:
        counts = dict(db.execute("SELECT kind, count(*) FROM messages WHERE round_id = 1 GROUP BY kind").fetchall())
    assert stopped >= 5
    assert counts == {"drawn": 1, "introduction": 6, "reminder": 6, "feedback": 6, "news": 6, "report": 1}


def test_the_sample_never_runs_by_itself(filled: Filled) -> None:
    """A scheme that is a sample draws nothing."""
    month = filled()
    with month.scheme.writing() as db:
        settings.put(db, "sample", True)
    assert month.run(DRAW) == []


def test_post_does_what_is_due_and_says_it(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    """`coffee post` draws and sends the letter about it; when it cannot, it says why on stderr and exits with 1."""
    month = filled()
    monkeypatch.setenv("COFFEE_SCHEME", str(month.scheme.path))
    monkeypatch.setattr("coffee.cli.main._now", lambda: DRAW)
    done = CliRunner().invoke(main, ["post"])
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Round 1 is drawn: 3 matches.\nSent: 1.")
    month.discard()
    with month.scheme.writing() as db:
        people.leave(db, range(1, 7))
    monkeypatch.setattr("coffee.cli.main._now", lambda: DRAW + 28 * A_DAY)
    done = CliRunner().invoke(main, ["post"])
    assert done.exit_code == 1
    assert "Round 1 could not be drawn. A round needs at least two active people" in done.stderr


def test_looking_is_cheap(filled: Filled) -> None:
    """With nothing due, nothing is written to the file."""
    month = filled()
    before = month.scheme.path.stat().st_mtime_ns
    assert take_due_steps(month.scheme, month.environment, DRAW - A_DAY) == []
    assert month.scheme.path.stat().st_mtime_ns == before
