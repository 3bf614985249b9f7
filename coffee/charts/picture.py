"""The network picture of a round: people or organisations, and a line for each match."""

from typing import Any

import altair as alt
import pandas as pd

from coffee.charts import Drawing
from coffee.charts.names import shortened
from coffee.charts.palette import GREY, ORANGE, colour, dash, legend

HEIGHT = 520
NAMED_UP_TO = 40  # nodes; more names would cover one another
NARROW, FEW = 600, 12  # pixels in which more nodes than these few have no room for their names
ROOM = 26  # characters of a name


def network_picture(nodes: pd.DataFrame, lines: pd.DataFrame) -> Drawing:
    """`nodes` has x, y (0 … 1), name, about, people, taking_part, chosen, and named (which
    have their names when there is no room for all); `lines` has x, y, x2, y2, how, matches,
    about."""
    place: dict[str, Any] = {
        "x": alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.1, 1.1])),
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
    named = nodes if len(nodes) <= NAMED_UP_TO else nodes[nodes["named"]]
    if len(named) <= NAMED_UP_TO:
        labels = alt.Chart(named.assign(label=named["name"].map(shortened(list(set(named["name"])), ROOM))))
        seen = alt.ExprRef(f"width < {NARROW} && {len(named)} > {FEW} && !datum.named ? 0 : 1")
        text = labels.encode(**place, text="label:N")
        layers += [text.mark_text(dy=-13, style=style, opacity=seen) for style in ("halo", "name")]
    return alt.layer(*layers).properties(height=HEIGHT, view=alt.ViewBackground(stroke=None))
