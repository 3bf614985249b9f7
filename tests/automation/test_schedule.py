"""The schedule, checked against dateutil's calendar and time zones."""

import calendar
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise

import holidays
from dateutil import tz
from dateutil.rrule import FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from coffee.automation.rhythm import Rhythm, nth_weekday
from coffee.automation.schedule import Plan, ahead
from coffee.days.place import Place
from coffee.days.words import when

PLACES = [
    Place("GB-ENG", "Europe/London"), Place("GB-SCT", "Europe/London"), Place("US-NY", "America/New_York"),
    Place("IN", "Asia/Kolkata"), Place("AU-NSW", "Australia/Lord_Howe"), Place("EG", "Africa/Cairo"),
    Place("CN", "UTC"),
]  # fmt: skip
START = date(2026, 1, 1)
DAYS = st.integers(0, 60).map(lambda days: START + timedelta(days))
PLANS = st.builds(
    Plan,
    first=DAYS,
    since=st.just(datetime(2025, 12, 1, tzinfo=UTC)),
    on=st.just(True),
    weeks=st.integers(1, 9),
    hour=st.integers(0, 23),
    place=st.sampled_from(PLACES),
    nth=st.none() | st.sampled_from([1, 2, 3, 4, -1]),
).map(lambda plan: replace(plan, first=plan.rhythm.day(0)))
EGYPT = Place("EG", "Europe/London")  # people there work on Sundays, when the clocks change in Europe
BEGIN = datetime(2025, 12, 25, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=750)).map(lambda later: BEGIN + later)


@dataclass
class Course:
    """A round of the imagination."""

    id: int
    number: int
    state: str
    drawn_at: datetime
    published_at: datetime | None = None
    closed_at: datetime | None = None
    done: dict[str, datetime] = field(default_factory=dict)


def draws(plan: Plan) -> list[datetime]:
    """Every draw of two years, as dateutil has it, put off while `holidays` says that nobody works."""
    zone = tz.gettz(plan.place.zone)
    begin = datetime.combine(plan.first, time(plan.hour))
    weekday = (MO, TU, WE, TH, FR, SA, SU)[plan.first.weekday()]
    if plan.nth is None:
        days = rrule(WEEKLY, begin, plan.weeks, count=900 // (7 * plan.weeks) + 1)
    else:
        days = rrule(MONTHLY, begin, byweekday=weekday(plan.nth), count=30)
    return [tz.resolve_imaginary(put_off(plan.place, day).replace(tzinfo=zone)).astimezone(UTC) for day in days]


def put_off(place: Place, day: datetime) -> datetime:
    known = holidays.country_holidays(place.region, subdiv=place.part)
    while not known.is_working_day(day):
        day += timedelta(days=1)
    return day


@given(PLANS, MOMENTS)
def test_draws_are_where_the_calendar_has_them(plan: Plan, moment: datetime) -> None:
    """Before and after any moment of two years, in any zone: the hours that the clocks skip or repeat among them."""
    dues = draws(plan)
    assert plan.last_draw(moment) == max((due for due in dues if due <= moment), default=None)
    assert plan.next_draw(moment) == min(due for due in dues if due > moment)


@given(PLANS, st.lists(MOMENTS, min_size=2, max_size=120, unique=True))
def test_a_draw_for_each_due_date_reached_and_one_for_each_gap(plan: Plan, looks: list[datetime]) -> None:
    """Whenever somebody looks, one round is drawn if any draw has come due since the last look, and none otherwise."""
    looks.sort()
    dues = draws(plan)
    courses: list[Course] = []
    drawn: datetime | None = None
    for look in looks:
        step = next(step for step in ahead(plan, courses, drawn, look) if step.what == "draw")
        if step.at <= look:
            drawn = step.at
            courses.append(Course(step.number, step.number, "published", look, look, done={"draw": look}))
    gaps = pairwise([BEGIN - timedelta(days=1), *looks])
    assert len(courses) == sum(any(last < due <= look for due in dues) for last, look in gaps)


@given(PLANS, st.booleans(), st.lists(st.floats(0.01, 40), min_size=5, max_size=120))
def test_every_round_goes_its_way_in_order_and_once(plan: Plan, approval: bool, pauses: list[float]) -> None:
    """Each step happens once, in order and never early, even after long gaps; people asked late have their days to
    answer.
    """
    plan = replace(plan, approval=approval)
    courses: list[Course] = []
    drawn, now = None, datetime(2026, 1, 1, tzinfo=UTC)
    for pause in pauses:
        now += timedelta(days=pause)
        for _ in range(50):
            step = ahead(plan, courses, drawn, now)[0]
            if step.at > now:
                break
            if step.what != "report":  # an hour after a round was closed, which somebody may do at a weekend
                local = plan.place.local(step.at)
                assert put_off(plan.place, local) == local
            if step.what == "draw":
                drawn = step.at
                if not any(course.state == "draft" for course in courses):
                    courses.append(Course(step.number, step.number, "draft", now, done={"draw": now}))
                continue
            course = next(course for course in courses if course.id == step.round_id)
            assert step.what not in course.done
            course.done[step.what] = now
            if step.what == "publish":
                course.state, course.published_at = "published", now
            elif step.what == "close":
                course.state, course.closed_at = "closed", now
        else:
            raise AssertionError("The steps do not end.")
        if approval:
            for course in courses:
                if course.state == "draft":
                    course.state, course.published_at = "published", now
    order = ["draw", "publish", "remind", "ask", "close", "report"]
    for course in courses:
        taken = sorted(course.done, key=order.index)
        assert [course.done[what] for what in taken] == sorted(course.done.values())
        if {"ask", "close"} <= course.done.keys():
            assert course.done["close"] - course.done["ask"] > timedelta(days=10)
        if {"remind", "ask"} <= course.done.keys():
            assert course.done["remind"] < course.done["ask"]
    assert [course.number for course in courses] == list(range(1, len(courses) + 1))


@given(st.sampled_from(PLACES), st.integers(1, 12), st.integers(0, 6), st.sampled_from([1, 2, 3, 4, -1]))
def test_the_first_tuesday_is_where_a_calendar_on_the_wall_has_it(
    place: Place, month: int, weekday: int, nth: int
) -> None:
    """Of the weeks that the standard library prints, those with that weekday: the first to fourth, and the last."""
    rhythm = Rhythm(nth_weekday(2026, month, weekday, nth), nth=nth)
    for times in range(30):
        year, of = divmod(2026 * 12 + month - 1 + times, 12)
        weeks = calendar.monthcalendar(year, of + 1)
        days = [week[weekday] for week in weeks if week[weekday]]
        assert rhythm.day(times) == date(year, of + 1, days[nth - 1 if nth > 0 else -1])
        assert rhythm.times(rhythm.day(times)) == times == rhythm.times(rhythm.day(times + 1)) - 1


def test_a_date_is_moved_and_dropped() -> None:
    """The draw of 31 March is on 8 April instead and the one after it is not: the others stay where they were."""
    usual = Plan(first=date(2026, 3, 3), since=datetime(2026, 1, 1, tzinfo=UTC))
    changed = replace(usual, changes={date(2026, 3, 31): date(2026, 4, 8), date(2026, 4, 28): None})
    begin = datetime(2026, 3, 4, tzinfo=UTC)
    found = list(islice(changed.dates(begin), 3))
    assert [(each.usual.day, each.day.day, each.at is None) for each in found] == [
        (31, 8, False), (28, 28, True), (26, 26, False),
    ]  # fmt: skip
    assert changed.next_draw(begin) == datetime(2026, 4, 8, 8, tzinfo=UTC)
    assert changed.last_draw(datetime(2026, 4, 7, tzinfo=UTC)) == usual.next_draw()
    assert changed.next_draw(datetime(2026, 4, 9, tzinfo=UTC)) == datetime(2026, 5, 26, 8, tzinfo=UTC)
    assert changed.last_draw(datetime(2026, 5, 20, tzinfo=UTC)) == datetime(2026, 4, 8, 8, tzinfo=UTC)


def test_christmas_is_no_day_for_a_draw() -> None:
    """A draw due on 25 December 2026 in England is on the 29th, in Scotland too, and says why."""
    for country in ("GB-ENG", "GB-SCT"):
        plan = Plan(first=date(2026, 12, 25), since=datetime(2026, 1, 1, tzinfo=UTC), place=Place(country))
        first, then = islice(plan.dates(), 2)
        assert (first.usual, first.day, first.why) == (date(2026, 12, 25), date(2026, 12, 29), "Christmas Day")
        assert (then.day, then.why) == (date(2027, 1, 22), "")


def test_nine_o_clock_stays_nine_o_clock() -> None:
    """In London a draw is at nine by the clock in winter and in summer: 09:00 and 08:00 in UTC."""
    plan = Plan(first=date(2026, 3, 3), since=datetime(2026, 1, 1, tzinfo=UTC))
    winter = plan.next_draw(datetime(2026, 3, 1, tzinfo=UTC))
    summer = plan.next_draw(winter)
    assert (winter, summer) == (datetime(2026, 3, 3, 9, tzinfo=UTC), datetime(2026, 3, 31, 8, tzinfo=UTC))
    assert when(plan.place, summer) == "Tue 31 March at 09:00 (London time)"


def test_an_hour_that_is_skipped_or_comes_twice_draws_once() -> None:
    """At one in the morning of Sunday 29 March 2026 and 25 October 2026, looking every ten minutes."""
    for day, due in ((date(2026, 3, 29), (3, 29, 1)), (date(2026, 10, 25), (10, 25, 0))):
        plan = Plan(first=day, since=datetime(2026, 1, 1, tzinfo=UTC), weeks=26, hour=1, place=EGYPT)
        looks = [datetime(2026, day.month, day.day, tzinfo=UTC) + timedelta(minutes=10 * n) for n in range(-30, 60)]
        drawn, seen = None, []
        for look in looks:
            step = ahead(plan, [], drawn, look)[0]
            if step.at <= look:
                drawn = step.at
                seen.append(look)
        assert seen == [datetime(2026, *due, tzinfo=UTC)]
