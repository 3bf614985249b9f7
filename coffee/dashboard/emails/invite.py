"""The panel that invites people from a pasted list of addresses."""

import streamlit as st

from coffee.config.sender import office
from coffee.dashboard import controls, frame
from coffee.dashboard.emails.dry_run import read_first
from coffee.dashboard.emails.status import letters
from coffee.mail.letters.invitation import Guests, invitations, invite, read_list
from coffee.mail.letters.letter import Office


def show() -> None:
    """Show the panel, with its content only while it is open."""
    panel = controls.keyed(st.expander, "Invite people", name="invite", icon=":material/person_add:", on_change="rerun")
    if panel.open:
        with panel:
            _ask()


def _ask() -> None:
    st.markdown(
        "Everybody on the list gets one letter with a link to join. People who are already in the scheme get none."
    )
    text = controls.field(
        st.text_area, "Addresses", "", "guests", height=160,
        placeholder="ann.lee@devon.gov.uk; Siân Jones <sian@kent.gov.uk>",
    )  # fmt: skip
    guests = read_list(text)
    if guests.unread:
        unread = ", ".join(guests.unread[:5]) + (" …" if len(guests.unread) > 5 else "")
        st.warning(f"Not an email address, so no letter: {frame.plain(unread)}", icon=":material/warning:")
    with frame.sorry():
        _offer(guests)


def _offer(guests: Guests) -> None:
    """Offer to read and write the letters to people who are new."""
    batch = invitations(frame.scheme(), _sender(), guests, frame.now())
    count = len(batch)
    if known := len(guests.addresses) - count:
        st.markdown(f"{_already(known)} No letter goes to them.")
    if count and controls.keyed(st.toggle, "Read them first", name="invite-read"):
        read_first(batch, "invite")
    label = f"Write {letters(count)}"
    if controls.keyed(st.button, label, name="invite-write", icon=":material/send:", disabled=not count):
        _send(guests)


def _send(guests: Guests) -> None:
    invited = invite(frame.scheme(), _sender(), guests, frame.now())
    frame.say(f"{letters(invited.queued)} will go out. {_already(invited.known) if invited.known else ''}".strip())
    st.rerun()


def _already(known: int) -> str:
    return f"{known:,} {'was invited or is' if known == 1 else 'were invited or are'} in the scheme already."


def _sender() -> Office:
    with frame.scheme().reading() as db:
        return office(db, frame.environment())
