"""Growth of connections over the rounds."""

import streamlit as st

from coffee.charts.growth import growth_chart
from coffee.dashboard import controls, frame
from coffee.dashboard.charts import exhibit
from coffee.dashboard.charts.exhibit import Exhibit
from coffee.dashboard.charts.figures import Figures, once
from coffee.insight import takeaways

COUNTED = ["organisations", "people"]


def show(figures: Figures) -> None:
    """Show pairs of organisations, or pairs of people if the organiser asks or there is only one organisation."""
    of = "people"
    if len(figures.summary.organisations) > 1:
        called = {"organisations": frame.plain(figures.silo.titles), "people": "People"}
        of = controls.one(
            st.segmented_control, "Count pairs of", COUNTED, "count", COUNTED[0], format_func=called.__getitem__
        )
    exhibit.show(once(figures, ("growth", of), lambda: growth(figures, of)))


def growth(figures: Figures, of: str) -> Exhibit:
    """Return the exhibit of growing connections between `of` ('people' or 'organisations')."""
    totals, what = figures.summary.growth(of), of if of == "people" else figures.silo.many
    names = {"round": "Round", "met": "Met so far", "introduced": "Introduced so far", "possible": "Possible"}
    return Exhibit(
        "growth",
        f"How connections between {what} grow",
        takeaways.of_growth(totals, what),
        growth_chart(totals),
        totals.rename(columns=names),
    )
