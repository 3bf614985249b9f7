"""The network picture of a round."""

import pandas as pd
import streamlit as st

from coffee.charts.palette import WORDS
from coffee.charts.picture import network_picture
from coffee.dashboard import controls, frame
from coffee.dashboard.charts import exhibit
from coffee.dashboard.charts.exhibit import Exhibit
from coffee.dashboard.charts.figures import Figures, once
from coffee.dashboard.connections.silos import match_table, pair_table
from coffee.insight import picture, takeaways
from coffee.insight.layout import DRAWN_UP_TO
from coffee.insight.silos import of_organisation, silo_pairs

CLEAR = 40  # organisations, before their lines cover one another


def show(figures: Figures) -> None:
    """Show the network of the chosen round. Nobody's place changes between rounds."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = _round([int(number) for number in figures.summary.rounds])
        people = _draws_people(figures)
        star = too_many(figures, people)
        focus = _focus(figures, needed=star)
    made = once(figures, ("network", number, people, focus), lambda: network(figures, number, people, focus))
    exhibit.show(made)
    pale = "" if star else " Pale dots had no match in this round."
    st.markdown(f"Everybody keeps their place from round to round.{pale}")


def network(figures: Figures, number: int, people: bool, focus: str | None, named: bool = True) -> Exhibit:
    """Return the network of one round, between people or organisations, or around one of too many organisations.

    The table names people only if `named`.
    """
    ties = figures.summary.ties[figures.summary.ties["round"] == number]
    alone = focus if too_many(figures, people) else None
    shown = of_organisation(ties, alone) if alone else ties
    nodes, lines = (_people if people else _organisations)(figures, ties, focus)
    return Exhibit(
        "network",
        f"The network in round {number}",
        takeaways.of_picture(ties, number, (alone, shown) if alone else None),
        network_picture(nodes, lines.assign(how=lines["how"].map(WORDS))),
        match_table(figures, shown) if named else pair_table(figures, silo_pairs(shown)),
    )


def too_many(figures: Figures, people: bool) -> bool:
    """Return whether there are too many organisations for one legible picture."""
    return not people and len(figures.summary.organisations) > CLEAR


def _round(numbers: list[int]) -> int:
    if len(numbers) == 1:
        return numbers[0]
    return controls.one(st.select_slider, "Round", numbers, "round", numbers[-1])


def _draws_people(figures: Figures) -> bool:
    if len(figures.summary.members) > DRAWN_UP_TO or len(figures.summary.organisations) < 2:
        return len(figures.summary.members) <= DRAWN_UP_TO
    kinds = {"people": "People", "organisations": frame.plain(figures.silo.titles)}
    chosen = controls.one(st.segmented_control, "Draw", list(kinds), "draw", "people", format_func=kinds.__getitem__)
    return chosen == "people"


def _focus(figures: Figures, needed: bool) -> str | None:
    """Return the organisation to pick out. One is always chosen where there are too many to draw."""
    names = figures.summary.organisations
    if not needed:
        return controls.one(st.selectbox, "Pick out", names, "focus", placeholder=f"No {figures.silo.one}")
    best = str(figures.summary.reach["organisation"][0])
    label = frame.plain(f"{figures.silo.count(len(names))} are too many to draw at once. Draw the links of")
    return controls.one(st.selectbox, label, names, "focus-one", best)


def _people(figures: Figures, ties: pd.DataFrame, focus: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    args = figures.summary.members, figures.people_places, figures.names, ties
    nodes = picture.people_nodes(*args)
    chosen = nodes["about"] == focus
    return nodes.assign(chosen=chosen, named=chosen), picture.people_lines(*args)


def _organisations(figures: Figures, ties: pd.DataFrame, focus: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    pairs = silo_pairs(ties)
    names = figures.summary.organisations
    if len(names) <= CLEAR:
        places = figures.organisation_places
        nodes = picture.organisation_nodes(figures.summary.people, places, ties)
        chosen = nodes["name"] == focus
        return nodes.assign(chosen=chosen, named=chosen), picture.organisation_lines(places, pairs)
    return picture.star(figures.summary.people, pairs, focus or names[0])
