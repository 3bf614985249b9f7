"""The silo × silo heat map: who has been linked with whom, and where the gaps are."""

import altair as alt
import pandas as pd

from coffee.charts import Drawing
from coffee.charts.palette import BLUE, GREY, MET, NEVER, NOT_MET, ORANGE, UNKNOWN, VERMILION, WORDS

LABELS = 110  # pixels for an organisation's name; the whole name is in the tooltip
PICK = "cell"


def silo_map(cells: pd.DataFrame, order: list[str]) -> Drawing:
    """`cells` has row, column (organisations), introduced, met, not_met, unknown and `how`; see `insight.silos.cells`.

    Clicking a cell selects it (the selection is called PICK).
    """
    words = WORDS | {"never": NEVER}
    signs = {"unknown": "?", "no": "×", "never": ""}
    cells = cells.assign(mark=cells["how"].map(signs).fillna(cells["met"].astype(str)), how=cells["how"].map(words))
    kinds = [MET, UNKNOWN, NOT_MET, NEVER]
    fill = alt.Color(
        "how:N",
        scale=alt.Scale(domain=kinds, range=[BLUE, GREY, VERMILION, "transparent"]),
        title=None,
        legend=alt.Legend(
            orient="top",
            columns=2,
            labelLimit=200,
            symbolType="square",
            symbolStrokeColor=GREY,
            symbolStrokeWidth=1,
            symbolSize=140,
        ),
    )
    pick = alt.selection_point(name=PICK, fields=["row", "column"], toggle=False)
    base = alt.Chart(cells).encode(
        x=alt.X("column:N", sort=order, title=None, axis=_axis(-90)),
        y=alt.Y("row:N", sort=order, title=None, axis=_axis(0)),
        tooltip=[
            alt.Tooltip("row:N", title="Organisation"),
            alt.Tooltip("column:N", title="and"),
            alt.Tooltip("met:Q", title="Pairs met", format=","),
            alt.Tooltip("unknown:Q", title="Not known yet", format=","),
            alt.Tooltip("not_met:Q", title="Did not meet", format=","),
        ],
    )
    boxes = base.mark_rect(stroke=GREY, strokeWidth=0.6, strokeOpacity=0.6, cursor="pointer").encode(
        color=fill,
        fillOpacity=alt.condition(alt.datum.how == NOT_MET, alt.value(0.9), alt.value(1)),
        stroke=alt.condition(pick, alt.value(ORANGE), alt.value(GREY), empty=False),
        strokeWidth=alt.condition(pick, alt.value(3), alt.value(0.6), empty=False),
    )
    marks = base.mark_text(fontSize=alt.ExprRef("min(13, bandwidth('x') * 0.62)"), fontWeight=600).encode(
        text="mark:N", color=alt.value("white")
    )
    return alt.layer(boxes.add_params(pick), marks).properties(height=_height(len(order)))


def _axis(angle: int) -> alt.Axis:
    return alt.Axis(
        labelLimit=LABELS, labelAngle=angle, labelOverlap=False, labelFlush=False, ticks=False, domain=False
    )


def _height(organisations: int) -> int:
    return LABELS + max(120, organisations * (34 if organisations <= 15 else 22))
