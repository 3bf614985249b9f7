"""Ways for people to join by themselves: an address, a poster, and a screen for a room."""

import streamlit as st

from coffee.dashboard import frame


def show() -> None:
    """The part of the People page about joining."""
    base = frame.environment().base_url
    for hindrance in _hindrances():
        st.warning(hindrance, icon=":material/warning:")
    st.markdown(
        "People can join by themselves. Each confirms by a link in a letter before anybody is drawn, and agrees to the "
        "30 minutes and the no-selling rule. Send them this address, or show them a QR code."
    )
    st.code(f"{base}/join", language=None)
    with st.container(horizontal=True):
        st.link_button("Open the join page", f"{base}/join", icon=":material/open_in_new:")
        st.link_button("Poster with a QR code", f"{base}/p/poster", icon=":material/qr_code:")
        st.link_button("Screen for a launch event", f"{base}/screen", icon=":material/present_to_all:")
    st.caption(
        "The screen is for a room where a trial begins. People join with their phones, which needs no letter there. "
        "Then draw those in the room under Rounds, and publish: everybody finds their name on the screen."
    )


def _hindrances() -> list[str]:
    """Return the reasons why people elsewhere cannot join yet."""
    environment = frame.environment()
    reasons = []
    if environment.is_local:
        reasons.append(
            "The address below opens on this machine only. For others to join, whoever runs this server sets "
            "COFFEE\\_BASE\\_URL; the README shows how."
        )
    if environment.mail_server is None:
        reasons.append(
            "No mail server is set, so the letter with the link to confirm stays on this machine. Until whoever runs "
            "this server sets COFFEE\\_SMTP\\_URL, tick those who have joined under Everybody and bring them back."
        )
    return reasons
