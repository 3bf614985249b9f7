"""Growth of connections over the rounds."""

import altair as alt
import pandas as pd

from coffee.charts import Drawing
from coffee.charts.palette import BLUE, GREEN, GREY, legend

HEIGHT = 320
FITS = 4  # the line of what is possible is drawn while it is at most this many times what was introduced


def growth_chart(growth: pd.DataFrame) -> Drawing:
    """`growth` has round, met, introduced, possible (running totals)."""
    names = {"met": "Met", "introduced": "Introduced", "possible": "Possible"}
    if not possible_fits(growth):
        del names["possible"]
    long = growth.rename(columns=names).melt("round", list(names.values()), "what", "pairs")
    shown = list(names.values())
    what = alt.Color(
        "what:N", scale=alt.Scale(domain=shown, range=[BLUE, GREY, GREEN][: len(shown)]), title=None, legend=legend()
    )
    shape = alt.Shape(
        "what:N",
        scale=alt.Scale(domain=shown, range=["circle", "square", "triangle-up"][: len(shown)]),
        legend=legend(),
        title=None,
    )
    base = alt.Chart(long).encode(
        x=alt.X("round:O", title="Round", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("pairs:Q", title="Pairs so far", axis=alt.Axis(format=",d", tickMinStep=1)),
        color=what,
        tooltip=[
            alt.Tooltip("round:O", title="Round"),
            alt.Tooltip("what:N", title="Pairs"),
            alt.Tooltip("pairs:Q", title="So far", format=","),
        ],
    )
    line = base.mark_line(strokeWidth=2.5)
    points = base.mark_point(size=70, filled=True, opacity=1).encode(shape=shape)
    return alt.layer(line, points).properties(height=HEIGHT)


def possible_fits(growth: pd.DataFrame) -> bool:
    """Return whether the line of possible pairs fits on the same scale without flattening the others."""
    last = growth.iloc[-1]
    return bool(last["possible"] <= FITS * max(last["introduced"], 1))
