"""What people thought of it: usefulness, what came of it, and why some did not meet."""

import pandas as pd
import streamlit as st

from coffee.charts.bars import counts, rates_with_intervals
from coffee.exhibits.exhibit import exhibit
from coffee.insight import feedback, takeaways

QUESTIONS = {
    "again": "Would do it again",
    "helped": "Helped with their work",
    "conduit": "Put others in touch",
    "knew_each_other": "Knew each other before",
}


def show(said: pd.DataFrame) -> None:
    """Ratings and reasons, as soon as there are enough answers that nobody can be singled out."""
    if len(said) < feedback.FEWEST:
        st.info(
            f"Ratings appear here once there are {feedback.FEWEST} answers, so that nobody can be singled out.",
            icon=":material/hourglass_empty:",
        )
        return
    left, right = st.columns(2)
    with left:
        _usefulness(said)
    with right:
        _outcomes(said)
    _reasons(said)


def _usefulness(said: pd.DataFrame) -> None:
    ratings = feedback.ratings(said)
    words = ["1 (not at all)", "2", "3", "4", "5 (very)"]
    exhibit(
        "How useful people found it",
        takeaways.of_ratings(ratings),
        counts(ratings.assign(useful=words), "useful", "answers", "Answers"),
        ratings.set_axis(["Usefulness", "Answers"], axis=1),
        key="useful",
    )


def _outcomes(said: pd.DataFrame) -> None:
    outcomes = feedback.outcomes(said, QUESTIONS)
    exhibit(
        "What came of it",
        takeaways.of_outcomes(outcomes),
        rates_with_intervals(outcomes, "question", "Answers that say yes"),
        outcomes[["question", "yes", "answers", "low", "high"]]
        .round(2)
        .set_axis(["Question", "Yes", "Answers", "Likely at least", "Likely at most"], axis=1),
        key="outcomes",
    )


def _reasons(said: pd.DataFrame) -> None:
    reasons = feedback.reasons(said)
    if reasons.empty:
        st.header("Why some did not meet", anchor=False)
        st.markdown(takeaways.of_reasons(reasons))
        return
    exhibit(
        "Why some did not meet",
        takeaways.of_reasons(reasons),
        counts(reasons.head(12), "reason", "answers", "Answers"),
        reasons.set_axis(["Reason", "Answers"], axis=1),
        key="reasons",
    )
