"""An exhibit: a chart with its title, its takeaway and its numbers as a table, each to download."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from coffee.charts import Drawing
from coffee.charts.ground import DARK, LIGHT
from coffee.charts.picture_files import picture, vega_lite
from coffee.dashboard import controls, frame
from coffee.dashboard.charts.pictures import png
from coffee.roster.csv_out import for_excel

MOST_ROWS = 200  # shown in the page; the download has all
FEW_ROWS = 10  # shown at full height; more scroll


@dataclass(frozen=True, eq=False)
class Exhibit:
    """A chart with its words and numbers. `table` has readable column names; all text is plain, not Markdown."""

    key: str
    title: str
    takeaway: str
    chart: Drawing
    table: pd.DataFrame

    @cached_property
    def spec(self) -> dict[str, Any]:
        """The chart as Streamlit sends it, converted once."""
        return vega_lite(self.chart, convert_anything_to_arrow_bytes)


def show(exhibit: Exhibit, on_select: Callable[[], None] | None = None) -> None:
    """Show the exhibit. The control `{key}-chart` holds the selection."""
    st.header(frame.plain(exhibit.title), anchor=False)
    st.markdown(frame.plain(exhibit.takeaway))
    controls.keyed(
        st.vega_lite_chart,
        exhibit.spec | {"config": (DARK if st.context.theme.type == "dark" else LIGHT).config},
        name=f"{exhibit.key}-chart",
        width="stretch",
        alt=f"{exhibit.title}. {exhibit.takeaway}",
        on_select=on_select or "ignore",
    )
    _numbers(exhibit)


def _numbers(exhibit: Exhibit) -> None:
    numbers = controls.keyed(st.expander, "Table and downloads", name=f"{exhibit.key}-numbers", on_change="rerun")
    if not numbers.open:
        return
    with numbers:
        show_table(exhibit.table, alt=f"{exhibit.title}, as a table")
        with st.container(horizontal=True):
            controls.keyed(
                st.download_button,
                "Picture (PNG)",
                lambda: png(picture(exhibit.chart, exhibit.title, exhibit.takeaway)),
                f"{exhibit.key}.png",
                "image/png",
                name=f"{exhibit.key}-png",
                icon=":material/image:",
                on_click="ignore",
            )
            download_table(exhibit.table, exhibit.key)


def download_table(table: pd.DataFrame, key: str) -> None:
    """Show a button that downloads the whole table."""
    controls.keyed(
        st.download_button,
        "Table (CSV)",
        partial(for_excel, table),
        f"{key}.csv",
        "text/csv",
        name=f"{key}-csv",
        icon=":material/table:",
        on_click="ignore",
    )


def show_table(table: pd.DataFrame, alt: str) -> None:
    """Show a table that screen readers can read, at most MOST_ROWS rows long, with text as it was typed."""
    text = table.head(MOST_ROWS).copy()
    for name in text.select_dtypes(include=["object", "string", "category"]):
        text[name] = [frame.plain(str(cell)) for cell in text[name]]
    for name in text.select_dtypes(include=["float64", "Float64"]):
        text[name] = ["–" if pd.isna(cell) else f"{cell:g}" for cell in text[name]]
    text.columns = [frame.plain(str(name)) for name in text]
    st.table(
        text.reset_index(drop=True),
        border="horizontal",
        hide_index=True,
        height="content" if len(text) <= FEW_ROWS else 380,
        alt=alt,
    )
    if len(table) > MOST_ROWS:
        st.markdown(f"These are the first {MOST_ROWS} of {len(table):,} rows.")
