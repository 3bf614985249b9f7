"""The table of people: search, filter, edit in place, tick to act on several."""

from dataclasses import dataclass, field, replace
from datetime import date
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from coffee import exports
from coffee.dashboard import controls, frame
from coffee.dashboard.emails import status as letter_status
from coffee.dashboard.people import corrected_address, dialogs
from coffee.dashboard.people.everyone import ANYBODY, CANNOT_REACH, NO_LETTERS, STATUSES, Roll
from coffee.people import service
from coffee.people.service import Edit
from coffee.scheme import Stale

PAGE = 200
TEXTS = {"name": "Name", "organisation": "", "email": "Email", "phone": "Phone", "chat_id": "Chat ID", "role": "Role"}
FIRST = ("tick", "name", "organisation", "email", "status", "paused_until", "cannot_reach")
UNCONFIRMED = (
    "No draw has them. Any form that they send through a link in our letters confirms their address. Two days after "
    "joining each gets one reminder. If you know that an address is right, tick them and bring them back."
)
EXTRA = "extra: "
_SHOWN, _GRIDS = "people-shown", "people-grids"


@dataclass(frozen=True, eq=False)
class Shown:
    """The rows that are shown. They are not read again while there are unsaved changes."""

    number: int
    asked: tuple[Any, ...]
    people: pd.DataFrame
    edited: dict[int, dict[str, Any]] = field(default_factory=dict)
    earlier: dict[int, dict[str, Any]] = field(default_factory=dict)  # typed into a grid that has gone

    @property
    def key(self) -> str:
        """The key of the grid. Other rows get another key, so that typed text never lands on somebody else."""
        return f"people-table-{self.number}"

    @property
    def typed(self) -> dict[int, dict[str, Any]]:
        """The unsaved changes by row."""
        rows = {row: self.earlier.get(row, {}) | self.edited.get(row, {}) for row in {*self.earlier, *self.edited}}
        typed = {row: {name: text for name, text in cells.items() if name != "tick"} for row, cells in rows.items()}
        return {row: cells for row, cells in typed.items() if cells}

    @property
    def ticked(self) -> list[int]:
        """Rows with a tick."""
        return [row for row, cells in self.edited.items() if cells.get("tick")]


def busy() -> bool:
    """Return whether the table holds unsaved changes."""
    before = _before()
    return bool(before and before.typed)


def show(roll: Roll, today: date) -> None:
    """Show the table with its filters and actions."""
    if roll.people.empty:
        st.info("Nobody is here yet. Upload a roster, or add the first person.", icon=":material/group_add:")
        _offer_adding(roll)
        return
    with frame.part():
        corrected_address.show()
    before = _before()
    words, organisations, status = _filters(roll, before)
    found = roll.matching(words, organisations, status)
    table, asked = st.container(), (words, tuple(organisations), status)
    page = controls.pages(ceil(len(found) / PAGE), "page", of=asked, disabled=busy())
    with table:
        if status == "unconfirmed":
            st.caption(UNCONFIRMED)
        _table(roll, before, (*asked, page), found[(page - 1) * PAGE :][:PAGE], today)


def _table(roll: Roll, before: Shown | None, asked: tuple[Any, ...], found: pd.DataFrame, today: date) -> None:
    shown = _shown(before, asked, found)
    _save(shown, today) if shown.typed else _act(shown, roll, today)
    if shown.people.empty:
        st.info("Nobody matches. Try part of a name, or show all.", icon=":material/search:")
    else:
        _grid(shown, roll)


def _filters(roll: Roll, before: Shown | None) -> tuple[str, list[str], str]:
    held = bool(before and before.typed)
    with st.container(horizontal=True, vertical_alignment="top"):
        words = controls.words("Find", "find", width=260, disabled=held)
        organisations = controls.several(
            st.multiselect, frame.plain(roll.silo.title), roll.organisations, "of", width=320, disabled=held,
            placeholder="All",
        )  # fmt: skip
        choices = [ANYBODY, *STATUSES, CANNOT_REACH, NO_LETTERS]
        status = controls.filter_by("Status", choices, "status", roll.count, disabled=held, format_func=roll.label)
    return words, organisations, status


def _before() -> Shown | None:
    shown = _shown_by_scheme().get(frame.scheme().path)
    if shown is None:
        return None
    if controls.key(shown.key) not in st.session_state:
        return _renewed(shown, shown.typed) if shown.typed else shown
    state = st.session_state[controls.key(shown.key)]
    rows = {int(row): dict(cells) for row, cells in state.get("edited_rows", {}).items()}
    found = _shown_by_scheme()[frame.scheme().path] = replace(shown, edited=rows)
    return found


def _shown(before: Shown | None, asked: tuple[Any, ...], found: pd.DataFrame) -> Shown:
    """Return the same rows as before if they have unsaved changes or are still the ones asked for; else new ones."""
    found = found.reset_index(drop=True)
    if before and (before.typed or (before.asked == asked and before.people.equals(found))):
        return before
    return _renewed(Shown(0, asked, found))


def _shown_by_scheme() -> dict[Path, Shown]:
    """Return the rows shown for each scheme. Those of the own scheme wait while the sample is open."""
    shown: dict[Path, Shown] = st.session_state.setdefault(_SHOWN, {})
    return shown


def _renewed(shown: Shown, typed: dict[int, dict[str, Any]] | None = None) -> Shown:
    """Keep these rows under a grid of their own, which shows what is `typed` already."""
    number = st.session_state[_GRIDS] = st.session_state.get(_GRIDS, 0) + 1
    renewed = _shown_by_scheme()[frame.scheme().path] = replace(shown, number=number, edited={}, earlier=typed or {})
    return renewed


def _grid(shown: Shown, roll: Roll) -> None:
    extras = [header for header in roll.extras if any(header in extra for extra in shown.people["extra"])]
    rows = shown.people[list(TEXTS)].copy()
    rows["tick"] = False
    rows["status"] = shown.people["status"]
    rows["paused_until"] = pd.to_datetime(shown.people["paused_until"].replace("", None))
    if (shown.people["cannot_reach"] != "").any():
        rows["cannot_reach"] = shown.people["cannot_reach"]
    for header in extras:
        rows[EXTRA + header] = [str(extra.get(header, "")) for extra in shown.people["extra"]]
    _type_again(rows, shown.earlier)
    column = st.column_config
    labels = TEXTS | {"organisation": roll.silo.title}
    controls.keyed(
        st.data_editor,
        rows,
        name=shown.key,
        hide_index=True,
        placeholder="",
        column_order=[*(name for name in FIRST if name in rows), *(str(name) for name in rows if name not in FIRST)],
        height="content" if len(rows) < 15 else 560,
        disabled=["cannot_reach"],
        alt="People, with their details. Cells can be changed.",
        column_config={
            "tick": column.CheckboxColumn("Tick", width=75, pinned=True),
            **{name: column.TextColumn(label) for name, label in labels.items()},
            "status": column.SelectboxColumn(
                "Status", options=list(STATUSES), format_func=lambda status: STATUSES[str(status)], required=True
            ),
            "paused_until": column.DateColumn("Paused until", format="ddd D MMM YYYY"),
            "cannot_reach": column.TextColumn(CANNOT_REACH, help="Why letters to this address come back"),
            **{EXTRA + header: column.TextColumn(frame.plain(header)) for header in extras},
        },
    )


def _type_again(rows: pd.DataFrame, typed: dict[int, dict[str, Any]]) -> None:
    for row, cells in typed.items():
        for name, value in cells.items():
            rows.loc[row, name] = pd.to_datetime(value and value[:10]) if name == "paused_until" else value or ""


def _save(shown: Shown, today: date) -> None:
    count = len(shown.typed)
    people_word = "1 person" if count == 1 else f"{count:,} people"
    with st.container(horizontal=True, vertical_alignment="center"):
        label = f"Save changes to {people_word}"
        if controls.keyed(st.button, label, name="save", type="primary", icon=":material/save:"):
            frame.act(lambda: _keep(shown, today), f"Saved changes to {people_word}.")
        if st.button("Discard", type="tertiary"):
            _renewed(shown)
            st.rerun()
        st.caption("Not saved yet. The table stays as it is until you save or discard.")


def _keep(shown: Shown, today: date) -> None:
    edits = [_edit(shown, row, cells) for row, cells in shown.typed.items()]
    try:
        saved = service.change(frame.scheme(), edits, letter_status.signer(), frame.now())
    except Stale as error:
        now = service.again(frame.scheme(), shown.people, today)
        changes = service.meanwhile(shown.people.loc[list(shown.typed)], now.loc[list(shown.typed)])
        _renewed(replace(shown, people=now), shown.typed)
        raise Stale(changes) from error
    if saved.remark:
        frame.say(saved.remark, icon=":material/info:")
    corrected_address.remember(saved)
    _renewed(shown)


def _edit(shown: Shown, row: int, cells: dict[str, Any]) -> Edit:
    """One row's edit. A date typed into "Paused until" pauses; any other status ends the pause."""
    person = shown.people.iloc[row]
    typed = {name: str(value or "")[: 10 if name == "paused_until" else None] for name, value in cells.items()}
    if typed.get("paused_until") and "status" not in typed:
        typed["status"] = "paused"
    if typed.get("status", "paused") != "paused":
        typed["paused_until"] = ""
    extras = {name.removeprefix(EXTRA): text for name, text in typed.items() if name.startswith(EXTRA)}
    texts = {name: text for name, text in typed.items() if not name.startswith(EXTRA)}
    return Edit(
        int(person["id"]),
        int(person["version"]),
        person["name"],
        texts,
        {**person["extra"], **extras} if extras else None,
    )


def _offer_adding(roll: Roll) -> None:
    if st.button("Add a person", icon=":material/person_add:"):
        dialogs.add(roll)


def _act(shown: Shown, roll: Roll, today: date) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        _offer_adding(roll)
        if not shown.ticked:
            scheme, now = frame.scheme(), frame.now()  # the download runs where no page does
            st.download_button(
                "Export as CSV",
                lambda: exports.download(scheme, "people", now),
                "people.csv",
                "text/csv",
                icon=":material/download:",
                on_click="ignore",
            )
            st.caption("Change a cell to edit it. Tick people to pause them, mark them as left, or erase them.")
        else:
            dialogs.offer(shown.people.iloc[shown.ticked], today)
