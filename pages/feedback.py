"""Feedback: meetings, answers, ratings and comments."""

import streamlit as st

from coffee.dashboard import controls, frame
from coffee.dashboard.charts.figures import figures
from coffee.dashboard.feedback import answers, comments, ratings
from coffee.insight import takeaways

counted = figures()
if counted.summary.history.empty:
    frame.head("Feedback", "No round is out yet. After the first one, this page shows who met and what they say.")
    frame.link("rounds", "Go to rounds")
    st.stop()

top = st.container()
number = None
if len(counted.summary.rounds) > 1:
    numbers = [int(number) for number in counted.summary.rounds]
    number = controls.one(st.selectbox, "Round", numbers, "round", placeholder="All rounds", width=240)
with top:
    frame.head("Feedback", frame.plain(takeaways.of_results(*counted.results(number))))
answers.headline(counted, number)
VIEWS = {
    "Meetings": answers.show_meetings,
    "Ratings": ratings.show,
    "Comments": comments.show,
    "Selling": comments.show_selling,
}
for tab, name in controls.tabs(list(VIEWS), "view"):
    with tab:
        VIEWS[name](counted, number)
