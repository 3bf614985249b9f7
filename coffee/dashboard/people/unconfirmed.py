"""People who were put in touch at a launch and never confirmed their address, so that no draw has them."""

import streamlit as st

from coffee.dashboard import frame
from coffee.dashboard.people.everyone import roll
from coffee.dashboard.rounds.people_notice import notice
from coffee.scheme import people


def show() -> None:
    """A notice with their names, if there are any, and the way to them."""
    notice(
        ":material/mark_email_unread: Not drawn until they confirm their address:",
        _names(frame.fingerprint()),
        ". They were put in touch, and have sent no form through a link in our letters since. Each gets one reminder, "
        "two days after joining. You can also bring them back yourself.",
        "See them in People",
        status=roll(frame.fingerprint(), frame.today()).label("unconfirmed"),
    )


@st.cache_resource(max_entries=5, show_spinner=False)
def _names(fingerprint: tuple[str, ...]) -> list[str]:
    del fingerprint
    with frame.scheme().reading() as db:
        return list(people.sent_home(db).values())
