"""A draft: its matches, the changes an organiser can make, and publishing it."""

import streamlit as st

from coffee.dashboard import controls, frame
from coffee.dashboard.rounds import draft_dialogs as dialogs
from coffee.dashboard.rounds.certificate import reasons
from coffee.dashboard.rounds.match_list import Actions, match_list
from coffee.dashboard.rounds.round_view import Look
from coffee.rounds import life
from coffee.rounds.draft import Match
from coffee.rounds.match_summary import MatchSummary, Seat


def show(look: Look) -> None:
    """Show the page below its title."""
    for reason in filter(None, [*reasons(look), look.ahead]):
        st.markdown(f":material/info: {frame.plain(reason)}")
    _actions_row(look)
    _waiting(look)
    match_list(
        sorted(look.glances, key=lambda glance: not glance.flaws),
        {
            "All": lambda _: True,
            "To look at": lambda glance: bool(glance.flaws),
            "Trios": lambda glance: len(glance.seats) > 2,
            "Locked": lambda glance: glance.locked,
        },
        _badges,
        lambda glance: _actions(look, glance),
        look.round.number,
        look.round.version,
    )


def _actions_row(look: Look) -> None:
    scheme, found = frame.scheme(), look.round
    with controls.keyed(st.container, horizontal=True, name="tweaks"):
        if st.button(
            f"Publish round {found.number}", type="secondary" if look.waiting() else "primary", icon=":material/send:"
        ):
            dialogs.publish(look)
        if st.button("Draw again", icon=":material/shuffle:", help="Draws everything that is not locked again"):
            with st.spinner(frame.DRAWING):
                frame.act(
                    lambda: life.redraw(scheme, found.id, found.version, frame.now()),
                    "Drew again what is not locked.",
                )
        # There before anything can be undone: a button that appears takes the place, and the presses, of another.
        undoes = frame.plain(f"Undo: {look.last_tweak}") if look.last_tweak else "Nothing has been changed yet"
        if st.button("Undo", icon=":material/undo:", help=undoes, disabled=not look.last_tweak):
            frame.act(lambda: life.undo(scheme, found.id, found.version), f"Undone: {look.last_tweak}.")
        if st.button("Put two together", icon=":material/group_add:"):
            dialogs.put_together(look)
        if st.button("Leave somebody out", icon=":material/person_off:"):
            dialogs.leave_out(look)
        if st.menu_button("More", ["Discard this draft"], type="tertiary"):
            dialogs.discard(look)


def _waiting(look: Look) -> None:
    waiting = look.waiting()
    if waiting:
        names = ", ".join(frame.plain(look.name(person)) for person in waiting[:5])
        more = f" and {len(waiting) - 5:,} more" if len(waiting) > 5 else ""
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/person_alert: No match yet: {names}{more}", width="stretch")
            dialogs.find_matches(look)
    if look.draft.left_out:
        back = st.menu_button(
            f"Left out this round: {len(look.draft.left_out):,}",
            sorted(look.draft.left_out),
            format_func=lambda person: f"Bring back {frame.plain(look.name(person))}",
        )
        if back is not None:
            dialogs.tweak(look, f"brought back {look.name(back)}", lambda draft: draft.bring_back(back))


def _badges(glance: MatchSummary) -> list[str]:
    found = [f":orange-badge[:material/warning: {frame.plain(flaw)}]" for flaw in glance.flaws]
    if not found:
        found = [":blue-badge[:material/check: New, across organisations]"]
    if len(glance.seats) > 2:
        found.append(":gray-badge[:material/group: Trio]")
    return [*found, ":gray-badge[:material/lock: Locked]"] if glance.locked else found


def _actions(look: Look, glance: MatchSummary) -> Actions:
    match = Match(glance.people, glance.locked)
    word = "Unlock" if glance.locked else "Lock"
    actions = {
        f":material/lock: {word}": lambda: dialogs.tweak(
            look, f"{word.lower()}ed a match", lambda draft: draft.lock(match, not glance.locked)
        )
    }
    if glance.locked:
        return actions
    for seat in glance.seats:
        actions.update(_actions_for(look, seat))
    breaking = {
        ":material/link_off: Break this match": lambda: dialogs.tweak(
            look, "broke a match", lambda draft: draft.break_up(match)
        )
    }
    return actions | breaking


def _actions_for(look: Look, seat: Seat) -> Actions:
    name = frame.plain(seat.name)
    return {
        f":material/swap_horiz: Swap {name} with …": lambda: dialogs.swap(look, seat.person),
        f":material/person_off: Leave {name} out": lambda: dialogs.tweak(
            look, f"left out {seat.name}", lambda draft: draft.leave_out(seat.person)
        ),
    }
