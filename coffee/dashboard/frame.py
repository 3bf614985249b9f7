"""The frame of every organiser page: its scheme, title and first sentence, and its messages."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from coffee.config.environment import ROOT, Environment, SettingError, load
from coffee.dashboard import controls
from coffee.days.place import Place
from coffee.mail.post.errors import MailError
from coffee.pairing import PairingError
from coffee.place import place as place_of
from coffee.roster.errors import RosterError
from coffee.rounds.drawing import RoundError
from coffee.scheme import Scheme, SchemeError, open_scheme, settings
from coffee.web.organisers.sessions import Organisers

PAGES = ROOT / "pages"
DRAWING = "Drawing the round. This can take a few seconds."
ICONS = {
    "overview": ":material/local_cafe:",
    "people": ":material/group:",
    "rounds": ":material/shuffle:",
    "emails": ":material/mail:",
    "connections": ":material/hub:",
    "feedback": ":material/forum:",
    "settings": ":material/settings:",
}
_LOOKED_FOR = re.compile(
    r"(?<=:)(?=\\/\\/)|(?<=www)(?=\\\.)|(?=\\@)|(?<=\\:)(?=streamlit\\:)|(?<=[-<>=~])(?=\\[-<>=~])", re.IGNORECASE
)
EXPECTED = (SchemeError, SettingError, PairingError, RosterError, RoundError, MailError)


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def environment() -> Environment:
    """Return the settings from the environment, read once in each session."""
    if "environment" not in st.session_state:
        st.session_state["environment"] = load(port=int(st.get_option("server.port")))
    found: Environment = st.session_state["environment"]
    return found


def scheme() -> Scheme:
    """Return the scheme of this session: the organiser's own, or the sample."""
    return _opened(environment().sample if visits_sample() else environment().scheme)


def place() -> Place:
    """Return the place of this session's scheme."""
    with scheme().reading() as db:
        return place_of(db)


def today() -> date:
    """Return the date where the scheme is."""
    return place().day(now())


def is_sample() -> bool:
    """Return whether this session's scheme is a sample: its letters never leave, and its months never run."""
    with scheme().reading() as db:
        return bool(settings.get(db, "sample"))


def visits_sample() -> bool:
    """Return whether the sample is shown in place of the own scheme. It is in the address, so a reload stays there."""
    if st.query_params.get("scheme") == "sample":
        st.session_state["sample"] = True
    return bool(st.session_state.get("sample")) and environment().sample.exists()


def look_at_sample(yes: bool) -> None:
    """Switch this session to the sample scheme, or back to the organiser's own."""
    st.session_state["sample"] = yes
    if yes:
        st.query_params["scheme"] = "sample"
    else:
        st.query_params.pop("scheme", None)


def fingerprint() -> tuple[str, ...]:
    """Return a cache key that changes whenever the scheme does."""
    path = scheme().path
    return (str(path), *(_touched(path.with_name(path.name + end)) for end in ("", "-wal")))


def organisers() -> Organisers:
    """Return the organisers, who may use these pages."""
    return Organisers(environment(), _opened(environment().scheme), now)


def head(noun: str, sentence: str) -> None:
    """Show the page's title, a sentence on the state of things, and the result of the last action."""
    with part():
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.title(noun, anchor=False, width="content")
            st.button("Sign out", type="tertiary", icon=":material/logout:", on_click=_sign_out)
        st.markdown(sentence)
        if is_sample():
            with st.container(horizontal=True, vertical_alignment="center", border=True):
                st.markdown(
                    ":material/science: This is the sample scheme. Nothing here is real and no letter leaves it."
                )
                if visits_sample():
                    st.button("Go to my own scheme", on_click=look_at_sample, args=(False,))
        if damage := _damage(str(scheme().path)):
            st.error(plain(damage), icon=":material/error:")
        if complaint := st.session_state.pop("complaint", None):
            st.error(plain(complaint), icon=":material/error:")
    for message, icon in st.session_state.pop("said", []):
        st.toast(plain(message), icon=icon)


def part() -> DeltaGenerator:
    """Return a part of the page in which things come and go, so that the controls below keep their place.

    In the browser a control that moves is taken for two, and what is chosen then is not written into the address.
    """
    return st.container()


def script(name: str, occasion: str = "") -> None:
    """Run a script of ours in the browser: once, or once for each `occasion`. Our pages' policy forbids others."""
    source = f"{environment().home}/scripts/{name}.js?{occasion}"
    st.html(f'<script type="module" src="{source}"></script>', unsafe_allow_javascript=True)


def link(noun: str, label: str, **address: str) -> None:
    """Show a link to another organiser page, with these parameters in its address."""
    st.page_link(PAGES / f"{noun}.py", label=label, icon=ICONS[noun], query_params=_named(noun, address) or None)


def go(noun: str, **address: str | int) -> NoReturn:
    """Open another organiser page, with these parameters in its address."""
    st.switch_page(PAGES / f"{noun}.py", query_params=_named(noun, address))


def say(sentence: str, icon: str = ":material/check:") -> None:
    """Tell the organiser what was done, after the rerun that follows."""
    st.session_state.setdefault("said", []).append((sentence, icon))


def from_top() -> None:
    """Show the page from its top on the next run, because its content changes."""
    st.session_state["tops"] = st.session_state.get("tops", 0) + 1


def act(step: Callable[[], object], message: str, then: str | None = None) -> None:
    """Do `step`, then run the page again, or turn to the page `then`: with a toast that says it was done ('' for none),
    or the sentence that says why not.
    """
    try:
        step()
    except EXPECTED as error:
        st.session_state["complaint"] = str(error)
    else:
        if message:
            say(message)
    if then:
        go(then)
    st.rerun()


@contextmanager
def sorry() -> Iterator[None]:
    """Show what went wrong inside the block as a sentence; the page goes on below it."""
    try:
        yield
    except EXPECTED as error:
        st.error(plain(str(error)), icon=":material/error:")


def plain(text: str) -> str:
    """`text` as it was typed, for Streamlit's Markdown in any element: no formatting, icon, arrow or link comes of it.

    Every ASCII punctuation mark is escaped. Streamlit looks for bare addresses, arrows and its own logo after that, so
    what it looks for is parted by an empty piece of text, which nobody sees or copies.
    """
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", re.sub(r"[ \t\r\n\f\v]+", " ", text).strip(" "))
    return _LOOKED_FOR.sub(":small[]", escaped)


def _named(noun: str, address: Mapping[str, object]) -> dict[str, str]:
    """Return the choices for a page as parameters of its address."""
    return {controls.address(noun, name): str(value) for name, value in address.items()}


@st.cache_data(ttl=3600, show_spinner=False)
def _damage(path: str) -> str | None:
    return _opened(Path(path)).damage()


@cache
def _opened(path: Path) -> Scheme:
    return open_scheme(path)


def _touched(path: Path) -> str:
    try:
        seen = path.stat()
    except FileNotFoundError:
        return ""
    return f"{seen.st_mtime_ns}-{seen.st_size}"


def _sign_out() -> None:
    organisers().sign_out(st.context.cookies)
