"""Changing what letters say, with the letter it makes beside it."""

import streamlit as st

from coffee import frame
from coffee.mail import template, wording
from coffee.mail.reading import read
from coffee.office import office
from coffee.views import post
from coffee.views.post_letters import show_letter


def show() -> None:
    """A panel that is only drawn while it is open."""
    panel = st.expander("What the letters say", icon=":material/edit_note:", on_change="rerun", key="wording")
    if panel.open:
        with panel:
            _edit()


def _edit() -> None:
    scheme, now = frame.scheme(), frame.now()
    kind = st.segmented_control(
        "Letter", wording.KINDS, default=wording.KINDS[0], required=True, format_func=post.kind, key="wording_kind"
    )
    with scheme.reading() as db:
        own, sender = wording.source(db, kind), office(db, frame.environment())
    left, right = st.columns(2)
    with left:
        text = st.text_area("Template", own or template.default(kind), height=520, key=f"wording_{kind}_{hash(own)}")
        with st.container(horizontal=True):
            if st.button("Save the wording", icon=":material/save:"):
                frame.act(
                    lambda: wording.save(scheme, sender, kind, text, now), "Letters written from now on say this."
                )
            if own and st.button("Back to the default", icon=":material/undo:"):
                frame.act(lambda: wording.restore(scheme, kind), "The default is back.")
    with right, frame.sorry():
        letter = read(wording.example(sender, kind, text, now).letter)
        if letter:
            show_letter(letter)
    st.markdown(
        "The first line is the subject. Fields stand in double braces. `**bold**`, `## heading`, `- list` and "
        "`[words]({{ my_page }})` work as in Markdown. Press Ctrl and Enter to see the change."
    )
    st.table({"Field": [f"`{{{{ {name} }}}}`" for name in wording.FIELDS], "Becomes": list(wording.FIELDS.values())})
