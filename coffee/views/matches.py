"""A list of matches that stays quick with thousands: search, filter, one page at a time, a menu of actions for each."""

from collections.abc import Callable, Mapping, Sequence
from math import ceil

import streamlit as st

from coffee import frame
from coffee.glance import Glance

PAGE = 20
Actions = Mapping[str, Callable[[], None]]


def match_list(
    found: Sequence[Glance],
    filters: Mapping[str, Callable[[Glance], bool]],
    badges: Callable[[Glance], list[str]],
    actions: Callable[[Glance], Actions],
    version: int,
) -> None:
    """Show the matches that the organiser asks for, and do the action they choose.

    `filters` are named choices, the first shows all; `badges` are Markdown; `version` keeps menus of an older state of
    the round from acting on this one.
    """
    with st.container(horizontal=True, vertical_alignment="top"):
        words = st.text_input(
            "Find a person or organisation", key="find", bind="query-params", type="search", width=320
        )
        counted = {name: sum(map(keep, found)) for name, keep in filters.items()}
        names = [name for name in filters if counted[name]] or [next(iter(filters))]
        shown = st.segmented_control(
            "Show", names, format_func=lambda name: f"{name} {counted[name]:,}", default=names[0], required=True,
            key=f"show-{'-'.join(names)}",
        )  # fmt: skip
    chosen = [
        glance for glance in found if filters[shown or names[0]](glance) and (not words or glance.mentions(words))
    ]
    if not chosen:
        st.info(f"No match has “{frame.plain(words or '')}” in it. Try part of a name.", icon=":material/search:")
    pages = ceil(len(chosen) / PAGE)
    page = st.session_state.get("page", 1) if pages > 1 else 1
    for glance in chosen[(min(page, pages) - 1) * PAGE :][:PAGE]:
        _row(glance, badges(glance), actions(glance), version)
    if pages > 1:
        st.pagination(pages, key="page")


def _row(glance: Glance, badges: list[str], actions: Actions, version: int) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        people = " · ".join(
            f"**{frame.plain(seat.name)}** {frame.plain(_short(seat.organisation))}" for seat in glance.seats
        )
        st.markdown(people, width="stretch")
        st.markdown(" ".join(badges), width="content")
        if actions:
            chosen = st.menu_button("Change", list(actions), key=f"change-{glance.match}-{version}", type="tertiary")
            if chosen:
                actions[chosen]()


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
