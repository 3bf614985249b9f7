"""A preview of letters, one at a time, before any is written."""

import base64

import streamlit as st

from coffee.dashboard import controls, frame
from coffee.mail.letters.batch import Batch
from coffee.mail.letters.reading import Read, read


def read_first(batch: Batch, key: str) -> None:
    """Show one letter at a time, with a search by name. Only the letter shown is composed."""
    words = controls.words("Whose letter", f"{key}-whose", placeholder="Part of a name", stays="while it is shown")
    found = batch.matching(words)
    if not found:
        st.info(
            "No letter goes to anybody of that name." if batch else "No letters would go.", icon=":material/search:"
        )
        return
    page = controls.pages(len(found), f"{key}-letter", of=words, stays="while it is shown")
    st.caption(
        f"Letter {page:,} of {len(found):,}. Personal links are added when a letter is sent, so the links "
        "here do not work."
    )
    with frame.sorry():
        letter = read(batch.preview(found[page - 1]).letter)
        if letter:
            show_letter(letter, key)


def show_letter(letter: Read, where: str) -> None:
    """Show a letter as text and formatted. `where` distinguishes it from other letters on the page."""
    st.text("\n".join(f"{name}: {value}" for name, value in letter.headers))
    text, page = st.tabs(["As text", "As formatted"])
    text.code(letter.text, language=None, wrap_lines=True)
    with page:
        # A data: address has no origin of its own, so whatever a letter holds cannot reach this page.
        st.iframe(f"data:text/html;charset=utf-8;base64,{base64.b64encode(letter.html.encode()).decode()}", height=640)
    for name, content in letter.attached:
        controls.keyed(
            st.download_button, f"Attached: {name}", content, name, name=f"attached-{where}-{name}",
            icon=":material/attach_file:", on_click="ignore",
        )  # fmt: skip
