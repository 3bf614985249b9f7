"""The calendar of coming draws: each date with its reason, to be moved, dropped, or put back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice

import streamlit as st

from coffee.automation import sentences, state
from coffee.automation.schedule import Date, Plan
from coffee.dashboard import controls, frame
from coffee.days.words import day
from coffee.days.working import day_off

SHOWN = 6
FURTHEST = timedelta(days=120)  # to which a draw is put off


def show(plan: Plan, number: int, now: datetime, *, can_change: bool) -> None:
    """Show the coming dates, starting with the draw of round `number`."""
    coming = list(islice(plan.dates(now), SHOWN + 1))
    for position, message in enumerate(sentences.calendar(coming[:SHOWN], number)):
        each = coming[position]
        with st.container(horizontal=True, vertical_alignment="center"):
            icon = ":material/event_busy:" if each.at is None else ":material/event:"
            st.markdown(f"{icon} {frame.plain(message)}", width="stretch")
            if can_change:
                _offer(plan, each, _days(plan, coming, position, now), now)


def _offer(plan: Plan, each: Date, days: list[date], now: datetime) -> None:
    name = each.usual.isoformat()
    if each.at and days and _button("Move…", f"move-{name}", "event_repeat"):
        _move(each, days)
    if each.at and _button("Drop", f"drop-{name}", "event_busy"):
        _change(each.usual, None, f"There is no draw on {day(each.day)}.")
    if each.usual in plan.changes and plan.on_day(each.usual) > now and _button("Undo", f"undo-{name}", "undo"):
        _change(each.usual, each.usual, f"The draw of {day(each.usual)} is as usual again.")


def _button(label: str, name: str, icon: str) -> bool:
    return bool(controls.keyed(st.button, label, name=name, icon=f":material/{icon}:", type="tertiary"))


def _days(plan: Plan, coming: Sequence[Date], position: int, now: datetime) -> list[date]:
    """Return the working days to which this draw can move, between the draws before and after."""
    each = coming[position]
    begin = next((before.day for before in reversed(coming[:position]) if before.at), plan.place.day(now))
    end = next((after.day for after in coming[position + 1 :] if after.at), begin + FURTHEST)
    days = (begin + timedelta(after) for after in range((end - begin).days))
    return [
        one
        for one in days
        if (one > begin or not position) and plan.on_day(one) > now and one != each.day and not day_off(plan.place, one)
    ]


@st.dialog("Move a draw", icon=":material/event_repeat:")
def _move(each: Date, days: list[date]) -> None:
    """Ask for another day."""
    st.markdown(f"The draw of {day(each.day)}. The other draws stay where they are.")
    later = next((index for index, one in enumerate(days) if one > each.day), len(days) - 1)
    to = st.selectbox("Draw on", days, later, format_func=day)
    if st.button("Move", type="primary"):
        _change(each.usual, to, f"The draw is on {day(to)}.")


def _change(usual: date, to: date | None, message: str) -> None:
    frame.act(partial(_save, usual, to), message)


def _save(usual: date, to: date | None) -> None:
    with frame.scheme().writing() as db:
        state.change(db, usual, to)
