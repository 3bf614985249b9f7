"""The chart of a forecast: the share of pairs of silos that the next rounds will link."""

import altair as alt
import pandas as pd

from coffee.charts import Drawing
from coffee.charts.palette import BLUE, DASHED, GREEN, GREY
from coffee.text.silo import Silo

HEIGHT = 320


def forecast_chart(
    band: pd.DataFrame, marks: tuple[float, ...], silo: Silo, changed: pd.DataFrame | None = None
) -> Drawing:
    """`band` has round (0 is now), low, middle, high (0 … 1); `marks` are shares to draw a line at.

    The middle of `changed`, another such band, is a dashed line.
    """
    base = alt.Chart(band).encode(
        x=alt.X("round:Q", title="Rounds from now", axis=alt.Axis(format="d", tickMinStep=1, tickCount=6)),
        tooltip=[
            alt.Tooltip("round:Q", title="Rounds from now"),
            alt.Tooltip("middle:Q", title="Most likely", format=".0%"),
            alt.Tooltip("low:Q", title="Likely at least", format=".0%"),
            alt.Tooltip("high:Q", title="Likely at most", format=".0%"),
        ],
    )
    share = alt.Y(
        "low:Q",
        title=f"Pairs of {silo.many} linked",
        axis=alt.Axis(format=".0%", tickCount=5, grid=False),
        scale=alt.Scale(domain=[0, 1]),
    )
    area = base.mark_area(opacity=0.3, color=BLUE).encode(y=share, y2="high:Q")
    line = base.mark_line(color=BLUE, strokeWidth=2.5, point=True).encode(y="middle:Q")
    lines = [area, line] if changed is None else [area, line, _other(changed)]
    drawn: Drawing = alt.layer(alt.layer(*lines), _aims(marks)).resolve_axis(y="independent").properties(height=HEIGHT)
    return drawn


def _other(changed: pd.DataFrame) -> alt.Chart:
    tips = [alt.Tooltip("round:Q", title="Rounds from now"), alt.Tooltip("middle:Q", title="Then", format=".0%")]
    line = alt.Chart(changed).mark_line(color=GREEN, strokeWidth=2.5, strokeDash=DASHED)
    other: alt.Chart = line.encode(x="round:Q", y="middle:Q", tooltip=tips)
    return other


def _aims(marks: tuple[float, ...]) -> alt.Chart:
    """Draw a line at each mark, labelled at its right end."""
    names = alt.Axis(orient="right", values=list(marks), format=".0%", title=None, grid=False)
    rules = alt.Chart(pd.DataFrame({"share": marks})).mark_rule(color=GREY, strokeWidth=1, strokeDash=[2, 3])
    aims: alt.Chart = rules.encode(y=alt.Y("share:Q", axis=names, scale=alt.Scale(domain=[0, 1])))
    return aims
