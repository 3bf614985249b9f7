"""Where the scheme this session looks at stands, counted once for each state of it."""

from datetime import date

import streamlit as st

from coffee import frame
from coffee.scheme import standing
from coffee.standing import Standing


@st.cache_resource(max_entries=4, show_spinner=False)
def look(fingerprint: tuple[str, ...], today: date) -> Standing:
    """The counts of the overview."""
    del fingerprint
    with frame.scheme().reading() as db:
        return Standing(**standing.counts(db, today))
