"""Controls: the dashboard's keyed widgets, and the one place that decides what each of them holds.

Streamlit keeps what a widget holds in the browser and in the session, for longer than the data it was made for, and
shares it between all widgets of one key. So a control belongs to a page and a scheme, and before it is drawn its
content is fitted to the data there is now:

- it survives, on this page and over a visit to another, for as long as it is among the options;
- it starts again at its default when it does not fit, or when what it belongs to has changed;
- a default that nobody has changed follows the data when the organiser comes back to the page, never under a click;
- it starts again at its default when a link asks for something else on its page: the link shows that, and all of it;
- `turn` replaces it on purpose.

A control that stays in the address is named there `page-name`: Streamlit makes one of two controls with one name. One
that stays for the session holds what is typed over what is saved, until the organiser saves it or gives it up.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, overload

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

T = TypeVar("T")
IN_LETTERS = {("rounds", "round"): "round"}  # letters sent long ago link to /rounds?round=3
STARTS_AT = {"selectbox": "index", "radio": "index", "select_slider": "value"}  # others have `default`
Stays = Literal["in the address", "for the session", "while it is shown"]
STAYING: dict[Stays, dict[str, str]] = {
    "in the address": {"bind": "query-params"},
    "for the session": {"persist_state": "session"},
    "while it is shown": {},
}
SAVED = object()  # turned to: whatever is saved by then
_PAGE, _ARRIVED, _ASKED = "page-open", "page-arrived", "page-asked"
_DRAWN, _TURNED = "controls-drawn", "controls-turned"


@dataclass(frozen=True)
class Drawn:
    """A control as it was drawn last: what it belonged to, what could be chosen, and where it began."""

    belongs: Hashable
    options: tuple[Hashable, ...]
    start: Any


def open_page(noun: str, *, sample: bool) -> None:
    """Say which page the controls below belong to, and of which scheme. The dashboard does, before it runs the page."""
    here = (noun, "sample-" if sample else "")
    arrived = st.session_state[_ARRIVED] = st.session_state.get(_PAGE) != here
    st.session_state[_PAGE] = here
    ours = (key(""), *(name for (page, _), name in IN_LETTERS.items() if page == noun))
    # Read before the controls are drawn, because each of them writes what it holds into the address.
    st.session_state[_ASKED] = {name for name in st.query_params if name.startswith(ours)} if arrived else set()


def address(noun: str, name: str) -> str:
    """Return the name that a control of this page has in the address."""
    return IN_LETTERS.get((noun, name), f"{st.session_state[_PAGE][1]}{noun}-{name}")


def key(name: str) -> str:
    """Return the key of a control of the open page."""
    return address(st.session_state[_PAGE][0], name)


def turn(noun: str, name: str, value: object) -> None:
    """Make a control hold this when it is drawn next, on this page or another, whatever was chosen before."""
    st.session_state.setdefault(_TURNED, {})[address(noun, name)] = value


@overload
def one(
    widget: Callable[..., Any], label: str, options: Sequence[T], name: str, default: None = None, **how: Any
) -> T | None: ...
@overload
def one(widget: Callable[..., Any], label: str, options: Sequence[T], name: str, default: T, **how: Any) -> T: ...
def one(
    widget: Callable[..., Any], label: str, options: Sequence[T], name: str, default: T | None = None, **how: Any
) -> T | None:
    """A choice of one option by `widget` (st.selectbox, st.segmented_control …).

    Where there is a default, something is always chosen; without one, nothing may be.
    """
    start = STARTS_AT.get(widget.__name__, "default")
    how[start] = options.index(default) if start == "index" and default is not None else default
    if start == "default":
        how["required"] = default is not None
    labels = _labels(options, how)
    chosen: T | None = _draw(
        widget, label, options, name=name, fit=lambda held: held if held in options else default, start=default,
        options=labels, read=dict(zip(labels, options, strict=True)).get, **how,
    )  # fmt: skip
    return default if chosen is None else chosen


def filter_by(label: str, options: Sequence[T], name: str, has: Callable[[T], object], **how: Any) -> T:
    """Show a filter whose first option shows all; return the option that is chosen.

    It offers another only when it `has` something to show. One that is chosen stays when nothing is left of it:
    letters go out while somebody looks for those that wait.
    """

    def draw(label: str, options: Sequence[T], key: str, **how: Any) -> Any:
        held = st.session_state.get(key)
        offered = [option for option in options if option in (options[0], held) or has(option)]
        return st.segmented_control(label, offered, key=key, **how)

    return one(draw, label, options, name, options[0], **how)


def several(
    widget: Callable[..., Any], label: str, options: Sequence[T], name: str, default: Sequence[T] = (), **how: Any
) -> list[T]:
    """A choice of any number of options by `widget` (st.multiselect, st.pills)."""
    if widget.__name__ == "pills":
        how["selection_mode"] = "multi"
    if default:
        how["default"] = list(default)
    chosen: list[T] = _draw(
        widget, label, options, name=name, fit=lambda held: [one for one in held if one in options],
        start=list(default), options=_labels(options, how), **how,
    )  # fmt: skip
    return chosen


def words(label: str, name: str, **how: Any) -> str:
    """A search field. Returns what was typed, without the space around it."""
    return (_draw(st.text_input, label, name=name, fit=str, start="", type="search", **how) or "").strip()


def switch(label: str, name: str, **how: Any) -> bool:
    """A toggle that is off at first."""
    return bool(_draw(st.toggle, label, name=name, fit=bool, start=False, **how))


def pages(count: int, name: str, of: Hashable, **how: Any) -> int:
    """A pager where there are several pages. Returns the page; it is the first again when `of` changes."""
    if count < 2:
        return 1
    return int(_draw(st.pagination, count, name=name, fit=lambda held: min(held, count), start=1, of=of, **how))


def tabs(labels: Sequence[str], name: str) -> Iterator[tuple[DeltaGenerator, str]]:
    """Tabs. Yields the one that is open, with its label."""
    for tab, label in zip(
        _draw(
            st.tabs, labels, name=name, fit=lambda held: held if held in labels else labels[0], start=labels[0],
            options=tuple(labels),
        ),
        labels, strict=True,
    ):  # fmt: skip
        if tab.open:
            yield tab, label


def field(widget: Callable[..., Any], label: str, saved: T, name: str, **how: Any) -> T:
    """A field for a saved value. Its text stays for the session; if nobody typed in it, it follows what others save."""
    drawn: T = _draw(
        widget, label, value=saved, name=name, fit=lambda held: held, start=saved, stays="for the session", **how
    )
    return drawn


def unsaved(names: str) -> bool:
    """Return whether a field of the open page whose name begins so holds something other than what is saved."""
    return any(st.session_state.get(name, now.start) != now.start for name, now in _fields(names).items())


def give_up(names: str) -> None:
    """Let the fields of the open page whose names begin so hold what is saved."""
    st.session_state.setdefault(_TURNED, {}).update(dict.fromkeys(_fields(names), SAVED))


def _fields(names: str) -> dict[str, Drawn]:
    drawn: dict[str, Drawn] = st.session_state.get(_DRAWN, {})
    return {name: now for name, now in drawn.items() if name.startswith(key(names))}


def keyed(widget: Callable[..., Any], *args: Any, name: str, **how: Any) -> Any:
    """A widget whose key only tells it from its like: a button, a menu, a download, a grid, a panel."""
    return widget(*args, key=key(name), **how)


def _draw(
    widget: Callable[..., Any], *args: Any, name: str, fit: Callable[[Any], Any], start: Any, of: Hashable = None,
    options: tuple[Hashable, ...] = (), read: Callable[[str], Any] = lambda _: None, stays: Stays = "in the address",
    **how: Any,
) -> Any:  # fmt: skip
    """Draw a widget that holds what `_settle` says."""
    now, addressed, asked = Drawn((st.session_state[_PAGE], of), options, start), None, st.session_state[_ASKED]
    if stays == "in the address" and st.session_state[_ARRIVED]:
        addressed = start if asked and key(name) not in asked else read(st.query_params.get(key(name), ""))
    _settle(key(name), now, fit, addressed, follows=st.session_state[_ARRIVED] or stays == "for the session")
    return widget(*args, key=key(name), **STAYING[stays], **how)


def _settle(name: str, now: Drawn, fit: Callable[[Any], Any], addressed: Any, *, follows: bool) -> None:
    """Decide what a control holds before it is drawn. `addressed` is what a link to this page asks for."""
    drawn: dict[str, Drawn] = st.session_state.setdefault(_DRAWN, {})
    turned: dict[str, Any] = st.session_state.setdefault(_TURNED, {})
    before = drawn.get(name, now)
    drawn[name] = now
    if name in turned:
        wanted = turned.pop(name)
        st.session_state[name] = now.start if wanted is SAVED else fit(wanted)
    elif addressed is not None:
        st.session_state[name] = addressed
    elif name in st.session_state:
        held = st.session_state[name]
        begins = before.belongs != now.belongs or (follows and held == before.start)
        wanted = now.start if begins else fit(held)
        if wanted != held or before.options != now.options:
            st.session_state[name] = wanted


def _labels(options: Sequence[Any], how: dict[str, Any]) -> tuple[Hashable, ...]:
    """The options as the browser tells them apart: it knows only their labels."""
    return tuple(map(how.get("format_func", str), options))
