"""The view *Ratings*: usefulness, outcomes, and reasons for not meeting."""

import pandas as pd
import streamlit as st

from coffee.charts.bars import counts, rates_with_intervals
from coffee.dashboard.charts import exhibit, lasting
from coffee.dashboard.charts.exhibit import Exhibit
from coffee.dashboard.charts.figures import Figures, once
from coffee.insight import feedback, takeaways

QUESTIONS = {
    "again": "Would do it again",
    "helped": "Helped with their work",
    "conduit": "Put others in touch",
    "new": "New to each other",
}
SCALE = ["1 (not at all)", "2", "3", "4", "5 (very)"]
MOST = 12  # reasons in one chart


def show(figures: Figures, number: int | None) -> None:
    """Show ratings and reasons, once there are enough answers to hide who gave them."""
    answers = figures.of_round(number)[1]
    left, right = st.columns(2)
    with left:
        _show("How useful people found it", once(figures, ("useful", number), lambda: usefulness(answers)))
    with right:
        _show("What came of it", once(figures, ("outcomes", number), lambda: outcomes(answers)))
        lasting.show()
    made = once(figures, ("reasons", number), lambda: reasons(answers))
    if made is not None:
        exhibit.show(made)


def _show(title: str, made: Exhibit | None) -> None:
    if made is not None:
        exhibit.show(made)
        return
    st.header(title, anchor=False)
    waiting = f"This appears here once there are {feedback.FEWEST} answers to it, so that nobody can be singled out."
    st.info(waiting, icon=":material/hourglass_empty:")


def usefulness(answers: pd.DataFrame) -> Exhibit | None:
    """Return the exhibit of usefulness, or None if there are too few ratings."""
    if not feedback.enough(feedback.useful(answers)):
        return None
    ratings = feedback.ratings(answers)
    return Exhibit(
        "useful",
        "How useful people found it",
        takeaways.of_ratings(ratings),
        counts(ratings.assign(useful=SCALE), "useful", "answers", "Answers"),
        ratings.set_axis(["Usefulness", "Answers"], axis=1),
    )


def outcomes(answers: pd.DataFrame) -> Exhibit | None:
    """Return the exhibit of outcomes with intervals, or None if there are too few answers."""
    new = 1 - answers["knew_each_other"].where(answers["outcome"] == "yes").astype("Float64")
    found = feedback.outcomes(answers.assign(new=new), QUESTIONS)
    if found.empty:
        return None
    columns = {
        "question": "Question",
        "yes": "Yes",
        "answers": "Answers",
        "low": "Likely at least",
        "high": "Likely at most",
    }
    return Exhibit(
        "outcomes",
        "What came of it",
        takeaways.of_outcomes(found),
        rates_with_intervals(found, "question", "Question", "Answers that say yes"),
        found[list(columns)].round(2).rename(columns=columns),
    )


def reasons(answers: pd.DataFrame) -> Exhibit | None:
    """Return the exhibit of reasons for not meeting, or None if nobody gave one."""
    given = feedback.reasons(answers)
    if given.empty:
        return None
    return Exhibit(
        "reasons",
        "Why some did not meet",
        takeaways.of_reasons(given),
        counts(given.head(MOST), "reason", "answers", "Answers"),
        given.set_axis(["Reason", "Answers"], axis=1),
    )
