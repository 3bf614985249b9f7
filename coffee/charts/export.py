"""A chart leaves Python: as Vega-Lite for a browser, or as a picture to put in a report, on white.

Altair's settings are the whole process's, and people ask for charts at once: charts are written one at a time.
"""

from collections.abc import Callable
from hashlib import sha256
from textwrap import wrap
from threading import Lock
from typing import Any

import altair as alt
import pandas as pd
import vl_convert

from coffee.charts import Drawing

WIDTH = 760
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
    return vl_convert.vegalite_to_png(_titled(chart, title, takeaway), scale=2, allowed_base_urls=[])


def svg(chart: Drawing) -> str:
    """An SVG without a title, for a page that has its own heading."""
    return vl_convert.vegalite_to_svg(_plain(chart), allowed_base_urls=[])


def _titled(chart: Drawing, title: str, takeaway: str) -> str:
    words = alt.TitleParams(
        text=title, subtitle=wrap(takeaway, LINE), anchor="start", fontSize=18, subtitleFontSize=13, offset=16
    )
    return _plain(chart.properties(title=words))


def _plain(chart: Drawing) -> str:
    with _one_at_a_time, alt.data_transformers.enable("default", max_rows=None):
        return str(chart.properties(width=WIDTH).configure(background="white", padding=16).to_json())
