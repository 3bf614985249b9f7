"""The list of letters, each with its state, the reason and its text."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from coffee.config.sender import office
from coffee.dashboard import controls, frame
from coffee.dashboard.emails import status
from coffee.dashboard.emails.dry_run import read_first, show_letter
from coffee.dashboard.emails.status import STATES, Post, letters
from coffee.days.tables import on_the_clock
from coffee.mail.letters.batch import Batch
from coffee.mail.letters.letter import Office
from coffee.mail.letters.news import news_of, write_news
from coffee.mail.letters.reading import read
from coffee.mail.post import actions
from coffee.place import place
from coffee.scheme import messages, rounds
from coffee.text.search import finds

ALL = "all"
AGAIN = {  # what the button says of so many people, its word inside, and why there is nobody
    "reminder": (
        "Remind {}",
        "Remind them",
        "Nobody to remind: all have answered, cannot meet, had this letter or take none.",
    ),
    "feedback": (
        "Ask {} for feedback",
        "Ask them",
        "Nobody to ask for feedback: all have answered, had this letter or take none.",
    ),
    "news": ("Tell {} what it made", "Tell them", "Nobody to tell what it made: all had this letter or take none."),
}
ICONS = {"news": ":material/campaign:"}


def show(now: Post) -> None:
    """Show filters, counts, the list, and the chosen letter below it."""
    number, state, words = _filters(now)
    st.table(_counted(frame.fingerprint(), number), border="horizontal", width="content")
    if number is not None and not frame.is_sample() and status.signed():
        _write_again(number)
    found = _listed(frame.fingerprint(), number, state, words)
    if found.empty:
        st.info("No letter matches. Try part of a name, or show all.", icon=":material/search:")
    elif (chosen := _list(found)) is not None:
        _read(int(found.index[chosen]))


@st.cache_resource(max_entries=20, show_spinner=False)
def _counted(fingerprint: tuple[str, ...], number: int | None) -> pd.DataFrame:
    """Count the letters by kind and state, in a round or in all. Shared: never change it."""
    del fingerprint
    counts = status.read().letters.counts
    if number is not None:
        counts = counts[counts["round"] == number]
    table = counts.assign(Letter=counts["kind"].map(status.kind), state=counts["state"].map(STATES)).pivot_table(
        index="Letter", columns="state", values="letters", aggfunc="sum", fill_value=0
    )
    return table[[name for name in STATES.values() if name in table]].map("{:,}".format).rename_axis(columns=None)


@st.cache_resource(max_entries=20, show_spinner=False)
def _listed(fingerprint: tuple[str, ...], number: int | None, state: str, words: str) -> pd.DataFrame:
    """Return the rows of the list for these filters, by letter id. Shared: never change it."""
    del fingerprint
    asked = list(STATES) if state == ALL else ["sent"] if state == "kept" else [state]
    with frame.scheme().reading() as db:
        found, here = messages.listed(db, number, asked).set_index("id"), place(db)
    found = found[finds(words, found["name"] + " " + found["recipient"] + " " + found["subject"])]
    found["state"] = [status.state_of(*pair) for pair in zip(found["state"], found["why"], strict=True)]
    if state != ALL:
        found = found[found["state"] == state]
    return pd.DataFrame(
        {
            "To": found["name"].where(found["name"] != "", found["recipient"]),
            "Address": found["recipient"],
            "Letter": found["kind"].map(status.kind),
            "Round": found["round"],
            "State": found["state"].map(STATES),
            "Why": found["why"].where(found["state"] != "kept", ""),
            "When": on_the_clock(here, found["sent_at"]),
        }
    )


def _filters(now: Post) -> tuple[int | None, str, str]:
    with st.container(horizontal=True, vertical_alignment="top"):
        rounds_ = [*(str(number) for number in now.rounds), ALL]
        number = controls.one(
            st.selectbox, "Round", rounds_, "round", rounds_[0], width=160,
            format_func=lambda number: "All letters" if number == ALL else number,
        )  # fmt: skip
        words = controls.words("Find a person or subject", "find", width=260)
        state = controls.filter_by(
            "State", [ALL, *STATES], "state", now.of, format_func=lambda name: STATES.get(name, "All")
        )
    return (None if number == ALL else int(number)), state, words


def _write_again(number: int) -> None:
    with frame.scheme().reading() as db:
        known = rounds.rounds(db).set_index("number")
        sender = office(db, frame.environment())
    round_id = int(str(known.at[number, "id"]))
    kinds = ("news",) if known.at[number, "state"] == "closed" else ("reminder", "feedback")
    counts = {kind: _how_many(frame.fingerprint(), kind, sender, round_id, frame.today()) for kind in kinds}
    with st.container(horizontal=True, vertical_alignment="center"):
        for kind, count in counts.items():
            _ask_once(kind, count, partial(_write, kind, sender, round_id))
        reading = controls.keyed(st.toggle, "Read them first", name=f"read-first-{number}")
    if nobody := [AGAIN[kind][-1] for kind, count in counts.items() if not count]:
        st.caption(" ".join(nobody))
    if reading:
        chosen = st.segmented_control("Letter", kinds, default=kinds[0], required=True, format_func=status.kind)
        read_first(_batch(str(chosen), sender, round_id), f"{chosen}-{number}")


@st.cache_data(max_entries=20, show_spinner=False)
def _how_many(fingerprint: tuple[str, ...], kind: str, _sender: Office, round_id: int, today: date) -> int:
    """Count the people who would get such a letter, once for each state of the scheme and each day."""
    del fingerprint, today
    return len(_batch(kind, _sender, round_id))


def _ask_once(kind: str, count: int, step: Callable[[], int]) -> None:
    """Show a button that says how many people it writes to and asks for confirmation."""
    label, word, _ = AGAIN[kind]
    people = "1 person" if count == 1 else f"{count:,} people"
    icon = ICONS.get(kind, ":material/edit_notifications:")
    with st.popover(label.format(people), icon=icon, disabled=not count):
        st.markdown(
            f"{letters(count)} will go out. This cannot be undone once {'it is' if count == 1 else 'they are'} sent."
        )
        if st.button(word, type="primary", disabled=not count):
            _queue(step)


def _write(kind: str, sender: Office, round_id: int) -> int:
    if kind == "news":
        return write_news(frame.scheme(), sender, round_id, frame.now())
    return actions.write_to_round(frame.scheme(), sender, round_id, kind, frame.now())


def _batch(kind: str, sender: Office, round_id: int) -> Batch:
    if kind == "news":
        return news_of(frame.scheme(), sender, round_id, frame.now())
    return actions.to_round(frame.scheme(), sender, round_id, kind, frame.now())


def _queue(step: Callable[[], int]) -> None:
    with frame.sorry():
        count = step()
        nobody = "Everybody has answered or has had this letter, so none was written."
        frame.say(f"{letters(count)} will go out." if count else nobody)
        st.rerun()


def _list(shown: pd.DataFrame) -> int | None:
    column = st.column_config
    chosen = controls.keyed(
        st.dataframe,
        shown if _tells(shown) else shown.drop(columns="Why"),
        name=f"letters-{hash(tuple(shown.index))}",  # a row is chosen by its place, so other letters are another list
        hide_index=True,
        height="content" if len(shown) < 12 else 440,
        on_select="rerun",
        selection_mode="single-row",
        placeholder="",
        alt="Letters with their state, those that need a look first. Choose one to read it.",
        column_config={
            "Why": column.TextColumn(width="large"),
            "Round": column.NumberColumn(width="small"),
            "When": column.DatetimeColumn(f"When ({frame.place().clock})", format="ddd D MMM, HH:mm"),
        },
    )
    st.caption(f"{letters(len(shown))}. Choose a row to read the letter.")
    return chosen.selection.rows[0] if chosen.selection.rows else None


def _tells(shown: pd.DataFrame) -> bool:
    """Return whether the reasons add to the states: some letter needs attention, or the reasons differ."""
    return not shown["State"].isin([STATES["sent"], STATES["kept"]]).all() or shown["Why"].nunique() > 1


def _read(message_id: int) -> None:
    with frame.sorry():
        with frame.scheme().reading() as db:
            message = messages.stored(db, message_id)
        with st.container(border=True):
            st.subheader(frame.plain(message.subject) or "No subject was kept", anchor=False)
            if message.why:
                state = status.state_of(message.state, message.why)
                st.markdown(frame.plain(f"{message.why}." if state == "kept" else f"{STATES[state]}: {message.why}"))
            _settle(message)
            letter = read(actions.as_it_went(message, frame.environment().letters_folder))
            show_letter(letter, f"letter-{message_id}") if letter else st.markdown("No copy of this letter was kept.")


def _settle(message: messages.Stored) -> None:
    scheme, now, one = frame.scheme(), frame.now(), [message.id]
    with st.container(horizontal=True):
        if message.state in ("in doubt", "failed") and controls.keyed(
            st.button, "Send this one again", name=f"again-{message.id}", icon=":material/replay:"
        ):
            status.send_again(message.state, one)
        if message.state == "in doubt" and controls.keyed(
            st.button, "Mark this one as sent", name=f"sent-{message.id}", icon=":material/done:"
        ):
            frame.act(lambda: actions.mark_as_sent(scheme, now, one), "It is marked as sent.")
        if message.state in ("waiting", "failed") and not frame.is_sample():
            with st.popover("Cancel this one", icon=":material/cancel:"):
                st.markdown("It will never be sent. This cannot be undone.")
                if controls.keyed(st.button, "Cancel it", name=f"cancel-{message.id}", type="primary"):
                    frame.act(lambda: actions.cancel(scheme, one, message.state), "It is cancelled.")
