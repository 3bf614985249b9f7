"""Progress of the letters that are going out, and the ones in doubt or not delivered, for the organiser to settle."""

import math

import streamlit as st

from coffee.config.sender import office
from coffee.dashboard import controls, frame
from coffee.dashboard.emails import status
from coffee.dashboard.emails.status import Post, letters
from coffee.days.words import clock
from coffee.mail.post import actions, hold
from coffee.mail.post.eml_files import mail_after_all
from coffee.mail.post.hold import Trouble
from coffee.scheme import settings

LOST = {"failed": "not delivered", "in doubt": "in doubt"}


def where_they_go() -> None:
    """Say in one line how letters leave, with a button for a test letter."""
    if frame.is_sample():
        return
    server = frame.environment().mail_server
    with st.container(horizontal=True, vertical_alignment="center"):
        if server:
            st.markdown(f":material/outgoing_mail: Letters leave through {frame.plain(server.place)}.")
        else:
            folder = frame.plain(str(frame.environment().letters_folder))
            st.markdown(
                f":material/folder: No mail server is set, so letters are kept as files in {folder}. You can read them "
                "here. To send them, ask whoever runs this server to set COFFEE\\_SMTP\\_URL. The README shows how."
            )
        if st.button("Send a test to me", icon=":material/science:", type="tertiary"):
            frame.act(_test, "A test letter to you is on its way.")
        if server:
            _pace()
    if server and not status.signed():
        st.warning(
            "Letters need a sender before any can leave. Write your name and address in Settings.",
            icon=":material/warning:",
        )
        frame.link("settings", "Go to settings")


def kept_as_files(now: Post) -> None:
    """Offer to send the letters that were only kept as files, once there is a mail server."""
    kept = now.of("kept")
    if frame.environment().mail_server is None or frame.is_sample() or not kept:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/folder: {letters(kept)} kept as files before there was a mail server, and never sent.")
        with st.popover("Mail them now", icon=":material/outgoing_mail:"):
            st.markdown("They go out as written, from the current sender. Letters that nobody needs any more do not.")
            if st.button("Mail them", type="primary"):
                frame.act(_mail_kept, "They are on their way.")


def _mail_kept() -> None:
    with frame.scheme().reading() as db:
        sender = office(db, frame.environment())
    mail_after_all(frame.scheme(), frame.environment().letters_folder, sender, frame.now())


def _test() -> None:
    with frame.scheme().reading() as db:
        sender = office(db, frame.environment())
    actions.send_test(frame.scheme(), sender, frame.now())


def show(now: Post) -> None:
    """Show progress every second while letters go out, and the letters to settle."""
    if now.problem and now.under_way:
        _problem(now.problem)
    if now.under_way and not frame.is_sample():
        st.fragment(_progress, run_every=None if now.paused else 1.0)()
    if now.late:
        _late(now.late)
    kept_as_files(now)
    if now.of("in doubt"):
        _in_doubt(now.of("in doubt"), now.where("in doubt"))
    if now.of("failed"):
        _failed(now.of("failed"), now.where("failed"))


def _problem(problem: Trouble) -> None:
    held = problem.is_held(frame.now())
    when = (
        f"at {clock(frame.place(), problem.until)}, or when this program is started again" if held else "by themselves"
    )
    st.warning(frame.plain(f"{problem.said} The letters wait, and are tried again {when}."))
    if held and st.button("Try now", icon=":material/replay:"):
        frame.act(lambda: hold.forget(frame.scheme()), "The letters are tried again.")


def _progress() -> None:
    now = status.read()
    if not now.under_way:
        st.rerun()
    done = now.letters.going().done
    st.progress(done.share or 0.0, text=_how_far(now))
    with st.container(horizontal=True):
        if now.paused:
            if st.button("Go on sending", icon=":material/play_arrow:", type="primary"):
                frame.act(lambda: actions.pause(frame.scheme(), False), "Letters go out again.")
        elif st.button("Pause", icon=":material/pause:"):
            frame.act(lambda: actions.pause(frame.scheme(), True), "Sending is paused.")
        with st.popover("Cancel what waits", icon=":material/cancel:"):
            st.markdown(f"{letters(now.of('waiting'))} will never be sent. This cannot be undone.")
            if st.button("Cancel them", type="primary"):
                frame.act(lambda: actions.cancel(frame.scheme()), "What was waiting is cancelled.")


def _how_far(now: Post) -> str:
    going = now.letters.going()
    lost = [f"{going.of(state):,} {word}" for state, word in LOST.items() if going.of(state)]
    said = f"{', '.join([now.done(), *lost])}."
    if now.paused:
        return f"{said} Paused."
    if now.next_due and now.next_due > frame.now() and now.under_way > now.late and not now.of("sending"):
        return f"{said} {letters(now.under_way)} will be tried again, the next at {clock(frame.place(), now.next_due)}."
    if not now.pace:
        return said
    minutes = math.ceil(now.under_way / now.pace / 60)
    return f"{said} {'Less than a minute' if minutes <= 1 else f'About {minutes} minutes'} left."


def _late(count: int) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/schedule: **{letters(count)} {'is' if count == 1 else 'are'} due more than a day from now.** "
            "The clock of this computer was probably wrong before."
        )
        if st.button("Send now", icon=":material/send:"):
            frame.act(lambda: actions.send_late(frame.scheme(), frame.now()), "They are on their way.")


def _in_doubt(count: int, where: str) -> None:
    with st.container(border=True):
        st.markdown(
            f":material/help: **{letters(count)} in doubt{where}.** The connection or the program ended after the "
            "letter was handed over and before the mail server said yes. Look in your mail account's sent folder, or "
            "ask the person. Sending again may bring somebody the same letter twice."
        )
        with st.container(horizontal=True):
            if controls.keyed(st.button, f"Send {_them(count)} again", name="send-again", icon=":material/replay:"):
                status.send_again("in doubt")
            if controls.keyed(st.button, f"Mark {_them(count)} as sent", name="mark-sent", icon=":material/done_all:"):
                frame.act(
                    lambda: actions.mark_as_sent(frame.scheme(), frame.now()), f"{letters(count)} marked as sent."
                )


def _failed(count: int, where: str) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/error: **{letters(count)} not delivered{where}.** The list below says why.")
        if controls.keyed(st.button, f"Try {_them(count)} again", name="try-again", icon=":material/replay:"):
            status.send_again("failed")
        if controls.keyed(st.button, f"Leave {_them(count)}", name="leave", icon=":material/block:"):
            done = f"{letters(count)} will not be tried again."
            frame.act(lambda: actions.cancel(frame.scheme(), state="failed"), done)


def _pace() -> None:
    """Ask for a limit of letters a minute, which some providers set."""
    with frame.scheme().reading() as db:
        limit = settings.get(db, "letters_per_minute")
    with st.popover("Pace", icon=":material/speed:", type="tertiary"), st.form("pace", border=False):
        st.markdown(status.LIMITS)
        chosen = st.number_input(
            "Letters a minute, at most (empty for no limit)", min_value=1, max_value=6000, value=limit, step=1
        )
        if st.form_submit_button("Save"):
            frame.act(lambda: actions.limit(frame.scheme(), int(chosen) if chosen else None), "The pace is saved.")


def _them(count: int) -> str:
    return "it" if count == 1 else f"all {count:,}"
