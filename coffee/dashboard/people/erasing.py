"""Erasing people, with the texts of others that name them."""

from collections.abc import Sequence

import streamlit as st

from coffee.dashboard import controls, frame
from coffee.days.words import day
from coffee.people import service
from coffee.scheme import erasure, replaced
from coffee.scheme.mentions import ERASED
from coffee.scheme.typed_text import Found, Place

_SHORT = 240  # letters of a text that are shown


@st.dialog("Erase for good", icon=":material/delete_forever:", width="large")
def erase(ids: list[int], who: str) -> None:
    """Explain what goes and what stays, show the texts of others that name them, and erase on confirmation."""
    st.markdown(frame.plain(who))
    st.markdown(
        "- Name, email, phone, chat ID and every other detail go, from the scheme and from its log.\n"
        "- Letters to them, and letters about their matches, lose their text. Those still waiting are not sent.\n"
        "- What they wrote goes. Their matches, whether they met, and the ratings stay, without a name.\n"
        "- Where others named them, it says [erased] instead.\n"
        "- Backups made earlier still have them.\n\n"
        "This cannot be undone. To keep them for later, mark them as left instead."
    )
    with frame.scheme().reading() as db:
        found = erasure.find(db, ids)
    spared = _spared(found, ids)
    if st.button("Erase for good", type="primary", icon=":material/delete_forever:"):
        with frame.sorry():
            stopped = service.erase(frame.scheme(), ids, spared)
            letters = f" {stopped} waiting letters to others named them and will not be sent." if stopped else ""
            changed = len(found) - len(spared)
            others = f" Where others named them, {_places(changed)} changed." if changed else ""
            frame.say(f"Erased {_people(len(ids))}.{others}{letters}", icon=":material/delete_forever:")
            st.rerun()


def show_replaced() -> None:
    """Show the texts that changed because somebody erased themselves, until an organiser has checked them."""
    with frame.scheme().reading() as db:
        shown = replaced.to_show(db)
    for at, texts in shown:
        with st.expander(
            f"Somebody erased themselves on {day(frame.place().day(at))}. "
            f"{_places(len(texts))} where others named them changed.",
            icon=":material/delete_forever:",
        ):
            for where, text in texts:
                st.caption(frame.plain(where))
                st.text(_around(text, max(text.find(ERASED), 0)))
    if shown and st.button("I have looked at these", icon=":material/done_all:", type="tertiary"):
        with frame.sorry():
            with frame.scheme().writing() as db:
                replaced.forget(db)
            st.rerun()


def _spared(found: Sequence[Found], ids: Sequence[int]) -> set[Place]:
    """Return the places that the organiser unticks."""
    if not found:
        st.caption("Nobody else has named them in anything this scheme keeps.")
        return set()
    st.markdown(f"**{_places(len(found))} where others named them.** Untick those that mean somebody else.")
    spared = set()
    with st.container(height=320 if len(found) > 3 else "content", border=True):
        for one in found:
            if not controls.keyed(st.checkbox, frame.plain(one.where), True, name=f"erase-{ids}-{one.place}"):
                spared.add(one.place)
            st.text(_around(one.text, one.begins))
    return spared


def _around(text: str, place: int) -> str:
    """Return a text, shortened to the surroundings of one place if it is long."""
    start = max(place - _SHORT // 2, 0) if len(text) > _SHORT else 0
    return f"{'… ' if start else ''}{text[start : start + _SHORT]}{' …' if start + _SHORT < len(text) else ''}"


def _places(count: int) -> str:
    return "1 place" if count == 1 else f"{count:,} places"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"
