"""A chart leaves Python: as Vega-Lite for a browser, or as a picture to put in a report, on white.

Altair's settings are the whole process's, and people ask for charts at once: charts are written one at a time.
"""

import json
from collections.abc import Callable
from hashlib import sha256
from textwrap import wrap
from threading import Lock
from typing import Any

import altair as alt
import pandas as pd
import vl_convert

from coffee.charts import Drawing
from coffee.charts.ground import LIGHT

WIDTH = 760  # of a picture
NARROW = 600  # of a chart in a page
LETTERS = 14
LARGE = {
    "text": {"fontSize": LETTERS},
    "axis": {"labelFontSize": LETTERS, "titleFontSize": LETTERS},
    "legend": {"labelFontSize": LETTERS},
}
LINE = 95  # characters of the takeaway that fit beside one another

_one_at_a_time = Lock()


def vega_lite(chart: Drawing, pack: Callable[[pd.DataFrame], bytes]) -> dict[str, Any]:
    """The chart as Vega-Lite, each of its data frames packed and named by its content under `datasets`.

    It is not held against the whole schema, which takes two thirds of the time: the tests do that, once.
    """
    datasets: dict[str, bytes] = {}

    def put_aside(data: Any, *_: Any, **_settings: Any) -> dict[str, str]:
        packed = pack(data)
        name = sha256(packed).hexdigest()
        datasets[name] = packed
        return {"name": name}

    with _one_at_a_time, alt.theme.enable("none"):
        alt.data_transformers.register("put aside", put_aside)
        with alt.data_transformers.enable("put aside"):
            spec: dict[str, Any] = chart.to_dict(validate=False)
    return spec | {"datasets": datasets}


def png(chart: Drawing, title: str, takeaway: str) -> bytes:
    """A PNG at twice the size of a screen."""
    words = alt.TitleParams(
        text=title, subtitle=wrap(takeaway, LINE), anchor="start", fontSize=18, subtitleFontSize=13, offset=16
    )
    drawn = _on_white(chart.properties(title=words, width=WIDTH), {"padding": 16})
    return vl_convert.vegalite_to_png(drawn, scale=2, allowed_base_urls=[])


def svg(chart: Drawing) -> str:
    """An SVG without a title, for a page that has its own heading; its words can still be read on a phone."""
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    drawn = _on_white(chart.properties(width=NARROW, autosize=fit), LARGE)
    return vl_convert.vegalite_to_svg(drawn, allowed_base_urls=[])


def _on_white(chart: Drawing, more: dict[str, Any]) -> str:
    with _one_at_a_time, alt.data_transformers.enable("default", max_rows=None):
        spec = chart.to_dict()
    config = LIGHT.config | {"background": LIGHT.paper}
    for name, given in more.items():
        config[name] = config.get(name, {}) | given if isinstance(given, dict) else given
    return json.dumps(spec | {"config": config})
