"""Notices on Overview about a clock that is, or was, wrong."""

import streamlit as st

from coffee.dashboard import frame
from coffee.days.words import in_words
from coffee.scheme import clock


def show() -> None:
    """Say that the time was ahead, with a way to confirm today's; or that nothing is deleted for a day."""
    now, here = frame.now(), frame.place()
    with frame.scheme().reading() as db:
        seen = clock.last_shown(db)
    if seen is None or frame.is_sample():
        return
    if ahead := seen.was_ahead(now):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":material/schedule: **The clock of this computer may be wrong.** It says {in_words(here.day(now))}, "
                f"and earlier it said {in_words(here.day(ahead))}. If it is wrong now, have it corrected. If it was "
                "wrong before, look at Emails for letters that are due too late.",
                width="stretch",
            )
            if st.button("The time is right now", icon=":material/check:"):
                frame.act(_confirm, "The time is confirmed.")
    elif not seen.is_trusted(now):
        st.caption(
            "The date is more than 40 days later than when this program last ran. In case the clock is wrong, nothing "
            "old is deleted until the program has run for 24 hours."
        )


def _confirm() -> None:
    with frame.scheme().writing() as db:
        clock.confirm(db, frame.now())
