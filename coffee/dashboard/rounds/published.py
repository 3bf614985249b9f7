"""A published round: its outcomes, repairs, and closing it."""

import streamlit as st

from coffee.dashboard import frame
from coffee.dashboard.rounds.match_list import Actions, match_list
from coffee.dashboard.rounds.repair_dialog import change_people
from coffee.dashboard.rounds.round_view import Look
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


def show(look: Look) -> None:
    """Show the page below its title."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if look.round.state == "published":
            frame.link("emails", "See the letters", round=str(look.round.number))
            if st.button("Somebody withdraws or joins", icon=":material/person_alert:"):
                change_people(look, ())
            _close(look)
        elif st.button("Open round again", icon=":material/undo:"):
            step = life.reopen
            frame.act(lambda: step(frame.scheme(), look.round.id), f"Round {look.round.number} takes answers again.")
    _cannot(look)
    _late(look)
    _left_over(look)
    match_list(
        look.glances,
        {
            "All": lambda _: True,
            "Not known": lambda glance: glance.met == "unknown",
            "Met": lambda glance: glance.met == "yes",
            "Did not meet": lambda glance: glance.met == "no",
            "Disagree": lambda glance: glance.disagree,
        },
        lambda glance: _badges(glance, look),
        _actions,
        look.round.number,
        look.round.version,
    )


def _cannot(look: Look) -> None:
    """Show the people who cannot meet or have left, whose partners need another match."""
    if look.cannot and look.round.state == "published":
        names = ", ".join(
            frame.plain(look.name(person) + " (letters cannot reach them)" * (person in look.unreached))
            for person in look.cannot
        )
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/person_alert: Cannot meet this time: {names}", width="stretch")
            if st.button("Match their partners anew"):
                change_people(look, look.cannot)


def _left_over(look: Look) -> None:
    """Show the people who have no match in this round, and why."""
    for why, said in LEFT_OVER.items():
        names = [f"{name}, {organisation}" for name, organisation, reason in look.left_over if reason == why]
        if names:
            st.markdown(f":material/person_off: {said}: {'; '.join(map(frame.plain, names))}")


def _late(look: Look) -> None:
    """Show the people in the room who have no match, usually because they came after the draw."""
    with frame.scheme().reading() as db:
        late = room.late(db, look.round.id, frame.now(), today(db, frame.now()))
    if late:
        names = ", ".join(sorted(frame.plain(look.name(person)) for person in late))
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/person_add: In the room without a match: {names}", width="stretch")
            if st.button("Find them a match", type="primary"):
                change_people(look, (), late)


def _close(look: Look) -> None:
    if st.button("Close round", icon=":material/lock:", type="secondary" if look.outcomes.unknown else "primary"):
        _confirm_close(look)


@st.dialog("Close this round", icon=":material/lock:")
def _confirm_close(look: Look) -> None:
    if look.outcomes.unknown:
        st.markdown(
            f"We do not know yet whether {look.outcomes.unknown:,} of {look.outcomes.matches:,} matches met. "
            "Where somebody said “not yet”, the match counts as not met from now on."
        )
    st.markdown("Nobody can answer any more once the round is closed. You can open it again.")
    if st.button(f"Close round {look.round.number}", type="primary"):
        frame.act(
            lambda: life.close(frame.scheme(), look.round.id, frame.now()),
            f"Round {look.round.number} is closed. You can open it again.",
        )


def _badges(glance: MatchSummary, look: Look) -> list[str]:
    more = [":orange-badge[:material/forum: They disagree]"] if glance.disagree else []
    if set(glance.people) & set(look.cannot):
        more.append(":orange-badge[:material/person_alert: Cannot meet]")
    return [NOT_YET if glance.met == "unknown" and glance.answers else MET[glance.met], *more]


def _actions(glance: MatchSummary) -> Actions:
    def say(met: str | None, said: str) -> None:
        frame.act(lambda: life.say_met(frame.scheme(), glance.match, met), said)

    return {
        "They met": lambda: say("yes", "Noted that they met."),
        "They did not meet": lambda: say("no", "Noted that they did not meet."),
        "Go by their answers": lambda: say(None, "Going by their answers."),
    }
