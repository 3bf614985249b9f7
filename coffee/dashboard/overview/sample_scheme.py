"""The way into the sample scheme."""

import streamlit as st

from coffee.dashboard import frame
from coffee.sample import write_sample


def offer() -> None:
    """A button that opens the sample scheme, written first if it is not there."""
    if st.button("Open the sample scheme", icon=":material/science:"):
        with st.spinner("Writing the sample scheme …"):
            frame.act(_open, "This is the sample scheme.")


def _open() -> None:
    if not frame.environment().sample.exists():
        write_sample(frame.environment().sample, frame.now())
    frame.look_at_sample(True)
