"""The panel that changes the wording of letters, with a preview beside it."""

import streamlit as st

from coffee.config.sender import office
from coffee.dashboard import controls, frame
from coffee.dashboard.emails import status
from coffee.dashboard.emails.dry_run import show_letter
from coffee.mail.letters import template, wording
from coffee.mail.letters.letter import Office
from coffee.mail.letters.preview import Draft, Stage, invented, real, save, try_out
from coffee.mail.letters.reading import read
from coffee.mail.post import actions
from coffee.text.language import ENGLISH, in_english


def show() -> None:
    """Show the panel, with its content only while it is open."""
    panel = controls.keyed(
        st.expander, "What the letters say", name="wording", icon=":material/edit_note:", on_change="rerun"
    )
    if panel.open:
        with panel, frame.sorry():
            _edit()


def _edit() -> None:
    kind, language = _choose()
    with frame.scheme().reading() as db:
        own, sender = wording.source(db, kind, language), office(db, frame.environment())
        stage = real(db) or invented(db, sender)
        undecided = wording.texts(db, kind).undecided
    spoken = ENGLISH.listed([in_english(one.code) for one in undecided])
    st.caption(f"Each language has its own text. People who chose none get {spoken}; Settings can change that.")
    left, right = st.columns(2)
    with left:
        saved = own or template.default(kind, language)
        text: str = controls.field(st.text_area, "Template", saved, _name(kind, language), height=520)
        draft = Draft(kind, text, language)
        _actions(draft, sender, own, saved)
    with right, frame.sorry():
        st.caption(_about(stage))
        letter = read(try_out(sender, draft, stage, frame.now()).letter)
        if letter:
            show_letter(letter, "wording")
    _help(wording.FIELDS[kind])


def _choose() -> tuple[str, str]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = controls.one(
            st.selectbox, "Letter", wording.KINDS, "letter", wording.KINDS[0], format_func=status.kind, width=260,
            stays="for the session",
        )  # fmt: skip
        languages = template.languages(kind)
        language = controls.one(
            st.segmented_control, "Language", languages, f"language-{kind}", languages[0], format_func=in_english,
            stays="for the session",
        )  # fmt: skip
    return kind, language


def _actions(draft: Draft, sender: Office, own: str | None, saved: str) -> None:
    scheme, now = frame.scheme(), frame.now()
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Save the wording", icon=":material/save:"):
            frame.act(lambda: save(scheme, sender, draft, now), "Letters written from now on say this.")
        if st.button("Send this to me", icon=":material/science:"):
            frame.act(lambda: actions.send_test(scheme, sender, now, draft), "A test letter to you is on its way.")
        if own and st.button("Back to the default", icon=":material/undo:"):
            frame.act(lambda: _give_up(draft), "The default is back.")
        if draft.text != saved:
            st.markdown(":material/edit: Not saved yet", width="content")


def _give_up(draft: Draft) -> None:
    wording.keep(frame.scheme(), draft.kind, None, draft.language)
    controls.turn("emails", _name(draft.kind, draft.language), template.default(draft.kind, draft.language))


def _name(kind: str, language: str) -> str:
    return f"wording-{kind}-{language}"


def _about(stage: Stage) -> str:
    if not stage.is_real:
        return "As it would go about an invented match, until a round is drawn. Its links lead nowhere."
    name = frame.plain(stage.reader.called)
    return f"As it would go to {name} in round {stage.figures.round}. Its links lead nowhere."


def _help(fields: dict[str, str]) -> None:
    st.markdown(
        "The first line is the subject. Fields stand in double braces. `**bold**`, `## heading`, `- list` and "
        "`[words]({{ join_link }})` work as in Markdown. Press Ctrl and Enter to see the change."
    )
    st.table({"Field": [f"`{{{{ {name} }}}}`" for name in fields], "Becomes": list(fields.values())})
