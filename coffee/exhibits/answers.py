"""What came back: who met, who answered, and the figures that head the page on feedback."""

import pandas as pd
import streamlit as st

from coffee.charts.bars import counts, met_by_round, rates_with_intervals, share_by_round
from coffee.exhibits import exhibit
from coffee.exhibits.exhibit import Exhibit
from coffee.exhibits.figures import Figures, once
from coffee.exhibits.headline import rate
from coffee.insight import feedback, takeaways
from coffee.insight.rates import Rate

MOST = 30  # organisations in one chart


def headline(figures: Figures, number: int | None) -> None:
    """A row of figures, each with what it was counted from."""
    with st.container(horizontal=True):
        for label, counted, noun, meaning in once(figures, ("headline", number), lambda: rates(figures, number)):
            rate(label, counted, noun, meaning)


def rates(figures: Figures, number: int | None) -> list[tuple[str, Rate, str, str]]:
    """The headline: label, rate, what was counted, and what it means."""
    history, said = figures.of_round(number)
    useful = Rate(int((said["useful"] >= 4).sum()), int(said["useful"].notna().sum()))
    met, again = feedback.met_rate(feedback.by_match(history)), feedback.share_saying_yes(said, "again")
    return [
        ("Answered", feedback.response(history, said), "asked", "Answers received, of everybody asked about a match."),
        ("Met", met, "matches", "Matches that met, of those we know of."),
        ("Useful", useful, "ratings", "Ratings of 4 or 5, from 1 (not at all) to 5 (very)."),
        ("Would do it again", again, "answers", "Of those who answered the question."),
        ("New to each other", feedback.new_ties(said), "answers", "Of those who met and said if they knew each other."),
    ]


def show_meetings(figures: Figures, number: int | None) -> None:
    """Met and answered by round, then by organisation, then the funnel."""
    left, right = st.columns(2)
    with left:
        exhibit.show(once(figures, ("met", number), lambda: met(figures, number)))
        if disagreement := once(figures, ("disagreement", number), lambda: disagreement_in(figures, number)):
            st.info(disagreement, icon=":material/compare_arrows:")
    with right:
        exhibit.show(once(figures, ("response", number), lambda: response(figures, number)))
    _show_organisations(once(figures, ("by organisation", number), lambda: by_organisation(figures, number)))
    exhibit.show(once(figures, ("funnel",), lambda: funnel(figures)))


def disagreement_in(figures: Figures, number: int | None) -> str | None:
    """In how many matches one says that they met and another that they did not; None when in none."""
    return takeaways.of_disagreement(feedback.by_match(figures.of_round(number)[0]))


def met(figures: Figures, number: int | None) -> Exhibit:
    """How many matches met, round by round; the sentence is about `number` alone when it is given."""
    names = {
        "round": "Round",
        "matches": "Matches",
        "met": "Met",
        "unknown": "Not known yet",
        "not_met": "Did not meet",
        "disagree": "Partners disagree",
    }
    rounds = figures.by_round
    takeaway = takeaways.of_met(feedback.by_match(figures.of_round(number)[0]))
    table = rounds[list(names)].rename(columns=names)
    return Exhibit("met", "How many matches met", takeaway, met_by_round(rounds), table)


def response(figures: Figures, number: int | None) -> Exhibit:
    """How many answered, round by round."""
    rounds = figures.by_round
    table = rounds[["round", "seats", "answers"]].set_axis(["Round", "Asked", "Answered"], axis=1)
    takeaway = takeaways.of_response(feedback.response(*figures.of_round(number)))
    return Exhibit("response", "How many answered", takeaway, share_by_round(table, "Answered", "Asked"), table)


def by_organisation(figures: Figures, number: int | None) -> Exhibit | None:
    """Met by organisation, of those with enough answers; None when there is none."""
    names = {
        "organisation": "Organisation",
        "seats": "Asked",
        "answers": "Answered",
        "met": "Say they met",
        "met_answers": "Say yes or no",
        "useful": "Usefulness, mean of 1 to 5",
        "useful_answers": "Ratings",
    }
    table = feedback.by_organisation(*figures.of_round(number))
    enough = table[table["met_answers"] >= feedback.FEWEST].head(MOST)
    if enough.empty:
        return None
    found = [Rate(yes, of) for yes, of in zip(enough["met"], enough["met_answers"], strict=True)]
    drawn = enough.assign(
        share=[one.share or 0.0 for one in found],
        words=[one.words("answers say they met") for one in found],
        low=[one.interval()[0] for one in found],
        high=[one.interval()[1] for one in found],
    )
    chart = rates_with_intervals(drawn, "organisation", "Answers that say they met")
    takeaway = takeaways.of_organisations(table)
    return Exhibit("met_by_organisation", "Met, by organisation", takeaway, chart, table.rename(columns=names))


def _show_organisations(made: Exhibit | None) -> None:
    if made is not None:
        exhibit.show(made)
        return
    st.header("Met, by organisation", anchor=False)
    st.markdown(
        f"No organisation has {feedback.FEWEST} answers yet. Fewer are not shown, so that nobody can be singled out."
    )


def funnel(figures: Figures) -> Exhibit:
    """From invitation to answer."""
    steps: pd.DataFrame = feedback.funnel(figures.people, figures.summary.history, figures.said)
    return Exhibit(
        "funnel",
        "From invitation to answer",
        takeaways.of_funnel(steps),
        counts(steps, "step", "people", "People"),
        steps.set_axis(["Step", "People"], axis=1),
    )
