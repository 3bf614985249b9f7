"""Rounds: draw a draft, change it, publish it, and see who met."""

import streamlit as st

from coffee.dashboard import frame
from coffee.dashboard.overview import counts
from coffee.dashboard.people import notices
from coffee.dashboard.rounds import draft, published, round_view

today = frame.today()
known = round_view.numbers(frame.fingerprint())
active = counts.read(frame.fingerprint(), today).active
if not known:
    who = "1 person" if active == 1 else f"{active:,} people"
    frame.head("Rounds", f"No round has been drawn yet. {who} can be drawn.")
    notices.show_unreachable()
    in_room = round_view.offer_room(known)
    round_view.offer_to_let_in()
    round_view.offer_new_round(known, active, primary=not in_room)
    if active < 2:
        frame.link("people", "Add people first")
    st.stop()
title = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    chosen = round_view.choose(known)
    in_room = round_view.offer_room(known)
    if known[0][2] == "closed":
        round_view.offer_new_round(known, active, primary=not in_room)
with frame.part():
    round_view.offer_to_let_in()
view = round_view.read(frame.fingerprint(), chosen, today)
with title:
    frame.head("Rounds", view.sentence())
    notices.show_unreachable()
    notices.show_unconfirmed()
(draft if view.round.state == "draft" else published).show(view)
if known[0][2] == "published":
    round_view.offer_new_round(known, active, primary=False)
