"""People whom letters cannot reach, shown before they are drawn again or written to."""

from datetime import date

import streamlit as st

from coffee.dashboard import frame
from coffee.dashboard.people.everyone import CANNOT_REACH, roll
from coffee.dashboard.rounds.people_notice import notice
from coffee.rounds.pool import Rules
from coffee.scheme import people


def show() -> None:
    """A notice with the active people whom letters cannot reach, if there are any, and the way to them."""
    names, are_drawn = _found(frame.fingerprint(), frame.today())
    notice(
        ":material/unsubscribe: Letters cannot reach",
        names,
        ". They are drawn all the same, as Settings has it: correct the addresses, or pause them."
        if are_drawn
        else ". They are left out of draws until their addresses are corrected.",
        "Correct them in People",
        status=roll(frame.fingerprint(), frame.today()).label(CANNOT_REACH),
    )


@st.cache_resource(max_entries=5, show_spinner=False)
def _found(fingerprint: tuple[str, ...], today: date) -> tuple[list[str], bool]:
    """Their names with the reasons, and whether they are drawn all the same."""
    del fingerprint
    with frame.scheme().reading() as db:
        found, rules = people.active(db, today), Rules.read(db)
    found = found[found["cannot_reach"] != ""]
    called = found["name"].where(found["name"] != "", found["email"])
    return [
        f"{name} ({why.rstrip('.')})" for name, why in zip(called, found["cannot_reach"], strict=True)
    ], not rules.reachable_only
