"""The letter two working days before a draw, in which people may skip the round."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

from coffee.automation import state
from coffee.rounds import life
from coffee.scheme import opt_outs, people
from tests.automation.conftest import Month

Filled = Callable[..., Month]
DRAW = datetime(2026, 3, 3, 9, tzinfo=UTC)  # a Tuesday
OFFER = datetime(2026, 2, 27, 9, tzinfo=UTC)  # the Friday before
SINCE = datetime(2026, 2, 1, tzinfo=UTC)


def recipients(month: Month) -> set[str]:
    with month.scheme.reading() as db:
        rows = db.execute("SELECT recipient FROM messages WHERE kind = 'before a draw'").fetchall()
    return {recipient for (recipient,) in rows}


def test_nobody_is_asked_until_it_is_chosen(filled: Filled) -> None:
    """A plan from before, or one without it, writes no such letter."""
    month = filled(since=SINCE)
    month.run(DRAW - timedelta(seconds=1))
    assert recipients(month) == set()


def test_those_who_would_be_drawn_are_asked(filled: Filled) -> None:
    """At nine on the Friday before a Tuesday, and not a second sooner; nobody who skips, is paused on the day of the
    draw, wants no letters or cannot be reached. Somebody whose pause ends that day is asked."""
    month = filled(since=SINCE, offer_skip=True)
    with month.scheme.writing() as db:
        people.pause(db, [1], date(2026, 3, 4))
        people.pause(db, [2], date(2026, 3, 3))
        opt_outs.skip(db, 3, 1)
        opt_outs.unsubscribe(db, 4, SINCE)
        db.execute("UPDATE people SET cannot_reach = 'bounced' WHERE id = 5")
    assert month.run(OFFER - timedelta(seconds=1)) == []
    assert [outcome.said for outcome in month.run(OFFER)] == ["Round 1: 2 letters before the draw are queued."]
    assert recipients(month) == {"p0.1@devon.example", "p2.1@devon.example"}
    assert "You will be in the draw for round 1 of Coffee trial on Tuesday 3 March" in month.letters("before a draw")[0]
    assert month.run(DRAW - timedelta(seconds=1)) == []


def test_eight_threads_ask_once(filled: Filled) -> None:
    """Whoever looks first writes to everybody; the others have nothing to say."""
    month = filled(since=SINCE, offer_skip=True)
    with ThreadPoolExecutor(8) as pool:
        said = [outcome.said for found in pool.map(month.run, [OFFER] * 8) for outcome in found]
    assert said == ["Round 1: 6 letters before the draw are queued."]
    assert len(month.letters("before a draw")) == 6


def test_a_draw_that_moves_is_told_anew(filled: Filled) -> None:
    """Moved after the letters went, it has another day, which people are told two working days before that."""
    month = filled(since=SINCE, offer_skip=True)
    month.run(OFFER)
    with month.scheme.writing() as db:
        state.change(db, date(2026, 3, 3), date(2026, 3, 11))
    assert month.run(OFFER + timedelta(hours=1)) == []
    month.run(datetime(2026, 3, 9, 9, tzinfo=UTC))
    assert "Wednesday 11 March" in month.letters("before a draw")[-1]


def test_nobody_is_asked_while_a_draft_waits(filled: Filled) -> None:
    """No offer goes out while the last draft waits, since no draw will happen, nor after the draw was due."""
    month = filled(since=SINCE, offer_skip=True)
    life.generate(month.scheme, OFFER - timedelta(days=1))
    month.run(OFFER)
    month.discard()
    month.run(DRAW)
    assert recipients(month) == set()


def test_asked_over_christmas(filled: Filled) -> None:
    """A draw on Tuesday 29 December 2026 has its letter on the 23rd: holidays and the weekend are no working days."""
    month = filled(since=SINCE, offer_skip=True, first=date(2026, 12, 29))
    (offer, draw) = month.steps(SINCE)
    assert (offer.what, offer.at, draw.what) == ("offer", datetime(2026, 12, 23, 9, tzinfo=UTC), "draw")
