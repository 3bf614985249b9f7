"""The preview of an import: counts, lines, organisations to merge, and the button that saves."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import streamlit as st

from coffee.dashboard import controls, frame
from coffee.dashboard.people import imported, organisation_list
from coffee.days.words import in_words
from coffee.people import organisations, service
from coffee.roster import Preview, Roster
from coffee.roster.compare import Changed

_WORDS = {"chat_id": "chat ID", "paused_until": "paused until"}


def show(key: tuple[object, ...], filename: str, roster: Roster) -> None:
    """Show the preview of a roster. `key` changes whenever the roster is read differently."""
    chosen: dict[str, str] = st.session_state.setdefault(f"renamed-{key[0]}", {})
    renamed = _renamed(roster, chosen)
    as_read = roster.renamed(renamed)
    _merges(as_read, renamed, chosen)
    preview = _compared((*key, *renamed.items()), frame.fingerprint(), as_read)
    for note in roster.notes:
        st.caption(frame.plain(note))
    _lists(preview, key[0])
    _buttons(filename, as_read, preview, renamed | chosen)


def _renamed(roster: Roster, chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the spellings to read as another name, as chosen here or as the scheme remembers."""
    known = {**organisations.read_as(frame.scheme()), **chosen}
    return {spelling: known[spelling] for spelling in roster.organisations if known.get(spelling, spelling) != spelling}


@st.cache_resource(max_entries=8, ttl=3600, show_spinner=False)
def _compared(key: tuple[object, ...], fingerprint: tuple[str, ...], _roster: Roster) -> Preview:
    del key, fingerprint
    return service.preview_of(frame.scheme(), _roster, frame.today())


def _merges(roster: Roster, renamed: Mapping[str, str], chosen: dict[str, str]) -> None:
    merged = organisation_list.suggestions(organisations.alike(frame.scheme(), roster))
    for group, name in merged:
        earlier = [spelling for spelling, name in renamed.items() if name in group.names]
        chosen.update(dict.fromkeys([*group.names, *earlier], name))
    if merged:
        st.rerun()
    if renamed:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(frame.plain("; ".join(f"“{old}” is read as “{new}”" for old, new in renamed.items())))
            if st.button("Undo merging", type="tertiary", icon=":material/undo:"):
                chosen.update({spelling: spelling for spelling in renamed})
                st.rerun()


def _lists(preview: Preview, file: object) -> None:
    lists: dict[str, tuple[int, Callable[[], list[dict[str, Any]]]]] = {
        "New": (len(preview.new), lambda: [_person(new.row.line, new.details) for new in preview.new]),
        "Changed": (len(preview.changed), lambda: [line for changed in preview.changed for line in _changes(changed)]),
        "Unchanged": (len(preview.unchanged), lambda: [_person(row.line, row.details) for row in preview.unchanged]),
        "Repeated": (len(preview.repeated), lambda: [imported.line(one) for one in preview.repeated]),
        "Rejected": (len(preview.rejected), lambda: [imported.line(one) for one in preview.rejected]),
        "To look at": (
            len(preview.remarks),
            lambda: [{"Line": n, "What to look at": remark} for n, remark in preview.remarks],
        ),
    }
    filled = [name for name, (count, _) in lists.items() if count]
    chosen = controls.one(
        st.segmented_control, "What this file would do", filled, "preview", filled[0], of=file,
        format_func=lambda name: f"{name} {lists[name][0]:,}", stays="while it is shown",
    )  # fmt: skip
    imported.table(lists[chosen][1](), f"{chosen}: lines of the spreadsheet")


def _buttons(filename: str, roster: Roster, preview: Preview, read_as: Mapping[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        remark = _described(preview)
        if remark and st.button(f"Import {remark}", type="primary", icon=":material/check:"):
            done = f"Imported {remark} from {filename}."
            frame.act(lambda: _import(filename, roster, preview, read_as, done), "")
        if not remark:
            st.caption("Nothing in this file is new, so there is nothing to import.")
        imported.download(roster.headers, preview)
        if st.button("Choose another file", type="tertiary"):
            _put_away()
            st.rerun()


def _import(filename: str, roster: Roster, preview: Preview, read_as: Mapping[str, str], done: str) -> None:
    service.confirm(frame.scheme(), preview, filename, frame.now(), read_as)
    imported.keep(done, roster.headers, preview)
    _put_away()


def _put_away() -> None:
    st.session_state["rosters"] = st.session_state.get("rosters", 0) + 1


def _described(preview: Preview) -> str:
    parts = [
        (len(preview.new), "new person", "new people"),
        (len(preview.changed), "changed person", "changed people"),
    ]
    return " and ".join(f"{count:,} {one if count == 1 else many}" for count, one, many in parts if count)


def _person(line: int, details: dict[str, Any]) -> dict[str, Any]:
    order = sorted((name for name in details if name not in ("extra", "shares")), key=lambda name: name != "name")
    return {"Line": line, **{_label(name): _shown(name, details[name]) for name in order}, **details.get("extra", {})}


def _changes(changed: Changed) -> list[dict[str, Any]]:
    return [
        {"Line": changed.row.line, "Name": changed.row.text("name"), "What": what, "From": before, "To": after}
        for what, before, after in _differences(changed)
    ]


def _differences(changed: Changed) -> list[tuple[str, str, str]]:
    plain = [
        (_label(name), _shown(name, old), _shown(name, new))
        for name, (old, new) in changed.changes.items()
        if name != "extra"
    ]
    before, after = changed.changes.get("extra", ({}, {}))
    extra = [(name, before.get(name, ""), text) for name, text in after.items() if before.get(name, "") != text]
    return plain + extra


def _shown(name: str, text: str) -> str:
    """A day in words, so that 7 April is not taken for 4 July."""
    return in_words(date.fromisoformat(text)) if name == "paused_until" and text else text


def _label(name: str) -> str:
    words = _WORDS.get(name, name)
    return words[:1].upper() + words[1:]
