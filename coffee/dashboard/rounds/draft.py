"""A draft: its matches, the changes an organiser can make, and publishing it."""

import streamlit as st

from coffee.dashboard import controls, frame
from coffee.dashboard.rounds import draft_dialogs as dialogs
from coffee.dashboard.rounds.certificate import reasons
from coffee.dashboard.rounds.match_list import Actions, match_list
from coffee.dashboard.rounds.round_view import RoundView
from coffee.pairing import listed
from coffee.rounds import life
from coffee.rounds.draft import Match
from coffee.rounds.match_summary import MatchSummary, Seat


def show(view: RoundView) -> None:
    """Show the page below its title."""
    with frame.part():
        for reason in filter(None, [*reasons(view), view.ahead]):
            st.markdown(f":material/info: {frame.plain(reason)}")
        _actions_row(view)
    with frame.part():
        _waiting(view)
    match_list(
        sorted(view.summaries, key=lambda summary: not summary.flaws),
        {
            "All": lambda _: True,
            "To look at": lambda summary: bool(summary.flaws),
            "Trios": lambda summary: len(summary.seats) > 2,
            "Locked": lambda summary: summary.locked,
        },
        _badges,
        lambda summary: _actions(view, summary),
        view.round.number,
        view.round.version,
    )


def _actions_row(view: RoundView) -> None:
    scheme, found = frame.scheme(), view.round
    with controls.keyed(st.container, horizontal=True, name="tweaks"):
        if st.button(
            f"Publish round {found.number}", type="secondary" if view.waiting() else "primary", icon=":material/send:"
        ):
            dialogs.publish(view)
        if st.button("Draw again", icon=":material/shuffle:", help="Draws every unlocked match again"):
            with st.spinner(frame.DRAWING):
                frame.act(
                    lambda: life.redraw(scheme, found.id, found.version, frame.now()),
                    "Drew the unlocked matches again.",
                )
        # There before anything can be undone: a button that appears takes the place, and the presses, of another.
        undoes = frame.plain(f"Undo: {view.last_tweak}") if view.last_tweak else "Nothing has been changed yet"
        if st.button("Undo", icon=":material/undo:", help=undoes, disabled=not view.last_tweak):
            frame.act(lambda: life.undo(scheme, found.id, found.version), f"Undone: {view.last_tweak}.")
        if st.button("Put two together", icon=":material/group_add:"):
            dialogs.put_together(view)
        if st.button("Leave somebody out", icon=":material/person_off:"):
            dialogs.leave_out(view)
        if st.menu_button("More", ["Discard this draft"], type="tertiary"):
            dialogs.discard(view)


def _waiting(view: RoundView) -> None:
    waiting = view.waiting()
    if waiting:
        names = ", ".join(frame.plain(view.name(person)) for person in waiting[:5])
        more = f" and {len(waiting) - 5:,} more" if len(waiting) > 5 else ""
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/person_alert: No match yet: {names}{more}", width="stretch")
            dialogs.find_matches(view)
    if view.draft.left_out:
        back = st.menu_button(
            f"Left out this round: {len(view.draft.left_out):,}",
            sorted(view.draft.left_out),
            format_func=lambda person: f"Bring back {frame.plain(view.name(person))}",
        )
        if back is not None:
            dialogs.tweak(view, f"brought back {view.name(back)}", lambda draft: draft.bring_back(back))


def _badges(summary: MatchSummary) -> list[str]:
    found = [f":orange-badge[:material/warning: {frame.plain(flaw)}]" for flaw in summary.flaws]
    if not found:
        found = [":blue-badge[:material/check: New, across organisations]"]
    if len(summary.seats) > 2:
        found.append(":gray-badge[:material/group: Trio]")
    return [*found, ":gray-badge[:material/lock: Locked]"] if summary.locked else found


def _actions(view: RoundView, summary: MatchSummary) -> Actions:
    match = Match(summary.people, summary.locked)
    word, icon = ("Unlock", "lock_open") if summary.locked else ("Lock", "lock")
    pair = f"the match of {listed([seat.name for seat in summary.seats])}"
    actions = {
        f":material/{icon}: {word}": lambda: dialogs.tweak(
            view, f"{word.lower()}ed {pair}", lambda draft: draft.lock(match, not summary.locked)
        )
    }
    if summary.locked:
        return actions
    for seat in summary.seats:
        actions.update(_actions_for(view, seat))
    breaking = {
        ":material/link_off: Break this match": lambda: dialogs.tweak(
            view, f"broke {pair}", lambda draft: draft.break_up(match)
        )
    }
    return actions | breaking


def _actions_for(view: RoundView, seat: Seat) -> Actions:
    name = frame.plain(seat.name)
    return {
        f":material/swap_horiz: Swap {name} with …": lambda: dialogs.swap(view, seat.person),
        f":material/person_off: Leave {name} out": lambda: dialogs.tweak(
            view, f"left out {seat.name}", lambda draft: draft.leave_out(seat.person)
        ),
    }
