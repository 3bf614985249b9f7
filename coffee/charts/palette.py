"""Colours (Okabe & Ito 2008), each at least 3 : 1 against the light and the dark background, and what they mean."""

import altair as alt

BLUE = "#0072B2"
GREEN = "#009E73"
VERMILION = "#D55E00"
GREY = "#808080"
ORANGE = "#E69F00"
YELLOW = "#F0E442"
PALE_VERMILION, PALE_YELLOW = "rgba(213, 94, 0, 0.35)", "rgba(240, 228, 66, 0.6)"

SOLID, DASHED = [1, 0], [5, 4]

MET, UNKNOWN, NOT_MET = "Met", "Not known yet", "Did not meet"
NEVER = "Not introduced"
WORDS = {"yes": MET, "unknown": UNKNOWN, "no": NOT_MET}


def colour(legend: alt.Legend | None) -> alt.Color:
    """Return the colour scale of the column `how` (met, not known yet, did not meet)."""
    scale = alt.Scale(domain=[MET, UNKNOWN, NOT_MET], range=[BLUE, GREY, VERMILION])
    return alt.Color("how:N", scale=scale, title=None, legend=legend)


def dash(legend: alt.Legend | None) -> alt.StrokeDash:
    """Return the dashes for the same column, so that colour is never the only cue."""
    scale = alt.Scale(domain=[MET, UNKNOWN, NOT_MET], range=[SOLID, SOLID, DASHED])
    return alt.StrokeDash("how:N", scale=scale, title=None, legend=legend)


def legend(columns: int = 3) -> alt.Legend:
    """Return a legend above the chart, where a phone has room for it."""
    return alt.Legend(orient="top", direction="horizontal", columns=columns, labelLimit=200, symbolStrokeWidth=2)
