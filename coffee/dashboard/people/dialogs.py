"""The actions on ticked people, and the dialog that adds a person."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from coffee.dashboard import frame
from coffee.dashboard.people.erasing import erase
from coffee.dashboard.people.everyone import Roll
from coffee.days import words
from coffee.people import service
from coffee.roster.dates import read_day
from coffee.roster.errors import RosterError

BACK, ARRIVE, ERASE = "Letters come back", "Letters arrive again", "Erase for good…"


def offer(chosen: pd.DataFrame, today: date) -> None:
    """Show the buttons for the ticked people."""
    ids, who = chosen["id"].tolist(), _who(chosen)
    if st.button("Pause…", icon=":material/pause:"):
        pause(ids, who, today)
    if st.button("Mark as left", icon=":material/logout:", help="Their past stays. They are drawn no more."):
        _set(ids, "left", f"Marked as left: {who}.")
    if not (chosen["status"] == "active").all() and st.button("Bring back", icon=":material/undo:"):
        _set(ids, "active", f"Active again: {who}.")
    flag = ARRIVE if (chosen["cannot_reach"] != "").all() else BACK
    picked = st.menu_button("More", [flag, ERASE], type="tertiary")
    if picked == flag:
        _flag(ids, flag == BACK, who)
    elif picked:
        erase(ids, who)
    st.caption(frame.plain(f"Ticked: {who}"))


@st.dialog("Add a person", icon=":material/person_add:")
def add(roll: Roll) -> None:
    """Show a form for one person. Its text stays if something is wrong."""
    with st.form("add-person", border=False):
        typed = {
            "name": st.text_input("Name"),
            "email": st.text_input("Email", icon=None, autocomplete="off"),
            "organisation": st.selectbox(
                frame.plain(roll.silo.title), roll.organisations, index=None, accept_new_options=True,
                placeholder="Choose one, or type a new one",
            )
            or "",
            "phone": st.text_input("Phone (optional)"),
            "chat_id": st.text_input("Google, Skype or Teams ID (optional)"),
            "role": st.text_input("Role (optional)"),
        }  # fmt: skip
        wanted = st.form_submit_button("Add", type="primary")
    if wanted:
        with frame.sorry():
            remark = service.add(frame.scheme(), typed, frame.now())
            frame.say(f"{typed['name']} is added. {remark}")
            st.rerun()


@st.dialog("Pause", icon=":material/pause:")
def pause(ids: list[int], who: str, today: date) -> None:
    """Ask for the end of the pause."""
    st.markdown(frame.plain(f"{who}: left out of every draw until the day you say, then active again by themselves."))
    text = st.text_input(
        "Pause until",
        words.in_words(today + timedelta(days=30)),
        help="Leave it empty to pause until you bring them back.",
    )
    if st.button("Pause", type="primary"):
        with frame.sorry():
            until = _day(text, today)
            service.set_status(frame.scheme(), ids, "paused", until)
            day = f" until {words.dated(until)}" if until else ""
            frame.say(f"Paused{day}: {who}.", icon=":material/pause:")
            st.rerun()


def _set(ids: list[int], status: str, message: str) -> None:
    frame.act(lambda: service.set_status(frame.scheme(), ids, status), message)


def _flag(ids: list[int], come_back: bool, who: str) -> None:
    message = f"Marked as not reached by letters: {who}." if come_back else f"Marked as reached by letters: {who}."
    frame.act(lambda: service.letters_come_back(frame.scheme(), ids, come_back), message)


def _day(text: str, today: date) -> date | None:
    if not text.strip():
        return None
    day = read_day(text.strip(), frame.place().day_first)
    if day is None:
        raise RosterError(f"“{text}” is not a date. Write it with day, month and year, such as 31 March 2027.")
    if day <= today:
        raise RosterError(f"{text} is not in the future, so nobody would be paused. Choose a later day.")
    return day


def _who(chosen: pd.DataFrame) -> str:
    names = chosen["name"].tolist()
    return ", ".join(names) if len(names) <= 3 else f"{', '.join(names[:2])} and {len(names) - 2:,} more"
