"""The offer to send letters again after an address was corrected."""

from collections.abc import Sequence

import streamlit as st

from coffee.config.sender import office
from coffee.dashboard import controls, frame
from coffee.dashboard.emails import status
from coffee.dashboard.emails.status import letters
from coffee.mail.post import resend
from coffee.people.service import Saved
from coffee.scheme import NotThere, people
from coffee.scheme.messages import Astray

_CORRECTED = "corrected"


def remember(saved: Saved) -> None:
    """Remember these people for the offer, and say who will get their new address."""
    if saved.moved:
        st.session_state[_CORRECTED] = (frame.scheme().path, (*_moved(), *saved.moved))
    if saved.told:
        go = "goes" if saved.told == 1 else "go"
        frame.say(f"{letters(saved.told)} with the new address {go} to those who were given the old one.")


def show() -> None:
    """Show the letters that went to old addresses, by person, with a button to send them again."""
    for person_id in dict.fromkeys(_moved()):
        with frame.scheme().reading() as db:
            try:
                person = people.person(db, person_id, frame.today())
            except NotThere:  # erased since
                continue
            found = resend.astray(db, person_id)
        if found:
            _offer(person_id, person["name"], person["email"], found)


def _offer(person_id: int, name: str, email: str, found: Sequence[Astray]) -> None:
    with st.container(border=True):
        went = "1 letter went" if len(found) == 1 else f"{len(found)} letters went"
        what = ", ".join(status.kind(one.kind) for one in found)
        st.markdown(frame.plain(f"{went} to the earlier address of {name}: {what}."))
        with st.container(horizontal=True):
            send = f"Send again to {frame.plain(email)}"
            if controls.keyed(st.button, send, name=f"resend-{person_id}", icon=":material/replay:"):
                frame.act(lambda: _send(person_id, name), "")
            if controls.keyed(st.button, "Leave it", name=f"leave-{person_id}", type="tertiary"):
                _forget(person_id)
                st.rerun()


def _send(person_id: int, name: str) -> None:
    with frame.scheme().reading() as db:
        sender = office(db, frame.environment())
    count = resend.send_to_new_address(frame.scheme(), sender, person_id, frame.now())
    _forget(person_id)
    frame.say(f"{letters(count)} will go to {name}.")


def _moved() -> tuple[int, ...]:
    """Return the people of this scheme with a corrected address and letters still on offer."""
    path, moved = st.session_state.get(_CORRECTED, (None, ()))
    return moved if path == frame.scheme().path else ()


def _forget(person_id: int) -> None:
    left = tuple(one for one in _moved() if one != person_id)
    st.session_state[_CORRECTED] = (frame.scheme().path, left)
