"""Overview: the state of the scheme and the next step."""

import streamlit as st

from coffee.automation import state
from coffee.dashboard import frame
from coffee.dashboard.charts.figures import figures
from coffee.dashboard.connections import growth
from coffee.dashboard.overview import clock_notice, counts, sample_scheme
from coffee.dashboard.overview.next_step import next_step
from coffee.dashboard.people import notices, silent_people

now = counts.read(frame.fingerprint(), frame.today())
with frame.scheme().reading() as db:
    month = state.agenda_of(db, frame.now())

if not now.people + now.unconfirmed:
    frame.head("Overview", "Nobody is here yet. There are two ways to begin.")
    roster, sample = st.columns(2)
    with roster.container(border=True, height="stretch"):
        st.header("Bring your people", anchor=False)
        st.markdown(
            "Upload a roster as it comes out of Excel, Google Forms or an HR system. You see what it would change "
            "before anything is saved."
        )
        if st.button("Upload a roster", type="primary", icon=":material/upload:"):
            frame.go("people")
    with sample.container(border=True, height="stretch"):
        st.header("Look around first", anchor=False)
        st.markdown(
            "Open a sample scheme of about 60 invented people and four rounds. It is in a file of its own, and "
            "no letter leaves it."
        )
        sample_scheme.offer()
    st.stop()

counted = figures()
step = next_step(now)
frame.head("Overview", step.sentence)
with frame.part():
    clock_notice.show()
    if month:
        for trouble in month.failed():
            st.warning(frame.plain(trouble), icon=":material/warning:")
        st.markdown(f":material/schedule: {frame.plain(month.sentence(frame.now()))}")
        st.caption(frame.plain(f"Coming draws: {'; '.join(month.draws(frame.now()))}. Settings has the calendar."))
    counts.offer(step)
    notices.show_unconfirmed()
    notices.show_unreachable()
    silent_people.tell()
with st.container(horizontal=True):
    st.metric(
        "People", f"{now.people:,}", f"{now.active:,} can be drawn",
        delta_color="off", delta_arrow="off", border=True, height="stretch",
    )  # fmt: skip
    st.metric(frame.plain(counted.silo.titles), f"{now.organisations:,}", border=True, height="stretch")
    if now.number and now.state != "draft":
        st.metric("Rounds", f"{counted.summary.size.rounds:,}", border=True, height="stretch")
        unknown = f", {now.outcomes.unknown:,} not known" if now.outcomes.unknown else ""
        st.metric(
            f"Met in round {now.number}", f"{now.met:,}", f"of {now.matches:,} matches{unknown}",
            delta_color="off", delta_arrow="off", border=True, height="stretch",
        )  # fmt: skip
if not counted.summary.history.empty:
    growth.show(counted)
