"""The network picture of a round: people or organisations, and a line for each match."""

import altair as alt
import pandas as pd

from coffee.charts import Drawing
from coffee.charts.palette import GREY, ORANGE, colour, dash, legend

HEIGHT = 520
NAMED_UP_TO = 40  # nodes; more names would cover one another


def network_picture(nodes: pd.DataFrame, lines: pd.DataFrame) -> Drawing:
    """`nodes` has x, y (0 … 1), name, about, people, taking_part, chosen; `lines` has x, y, x2, y2, how, matches,
    about."""
    place = {
        "x": alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.04, 1.04])),
        "y": alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.06, 1.06])),
    }
    edges = (
        alt.Chart(lines)
        .mark_rule(opacity=0.9)
        .encode(
            **place,
            x2="x2:Q",
            y2="y2:Q",
            color=colour(legend()),
            strokeDash=dash(legend()),
            strokeWidth=alt.StrokeWidth(
                "matches:Q", scale=alt.Scale(domain=[1, 6], range=[1.8, 6], clamp=True), legend=None
            ),
            tooltip=[alt.Tooltip("about:N", title="Match"), alt.Tooltip("how:N", title="How it went")],
        )
    )
    dots = (
        alt.Chart(nodes)
        .mark_circle(stroke="white", strokeWidth=1)
        .encode(
            **place,
            size=alt.Size("people:Q", scale=alt.Scale(range=[70, 500]), legend=None)
            if nodes["people"].nunique() > 1
            else alt.value(90),
            color=alt.condition("datum.chosen", alt.value(ORANGE), alt.value(GREY)),
            opacity=alt.condition("datum.taking_part", alt.value(1), alt.value(0.35)),
            tooltip=[alt.Tooltip("name:N", title="Name"), alt.Tooltip("about:N", title="About")],
        )
    )
    layers: list[alt.Chart] = [edges, dots]
    named = nodes if len(nodes) <= NAMED_UP_TO else nodes[nodes["chosen"]]
    if len(named) <= NAMED_UP_TO:
        names = alt.Chart(named).mark_text(dy=-13, fontSize=11, limit=110, color=GREY)
        layers.append(names.encode(**place, text="name:N"))
    return alt.layer(*layers).properties(height=HEIGHT, view=alt.ViewBackground(stroke=None))
