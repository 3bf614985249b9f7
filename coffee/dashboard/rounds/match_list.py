"""A list of matches, fast with thousands: search, filter, a page at a time, and a menu for each."""

from collections.abc import Callable, Mapping, Sequence
from math import ceil

import streamlit as st

from coffee.dashboard import controls, frame
from coffee.rounds.match_summary import MatchSummary

PAGE = 20
Actions = Mapping[str, Callable[[], None]]


def match_list(
    found: Sequence[MatchSummary],
    filters: Mapping[str, Callable[[MatchSummary], bool]],
    badges: Callable[[MatchSummary], list[str]],
    actions: Callable[[MatchSummary], Actions],
    number: int,
    version: int,
) -> None:
    """Show the matches of round `number` that the organiser asks for, and do the action they choose.

    `filters` are named choices, the first shows all; `badges` are Markdown; `version` keeps menus of an older state of
    the round from acting on this one.
    """
    with st.container(horizontal=True, vertical_alignment="top"):
        words = controls.words("Find a person or organisation", "find", width=320)
        counted = {name: sum(map(keep, found)) for name, keep in filters.items()}
        shown = controls.filter_by(
            "Show", list(filters), "show", counted.__getitem__, of=number,
            format_func=lambda name: f"{name} {counted[name]:,}", stays="for the session",
        )  # fmt: skip
    chosen = [summary for summary in found if filters[shown](summary) and (not words or summary.mentions(words))]
    rows = frame.part()
    page = controls.pages(ceil(len(chosen) / PAGE), "page", of=(number, words, shown))
    with rows:
        if not chosen:
            st.info("No match fits. Try part of a name, or show all.", icon=":material/search:")
        for summary in chosen[(page - 1) * PAGE :][:PAGE]:
            _row(summary, badges(summary), actions(summary), version)


def _row(summary: MatchSummary, badges: list[str], actions: Actions, version: int) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        people = " · ".join(
            f"**{frame.plain(seat.name)}** {frame.plain(_short(seat.organisation))}" for seat in summary.seats
        )
        st.markdown(people, width="stretch")
        st.markdown(" ".join(badges), width="content")
        if actions:
            name = f"change-{summary.match}-{version}"
            chosen = controls.keyed(st.menu_button, "Change", list(actions), name=name, type="tertiary")
            if chosen:
                actions[chosen]()


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
