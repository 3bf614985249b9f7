"""Tiles: the rates of many groups, a tile with a number for each."""

import altair as alt
import pandas as pd

from coffee.charts import Drawing

PALE, DEEP, INK = "#E6F1F8", "#7DB8DC", "#10202D"
ROW, NAME, HEAD = 28, 20, 62  # pixels
FONT = 11
NARROW = 600  # pixels


def tiles(cells: pd.DataFrame, title: str) -> Drawing:
    """`cells` has group, rate, share (0 … 1, NaN: not shown), label and words, in the order of rows and columns.

    Each row stands under its group's name, which so has the whole width, on a phone too.
    """
    groups = list(cells["group"].unique())
    row = ROW + NAME
    base = alt.Chart(cells).encode(
        x=alt.X("rate:N", sort=list(cells["rate"].unique()), title=None, axis=_head()),
        y=alt.Y("group:N", sort=groups, axis=None, scale=alt.Scale(paddingInner=NAME / row, paddingOuter=NAME / row)),
        tooltip=[
            alt.Tooltip("group:N", title=title),
            alt.Tooltip("rate:N", title="Rate"),
            alt.Tooltip("words:N", title="Counted"),
        ],
    )
    shown, hidden = base.transform_filter("isValid(datum.share)"), base.transform_filter("!isValid(datum.share)")
    colour = alt.Color("share:Q", scale=alt.Scale(domain=[0, 1], range=[PALE, DEEP]), legend=None)
    tile = shown.mark_rect(cornerRadius=3, xOffset=1, x2Offset=-1).encode(color=colour)
    number = shown.mark_text(color=INK, fontSize=FONT).encode(text="label:N")
    nothing = hidden.mark_text().encode(text="label:N")
    return alt.layer(tile, number, nothing, _names(cells, groups)).properties(height=HEAD + NAME + row * len(groups))


def _head() -> alt.Axis:
    """Return the axis of rates, with one word on each line on a narrow screen."""
    return alt.Axis(
        orient="top", labelAngle=0, labelExpr=f"width < {NARROW} ? split(datum.label, ' ') : datum.label",
        labelFontSize=FONT, labelOverlap=False,
        labelFlush=False, labelAlign="center", labelBaseline="top", labelPadding=HEAD - 8,
        ticks=False, domain=False,
    )  # fmt: skip


def _names(cells: pd.DataFrame, groups: list[str]) -> alt.Chart:
    named: alt.Chart = (
        alt.Chart(cells.drop_duplicates("group"))
        .mark_text(align="left", baseline="bottom", dy=-ROW / 2 - 2, fontSize=FONT + 1)
        .encode(x=alt.value(0), y=alt.Y("group:N", sort=groups), text="group:N")
    )
    return named
