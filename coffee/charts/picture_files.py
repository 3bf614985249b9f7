"""Charts written as Vega-Lite, for a browser or for a picture on white.

Altair's settings hold for the whole process, so charts are written one at a time.
"""

import json
import re
from collections.abc import Callable
from hashlib import sha256
from textwrap import wrap
from threading import Lock
from typing import Any

import altair as alt
import pandas as pd

from coffee.charts import Drawing
from coffee.charts.ground import LIGHT
from coffee.roster.cells import printable

WIDTH = 760  # of a picture
NARROW = 600  # of a chart in a page
LETTERS = 14
LARGE = {
    "text": {"fontSize": LETTERS},
    "axis": {"labelFontSize": LETTERS, "titleFontSize": LETTERS},
    "legend": {"labelFontSize": LETTERS},
}
LINE = 95  # characters of the takeaway that fit beside one another

# Vega keeps names as keys of JavaScript objects, where these are taken: an organisation of such a name stops the chart.
TAKEN = (
    "constructor|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|toString|valueOf|__proto__"
    "|__(?:define|lookup)[GS]etter__"
)
UNSEEN = "\u2060"  # a word joiner after such a name makes it another one that looks the same
_TAKEN = re.compile(rf"({TAKEN})")
_TAKEN_IN_QUOTES = re.compile(rf"""(?<=["'])({TAKEN})(?=\\?["'])""")

_one_at_a_time = Lock()


def vega_lite(chart: Drawing, pack: Callable[[pd.DataFrame], bytes]) -> dict[str, Any]:
    """Return the chart as Vega-Lite, with its data frames packed under `datasets`, each named after its content.

    It is not validated against the schema, which would take two thirds of the time. The tests do that.
    """
    datasets: dict[str, bytes] = {}

    def put_aside(data: Any, *_: Any, **_settings: Any) -> dict[str, str]:
        packed = pack(_free(data))
        name = sha256(packed).hexdigest()
        datasets[name] = packed
        return {"name": name}

    with _one_at_a_time, alt.theme.enable("none"):
        alt.data_transformers.register("put aside", put_aside)
        with alt.data_transformers.enable("put aside"):
            spec: dict[str, Any] = chart.to_dict(validate=False)
    written: dict[str, Any] = json.loads(_written(spec))
    return written | {"datasets": datasets}


def as_picked(name: str) -> str:
    """Return the scheme's own form of a name that was clicked in a chart."""
    return name.removesuffix(UNSEEN) if _TAKEN.fullmatch(name.removesuffix(UNSEEN)) else name


def picture(chart: Drawing, title: str, takeaway: str) -> str:
    """Return the chart with its title and takeaway, as Vega-Lite."""
    words = alt.TitleParams(
        text=title, subtitle=wrap(takeaway, LINE), anchor="start", fontSize=18, subtitleFontSize=13, offset=16
    )
    return _on_white(chart.properties(title=words, width=WIDTH), {"padding": 16})


def illustration(chart: Drawing) -> str:
    """Return the chart for a page with a heading of its own, with words large enough for a phone."""
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    return _on_white(chart.properties(width=NARROW, autosize=fit), LARGE)


def _on_white(chart: Drawing, more: dict[str, Any]) -> str:
    with _one_at_a_time, alt.data_transformers.enable("default", max_rows=None):
        spec = chart.to_dict()
    config = LIGHT.config | {"background": LIGHT.paper}
    for name, given in more.items():
        config[name] = config.get(name, {}) | given if isinstance(given, dict) else given
    return _written(spec | {"config": config})


def _written(spec: dict[str, Any]) -> str:
    """Return JSON without names that JavaScript reserves and without characters that an SVG cannot hold."""
    return _TAKEN_IN_QUOTES.sub(rf"\1{UNSEEN}", json.dumps(_printable(spec), ensure_ascii=False))


def _printable(value: Any) -> Any:
    match value:
        case str():
            return printable(value)
        case dict():
            return {key: _printable(held) for key, held in value.items()}
        case list():
            return [_printable(held) for held in value]
        case _:
            return value


def _free(data: pd.DataFrame) -> pd.DataFrame:
    """Return the data with the names that JavaScript reserves changed."""
    texts = data.select_dtypes(include=["object", "string", "category"])
    taken = [column for column in texts if any(map(_is_taken, texts[column].unique()))]
    return data.assign(**{str(column): [_unlike_javascript(value) for value in data[column]] for column in taken})


def _unlike_javascript(value: Any) -> Any:
    return f"{value}{UNSEEN}" if _is_taken(value) else value


def _is_taken(value: object) -> bool:
    return isinstance(value, str) and _TAKEN.fullmatch(value) is not None
