"""Editing and removing texts, with a note that an organiser did so."""

from collections.abc import Collection
from typing import NamedTuple

import streamlit as st

from coffee.dashboard import frame
from coffee.days.words import day
from coffee.insight import comments
from coffee.scheme import edits
from coffee.scheme.edits import Edit, Field

FIELDS: dict[str, Field] = {
    comments.KINDS["story"]: "story", comments.KINDS["comment"]: "comment", comments.KINDS["why_not"]: "why_not",
    "Selling": "selling",
}  # fmt: skip


class Text(NamedTuple):
    """One row of `words.written`."""

    round: int
    match: int
    person: int
    name: str | None
    organisation: str
    answered_at: str
    kind: str
    text: str
    may_share: bool


class Traces:
    """The texts that an organiser edited or removed, read when it is made."""

    def __init__(self) -> None:
        with frame.scheme().reading() as db:
            self._all = edits.everything(db)

    def of(self, text: Text) -> str:
        """Return a note that this text was edited, and when; '' for the writer's own words."""
        place = (text.match, text.person, FIELDS[text.kind])
        return next((f"Edited by an organiser on {_day(one)}" for one in self._all if one[:3] == place), "")

    def show_removed(self, number: int | None, kinds: Collection[str]) -> None:
        """List the texts of these kinds that were removed, in one round or in all."""
        called = {FIELDS[kind]: kind for kind in kinds}
        for one in self._all:
            if one.removed and one.field in called and number in (None, one.round):
                who = one.name or "somebody erased"
                st.caption(
                    frame.plain(
                        f"{called[one.field]} by {who} about round {one.round}: removed by an organiser on {_day(one)}"
                    )
                )


@st.dialog("Edit or remove", icon=":material/edit:")
def edit(text: Text) -> None:
    """Edit or remove a text. The new text replaces the old one and is marked as edited."""
    st.markdown(frame.plain(f"{text.kind} by {text.name or 'somebody erased'} about round {text.round}"))
    typed = st.text_area("Text", text.text, height=200)
    st.caption("The old text is not kept. A note with the new text says that an organiser changed it.")
    with st.container(horizontal=True):
        if st.button("Save", type="primary", icon=":material/save:", disabled=typed.strip() in ("", text.text)):
            _save(text, typed, "The text is saved.")
        if st.button("Remove", icon=":material/delete:"):
            _save(text, "", "The text is removed.")


def _save(text: Text, typed: str, message: str) -> None:
    with frame.sorry():
        with frame.scheme().writing() as db:
            edits.edit(db, text.match, text.person, FIELDS[text.kind], text.text, typed, frame.now())
        frame.say(message)
        st.rerun()


def _day(one: Edit) -> str:
    return day(frame.place().day(one.at))
