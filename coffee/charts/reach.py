"""The chart of how many others each organisation has met."""

import altair as alt
import pandas as pd

from coffee.charts import Drawing
from coffee.charts.names import axis
from coffee.charts.palette import BLUE, GREY, legend
from coffee.text.silo import Silo

ROW = 34
ABOVE_AND_BELOW = 150  # the legend, the axis and its title
ROOM = 24  # characters on each of two lines
MET, INTRODUCED = "Met", "Introduced only"


def reach_chart(reach: pd.DataFrame, silo: Silo) -> Drawing:
    """`reach` has organisation, met, introduced, others; one bar each, in its order."""
    parts = reach.assign(**{MET: reach["met"], INTRODUCED: reach["introduced"] - reach["met"]})
    long = parts.melt(["organisation", "others"], [MET, INTRODUCED], "how", "reached")
    order = list(reach["organisation"])
    bars: alt.Chart = (
        alt.Chart(long)
        .mark_bar()
        .encode(
            y=alt.Y("organisation:N", sort=order, title=None, axis=axis(order, ROOM, lines=2)),
            x=alt.X(
                "reached:Q",
                title=f"Other {silo.many}",
                scale=alt.Scale(domain=[0, int(reach["others"].max())]),
                axis=alt.Axis(format=",d", tickMinStep=1, tickCount=5),
            ),
            color=alt.Color(
                "how:N",
                title=None,
                legend=legend(columns=1),
                scale=alt.Scale(domain=[MET, INTRODUCED], range=[BLUE, GREY]),
            ),
            order=alt.Order("how:N", sort="descending"),
            tooltip=[
                alt.Tooltip("organisation:N", title=silo.title),
                alt.Tooltip("how:N", title="How"),
                alt.Tooltip("reached:Q", title=f"Other {silo.many}", format=","),
                alt.Tooltip("others:Q", title="Of", format=","),
            ],
        )
        .properties(height=ROW * len(reach) + ABOVE_AND_BELOW)
    )
    return bars
