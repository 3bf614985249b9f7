"""Charts drawn as pictures without a browser, in a child process because the renderer can crash."""

import json
from collections.abc import Sequence

from coffee.child import ChildDied, in_child

SORRY = "This picture could not be drawn. The table beside it has the same numbers."
_SORRY = json.dumps({"title": SORRY, "data": {"values": [{}]}, "mark": "point"})
_SECONDS = 120


def png(chart: str) -> bytes:
    """Draw a Vega-Lite chart as a PNG at twice the size of a screen, or an apology where that fails."""
    for drawn_from in (chart, _SORRY):
        try:
            return in_child(_png, drawn_from, seconds=_SECONDS)
        except (ChildDied, ValueError):
            continue
    raise ChildDied(SORRY)


def svgs(charts: Sequence[str]) -> list[str | None]:
    """Draw Vega-Lite charts as SVG, with None for each that cannot be drawn."""
    try:
        return in_child(_svgs, list(charts), seconds=_SECONDS)
    except ChildDied:  # of one of them: the others are drawn all the same
        return [drawn for chart in charts for drawn in svgs([chart])] if len(charts) > 1 else [None] * len(charts)


def _png(chart: str) -> bytes:
    import vl_convert

    return vl_convert.vegalite_to_png(chart, scale=2, allowed_base_urls=[])


def _svgs(charts: list[str]) -> list[str | None]:
    import vl_convert

    drawn: list[str | None] = []
    for chart in charts:
        try:
            drawn.append(vl_convert.vegalite_to_svg(chart, allowed_base_urls=[]))
        except ValueError:
            drawn.append(None)
    return drawn
