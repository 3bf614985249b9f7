"""Bar charts: outcomes by round, shares, and counts side by side."""

import altair as alt
import pandas as pd

from coffee.charts import Drawing
from coffee.charts.names import axis
from coffee.charts.palette import (
    BLUE,
    GREY,
    MET,
    NOT_MET,
    PALE_VERMILION,
    UNKNOWN,
    VERMILION,
    dash,
    legend,
)

HEIGHT = 300
ROW = 34
ROOM = 24  # characters on each of two lines
NUMBERED = 16  # bars, of which each can carry its number; then there is no need of a scale
BARE = alt.Axis(labels=False, grid=False, ticks=False)


def met_by_round(rounds: pd.DataFrame) -> Drawing:
    """Draw `rounds` (round, met, unknown, did_not_meet) as stacked bars, with *did not meet* hollow and dashed."""
    names = {"met": MET, "unknown": UNKNOWN, "did_not_meet": NOT_MET}
    long = rounds[["round", *names]].rename(columns=names).melt("round", var_name="how", value_name="matches")
    long = long[long["matches"] > 0].assign(order=long["how"].map({MET: 0, UNKNOWN: 1, NOT_MET: 2}))
    bars: alt.Chart = (
        alt.Chart(long)
        .mark_bar(strokeWidth=1.5)
        .encode(
            x=alt.X("round:O", title="Round", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("matches:Q", title="Matches", axis=alt.Axis(format=",d", tickMinStep=1, tickCount=5)),
            color=alt.Color("how:N", scale=_by_how([BLUE, GREY, PALE_VERMILION]), title=None, legend=legend()),
            stroke=alt.Stroke(
                "how:N",
                scale=_by_how([BLUE, GREY, VERMILION]),
                title=None,
                legend=legend(),
            ),
            strokeDash=dash(legend()),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("round:O", title="Round"),
                alt.Tooltip("how:N", title="How it went"),
                alt.Tooltip("matches:Q", title="Matches", format=","),
            ],
        )
        .properties(height=HEIGHT)
    )
    return bars


def _by_how(values: list[str]) -> alt.Scale:
    return alt.Scale(domain=[MET, UNKNOWN, NOT_MET], range=values)


def share_by_round(rounds: pd.DataFrame, part: str, whole: str) -> Drawing:
    """Draw one bar for each round: the share of the count `part` in the count `whole`, 0 … 100 %."""
    frame = rounds.assign(share=(rounds[part] / rounds[whole].where(rounds[whole] > 0)).fillna(0.0))
    numbered = len(frame) <= NUMBERED
    base = alt.Chart(frame).encode(
        x=alt.X("Round:O", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y(
            "share:Q",
            title=f"{part}, of those {whole.lower()}",
            axis=BARE if numbered else alt.Axis(format=".0%", tickCount=5),
            scale=alt.Scale(domain=[0, 1.08], nice=False),
        ),
        tooltip=["Round:O", alt.Tooltip(f"{part}:Q", format=","), alt.Tooltip(f"{whole}:Q", format=",")],
    )
    labels = base.mark_text(dy=-8).encode(text=alt.Text("share:Q", format=".0%"))
    layers = [base.mark_bar(color=BLUE), labels] if numbered else [base.mark_bar(color=BLUE)]
    return alt.layer(*layers).properties(height=HEIGHT)


def counts(frame: pd.DataFrame, label: str, value: str, title: str, order: list[str] | None = None) -> Drawing:
    """Draw horizontal bars, one for each row of `frame`, in its order or another. Each bar ends in its number."""
    names = list(frame[label].astype(str))
    base = alt.Chart(frame).encode(
        y=alt.Y(
            f"{label}:N",
            sort=order or names,
            title=None,
            axis=axis(names, ROOM, lines=2),
        ),
        x=alt.X(f"{value}:Q", axis=None),
        tooltip=[
            alt.Tooltip(f"{label}:N", title=label.capitalize()),
            alt.Tooltip(f"{value}:Q", title=title, format=","),
        ],
    )
    labels = base.mark_text(align="left", dx=4).encode(text=alt.Text(f"{value}:Q", format=","))
    return alt.layer(base.mark_bar(color=BLUE), labels).properties(height=max(120, ROW * len(frame) + 60))


def rates_with_intervals(frame: pd.DataFrame, label: str, heading: str, title: str) -> Drawing:
    """A point for `share` and a line from `low` to `high` (0 … 1) for each row of `frame`, in its order; `words`
    says it. `heading` is what the column `label` is called on screen."""
    names = list(frame[label].astype(str))
    base = alt.Chart(frame).encode(
        y=alt.Y(
            f"{label}:N",
            sort=names,
            title=None,
            axis=axis(names, ROOM, lines=2),
        ),
        tooltip=[alt.Tooltip(f"{label}:N", title=heading), alt.Tooltip("words:N", title=title)],
    )
    line = base.mark_rule(color=GREY, strokeWidth=3).encode(
        x=alt.X("low:Q", title=title, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%", tickCount=5)),
        x2="high:Q",
    )
    point = base.mark_point(filled=True, size=110, color=BLUE, opacity=1).encode(x="share:Q")
    return alt.layer(line, point).properties(height=max(120, ROW * len(frame) + 60))
