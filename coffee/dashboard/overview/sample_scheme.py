"""The button that opens the sample scheme."""

import streamlit as st

from coffee.dashboard import frame
from coffee.sample import write_sample


def offer() -> None:
    """Show a button that opens the sample scheme, and writes it first if needed."""
    if st.button("Open the sample scheme", icon=":material/science:"):
        with st.spinner("Writing the sample scheme …"):
            frame.act(_open, "This is the sample scheme.")


def _open() -> None:
    if not frame.environment().sample.exists():
        write_sample(frame.environment().sample, frame.now())
    frame.look_at_sample(True)
