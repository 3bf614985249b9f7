"""Pairs set apart: managers and their staff, spouses, people who already work side by side."""

from collections.abc import Callable

import streamlit as st
from sqlite_utils import Database

from coffee.dashboard import controls, frame
from coffee.dashboard.people.everyone import Roll
from coffee.scheme import set_apart


def show(roll: Roll) -> None:
    """Show a form to set two people apart, and the pairs that are."""
    named = dict(zip(roll.people["id"], roll.people["name"] + ", " + roll.people["organisation"], strict=True))
    st.markdown("Two people set apart are never drawn together. Nobody is told.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        one = _person("One person", named)
        other = _person("The other person", named)
        if st.button("Set apart", disabled=one is None or other is None, icon=":material/block:") and one and other:
            frame.act(
                lambda: _change(set_apart.set_apart, one, other), f"{named[one]} and {named[other]} are set apart."
            )
    with frame.scheme().reading() as db:
        pairs = set_apart.pairs(db)
    if pairs.empty:
        st.info("No two people are set apart.", icon=":material/info:")
    for first, second, first_name, second_name in pairs.itertuples(index=False, name=None):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(frame.plain(f"{first_name} and {second_name}"), width="stretch")
            if controls.keyed(st.button, "Allow again", name=f"allow-{first}-{second}", type="tertiary"):
                _allow(first, second, f"{first_name} and {second_name} may meet again.")


def _allow(one: int, other: int, message: str) -> None:
    frame.act(lambda: _change(set_apart.undo, one, other), message)


def _person(label: str, named: dict[int, str]) -> int | None:
    return st.selectbox(
        label, list(named), index=None, format_func=named.__getitem__, placeholder="Type to find", width=320
    )


def _change(step: Callable[[Database, int, int], None], one: int, other: int) -> None:
    with frame.scheme().writing() as db:
        step(db, one, other)
