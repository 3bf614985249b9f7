"""The Save button of a section of Settings, with a note about unsaved changes."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from coffee.dashboard import controls


def show(section: str, unsaved: bool, meanwhile: str = "") -> DeltaGenerator | None:
    """The button; when it was pressed, the place below it to say what is wrong.

    While something is `unsaved`, that is said, with what holds `meanwhile`, and can be given up.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = controls.keyed(st.button, "Save", name=f"save-{section}")
        if unsaved:
            controls.keyed(
                st.button, "Discard", name=f"discard-{section}", type="tertiary", on_click=controls.give_up,
                args=(f"{section}-",),
            )  # fmt: skip
            st.markdown(f":material/edit: Not saved yet.{meanwhile}", width="content")
    below = st.container()
    return below if pressed else None
