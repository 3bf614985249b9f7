"""Organisations: spellings that seem to be one, and merging by hand."""

from collections.abc import Collection

import streamlit as st

from coffee import frame, people
from coffee.roster.organisations import Alike
from coffee.views.roll import Roll


def show(roll: Roll) -> None:
    """What to merge, then every organisation with its people."""
    if roll.people.empty:
        st.info("Organisations appear here once people are in the scheme.", icon=":material/domain:")
        return
    for group in people.alike_in_scheme(frame.scheme()):
        kept = suggestion(group)
        if kept:
            _merge(group.names, kept)
    counts = roll.people["organisation"].value_counts().rename_axis("name").reset_index(name="people")
    st.dataframe(
        counts.sort_values(["people", "name"], ascending=[False, True]),
        hide_index=True,
        column_config={"name": roll.silo.capitalize(), "people": "People"},
        alt=f"Every {roll.silo} with the number of its people",
    )
    if st.button("Merge or rename…", icon=":material/merge:"):
        by_hand(roll.organisations)


def suggestion(group: Alike) -> str | None:
    """Show names that look like one organisation; returns the name to keep when the organiser says merge."""
    key = "-".join(group.names)
    with st.container(border=True, horizontal=True, vertical_alignment="bottom"):
        kept = st.selectbox(
            f"{frame.plain(_counted(group))} look like one organisation. Keep",
            group.names,
            index=group.names.index(group.proposed),
            key=f"keep-{key}",
            width=520,
        )
        return kept if st.button("Merge", key=f"merge-{key}", icon=":material/merge:") else None


@st.dialog("Merge or rename organisations", icon=":material/merge:")
def by_hand(names: list[str]) -> None:
    """Choose names and type the one they become."""
    chosen = st.multiselect("Organisations", names, placeholder="Choose one or several")
    into = st.text_input("Becomes", chosen[0] if chosen else "")
    st.caption("Their people and past rounds are counted under this name. Merging cannot be taken apart again.")
    if st.button("Merge", type="primary", disabled=not chosen):
        _merge(chosen, into)


def _merge(names: Collection[str], into: str) -> None:
    frame.act(lambda: people.merge(frame.scheme(), names, into), f"{_quoted(list(names))}: now one, {into}.")


def _counted(group: Alike) -> str:
    return _listed([f"“{name}” ({count:,})" for name, count in zip(group.names, group.people, strict=True)])


def _quoted(names: list[str]) -> str:
    return _listed([f"“{name}”" for name in names])


def _listed(quoted: list[str]) -> str:
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
