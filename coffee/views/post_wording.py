"""Changing what letters say, with the letter it makes beside it."""

import streamlit as st

from coffee import frame
from coffee.language import ENGLISH, in_english
from coffee.mail import desk, template, wording
from coffee.mail.letters import Office
from coffee.mail.reading import read
from coffee.mail.trial import Draft, Stage, invented, real, save, try_out
from coffee.office import office
from coffee.views import post
from coffee.views.dry_run import show_letter


def show() -> None:
    """A panel that is only drawn while it is open."""
    panel = st.expander("What the letters say", icon=":material/edit_note:", on_change="rerun", key="wording")
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
        draft = Draft(kind, _typed(kind, language, own), language)
        _actions(draft, sender, own)
    with right, frame.sorry():
        st.caption(_about(stage))
        letter = read(try_out(sender, draft, stage, frame.now()).letter)
        if letter:
            show_letter(letter)
    _help(wording.FIELDS[kind])


def _typed(kind: str, language: str, own: str | None) -> str:
    """The text area. What is typed stays typed while another letter is looked at, until it is saved or given up."""
    kept = own or template.default(kind, language)
    key = f"wording_{kind}_{language}_{hash(own)}"
    if key not in st.session_state:
        st.session_state[key] = _unsaved().get((kind, language), kept)
    text = st.text_area("Template", height=520, key=key, on_change=_remember, args=(key, kind, language))
    if text == kept:
        _forget(kind, language)
    return text


def _remember(key: str, kind: str, language: str) -> None:
    """Called before the page runs, which may be for another letter: its click comes together with what was typed."""
    _unsaved()[kind, language] = st.session_state[key]


def _unsaved() -> dict[tuple[str, str], str]:
    """What was typed and is not saved, by kind of letter and language; in the sample apart from the own scheme."""
    drafts: dict[tuple[str, str], str] = st.session_state.setdefault(f"wording-typed-{frame.scheme().path}", {})
    return drafts


def _forget(kind: str, language: str) -> None:
    _unsaved().pop((kind, language), None)


def _choose() -> tuple[str, str]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox("Letter", wording.KINDS, format_func=post.kind, key="wording_kind", width=260)
        languages = template.languages(kind)
        language = st.segmented_control(
            "Language", languages, default=languages[0], required=True, key=f"wording_language_{kind}",
            format_func=in_english,
        )  # fmt: skip
    return kind, str(language)


def _actions(draft: Draft, sender: Office, own: str | None) -> None:
    scheme, now = frame.scheme(), frame.now()
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Save the wording", icon=":material/save:"):
            frame.act(lambda: _save(draft, sender), "Letters written from now on say this.")
        if st.button("Send this to me", icon=":material/science:"):
            frame.act(lambda: desk.send_test(scheme, sender, now, draft), "A test letter to you is on its way.")
        if own and st.button("Back to the default", icon=":material/undo:"):
            frame.act(lambda: _give_up(draft), "The default is back.")
        if (draft.kind, draft.language) in _unsaved():
            st.markdown(":material/edit: Not saved yet", width="content")


def _save(draft: Draft, sender: Office) -> None:
    save(frame.scheme(), sender, draft, frame.now())
    _forget(draft.kind, draft.language)


def _give_up(draft: Draft) -> None:
    wording.keep(frame.scheme(), draft.kind, None, draft.language)
    _forget(draft.kind, draft.language)


def _about(stage: Stage) -> str:
    if not stage.is_real:
        return "As it would go about an invented match, until a round is drawn. Its links lead nowhere."
    name = frame.plain(stage.reader.called)
    return f"As it would go to {name} in round {stage.figures.number}. Its links lead nowhere."


def _help(fields: dict[str, str]) -> None:
    st.markdown(
        "The first line is the subject. Fields stand in double braces. `**bold**`, `## heading`, `- list` and "
        "`[words]({{ join_link }})` work as in Markdown. Press Ctrl and Enter to see the change."
    )
    st.table({"Field": [f"`{{{{ {name} }}}}`" for name in fields], "Becomes": list(fields.values())})
