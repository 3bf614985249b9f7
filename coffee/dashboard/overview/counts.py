"""The counts behind the next step, cached for each state of the scheme."""

from datetime import date
from typing import NoReturn

import streamlit as st

from coffee.dashboard import controls, frame
from coffee.dashboard.overview.next_step import Next, Situation
from coffee.dashboard.rounds import round_view
from coffee.insight.figures import Headcount
from coffee.insight.letters import Letters
from coffee.rounds.absence import can_be_drawn
from coffee.scheme import counts, messages, people, room

_SEEN = "step-seen"


@st.cache_resource(max_entries=4, show_spinner=False)
def read(fingerprint: tuple[str, ...], today: date) -> Situation:
    """Return the counts of the overview."""
    del fingerprint
    with frame.scheme().reading() as db:
        heads, letters = Headcount.of(people.everyone(db, today)), Letters(messages.counts(db))
        return Situation(
            people=heads.people,
            active=can_be_drawn(db, today),
            organisations=heads.organisations,
            unconfirmed=heads.unconfirmed,
            letters_to_settle=letters.to_settle,
            letters_waiting=letters.under_way,
            **counts.newest(db),
            **counts.cannot(db),
        )


def offer(step: Next) -> None:
    """The button that takes the scheme on: it draws the round, or turns to the page where the next thing is done.

    A press counts for the step that was on screen, though letters that went out or a colleague made it another one.
    """
    seen: Next = st.session_state.get(_SEEN, step)
    st.session_state[_SEEN] = step
    if controls.keyed(st.button, step.button, name="step", type="primary", icon=frame.ICONS[step.page]):
        _take(seen)


def _take(step: Next) -> NoReturn:
    with frame.scheme().reading() as db:
        here = room.arrived(db, frame.now())  # then the organiser chooses on Rounds whom to draw
    if step.draws and not here:
        with st.spinner(frame.DRAWING):
            message = f"Round {step.draws} is drawn. It is a draft."
            frame.act(lambda: round_view.draw(step.draws), message, step.page)
    frame.go(step.page, **({"round": step.shows} if step.shows else {}))
