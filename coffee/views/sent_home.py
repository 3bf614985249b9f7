"""People who were put in touch at a launch and never confirmed their address, so that no draw has them."""

import streamlit as st

from coffee import frame
from coffee.scheme import people

FEW = 5


def show() -> None:
    """A notice with their names, if there are any, and the way to them."""
    names = _names(frame.fingerprint())
    if not names:
        return
    shown = ", ".join(frame.plain(name) for name in names[:FEW])
    rest = len(names) - FEW
    more = f" and {rest:,} {'other' if rest == 1 else 'others'}" if rest > 0 else ""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/mark_email_unread: Not drawn until they confirm their address: {shown}{more}. They were at a "
            "launch and were sent a link for it. You can also bring them back yourself.",
            width="stretch",
        )
        frame.link("people", "See them in People")


@st.cache_resource(max_entries=5, show_spinner=False)
def _names(fingerprint: tuple[str, ...]) -> list[str]:
    del fingerprint
    with frame.scheme().reading() as db:
        return people.sent_home(db)
