"""People: bring a roster, find, add, change, pause, erase, set apart, export."""

import streamlit as st

from coffee import controls, frame
from coffee.views import erasing, joining, people_table, roster_upload, sent_home, set_apart, silent_people, silos
from coffee.views.roll import roll

today = frame.today()
everyone = roll(frame.fingerprint(), today)
frame.head("People", everyone.sentence())
erasing.show_replaced()
empty = everyone.people.empty
parts = ["Everybody", "Upload a roster", everyone.silo.titles, "Set apart", "Let people join"]
part = controls.one(
    st.segmented_control, "Show", parts, "part", parts[1 if empty else 0], label_visibility="collapsed",
    disabled=people_table.busy(), format_func=frame.plain,
)  # fmt: skip
if part == parts[0] or people_table.busy():
    sent_home.show()
    silent_people.show()
    people_table.show(everyone, today)
elif part == parts[1]:
    roster_upload.show(everyone)
elif part == parts[2]:
    silos.show(everyone)
elif part == parts[3]:
    set_apart.show(everyone)
else:
    joining.show()
