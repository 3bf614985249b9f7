"""The view *Meetings* of the feedback page, and the figures at its top."""

from typing import NamedTuple

import pandas as pd
import streamlit as st

from coffee.charts.bars import counts, met_by_round, share_by_round
from coffee.charts.tiles import tiles
from coffee.dashboard import frame
from coffee.dashboard.charts import exhibit
from coffee.dashboard.charts.exhibit import Exhibit, show_table
from coffee.dashboard.charts.figures import Figures, once
from coffee.dashboard.charts.headline import figure, rate
from coffee.insight import feedback, takeaways
from coffee.insight.rates import Rate, percentage

MOST = 30  # organisations in one chart


class Headline(NamedTuple):
    """A figure of the headline. `rate` is None for what too few people say."""

    label: str
    rate: Rate | None
    noun: str
    meaning: str


def headline(figures: Figures, number: int | None) -> None:
    """Show a row of figures, each with its counts."""
    with st.container(horizontal=True):
        for label, counted, noun, meaning in once(figures, ("headline", number), lambda: rates(figures, number)):
            if counted is None:
                figure(label, "–", f"fewer than {feedback.FEWEST} {noun}", meaning)
            else:
                rate(label, counted, noun, meaning)


def rates(figures: Figures, number: int | None) -> list[Headline]:
    """Return the headline figures of one round, or of all."""
    answers = figures.of_round(number)[1]
    opinions = [
        ("Useful", feedback.useful(answers), "ratings", "Ratings of 4 or 5, from 1 (not at all) to 5 (very)."),
        (
            "Would do it again",
            feedback.share_saying_yes(answers, "again"),
            "answers",
            "Of those who answered the question.",
        ),
        (
            "New to each other",
            feedback.new_ties(answers),
            "answers",
            "Of those who met and said if they knew each other.",
        ),
    ]
    _, outcomes, response = figures.results(number)
    met = f"matches, {outcomes.unknown:,} not known" if outcomes.unknown else "matches"
    return [
        Headline(
            "Answered", response, "people asked", "People who answered, with “not yet” too, of those with a match."
        ),
        Headline("Met", outcomes.rate, met, "Matches that met, of all matches."),
        *(Headline(name, one if feedback.enough(one) else None, *words) for name, one, *words in opinions),
    ]


def show_meetings(figures: Figures, number: int | None) -> None:
    """Show meetings by round, the funnel, disagreements, and the rates by round and by organisation."""
    left, right = st.columns(2)
    with left:
        exhibit.show(once(figures, ("met", number), lambda: met(figures, number)))
    with right:
        exhibit.show(once(figures, ("funnel", number), lambda: funnel(figures, number)))
    _show_disagreements(figures, number)
    exhibit.show(once(figures, ("rates by round",), lambda: by_round(figures)))
    _show_organisations(figures, once(figures, ("by organisation", number), lambda: by_organisation(figures, number)))


def _show_disagreements(figures: Figures, number: int | None) -> None:
    history, answers = figures.of_round(number)
    rounds = figures.summary.by_round
    disagree = int(rounds.loc[rounds["round"].isin(history["round"]), "disagree"].sum())
    sentence = once(figures, ("disagree", number), lambda: takeaways.of_disagreement(disagree))
    if sentence is None:
        return
    st.info(sentence, icon=":material/compare_arrows:")
    found = once(figures, ("disagreements", number), lambda: feedback.disagreements(history, answers))
    names = ["Round", "Says they met", "Says they did not"]
    show_table(found[["round", "yes", "no"]].set_axis(names, axis=1), alt="Matches whose partners disagree")
    with st.container(horizontal=True):
        for round_ in found["round"].unique()[:MOST_LINKS].tolist():
            frame.link("rounds", f"Go to round {round_}", round=str(round_))


MOST_LINKS = 6


def met(figures: Figures, number: int | None) -> Exhibit:
    """Return the exhibit of matches that met, by round. Its sentence is about round `number` only, if given."""
    names = {
        "round": "Round",
        "matches": "Matches",
        "met": "Met",
        "unknown": "Not known yet",
        "did_not_meet": "Did not meet",
        "disagree": "Partners disagree",
    }
    rounds = figures.summary.by_round
    takeaway = takeaways.of_met(figures.results(number)[1])
    table = rounds[list(names)].rename(columns=names)
    return Exhibit("met", "How many matches met", takeaway, met_by_round(rounds), table)


def response(figures: Figures) -> Exhibit:
    """Return the exhibit of people who answered, by round."""
    rounds = figures.summary.by_round
    table = rounds[["round", "asked", "answered"]].set_axis(["Round", "Asked", "Answered"], axis=1)
    takeaway = takeaways.of_response(rounds)
    return Exhibit("response", "How many answered", takeaway, share_by_round(table, "Answered", "Asked"), table)


def funnel(figures: Figures, number: int | None) -> Exhibit:
    """Return the exhibit of people from invitation to answer, for one round or all."""
    at = figures.published[number] if number else None
    steps = feedback.funnel(figures.people, figures.guests, figures.of_round(number)[0], at)
    counted = [f"{of:,} {whom}" for of, whom in zip(steps["of"], steps["counted"], strict=True)]
    return Exhibit(
        "funnel",
        f"From invitation to answer in round {number}" if number else "From invitation to answer",
        takeaways.of_funnel(steps),
        counts(steps, "step", "people", "People"),
        steps[["step", "people"]].assign(counted=counted).set_axis(["Step", "People", "Counted from"], axis=1),
    )


def by_round(figures: Figures) -> Exhibit:
    """Return the exhibit of rates by round."""
    found = feedback.rates_by_round(figures.summary.by_round, figures.answers)
    cells = _cells(found)
    chart = tiles(cells.assign(group="Round " + cells["group"]), "Round")
    return Exhibit("rates_by_round", "Rates by round", takeaways.of_rounds(found), chart, _table(found, "Round"))


def by_organisation(figures: Figures, number: int | None) -> Exhibit | None:
    """Return the exhibit of rates by organisation, or None if none has enough answers."""
    found = feedback.rates_by_organisation(*figures.of_round(number))
    if found.empty:
        return None
    drawn = found[found["group"].isin(found["group"].unique()[:MOST])]
    return Exhibit(
        "rates_by_organisation",
        f"Rates by {figures.silo.one}",
        takeaways.of_organisations(figures.silo, found, MOST),
        tiles(_cells(drawn), figures.silo.title),
        _table(found, figures.silo.title),
    )


def _cells(found: pd.DataFrame) -> pd.DataFrame:
    """A row of `found` as a tile: share, label and words."""
    known = [
        None if pd.isna(of) else Rate(int(yes), int(of)) for yes, of in zip(found["yes"], found["of"], strict=True)
    ]
    return found[["group", "rate"]].assign(
        share=pd.Series([one.share if one else None for one in known], found.index, "float64"),
        label=[percentage(one.share) if one and one.share is not None else "–" for one in known],
        words=[_words(one) for one in known],
    )


def _words(one: Rate | None) -> str:
    if one is None:
        return f"Fewer than {feedback.FEWEST}, or kept back so that these cannot be worked out"
    return f"{one.count:,} of {one.of:,}"


def _table(found: pd.DataFrame, group: str) -> pd.DataFrame:
    cells = _cells(found)
    cells["text"] = cells["words"].where(cells["label"] != "–", "–") + (" (" + cells["label"] + ")").where(
        cells["label"] != "–", ""
    )
    table = cells.pivot(index="group", columns="rate", values="text")
    table = table.loc[cells["group"].unique(), cells["rate"].unique()]
    return table.rename_axis(columns=None).rename_axis(group).reset_index()


def _show_organisations(figures: Figures, made: Exhibit | None) -> None:
    if made is not None:
        exhibit.show(made)
        return
    one = frame.plain(figures.silo.one)
    st.header(f"Rates by {one}", anchor=False)
    st.markdown(
        f"No {one} has answers from {feedback.FEWEST} people yet. Fewer are not shown, so that nobody can be "
        "singled out."
    )
