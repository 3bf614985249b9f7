"""How far each organisation reaches."""

import altair as alt
import pandas as pd

from coffee.charts import Drawing
from coffee.charts.palette import BLUE, GREY, legend

ROW = 26
MET, INTRODUCED = "Met", "Introduced only"


def reach_chart(reach: pd.DataFrame) -> Drawing:
    """`reach` has organisation, met, introduced, others; one bar each, in its order."""
    parts = reach.assign(**{MET: reach["met"], INTRODUCED: reach["introduced"] - reach["met"]})
    long = parts.melt(["organisation", "others"], [MET, INTRODUCED], "how", "reached")
    order = list(reach["organisation"])
    axis = alt.Axis(labelLimit=180, labelFlush=False, ticks=False, domain=False)
    bars: alt.Chart = (
        alt.Chart(long)
        .mark_bar()
        .encode(
            y=alt.Y("organisation:N", sort=order, title=None, axis=axis),
            x=alt.X(
                "reached:Q",
                title="Other organisations",
                scale=alt.Scale(domain=[0, int(reach["others"].max())]),
                axis=alt.Axis(format=",d", tickMinStep=1),
            ),
            color=alt.Color(
                "how:N", title=None, legend=legend(), scale=alt.Scale(domain=[MET, INTRODUCED], range=[BLUE, GREY])
            ),
            order=alt.Order("how:N", sort="descending"),
            tooltip=[
                alt.Tooltip("organisation:N", title="Organisation"),
                alt.Tooltip("how:N", title="How"),
                alt.Tooltip("reached:Q", title="Other organisations", format=","),
                alt.Tooltip("others:Q", title="Of", format=","),
            ],
        )
        .properties(height=max(140, ROW * len(reach) + 90))
    )
    return bars
