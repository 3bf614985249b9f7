"""Past imports, each with a button to undo it."""

from datetime import datetime

import streamlit as st

from coffee.dashboard import controls, frame
from coffee.dashboard.people import imported
from coffee.days import words
from coffee.people import service
from coffee.scheme import imports
from coffee.scheme.imports import Undone


def show() -> None:
    """Show the latest imports, newest first."""
    with frame.scheme().reading() as db:
        past = imports.last(db)
    if past.empty:
        return
    here = frame.place()
    st.subheader("Imports so far", anchor=False)
    for row in past.to_dict("records"):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            day = words.dated(here.day(datetime.fromisoformat(row["at"])))
            brought = [f"{row[what]:,} {what}" for what in ("new", "changed") if row[what]]
            sentence = ", ".join([*(brought or ["0 new"]), *(["undone"] if row["undone_at"] else [])])
            st.markdown(frame.plain(f"{row['source']}, {day}: {sentence}"), width="stretch")
            if not row["undone_at"] and controls.keyed(
                st.button, "Undo this import", name=f"undo-{row['id']}", icon=":material/undo:"
            ):
                undo(int(row["id"]))


def undo(import_id: int) -> None:
    """Undo an import and say what changed."""
    with frame.sorry():
        undone = service.undo(frame.scheme(), import_id, frame.now())
        imported.forget()
        frame.say(_sentence(undone), icon=":material/undo:")
        st.rerun()


def _sentence(undone: Undone) -> str:
    parts = [(undone.removed, "removed"), (undone.restored, "put back as they were")]
    done = ", ".join(f"{count:,} {what}" for count, what in parts if count)
    sentence = f"Undone: {done or 'nobody changed'}."
    if not undone.left_alone:
        return sentence
    names = ", ".join(undone.left_alone[:5]) + (" …" if len(undone.left_alone) > 5 else "")
    return f"{sentence} Left as they are, because they were changed or drawn since: {names}."
