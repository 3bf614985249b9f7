"""The summary of the last import: the lines not used, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from coffee.dashboard import frame
from coffee.dashboard.overview import counts
from coffee.dashboard.overview.next_step import next_step
from coffee.roster import Preview
from coffee.roster.compare import Refused
from coffee.roster.unused_rows import to_mend

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Imported:
    """An import that was confirmed in this session. `sentence`: one sentence about it."""

    scheme: Path
    sentence: str
    headers: Sequence[str]
    preview: Preview


def keep(sentence: str, headers: Sequence[str], preview: Preview) -> None:
    """Remember an import, so that its summary is shown."""
    st.session_state["imported"] = Imported(frame.scheme().path, sentence, headers, preview)


def forget() -> None:
    """Clear the summary of the last import."""
    st.session_state.pop("imported", None)


def show() -> None:
    """Show the last import, if any, with the lines to correct and the next step."""
    done: Imported | None = st.session_state.get("imported")
    if done is None or done.scheme != frame.scheme().path:
        return
    with st.container(border=True):
        st.markdown(frame.plain(done.sentence))
        if refused := done.preview.refused:
            are, them = ("is", "it") if len(refused) == 1 else ("are", "them")
            st.markdown(f"{counted(done.preview)} {are} not used. Mend {them} in the download, and upload that file.")
            table([line(one) for one in refused], "Lines that were not used")
        with st.container(horizontal=True, vertical_alignment="center"):
            counts.offer(next_step(counts.read(frame.fingerprint(), frame.today())))
            download(done.headers, done.preview)
            st.button("Close", type="tertiary", on_click=forget)


def table(lines: Sequence[dict[str, Any]], alt: str) -> None:
    """Show lines of a spreadsheet, with a wide column for the remarks."""
    wide = st.column_config.TextColumn(width=680)
    st.dataframe(
        pd.DataFrame(lines).fillna(""),
        hide_index=True,
        alt=alt,
        column_config={"Line": st.column_config.NumberColumn(width=60), "What is wrong": wide, "What to look at": wide},
    )


def download(headers: Sequence[str], preview: Preview) -> None:
    """Show a button to download the lines not used, if any."""
    if preview.refused:
        st.download_button(
            f"Download {counted(preview)} to mend",
            lambda: to_mend(headers, preview.refused),
            "to-mend.xlsx",
            _XLSX,
            icon=":material/download:",
            on_click="ignore",
            help="The lines that are not used, each with what is wrong. Mend them and upload that file.",
        )


def counted(preview: Preview) -> str:
    """Return the numbers of lines not used, as in '4 rejected and 1 repeated lines'."""
    parts = [(len(preview.rejected), "rejected"), (len(preview.repeated), "repeated")]
    sentence = " and ".join(f"{count:,} {what}" for count, what in parts if count)
    return f"{sentence} {'line' if len(preview.refused) == 1 else 'lines'}"


def line(refused: Refused) -> dict[str, Any]:
    """One line that is not used, as a row to show."""
    return {
        "Line": refused.row.line,
        "What is wrong": refused.why,
        "Name": refused.row.text("name"),
        "Email": refused.row.text("email"),
        "Organisation": refused.row.text("organisation"),
    }
