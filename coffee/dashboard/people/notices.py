"""Notices that name the people who need attention, with a link to them on People."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from coffee.dashboard import frame
from coffee.dashboard.people.everyone import CANNOT_REACH, roll
from coffee.rounds.pool import Rules
from coffee.scheme import people

FEW = 5


def notice(before: str, names: Sequence[str], after: str, link: str, **address: str) -> None:
    """Show the first names between two pieces of Markdown, with a link to People; nothing without names."""
    if not names:
        return
    shown, rest = ", ".join(map(frame.plain, names[:FEW])), len(names) - FEW
    more = f" and {rest:,} {'other' if rest == 1 else 'others'}" if rest > 0 else ""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"{before} {shown}{more}{after}", width="stretch")
        frame.link("people", link, part="Everybody", **address)


def show_unconfirmed() -> None:
    """Show the people who joined at a launch and have not confirmed their address, so no draw has them."""
    notice(
        ":material/mark_email_unread: Not drawn until they confirm their address:",
        _unconfirmed(frame.fingerprint()),
        ". They joined at a launch and have not used a link in our letters since. Each gets one reminder, two days "
        "after joining. You can also bring them back yourself.",
        "See them in People",
        status=roll(frame.fingerprint(), frame.today()).label("unconfirmed"),
    )


def show_unreachable() -> None:
    """Show the active people whom letters cannot reach, each with the reason."""
    names, are_drawn = _unreachable(frame.fingerprint(), frame.today())
    notice(
        ":material/unsubscribe: Letters cannot reach",
        names,
        ". The draw still includes them, as Settings says. Correct the addresses, or pause them."
        if are_drawn
        else ". Draws leave them out until you correct their addresses.",
        "Correct them in People",
        status=roll(frame.fingerprint(), frame.today()).label(CANNOT_REACH),
    )


@st.cache_resource(max_entries=5, show_spinner=False)
def _unconfirmed(fingerprint: tuple[str, ...]) -> list[str]:
    del fingerprint
    with frame.scheme().reading() as db:
        return list(people.sent_home(db).values())


@st.cache_resource(max_entries=5, show_spinner=False)
def _unreachable(fingerprint: tuple[str, ...], today: date) -> tuple[list[str], bool]:
    """Return their names with the reasons, and whether the draw includes them."""
    del fingerprint
    with frame.scheme().reading() as db:
        active, rules = people.active(db, today), Rules.read(db)
    active = active[active["cannot_reach"] != ""]
    names = active["name"].where(active["name"] != "", active["email"])
    reasons = zip(names, active["cannot_reach"], strict=True)
    return [f"{name} ({why.rstrip('.')})" for name, why in reasons], not rules.reachable_only
