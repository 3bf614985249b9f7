"""The dialogs of a draft: swap, put together, leave out, publish, discard."""

from collections.abc import Callable

import streamlit as st

from coffee.config.sender import office
from coffee.dashboard import frame
from coffee.dashboard.emails.dry_run import read_first
from coffee.dashboard.rounds.round_view import RoundView
from coffee.mail.letters import wording
from coffee.mail.post.errors import MailError
from coffee.pairing import listed
from coffee.rounds import life
from coffee.rounds.draft import Draft, TweakError
from coffee.text.language import ENGLISH, in_english


def tweak(view: RoundView, what: str, change: Callable[[Draft], Draft]) -> None:
    """Save a change to this draft, then show the draft again."""
    found, message = view.round, consequence(view, what, change)
    frame.act(lambda: life.tweak(frame.scheme(), found.id, found.version, what, change, frame.now()), message)


def consequence(view: RoundView, what: str, change: Callable[[Draft], Draft]) -> str:
    """Describe a change with its effect: people who now wait for a match, or more or fewer flaws."""
    done = f"{what[0].upper()}{what[1:]}"
    try:
        after = change(view.draft)
    except TweakError as error:
        return str(error)
    if waiting := sorted(set(view.waiting(after)) - set(view.waiting())):
        return f"{done}. {listed([view.name(person) for person in waiting])} {_have(len(waiting))} no match yet."
    if {match.people for match in after.matches} == {match.people for match in view.draft.matches}:
        return f"{done}."
    now, then = view.pool.counted(after), view.pool.counted(view.draft)
    return f"{done}: {_flaws(now['repeats'] - then['repeats'], now['same_silo'] - then['same_silo'])}."


def find_matches(view: RoundView) -> None:
    """Show a button that finds matches for the people who wait."""
    several = len(view.waiting()) > 1
    if st.button("Find matches for them" if several else "Find a match", type="primary"):
        step, found = life.match_waiting, view.round
        with st.spinner(frame.DRAWING):
            frame.act(lambda: step(frame.scheme(), found.id, found.version, frame.now()), "Everybody has a match now.")


@st.dialog("Swap two people", icon=":material/swap_horiz:")
def swap(view: RoundView, person: int) -> None:
    """Ask who changes places with this person. The best come first, each with its cost."""
    options = dict(view.pool.swaps(view.draft, person))
    names, where = view.names(), view.pool.people.set_index("id")["organisation"].to_dict()
    if not options:
        st.markdown("There is nobody to swap with: every other match is locked or set apart. Unlock a match first.")
        return
    other = st.selectbox(
        f"Swap {frame.plain(view.name(person))} with",
        list(options),
        format_func=lambda p: f"{names[p]} – {_flaws(options[p].repeats, options[p].same_silo)} – {where[p]}",
    )
    after = view.draft.swap(person, other)
    meets = next(match.people for match in after.matches if person in match.people)
    st.caption(
        f"Then {frame.plain(view.name(person))} meets "
        f"{listed([frame.plain(view.name(one)) for one in meets if one != person])}. The best swaps come first."
    )
    if st.button("Swap", type="primary"):
        tweak(view, f"swapped {view.name(person)} with {view.name(other)}", lambda draft: draft.swap(person, other))


@st.dialog("Put two people together", icon=":material/group_add:")
def put_together(view: RoundView) -> None:
    """Choose two people; their match is locked, and those they leave meet each other."""
    one, other = _choose(view, "One person"), _choose(view, "The other person")
    st.caption("Their match is locked. The people they leave are put together instead.")
    if st.button("Put together", type="primary", disabled=one is None or other is None) and one and other:
        what = f"put {view.name(one)} and {view.name(other)} together"
        tweak(view, what, lambda draft: draft.put_together(one, other))


@st.dialog("Leave somebody out", icon=":material/person_off:")
def leave_out(view: RoundView) -> None:
    """Choose somebody to leave out of this round."""
    person = _choose(view, "Person")
    st.caption("They stay in the scheme and are drawn again next round. Their partner will need another match.")
    if st.button("Leave out of this round", type="primary", disabled=person is None) and person:
        tweak(view, f"left out {view.name(person)}", lambda draft: draft.leave_out(person))


@st.dialog("Discard this draft", icon=":material/delete:")
def discard(view: RoundView) -> None:
    """Confirm throwing the draft away."""
    st.markdown("The draft and every change made to it are thrown away. Nobody has been told of it.")
    if st.button("Discard the draft", type="primary"):
        frame.act(
            lambda: life.discard(frame.scheme(), view.round.id, view.round.version),
            f"The draft of round {view.round.number} is discarded.",
        )


@st.dialog("Publish", icon=":material/send:", width="large")
def publish(view: RoundView) -> None:
    """Say what publishing does, ask for a sender when there is none, and do it."""
    environment = frame.environment()
    with frame.scheme().reading() as db:
        mending = life.mending(db, view.round.id, frame.now())
        changes = life.describe(db, mending, frame.now())
    if changes:
        st.markdown("People came or went since this was drawn, so the draft is changed as little as possible:")
        st.markdown("\n".join(f"- {frame.plain(change)}" for change in changes))
    if not mending.after.matches:
        st.markdown("No matches would be left. Discard this draft, or add people.")
        return
    letters = len(mending.after.matched()) + len(mending.to_tell)
    st.markdown(f"This freezes round {view.round.number} and queues {letters:,} letters, one to each person in it.")
    try:
        with frame.scheme().reading() as db:
            sender, undecided = office(db, environment), wording.texts(db, "introduction").undecided
    except MailError as error:
        st.warning(frame.plain(str(error)))
        frame.link("settings", "Go to Settings")
        return
    if frame.is_sample():
        st.markdown("This is the sample scheme: its letters are written, and never leave this machine.")
    elif environment.mail_server:
        st.markdown(f"They are sent through {frame.plain(environment.mail_server.place)} straight away.")
    else:
        st.markdown("No mail server is set, so they are kept on this machine for you to read.")
    spoken = ENGLISH.listed([in_english(language.code) for language in undecided])
    st.caption(
        f"From {frame.plain(sender.signed_in())} {frame.plain(sender.address)}. People who chose no language get "
        f"{spoken}; Settings can change that."
    )
    if sender.address.endswith("@localhost") and not frame.is_sample():
        st.warning("Nobody can reply to that address. Write your own name and address in Settings first.")
        frame.link("settings", "Go to Settings")
    waiting = mending.waiting
    if not mending.changes and st.toggle("Read the letters first"):
        read_first(life.to_introduce(frame.scheme(), view.round.id, sender, frame.now(), waiting), "publish")
    verb = "Change, publish" if mending.changes else "Publish"
    if st.button(f"{verb} and queue {letters:,} letters", type="primary", icon=":material/send:"):
        found = view.round
        with st.spinner(f"Writing {letters:,} letters …"):
            frame.act(
                lambda: life.mend_and_publish(frame.scheme(), found.id, found.version, mending, sender, frame.now()),
                f"Round {found.number} is out.",
            )


def _choose(view: RoundView, label: str) -> int | None:
    labels = view.labels()
    ids: list[int] = sorted(view.pool.people["id"], key=lambda person: labels[person].casefold())
    return st.selectbox(label, ids, index=None, format_func=lambda person: labels[person], placeholder="Type a name")


def _flaws(repeats: int, same_silo: int) -> str:
    message = [_change(repeats, "repeat"), _change(same_silo, "shared organisation")]
    return ", ".join(word for word in message if word) or "as good as before"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _change(count: int, word: str) -> str:
    if not count:
        return ""
    return f"{abs(count)} {'more' if count > 0 else 'fewer'} {word}{'' if abs(count) == 1 else 's'}"
