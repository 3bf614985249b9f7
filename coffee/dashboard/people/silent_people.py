"""Silent people, with buttons to ask them by letter or pause them."""

import streamlit as st

from coffee.config.sender import office
from coffee.dashboard import controls, frame
from coffee.dashboard.emails.dry_run import read_first
from coffee.dashboard.emails.status import letters
from coffee.dashboard.people.notices import notice
from coffee.days import words
from coffee.people import service, silent
from coffee.scheme import settings
from coffee.scheme.silence import AFTER, Silent


def tell() -> None:
    """Show a notice with their names and a link to People."""
    found, after = _found(frame.fingerprint())
    message = f": nothing heard for {after} rounds." if after > 1 else ": nothing heard of the last round."
    notice(":material/voice_over_off: Silent", [one.name for one in found], message, "See them in People")


def show() -> None:
    """Show all silent people, and the buttons that ask or pause them."""
    found, after = _found(frame.fingerprint())
    if not found:
        return
    with st.expander(f"Silent for {after} rounds: {len(found):,}", icon=":material/voice_over_off:"):
        st.markdown("\n".join(f"- {frame.plain(_line(one))}" for one in found))
        with st.container(horizontal=True):
            if st.button("Ask whether they are still in…", icon=":material/mail:"):
                ask(found)
            if st.button("Pause them…", icon=":material/pause:"):
                pause(found)


@st.dialog("Ask whether they are still in", icon=":material/mail:", width="large")
def ask(found: list[Silent]) -> None:
    """Choose whom to ask, read the letters, and queue them."""
    chosen = _choose(found, [one.id for one in found if not one.asked_at])
    st.caption("Each gets a letter. One press says that they are still in; you can pause those who do not say.")
    with frame.sorry():
        with frame.scheme().reading() as db:
            sender = office(db, frame.environment())
            batch = silent.letters(db, sender, chosen, frame.now())
        if chosen and st.toggle("Read the letters first"):
            read_first(batch, "still-in")
        label = f"Queue {letters(len(chosen))}"
        if controls.keyed(st.button, label, name="queue", type="primary", disabled=not chosen):
            message = f"{letters(len(chosen))} will go out."
            frame.act(lambda: silent.ask(frame.scheme(), sender, chosen, frame.now()), message)


@st.dialog("Pause silent people", icon=":material/pause:")
def pause(found: list[Silent]) -> None:
    """Choose whom to pause, and do it."""
    chosen = _choose(found, [one.id for one in found if one.asked_at])
    st.caption("They are not drawn until they say that they are still in, or you bring them back.")
    if st.button("Pause", type="primary", disabled=not chosen):
        names = ", ".join(one.name for one in found if one.id in chosen)
        frame.act(lambda: service.set_status(frame.scheme(), chosen, "paused"), f"Paused: {names}.")


def _choose(found: list[Silent], default: list[int]) -> list[int]:
    lines = {one.id: _line(one) for one in found}
    return st.multiselect("People", list(lines), default, format_func=lines.__getitem__, filter_mode="contains")


def _line(one: Silent) -> str:
    asked = f", asked on {words.dated(frame.place().day(one.asked_at))}" if one.asked_at else ""
    return f"{one.name}, {one.organisation}{asked}"


@st.cache_resource(max_entries=5, show_spinner=False)
def _found(fingerprint: tuple[str, ...]) -> tuple[list[Silent], int]:
    del fingerprint
    with frame.scheme().reading() as db:
        return silent.silent_people(db), settings.get(db, "silent_after", AFTER)
