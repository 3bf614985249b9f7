"""The view *Share*: a report for the board, and data for researchers."""

from functools import partial

import pandas as pd
import streamlit as st

from coffee.dashboard import controls, frame
from coffee.dashboard.charts.figures import Figures
from coffee.dashboard.connections.report import report
from coffee.insight.research import anonymous_ties, graphml
from coffee.roster.csv_out import for_excel
from coffee.scheme import Scheme, numbering, quotes, settings


def show(figures: Figures) -> None:
    """Show the report and the data downloads."""
    board, research = st.columns(2)
    with board.container(border=True, height="stretch"):
        _board(figures)
    with research.container(border=True, height="stretch"):
        _research(figures)


def _board(figures: Figures) -> None:
    st.header("A report for the board", anchor=False)
    with frame.scheme().reading() as db:
        chosen, title = quotes.chosen(db), str(settings.get(db, "title", "Coffee trial"))
    st.markdown(
        "A report with the figures, the charts and the stories you chose on Feedback. It opens in any browser, prints "
        f"well, and names nobody else. Stories chosen: {len(chosen)}."
    )
    numbers = [int(number) for number in figures.summary.rounds]
    number = controls.one(
        st.selectbox, "About", numbers, "about", placeholder="All rounds", format_func="Round {}".format
    )
    st.download_button(
        "Download the report",
        partial(report, figures, number, title, chosen, frame.today()),
        f"report-round-{number}.html" if number else "report.html",
        "text/html",
        type="primary",
        icon=":material/description:",
        on_click="ignore",
    )


def _research(figures: Figures) -> None:
    st.header("Data for researchers", anchor=False)
    st.markdown(
        "Who was introduced to whom and whether they met, with numbers in place of names. Somebody who knows who met "
        "whom can still recognise people, so share it under an agreement."
    )
    numbered = partial(ties, figures, frame.scheme())
    with st.container(horizontal=True):
        st.download_button(
            "Ties (CSV)", lambda: for_excel(numbered()), "ties.csv", "text/csv",
            icon=":material/table:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "Network (GraphML)", lambda: graphml(numbered()), "network.graphml",
            "application/graphml+xml", icon=":material/hub:", on_click="ignore",
        )  # fmt: skip


def ties(figures: Figures, scheme: Scheme) -> pd.DataFrame:
    """Return the introductions, with this scheme's fixed numbers in place of names."""
    with scheme.reading() as db:
        seed = numbering.stored_seed(db)
    if seed is None:
        with scheme.writing() as db:
            seed = numbering.draw(db)
    return anonymous_ties(figures.summary, seed)
