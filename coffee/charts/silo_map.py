"""The silo × silo heat map: the pairs that are linked, and the gaps."""

from typing import Any

import altair as alt
import pandas as pd

from coffee.charts import Drawing
from coffee.charts.names import axis
from coffee.charts.palette import BLUE, GREY, MET, NEVER, NOT_MET, ORANGE, PALE_YELLOW, UNKNOWN, VERMILION, WORDS

LABELS = 150  # pixels for an organisation's name; the whole name is in the tooltip
ROOM = 24  # characters in them
FEW = 15  # organisations, for which there is room to spare
PICK = "cell"
SIGNS = {"unknown": "?", "no": "×", "never": "–"}


def silo_map(cells: pd.DataFrame, order: list[str], silo: str) -> Drawing:
    """`cells` has row, column (organisations), introduced, met, not_met, unknown and `how`; see `insight.silos.cells`.

    `silo` is what one of them is called. Clicking a cell selects it (the selection is called PICK). The diagonal is
    grey: nobody has to be linked with themselves.
    """
    cells = cells.assign(
        mark=cells["how"].map(SIGNS).fillna(cells["met"].astype(str)), how=cells["how"].map(WORDS | {"never": NEVER})
    )
    place: dict[str, Any] = {
        "x": alt.X("column:N", sort=order, title=None, axis=axis(order, ROOM, angle=-90)),
        "y": alt.Y("row:N", sort=order, title=None, axis=axis(order, ROOM)),
    }
    itself = alt.Chart(pd.DataFrame({"row": order, "column": order})).mark_rect(color=GREY, opacity=0.3).encode(**place)
    pick = alt.selection_point(name=PICK, fields=["row", "column"], toggle=False)
    small = alt.ExprRef("min(13, bandwidth('x') * 0.62)")
    text = alt.Chart(cells).encode(**place, text="mark:N")
    marks = text.transform_filter(alt.datum.how != NEVER).mark_text(fontSize=small, fontWeight=600, color="white")
    gaps = text.transform_filter(alt.datum.how == NEVER).mark_text(fontSize=small, fontWeight=600)
    return alt.layer(itself, _boxes(cells, place, pick, silo), marks, gaps).properties(height=_height(len(order)))


def _boxes(cells: pd.DataFrame, place: dict[str, Any], pick: alt.Parameter, silo: str) -> alt.Chart:
    scale = alt.Scale(domain=[MET, UNKNOWN, NOT_MET, NEVER], range=[BLUE, GREY, VERMILION, PALE_YELLOW])
    boxes: alt.Chart = (
        alt.Chart(cells)
        .mark_rect(strokeOpacity=0.6, cursor="pointer")
        .encode(
            **place,
            color=alt.Color("how:N", scale=scale, title=None, legend=_legend()),
            stroke=alt.condition(pick, alt.value(ORANGE), alt.value(GREY), empty=False),
            strokeWidth=alt.condition(pick, alt.value(3), alt.value(0.6), empty=False),
            tooltip=[
                alt.Tooltip("row:N", title=silo),
                alt.Tooltip("column:N", title="and"),
                alt.Tooltip("how:N", title="How it went"),
                alt.Tooltip("met:Q", title="Pairs met", format=","),
                alt.Tooltip("unknown:Q", title="Not known yet", format=","),
                alt.Tooltip("not_met:Q", title="Did not meet", format=","),
            ],
        )
        .add_params(pick)
    )
    return boxes


def _legend() -> alt.Legend:
    return alt.Legend(
        orient="top",
        columns=1,  # a phone has no room for two
        labelLimit=200,
        symbolType="square",
        symbolStrokeColor=GREY,
        symbolStrokeWidth=1,
        symbolSize=140,
    )


def _height(organisations: int) -> int:
    return LABELS + max(120, organisations * (34 if organisations <= FEW else 22))
