"""A chart as a picture to put in a report: its title and takeaway with it, on white."""

from textwrap import wrap

import altair as alt
import vl_convert

from coffee.charts import Drawing

WIDTH = 760
LINE = 95  # characters of the takeaway that fit beside one another


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
    with alt.data_transformers.enable("default", max_rows=None):
        return str(chart.properties(width=WIDTH).configure(background="white", padding=16).to_json())
