"""Feedback: who met, who answered, what they thought of it, and what they wrote."""

import streamlit as st

from coffee import frame
from coffee.exhibits import answers, comments, ratings
from coffee.exhibits.figures import figures
from coffee.insight import feedback, takeaways

counted = figures()
history, said = counted.summary.history, counted.said
if history.empty:
    frame.head("Feedback", "No round is out yet. After the first one, this page shows who met and what they say.")
    frame.link("rounds", "Go to rounds")
    st.stop()

frame.head("Feedback", frame.plain(takeaways.of_latest(feedback.by_round(history, said))))
numbers = [str(number) for number in counted.summary.rounds]
if len(numbers) > 1:
    number = st.selectbox(
        "Round", numbers, index=None, placeholder="All rounds", width=240, key="round", bind="query-params"
    )
    if number is not None:
        history, said = history[history["round"] == int(number)], said[said["round"] == int(number)]
answers.headline(history, said)
VIEWS = {
    "Meetings": lambda: answers.show_meetings(counted, history, said),
    "Ratings": lambda: ratings.show(said),
    "Comments": lambda: comments.show(said),
    "Selling": lambda: comments.show_selling(said),
}
for tab, view in zip(st.tabs(list(VIEWS), key="view", bind="query-params"), VIEWS.values(), strict=True):
    if tab.open:
        with tab:
            view()
