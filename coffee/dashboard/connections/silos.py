"""The silo × silo heat map, and the matches behind one of its cells."""

import pandas as pd
import streamlit as st

from coffee.charts.palette import WORDS
from coffee.charts.picture_files import as_picked
from coffee.charts.reach import reach_chart
from coffee.charts.silo_map import PICK, silo_map
from coffee.dashboard import controls, frame
from coffee.dashboard.charts import exhibit
from coffee.dashboard.charts.exhibit import Exhibit, show_table
from coffee.dashboard.charts.figures import Figures, once
from coffee.insight import takeaways
from coffee.insight.silos import between, cells, every_pair

READABLE = 30  # organisations on a side
WAYS = {"least": "least linked", "largest": "largest", "best": "best linked"}


def show(figures: Figures) -> None:
    """Show the heat map of organisations, the matches of the chosen pair, and the reach of each."""
    if len(figures.summary.organisations) < 2:
        st.info(
            f"Everybody is from one {frame.plain(figures.silo.one)}, so there are no pairs to link. "
            "The other views still count."
        )
        return
    way = _way(figures)
    exhibit.show(once(figures, ("silos", way), lambda: heat_map(figures, way)), on_select=_take_over)
    _behind(figures)
    exhibit.show(once(figures, ("reach", way), lambda: reach(figures, way)))


def heat_map(figures: Figures, way: str | None = None) -> Exhibit:
    """Return the heat map of linked organisations. `way` says which to show of too many: None for the least linked."""
    way = way or ("all" if len(figures.summary.reach) <= READABLE else "least")
    summary, order = figures.summary, _shown(figures, way)["organisation"].tolist()
    return Exhibit(
        "silos",
        f"Which {figures.silo.many} have been linked",
        takeaways.of_silo_map(
            figures.silo, summary.linked(), summary.linked("introduced"), summary.feasible, _which(figures, way)
        ),
        silo_map(cells(summary.silo_pairs, order), order, figures.silo.title),
        pair_table(figures, every_pair(summary.silo_pairs, summary.first_together)),
    )


def _way(figures: Figures) -> str:
    """Ask which organisations to show when there are too many for one chart."""
    if len(figures.summary.organisations) <= READABLE:
        return "all"
    every = frame.plain(figures.silo.count(len(figures.summary.organisations)))
    return controls.one(
        st.segmented_control, f"{every} are too many to read at once. Show the {READABLE}", list(WAYS), "silos",
        "least", format_func=WAYS.__getitem__,
    )  # fmt: skip


def _shown(figures: Figures, way: str) -> pd.DataFrame:
    """Return each organisation's reach, least linked first, for as many as fit in one chart."""
    reach = figures.summary.reach
    if way == "largest":
        reach = reach[reach["people"].rank(method="first", ascending=False) <= READABLE]
    elif way != "all":
        reach = reach.tail(READABLE) if way == "least" else reach.head(READABLE)
    return reach[::-1]


def _which(figures: Figures, way: str) -> str | None:
    """Describe the selection, as in 'the 30 least linked of 60 organisations'."""
    return None if way == "all" else f"the {READABLE} {WAYS[way]} of {figures.silo.count(len(figures.summary.reach))}"


def _take_over() -> None:
    """Put the clicked cell into the two boxes, which also serve people who cannot click a chart."""
    for cell in st.session_state[controls.key("silos-chart")].selection.get(PICK, [])[:1]:
        if "row" in cell and "column" in cell:
            controls.turn("connections", "between", as_picked(cell["row"]))
            controls.turn("connections", "with", as_picked(cell["column"]))


def _behind(figures: Figures) -> None:
    names = figures.summary.organisations
    st.markdown(f"**Matches between two {frame.plain(figures.silo.many)}.** Click a cell above, or choose here.")
    with st.container(horizontal=True):
        one = controls.one(st.selectbox, "From", names, "between", placeholder="Choose one")
        other = controls.one(st.selectbox, "With", names, "with", placeholder="Choose one")
    if one is None or other is None:
        return
    rows = between(figures.summary.ties, one, other)
    if rows.empty:
        st.info(f"Nobody from {frame.plain(one)} has been introduced to anybody from {frame.plain(other)} yet.")
    else:
        show_table(match_table(figures, rows), alt=f"Matches between {one} and {other}")


def match_table(figures: Figures, ties: pd.DataFrame) -> pd.DataFrame:
    """Return ties as a readable table: round, people, organisations, and outcome."""
    names = figures.names
    return pd.DataFrame(
        {
            "Round": ties["round"],
            "Person": [names.get(person, "Somebody erased") for person in ties["person_1"]],
            "From": ties["organisation_1"].astype("str"),
            "With": [names.get(person, "Somebody erased") for person in ties["person_2"]],
            "Of": ties["organisation_2"].astype("str"),
            "How it went": ties["met"].astype("str").map(WORDS),
        }
    )


def reach(figures: Figures, way: str) -> Exhibit:
    """Return the exhibit of each organisation's reach."""
    names = {
        "organisation": figures.silo.title,
        "people": "People",
        "met": "Others met",
        "introduced": "Others introduced",
        "others": "Others there are",
    }
    shown = _shown(figures, way)
    return Exhibit(
        "reach",
        f"How far each {figures.silo.one} reaches",
        takeaways.of_reach(figures.silo, shown, _which(figures, way)),
        reach_chart(shown, figures.silo),
        figures.summary.reach[::-1].rename(columns=names),
    )


def pair_table(figures: Figures, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of organisations with the number of pairs of their people who met, fewest first."""
    names = {
        "organisation_1": figures.silo.title,
        "organisation_2": "With",
        "introduced": "Pairs introduced",
        "met": "Met",
        "unknown": "Not known yet",
        "not_met": "Did not meet",
    }
    table = pairs[list(names)].rename(columns=names).sort_values(["Met", "Pairs introduced"], kind="stable")
    return table.astype({figures.silo.title: "str", "With": "str"})
