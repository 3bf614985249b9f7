"""Growth of connections over the rounds."""

import streamlit as st

from coffee.charts.growth import growth_chart
from coffee.exhibits.exhibit import exhibit
from coffee.exhibits.figures import Figures
from coffee.insight import takeaways

COUNTED = ["organisations", "people"]


def show(figures: Figures) -> None:
    """Pairs of organisations, or of people when there is one organisation only or the organiser asks."""
    of = "people"
    if len(figures.summary.organisations) > 1:
        of = st.segmented_control(
            "Count pairs of", COUNTED, default=COUNTED[0], required=True,
            format_func=str.capitalize, key="count", bind="query-params",
        )  # fmt: skip
    growth = figures.summary.growth(of)
    names = {"round": "Round", "met": "Met so far", "introduced": "Introduced so far", "possible": "Possible"}
    exhibit(
        f"How connections between {of} grow",
        takeaways.of_growth(growth, of),
        growth_chart(growth),
        growth.rename(columns=names),
        key="growth",
    )
