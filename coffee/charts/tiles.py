"""Tiles: rates of many groups at a glance, one tile a rate with its number in it."""

import altair as alt
import pandas as pd

from coffee.charts import Drawing
from coffee.charts.palette import GREY

PALE, DEEP, INK = "#E6F1F8", "#7DB8DC", "#10202D"  # ink on either is at least 7 : 1
ROW = 28
HEAD = 90


def tiles(cells: pd.DataFrame, title: str) -> Drawing:
    """`cells` has group, rate, share (0 … 1, NaN: not shown), label and words, in the order of rows and columns."""
    base = alt.Chart(cells).encode(
        x=alt.X(
            "rate:N",
            sort=list(cells["rate"].unique()),
            title=None,
            axis=alt.Axis(orient="top", labelAngle=-40, labelLimit=130, ticks=False, domain=False),
        ),
        y=alt.Y(
            "group:N",
            sort=list(cells["group"].unique()),
            title=title,
            axis=alt.Axis(labelLimit=120, ticks=False, domain=False),
        ),
        tooltip=[
            alt.Tooltip("group:N", title=title),
            alt.Tooltip("rate:N", title="Rate"),
            alt.Tooltip("words:N", title="Counted"),
        ],
    )
    shown, hidden = alt.datum.share >= 0, "!isValid(datum.share)"
    tile = base.transform_filter(shown).mark_rect(cornerRadius=3)
    tile = tile.encode(
        color=alt.Color("share:Q", scale=alt.Scale(domain=[0, 1], range=[PALE, DEEP]), legend=None),
    )
    number = base.transform_filter(shown).mark_text(color=INK, fontSize=11).encode(text="label:N")
    nothing = base.transform_filter(hidden).mark_text(color=GREY).encode(text="label:N")
    return alt.layer(tile, number, nothing).properties(height=HEAD + ROW * cells["group"].nunique())
