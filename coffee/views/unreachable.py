"""People whom letters cannot reach, shown before they are drawn again or written to."""

from datetime import date

import streamlit as st

from coffee import frame
from coffee.scheme import people
from coffee.views.named import notice


def show() -> None:
    """A notice with the active people whom letters cannot reach, if there are any, and the way to them."""
    notice(
        ":material/unsubscribe: Letters cannot reach",
        _names(frame.fingerprint(), frame.today()),
        ": the mail server refused the address, or letters came back. Correct it or pause them before the next round.",
        "See why in People",
    )


@st.cache_resource(max_entries=5, show_spinner=False)
def _names(fingerprint: tuple[str, ...], today: date) -> list[str]:
    del fingerprint
    with frame.scheme().reading() as db:
        found = people.active(db, today)
    found = found[found["cannot_reach"] != ""]
    return found["name"].where(found["name"] != "", found["email"]).tolist()
