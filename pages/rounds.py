"""Rounds: draw a draft, tweak it, publish it, hear who met."""

import streamlit as st

from coffee import frame
from coffee.views import desk, draft_round, published_round, sent_home, standing, unreachable

today = frame.today()
known = desk.numbers(frame.fingerprint())
active = standing.look(frame.fingerprint(), today).active
if not known:
    who = "1 person" if active == 1 else f"{active:,} people"
    frame.head("Rounds", f"No round has been drawn yet. {who} can be drawn.")
    unreachable.show()
    in_room = desk.offer_room(known)
    desk.offer_to_let_in()
    desk.offer_new_round(known, active, primary=not in_room)
    if active < 2:
        frame.link("people", "Add people first")
    st.stop()
title = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    chosen = desk.choose(known)
    in_room = desk.offer_room(known)
    if known[0][2] == "closed":
        desk.offer_new_round(known, active, primary=not in_room)
desk.offer_to_let_in()
look = desk.look(frame.fingerprint(), chosen, today)
with title:
    frame.head("Rounds", look.sentence())
    unreachable.show()
    sent_home.show()
(draft_round if look.round.state == "draft" else published_round).show(look)
if known[0][2] == "published":
    desk.offer_new_round(known, active, primary=False)
