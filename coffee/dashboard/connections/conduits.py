"""Conduits: people who say they brought others together, and people who stand between others in the network."""

import pandas as pd
import streamlit as st

from coffee.dashboard import controls, frame
from coffee.dashboard.charts.exhibit import show_table
from coffee.dashboard.charts.figures import Figures, once
from coffee.insight.bridging import UP_TO, betweenness, constraint, participation
from coffee.insight.feedback import conduits

CAUTION = (
    "These figures describe the draw as much as the person. People who took part in more rounds, or were drawn with "
    "well-connected people, score higher. Use them to say thank you or to ask for a story. Never rank people by them."
)


def show(figures: Figures) -> None:
    """Show those who say so, then the measures of the network, in alphabetical order."""
    st.info(CAUTION, icon=":material/privacy_tip:")
    _who_say_so(figures, once(figures, ("conduits",), lambda: conduits(figures.answers)))
    _bridges(figures)


def _who_say_so(figures: Figures, found: pd.DataFrame) -> None:
    st.header("People who brought others together", anchor=False)
    if found.empty:
        st.markdown("Nobody has said so yet. The feedback form asks whether somebody put others in touch.")
        return
    people = "person says" if len(found) == 1 else "people say"
    st.markdown(f"{len(found):,} {people} they put others in touch because of a talk.")
    names = ["Person", figures.silo.title, "Talks that led to it"]
    show_table(found[["name", "organisation", "times"]].set_axis(names, axis=1), alt="People who put others in touch")


def _bridges(figures: Figures) -> None:
    st.header("People who connect others", anchor=False)
    members = figures.summary.members
    if len(members) > UP_TO:
        st.markdown(
            f"With {len(members):,} people these measures take minutes, so they are calculated for schemes of up to "
            f"{UP_TO:,} people. Download the GraphML file under Share and open it in Gephi instead."
        )
        return
    table = once(figures, ("bridges",), lambda: bridges(figures))
    if not table["Between"].any():
        st.markdown("Nobody yet, because the people who met know only each other. Look again after the next round.")
        return
    one = frame.plain(figures.silo.one)
    st.markdown(
        "**Between**: share of shortest paths between two others that pass through this person. **Spread**: 0 when all "
        f"their contacts are from one {one}, near 1 when from many. **Constraint**: low when their contacts do "
        "not know one another."
    )
    names = figures.summary.organisations
    organisation = controls.one(
        st.selectbox, "From", names, "bridges", placeholder=f"Any {figures.silo.one}", width=400
    )
    chosen = table if organisation is None else table[table[figures.silo.title] == organisation]
    show_table(chosen, alt="People who stand between others")


def bridges(figures: Figures) -> pd.DataFrame:
    """Return one row for each person who took part, by name: Person, organisation, Between, Spread, Constraint."""
    summary = figures.summary
    members, network = summary.members, summary.network()
    silos = (summary.meetings[name].cat.codes.to_numpy() for name in ("organisation_1", "organisation_2"))
    table = pd.DataFrame(
        {
            "Person": [figures.names.get(person, "Somebody erased") for person in members["person"]],
            figures.silo.title: members["organisation"].astype("str"),
            "Between": betweenness(network).round(3),
            "Spread": participation(network, *silos).round(2),
            "Constraint": constraint(network).round(2),
        }
    )
    return table.sort_values("Person", key=lambda names: names.str.casefold(), ignore_index=True)
