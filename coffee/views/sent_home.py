"""People who were put in touch at a launch and never confirmed their address, so that no draw has them."""

import streamlit as st

from coffee import frame
from coffee.scheme import people
from coffee.views.named import notice
from coffee.views.roll import roll


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
