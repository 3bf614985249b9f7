"""People: bring a roster, find, add, change, pause, erase, set apart, export."""

import streamlit as st

from coffee.dashboard import controls, frame
from coffee.dashboard.people import (
    editor,
    erasing,
    joining,
    notices,
    organisation_list,
    set_apart,
    silent_people,
    upload,
)
from coffee.dashboard.people.everyone import roll

today = frame.today()
everyone = roll(frame.fingerprint(), today)
frame.head("People", everyone.sentence())
with frame.part():
    erasing.show_replaced()
empty = everyone.people.empty
parts = ["Everybody", "Upload a roster", everyone.silo.titles, "Set apart", "Let people join"]
part = controls.one(
    st.segmented_control, "Show", parts, "part", parts[1 if empty else 0], label_visibility="collapsed",
    disabled=editor.busy(), format_func=frame.plain,
)  # fmt: skip
if part == parts[0] or editor.busy():
    with frame.part():
        notices.show_unconfirmed()
        silent_people.show()
    editor.show(everyone, today)
elif part == parts[1]:
    upload.show(everyone)
elif part == parts[2]:
    organisation_list.show(everyone)
elif part == parts[3]:
    set_apart.show(everyone)
else:
    joining.show()
