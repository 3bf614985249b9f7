"""The forecast: how much of the map of silos the next rounds will link."""

import altair as alt
import pandas as pd

from coffee.charts import Drawing
from coffee.charts.palette import BLUE, DASHED, GREEN, GREY

HEIGHT = 320


def forecast_chart(band: pd.DataFrame, marks: tuple[float, ...], changed: pd.DataFrame | None = None) -> Drawing:
    """`band` has round (0 is now), low, middle, high (0 … 1); `marks` are shares to draw a line at.

    The middle of `changed`, another such band, is a dashed line.
    """
    base = alt.Chart(band).encode(
        x=alt.X("round:Q", title="Rounds from now", axis=alt.Axis(format="d", tickMinStep=1)),
        tooltip=[
            alt.Tooltip("round:Q", title="Rounds from now"),
            alt.Tooltip("middle:Q", title="Most likely", format=".0%"),
            alt.Tooltip("low:Q", title="Likely at least", format=".0%"),
            alt.Tooltip("high:Q", title="Likely at most", format=".0%"),
        ],
    )
    share = alt.Y("low:Q", title="Silo pairs linked", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1]))
    area = base.mark_area(opacity=0.3, color=BLUE).encode(y=share, y2="high:Q")
    line = base.mark_line(color=BLUE, strokeWidth=2.5, point=True).encode(y="middle:Q")
    levels = alt.Chart(pd.DataFrame({"share": marks})).encode(y="share:Q")
    rules = levels.mark_rule(color=GREY, strokeWidth=1)
    words = levels.mark_text(align="left", dx=2, dy=-6, x=0, color=GREY).encode(text=alt.Text("share:Q", format=".0%"))
    if changed is None:
        return alt.layer(area, line, rules, words).properties(height=HEIGHT)
    other = alt.Chart(changed).mark_line(color=GREEN, strokeWidth=2.5, strokeDash=DASHED)
    other = other.encode(x="round:Q", y="middle:Q", tooltip=["round:Q", alt.Tooltip("middle:Q", format=".0%")])
    return alt.layer(area, line, other, rules, words).properties(height=HEIGHT)
