"""What came back: who met, who answered, and the figures that head the page on feedback."""

import pandas as pd
import streamlit as st

from coffee.charts.bars import counts, met_by_round, rates_with_intervals, share_by_round
from coffee.exhibits.exhibit import exhibit
from coffee.exhibits.figures import Figures
from coffee.exhibits.headline import rate
from coffee.insight import feedback, takeaways
from coffee.insight.rates import Rate


def headline(history: pd.DataFrame, said: pd.DataFrame) -> None:
    """A row of figures, each with what it was counted from."""
    with st.container(horizontal=True):
        rate(
            "Answered", feedback.response(history, said), "asked", "Answers received, of everybody asked about a match."
        )
        rate("Met", feedback.met_rate(feedback.by_match(history)), "matches", "Matches that met, of those we know of.")
        useful = Rate(int((said["useful"] >= 4).sum()), int(said["useful"].notna().sum()))
        rate("Useful", useful, "ratings", "Ratings of 4 or 5, from 1 (not at all) to 5 (very).")
        rate(
            "Would do it again",
            feedback.share_saying_yes(said, "again"),
            "answers",
            "Of those who answered the question.",
        )
        rate(
            "New to each other",
            feedback.new_ties(said),
            "answers",
            "Of those who met and said whether they knew each other.",
        )


def show_meetings(figures: Figures, history: pd.DataFrame, said: pd.DataFrame) -> None:
    """Met and answered by round, then by organisation."""
    rounds = feedback.by_round(figures.summary.history, figures.said)
    matches = feedback.by_match(history)
    left, right = st.columns(2)
    with left:
        _met(rounds, matches)
    with right:
        _response(rounds, feedback.response(history, said))
    _by_organisation(history, said)
    _funnel(figures)


def _met(rounds: pd.DataFrame, matches: pd.DataFrame) -> None:
    names = {
        "round": "Round",
        "matches": "Matches",
        "met": "Met",
        "unknown": "Not known yet",
        "not_met": "Did not meet",
        "disagree": "Partners disagree",
    }
    table = rounds[list(names)].rename(columns=names)
    exhibit("How many matches met", takeaways.of_met(matches), met_by_round(rounds), table, key="met")
    if disagreement := takeaways.of_disagreement(matches):
        st.info(disagreement, icon=":material/compare_arrows:")


def _response(rounds: pd.DataFrame, response: Rate) -> None:
    table = rounds[["round", "seats", "answers"]].set_axis(["Round", "Asked", "Answered"], axis=1)
    chart = share_by_round(table, "Answered", "Asked")
    exhibit("How many answered", takeaways.of_response(response), chart, table, key="response")


def _by_organisation(history: pd.DataFrame, said: pd.DataFrame) -> None:
    table = feedback.by_organisation(history, said)
    rates = [Rate(met, of) for met, of in zip(table["met"], table["met_answers"], strict=True)]
    frame_ = table.assign(
        share=[one.share or 0.0 for one in rates], words=[one.words("answers say they met") for one in rates],
        low=[one.interval()[0] for one in rates], high=[one.interval()[1] for one in rates],
    )  # fmt: skip
    frame_ = frame_[frame_["met_answers"] >= feedback.FEWEST].head(30)
    if frame_.empty:
        st.header("Met, by organisation", anchor=False)
        st.markdown(
            f"No organisation has {feedback.FEWEST} answers yet. Fewer are not shown, so that nobody can be "
            "singled out."
        )
        return
    exhibit(
        "Met, by organisation",
        takeaways.of_organisations(table),
        rates_with_intervals(frame_, "organisation", "Answers that say they met"),
        table.rename(
            columns={
                "organisation": "Organisation",
                "seats": "Asked",
                "answers": "Answered",
                "met": "Say they met",
                "met_answers": "Say yes or no",
                "useful": "Usefulness, mean of 1 to 5",
                "useful_answers": "Ratings",
            }
        ),
        key="met_by_organisation",
    )


def _funnel(figures: Figures) -> None:
    funnel = feedback.funnel(figures.people, figures.summary.history, figures.said)
    exhibit(
        "From invitation to answer",
        takeaways.of_funnel(funnel),
        counts(funnel, "step", "people", "People"),
        funnel.set_axis(["Step", "People"], axis=1),
        key="funnel",
    )
