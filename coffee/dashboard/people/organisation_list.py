"""Organisations: similar spellings to merge, and merging by hand."""

from collections.abc import Collection, Sequence

import streamlit as st

from coffee.dashboard import controls, frame
from coffee.dashboard.people.everyone import Roll
from coffee.people import organisations
from coffee.roster.spellings import Alike


def show(roll: Roll) -> None:
    """Show organisations to merge, then all organisations with their people."""
    if roll.people.empty:
        st.info("Organisations appear here once people are in the scheme.", icon=":material/domain:")
        return
    _last_merge()
    for group in organisations.alike_in_scheme(frame.scheme()):
        name = suggestion(group)
        if name:
            _merge(group.names, name)
    counts = roll.people["organisation"].value_counts().rename_axis("name").reset_index(name="people")
    st.dataframe(
        counts.sort_values(["people", "name"], ascending=[False, True]),
        hide_index=True,
        column_config={"name": roll.silo.title, "people": "People"},
        alt=f"Every {roll.silo.one} with the number of its people",
    )
    if st.button("Merge or rename…", icon=":material/merge:"):
        by_hand(roll.organisations)


def suggestions(groups: Sequence[Alike]) -> list[tuple[Alike, str]]:
    """Show groups of names that look like one organisation; returns those to merge, with the name to keep of each."""
    every = len(groups) > 1 and st.button(f"Merge all {len(groups):,} as proposed below", icon=":material/merge:")
    found = [(group, suggestion(group)) for group in groups]
    if every:
        return [(group, str(st.session_state[controls.key(_name("keep", group))])) for group in groups]
    return [(group, name) for group, name in found if name]


def suggestion(group: Alike) -> str | None:
    """Show names that look like one organisation; returns the name to keep when the organiser says merge."""
    with st.container(border=True, horizontal=True, vertical_alignment="bottom"):
        name = controls.keyed(
            st.selectbox,
            f"{frame.plain(_counted(group))} look like one organisation. Keep",
            group.names,
            name=_name("keep", group),
            index=group.names.index(group.proposed),
            width=520,
        )
        merge = controls.keyed(st.button, "Merge", name=_name("merge", group), icon=":material/merge:")
        if controls.keyed(st.button, "They are different", name=_name("different", group), type="tertiary"):
            names = quoted(group.names)
            frame.act(lambda: organisations.tell_apart(frame.scheme(), group.names), f"{names} stay as they are.")
    return name if merge else None


def _name(what: str, group: Alike) -> str:
    return f"{what}-{'-'.join(group.names)}"


def _last_merge() -> None:
    """Show the last merge with a button that undoes it."""
    last = organisations.last_merge(frame.scheme())
    if last is None:
        return
    merge_id, names, into = last
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(frame.plain(f"Merged last: {quoted(names)} into “{into}”."), width="content")
        if st.button("Undo", type="tertiary", icon=":material/undo:"):
            message = f"{quoted(names)} {'is' if len(names) == 1 else 'are'} back."
            frame.act(lambda: organisations.undo_merge(frame.scheme(), merge_id), message)


@st.dialog("Merge or rename organisations", icon=":material/merge:")
def by_hand(names: list[str]) -> None:
    """Choose names and type the one they become."""
    chosen = st.multiselect("Organisations", names, placeholder="Choose one or several")
    into = st.text_input("Becomes", chosen[0] if chosen else "")
    st.caption("Their people and past rounds are counted under this name, and rosters to come are read that way.")
    if st.button("Merge", type="primary", disabled=not chosen):
        _merge(chosen, into)


def _merge(names: Collection[str], into: str) -> None:
    frame.act(lambda: organisations.merge(frame.scheme(), names, into), f"{quoted(list(names))}: now one, {into}.")


def _counted(group: Alike) -> str:
    return _listed([f"“{name}” ({count:,})" for name, count in zip(group.names, group.people, strict=True)])


def quoted(names: list[str]) -> str:
    """Return names in quotation marks: “Devon” and “Kent”."""
    return _listed([f"“{name}”" for name in names])


def _listed(quoted: list[str]) -> str:
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
