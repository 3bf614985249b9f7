"""The form that lets a scheme run by itself."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count, islice

import streamlit as st
from sqlite_utils import Database
from streamlit.delta_generator import DeltaGenerator

from coffee.automation import state
from coffee.automation.rhythm import NTH, WEEKDAYS, Rhythm, nth_weekday
from coffee.automation.schedule import Plan
from coffee.dashboard import controls, frame
from coffee.dashboard.settings import coming_draws, save_button
from coffee.days import words as days
from coffee.days.place import Place
from coffee.days.working import weekend
from coffee.place import place
from coffee.scheme import SchemeError, opt_outs, rounds

HOW_OFTEN = {0: "Every so many weeks"} | {nth: f"Once a month, on the {word}" for nth, word in NTH.items()}
CHOICES = 12  # days that are offered for the next draw
APPROVAL = {
    True: "It waits until I publish it",
    False: "It goes out by itself on the next working day, unless I discard it",
}


@dataclass(frozen=True)
class Month:
    """The saved plan, and the plan in the fields."""

    saved: Plan
    wanted: Plan
    now: datetime


def month() -> tuple[Month, DeltaGenerator | None]:
    """Show the settings of automatic rounds. Return them with the place for messages if Save was pressed."""
    now = frame.now()
    with frame.scheme().reading() as db:
        plan = state.chosen(db) or _first_plan(place(db), now)
        number = opt_outs.next_number(db) + (rounds.draft_id(db) is not None)
    with st.container(border=True):
        st.header("A month by itself", anchor=False)
        st.markdown(
            "The scheme can draw, publish, remind, ask and report on its own. When people come or go, it changes a "
            "round as little as possible. It writes to you when a round is drawn or changed, when somebody cannot "
            "meet, when something needs you, and when a round has closed."
        )
        runs = controls.field(st.toggle, "Run by itself", plan.on, "month-on")
        wanted = _asked(plan, now) if runs else replace(plan, on=False)
        if wanted.on:
            st.markdown(f":material/schedule: {frame.plain(_preview(wanted, number, now))}")
            coming_draws.show(wanted, number, now, can_change=wanted == plan)
        return Month(plan, wanted, now), save_button.show("month", wanted != plan, _meanwhile(plan, wanted))


def _meanwhile(plan: Plan, wanted: Plan) -> str:
    """Say what continues until the changes are saved."""
    if not plan.on:
        return " Nothing happens by itself until you save."
    return " It still runs by itself as before." if wanted.on else " It still runs by itself."


def _asked(plan: Plan, now: datetime) -> Plan:
    """Return the plan in the fields."""
    wanted = _rhythm(plan, now)
    approval = controls.one(
        st.radio, "When a round is drawn", list(APPROVAL), "month-approval", plan.approval, stays="for the session",
        format_func=APPROVAL.__getitem__,
    )  # fmt: skip
    with st.container(horizontal=True):
        remind = _days("remind", plan.remind, "Days after publishing; 0 for never.")
        ask = _days("ask", plan.ask, "How it went. Days after publishing; 0 for never.")
        close = _days("close", plan.close, "Answers no longer change then. Days after publishing; 0 for never.")
    offer = "Before a draw, ask everybody who is in whether they want to skip it, two working days ahead"
    offer_skip = controls.field(st.toggle, offer, plan.offer_skip, "month-offer")
    news = controls.field(
        st.toggle, "Tell everybody what came of a round, an hour after it closes", plan.news, "month-news"
    )
    report = controls.field(st.toggle, "Report to me, an hour after it closes", plan.report, "month-report")
    still = controls.field(
        st.toggle, "Ask silent people whether they are still in, and pause those who do not say", plan.still,
        "month-still", help="By letter when a round has closed. Whoever does not say so in two weeks is paused.",
    )  # fmt: skip
    wanted = replace(wanted, offer_skip=offer_skip, still=still)
    return replace(wanted, approval=approval, remind=remind, ask=ask, close=close, news=news, report=report)


def _rhythm(plan: Plan, now: datetime) -> Plan:
    """Return the plan with the rhythm and the first day that the organiser chooses."""
    due = next(plan.dates(now)).usual
    with st.container(horizontal=True):
        nth = controls.one(
            st.selectbox, "How often", list(HOW_OFTEN), "month-nth", plan.nth or 0, stays="for the session",
            format_func=HOW_OFTEN.__getitem__,
        )  # fmt: skip
        weeks = plan.weeks if nth else _weeks(plan)
        weekdays = sorted({*range(7)} - weekend(plan.place, due.year) | {due.weekday()})
        weekday = controls.one(
            st.selectbox, "Day", weekdays, "month-day", due.weekday(), stays="for the session",
            format_func=WEEKDAYS.__getitem__,
        )  # fmt: skip
        hour = controls.one(
            st.selectbox, "Time", range(24), "month-hour", plan.hour, stays="for the session",
            format_func="{:02}:00".format,
        )  # fmt: skip
    with st.container(horizontal=True):
        wanted = replace(plan, on=True, weeks=weeks, hour=hour, nth=nth or None)
        to_come = _to_come(wanted, weekday, now)
        first = controls.one(
            st.selectbox, "Next draw", to_come, "month-first", due if due in to_come else to_come[0],
            stays="for the session", format_func=days.day,
        )  # fmt: skip
    as_before = plan.on and first == due and (weeks, hour, nth or None) == (plan.weeks, plan.hour, plan.nth)
    return wanted if as_before else replace(wanted, first=first)


def _weeks(plan: Plan) -> int:
    label = "Draw every (weeks)"
    return int(controls.field(st.number_input, label, plan.weeks, "month-weeks", min_value=1, max_value=26))


def _to_come(plan: Plan, weekday: int, now: datetime) -> list[date]:
    """Yield the possible days of the next draw: that weekday of any week, or of any month."""
    today = plan.place.day(now)
    begin = nth_weekday(today.year, today.month, weekday, plan.nth) if plan.nth else _coming(weekday, today)
    found = map(Rhythm(begin, weeks=1, nth=plan.nth).day, count())
    return list(islice((day for day in found if plan.on_day(day) > now), CHOICES))


def _days(step: str, value: int | None, hint: str) -> int | None:
    label = f"{step.capitalize()} after (days)"
    typed = controls.field(st.number_input, label, value or 0, f"month-{step}", min_value=0, max_value=365, help=hint)
    return int(typed) or None


def _preview(plan: Plan, number: int, now: datetime) -> str:
    return f"Round {number} is drawn on {days.when(plan.place, plan.next_draw(now))}, the others {plan.rhythm}."


def check(month: Month) -> None:
    """Raise SchemeError if the days of the plan contradict each other."""
    wanted = month.wanted
    after = [count for count in (wanted.remind, wanted.ask, wanted.close) if count is not None]
    if wanted.on and after != sorted(set(after)):
        raise SchemeError(
            "A round is reminded first, then asked, then closed. Give each a later day. Nothing was saved."
        )
    if wanted.on and wanted.close and wanted.close > wanted.rhythm.shortest:
        raise SchemeError(
            f"The next round is drawn {wanted.rhythm.shortest} days after the last. Close a round by then, so that the "
            "draw knows who met. Nothing was saved."
        )


def put(db: Database, month: Month) -> str:
    """Save the plan if it was changed, inside the caller's transaction. Return the effect as a sentence, or ''."""
    if month.wanted == month.saved:
        return ""
    state.choose(db, replace(month.wanted, since=month.now))
    return "The scheme runs by itself." if month.wanted.on else "Nothing happens by itself."


def _first_plan(here: Place, now: datetime) -> Plan:
    return Plan(first=_coming(WEEKDAYS.index("Tuesday"), here.day(now)), since=now, place=here)


def _coming(weekday: int, start: date) -> date:
    return start + timedelta((weekday - start.weekday()) % 7)
