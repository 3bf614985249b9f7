"""The look ahead: what the next draw could link, and how many rounds it takes."""

import numpy as np
import pandas as pd
import streamlit as st

from coffee import frame
from coffee.charts.forecast import forecast_chart
from coffee.exhibits import exhibit
from coffee.exhibits.exhibit import Exhibit, download_table, show_table
from coffee.exhibits.figures import Figures, once
from coffee.insight import takeaways
from coffee.insight.feedback import by_match, met_rate
from coffee.insight.forecast import Forecast, Start, simulate
from coffee.insight.silos import most_new_links, never_linked
from coffee.insight.ties import silo_codes, skipped

ROUNDS = 24
MARKS = (0.5, 0.8, 0.95)
MORE = 10
SEED = 2016


def show(figures: Figures) -> None:
    """Forecast first; what the next draw could do below it."""
    active = figures.active
    if active["organisation"].nunique() < 2:
        st.info("A look ahead needs active people from at least two organisations.", icon=":material/hourglass_empty:")
        return
    _forecast(figures)
    _next_draw(figures)


def _forecast(figures: Figures) -> None:
    names = sorted(figures.active["organisation"].unique())
    joins = st.selectbox(
        f"What if {MORE} more people joined from", names, index=None, placeholder="Nobody new",
        key="joins", bind="query-params", width=400,
    )  # fmt: skip
    found = _simulated(figures, None)
    exhibit.show(_drawn(found))
    if joins is not None:
        changed = takeaways.of_change(found, _simulated(figures, names.index(joins)), MARKS[1], ROUNDS)
        st.info(frame.plain(f"With {MORE} more people from {joins}: {changed}"), icon=":material/group_add:")


def _drawn(found: Forecast) -> Exhibit:
    band = found.band()
    return Exhibit(
        "forecast",
        "How long until the silos are linked",
        takeaways.of_forecast(found, MARKS, ROUNDS),
        forecast_chart(band, MARKS),
        band.round(3).set_axis(["Rounds from now", "Likely at least", "Most likely", "Likely at most"], axis=1),
    )


def _simulated(figures: Figures, joins: int | None) -> Forecast:
    def simulated() -> Forecast:
        start = start_of(figures) if joins is None else start_of(figures).with_more(joins, MORE)
        return simulate(start, ROUNDS, _simulations(len(start.silos)), SEED)

    return once(figures, ("forecast", joins), simulated)


def _simulations(people: int) -> int:
    """How often to draw: seldom for a large scheme, whose simulations differ little."""
    return 24 if people <= 500 else 8 if people <= 2_000 else 4


def start_of(figures: Figures) -> Start:
    """Where the scheme stands, as the forecast asks for it."""
    summary, active = figures.summary, figures.active
    known = summary.connections if not figures.unmet_may_meet else _may_not_meet_again(figures)
    index = pd.Index(active["id"])
    met = np.column_stack([index.get_indexer(known["person_1"]), index.get_indexer(known["person_2"])])
    names = sorted(active["organisation"].unique())
    return Start(
        silos=pd.Categorical(active["organisation"], categories=names).codes.astype(np.int64),
        met=met[(met >= 0).all(axis=1)],
        linked=silo_codes(summary.ties[summary.ties["met"] == "yes"], names),
        meeting=met_rate(by_match(summary.history)),
        skipping=skipped(summary.history),
        unmet_may_meet=figures.unmet_may_meet,
    )


def _may_not_meet_again(figures: Figures) -> pd.DataFrame:
    ties = figures.summary.ties
    return ties[ties["met"] != "no"]


def _next_draw(figures: Figures) -> None:
    organisations = figures.active["organisation"]
    unlinked = once(figures, ("unlinked",), lambda: never_linked(figures.summary.silo_pairs, organisations))
    most = once(figures, ("most",), lambda: most_new_links(unlinked, organisations))
    st.header("Which pairs of organisations have never met", anchor=False)
    st.markdown(takeaways.of_never_linked(len(unlinked), most, figures.summary.linked()))
    if not unlinked.empty:
        names = ["Organisation", "And", "Pairs of people that could meet", "Introduced so far"]
        show_table(unlinked.set_axis(names, axis=1), alt="Pairs of organisations that have never met")
        download_table(unlinked.set_axis(names, axis=1), "never_met")
