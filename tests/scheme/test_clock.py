"""The machine's clock leaps ahead or back: what is deleted, and what is said."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from coffee.scheme import Scheme, clock, link_requests, sign_ins
from coffee.scheme.clock import LEAP, PROBATION, Clock

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
START = datetime.fromisoformat("2026-03-03T09:00:00+00:00")


def shown(*moments: datetime) -> Clock:
    """Return the state of a clock that showed these moments."""
    first, *others = moments
    seen = Clock(first)
    for moment in others:
        seen = seen.at(moment)
    return seen


def running(begin: datetime, lasts: timedelta, step: timedelta = MINUTE) -> list[datetime]:
    """The moments at which an app that runs for so long looks."""
    return [begin + step * count for count in range(int(lasts / step) + 1)]


def test_forty_days_are_a_holiday_and_more_are_a_leap() -> None:
    """A scheme that was off for forty days goes on as before; after more, nothing old may be deleted at first."""
    assert shown(START).is_trusted(START + LEAP)
    assert not shown(START).is_trusted(START + LEAP + MINUTE)
    assert not shown(START, START + LEAP + MINUTE).is_trusted(START + LEAP + MINUTE)


def test_an_honest_pause_ends_after_a_day_of_running() -> None:
    """Switched off for three months, it trusts the clock again once it has run for 24 hours, and not before."""
    back = START + 90 * DAY
    early, late = running(back, PROBATION - MINUTE), running(back, PROBATION)
    assert not shown(START, *early).is_trusted(early[-1])
    assert shown(START, *late).is_trusted(late[-1])


def test_hours_in_which_it_was_off_count_for_one() -> None:
    """The day of running is the sum over restarts: twelve hours, a night off, and then the rest."""
    back = START + 90 * DAY
    first = running(back, 12 * HOUR)
    again = running(first[-1] + 20 * HOUR, 10 * HOUR + 59 * MINUTE)
    assert not shown(START, *first, *again).is_trusted(again[-1])
    assert shown(START, *first, *again, again[-1] + MINUTE).is_trusted(again[-1] + MINUTE)


def test_a_clock_that_was_wrong_is_told_until_that_time_comes() -> None:
    """A moment earlier than the last noted is odd, for as long as it is earlier; a few seconds are not."""
    assert shown(START, START - timedelta(seconds=30)).was_ahead(START - timedelta(seconds=30)) is None
    year = START + 365 * DAY
    assert shown(START, year, START + HOUR).was_ahead(START + HOUR) == year
    assert shown(START, year, START + HOUR, START + 2 * HOUR).was_ahead(START + 2 * HOUR) == year
    assert shown(START, year, START + HOUR, year + MINUTE).was_ahead(year + MINUTE) is None


@given(st.lists(st.sampled_from([-400 * DAY, -DAY, -MINUTE, MINUTE, HOUR, 30 * DAY, 41 * DAY, 365 * DAY]), max_size=40))
def test_a_leap_is_never_trusted_at_once(steps: list[timedelta]) -> None:
    """Whatever the clock did before, one leap more is not trusted until 24 hours later, however often it is seen."""
    now, seen = START, Clock(START)
    for step in steps:
        now += step
        seen = seen.at(now)
    leap = now + 41 * DAY
    after = running(leap, PROBATION - MINUTE, HOUR)
    for moment in after:
        assert not seen.is_trusted(moment)
        seen = seen.at(moment)


def test_what_is_known_is_kept_in_the_file(scheme: Scheme) -> None:
    """Another process, or the next start, knows of the leap, of how long the app ran, and of the time it showed."""
    moments = [START, START + 365 * DAY, START + 365 * DAY + HOUR, START + HOUR]
    for moment in moments:
        with scheme.writing() as db:
            clock.note(db, moment)
    with scheme.reading() as db:
        assert clock.last_shown(db) == Clock(START + HOUR, START + 365 * DAY + HOUR, HOUR)
    with scheme.writing() as db:
        clock.confirm(db, START + HOUR)
    with scheme.reading() as db:
        assert clock.last_shown(db) == Clock(START + HOUR, None, HOUR)


def test_who_asked_for_a_letter_while_the_clock_was_ahead_gets_it(scheme: Scheme) -> None:
    """Their address does not wait for a year."""
    with scheme.writing() as db:
        clock.note(db, START + 365 * DAY)
        link_requests.ask(db, "ann@x.example", START + 365 * DAY)
        clock.note(db, START)
    with scheme.reading() as db:
        assert link_requests.noted(db, START, 10) == ["ann@x.example"]


def test_a_leap_signs_nobody_out_for_good(scheme: Scheme) -> None:
    """Whoever signs in while the clock is a year ahead deletes no other organiser's sign-in."""
    with scheme.writing() as db:
        clock.note(db, START)
        sign_ins.begin(db, "first", "organiser", START)
        sign_ins.begin(db, "second", "organiser", START + 365 * DAY)
    with scheme.reading() as db:
        assert sign_ins.whose(db, "first", START + HOUR) == "organiser"
