"""A published round: its outcomes, repairs, and closing it."""

import streamlit as st

from coffee.dashboard import frame
from coffee.dashboard.rounds.match_list import Actions, match_list
from coffee.dashboard.rounds.repair_dialog import change_people
from coffee.dashboard.rounds.round_view import RoundView
from coffee.place import today
from coffee.rounds import life
from coffee.rounds.match_summary import MatchSummary
from coffee.scheme import room
from coffee.scheme.rounds import BY_HAND, NOBODY, ODD

MET = {
    "yes": ":blue-badge[:material/check: Met]",
    "no": ":red-badge[:material/close: Did not meet]",
    "unknown": ":gray-badge[:material/hourglass_empty: Not known]",
}
NOT_YET = ":gray-badge[:material/hourglass_top: Not yet]"

LEFT_OVER = {
    ODD: "Sits out, because the number was odd",
    NOBODY: "Waits for the next round, because nobody was free to meet them",
    BY_HAND: "Left out by an organiser",
}


def show(view: RoundView) -> None:
    """Show the page below its title."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if view.round.state == "published":
            frame.link("emails", "See the letters", round=str(view.round.number))
            if st.button("Somebody withdraws or joins", icon=":material/person_alert:"):
                change_people(view, ())
            _close(view)
        elif st.button("Open round again", icon=":material/undo:"):
            step = life.reopen
            frame.act(lambda: step(frame.scheme(), view.round.id), f"Round {view.round.number} takes answers again.")
    with frame.part():
        _cannot(view)
        _late(view)
        _left_over(view)
    match_list(
        view.summaries,
        {
            "All": lambda _: True,
            "Not known": lambda summary: summary.met == "unknown",
            "Met": lambda summary: summary.met == "yes",
            "Did not meet": lambda summary: summary.met == "no",
            "Disagree": lambda summary: summary.disagree,
        },
        lambda summary: _badges(summary, view),
        _actions,
        view.round.number,
        view.round.version,
    )


def _cannot(view: RoundView) -> None:
    """Show the people who cannot meet or have left, whose partners need another match."""
    if view.cannot and view.round.state == "published":
        names = ", ".join(
            frame.plain(view.name(person) + " (letters cannot reach them)" * (person in view.unreached))
            for person in view.cannot
        )
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/person_alert: Cannot meet this time: {names}", width="stretch")
            if st.button("Find a new match" if len(view.cannot) == 1 else "Find new matches"):
                change_people(view, view.cannot)


def _left_over(view: RoundView) -> None:
    """Show the people who have no match in this round, and why."""
    for why, message in LEFT_OVER.items():
        names = [f"{name}, {organisation}" for name, organisation, reason in view.left_over if reason == why]
        if names:
            st.markdown(f":material/person_off: {message}: {'; '.join(map(frame.plain, names))}")


def _late(view: RoundView) -> None:
    """Show the people in the room who have no match, usually because they came after the draw."""
    with frame.scheme().reading() as db:
        late = room.late(db, view.round.id, frame.now(), today(db, frame.now()))
    if late:
        names = ", ".join(sorted(frame.plain(view.name(person)) for person in late))
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/person_add: In the room without a match: {names}", width="stretch")
            if st.button("Find them a match", type="primary"):
                change_people(view, (), late)


def _close(view: RoundView) -> None:
    if st.button("Close round", icon=":material/lock:", type="secondary" if view.outcomes.unknown else "primary"):
        _confirm_close(view)


@st.dialog("Close this round", icon=":material/lock:")
def _confirm_close(view: RoundView) -> None:
    unknown, matches = view.outcomes.unknown, view.outcomes.matches
    if unknown:
        which = "any match" if unknown == matches else f"{unknown:,} of the {matches:,} matches"
        st.markdown(
            f"We do not know yet whether {which} met. "
            "Where somebody said “not yet”, the match counts as not met from now on."
        )
    st.markdown("Nobody can answer any more once the round is closed. You can open it again.")
    if st.button(f"Close round {view.round.number}", type="primary"):
        frame.act(
            lambda: life.close(frame.scheme(), view.round.id, frame.now()),
            f"Round {view.round.number} is closed. You can open it again.",
        )


def _badges(summary: MatchSummary, view: RoundView) -> list[str]:
    more = [":orange-badge[:material/forum: They disagree]"] if summary.disagree else []
    if set(summary.people) & set(view.cannot):
        more.append(":orange-badge[:material/person_alert: Cannot meet]")
    return [NOT_YET if summary.met == "unknown" and summary.answers else MET[summary.met], *more]


def _actions(summary: MatchSummary) -> Actions:
    def say(met: str | None, message: str) -> None:
        frame.act(lambda: life.say_met(frame.scheme(), summary.match, met), message)

    return {
        "They met": lambda: say("yes", "Noted that they met."),
        "They did not meet": lambda: say("no", "Noted that they did not meet."),
        "Go by their answers": lambda: say(None, "Going by their answers."),
    }
