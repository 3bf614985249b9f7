"""The views *Comments* and *Selling*: texts to search, edit, quote and choose for the report."""

from collections.abc import Hashable, Iterator

import pandas as pd
import streamlit as st

from coffee.dashboard import controls, frame
from coffee.dashboard.charts.figures import Figures, once
from coffee.dashboard.feedback.comment_editing import FIELDS, Text, Traces, edit
from coffee.insight import comments
from coffee.scheme import quotes

A_PAGE = 20
OPEN = [comments.KINDS["story"], comments.KINDS["comment"]]  # why people did not meet has a chart of its own
SHAREABLE, CHOSEN = "May be shared", "Chosen for the report"


def show(figures: Figures, number: int | None) -> None:
    """Show search and filters, then a page of texts."""
    texts = once(figures, ("written", number), lambda: comments.written(figures.of_round(number)[1]))
    if texts.empty:
        st.info(
            "Nobody has written anything yet. Comments and stories appear here as people answer.",
            icon=":material/forum:",
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = controls.words("Search", "search", placeholder=f"Words, a name, {figures.silo.a}")
        organisations = sorted(texts["organisation"].unique())
        organisation = controls.one(st.selectbox, "From", organisations, "from", placeholder=f"Any {figures.silo.one}")
    with st.container(horizontal=True):
        kinds = controls.several(st.pills, "Show", list(comments.KINDS.values()), "kinds", OPEN)
        only = controls.one(st.pills, "Only", [SHAREABLE, CHOSEN], "only")
    with frame.scheme().reading() as db:
        chosen = quotes.chosen(db)
    found = comments.matching(texts, search, kinds, organisation)
    if only:
        found = comments.to_share(found, chosen if only == CHOSEN else None)
    nothing = ". Nothing matches; try fewer words or another choice." if found.empty else ""
    st.markdown(f"{len(found):,} of {len(texts):,} texts{nothing}")
    traces = Traces()
    for text in _page(found, (number, search, organisation, *kinds, only)):
        _card(text, chosen, traces)
    traces.show_removed(number, FIELDS.keys() - {"Selling"})


def _page(texts: pd.DataFrame, asked: Hashable) -> Iterator[Text]:
    """Yield the texts of the open page, after the pager."""
    page = controls.pages(-(-len(texts) // A_PAGE), "texts", of=asked)
    for row in texts[list(Text._fields)].iloc[(page - 1) * A_PAGE : page * A_PAGE].itertuples(index=False):
        yield Text(*row)


def _card(text: Text, chosen: set[tuple[int, int]], traces: Traces) -> None:
    with st.container(border=True):
        st.text(text.text)
        st.markdown(
            frame.plain(f"{text.kind} · {text.name or 'Somebody erased'}, {text.organisation} · round {text.round}")
        )
        if text.may_share:
            _sharing(text, (text.match, text.person) in chosen)
        elif text.kind == comments.KINDS["story"]:
            st.markdown(":material/lock: Not to be shared: the writer has not allowed it.")
        _editing(text, traces)


def _sharing(text: Text, chosen: bool) -> None:
    with st.container(horizontal=True):
        st.session_state[controls.key(_shares(text))] = chosen  # a colleague may have chosen since the last run
        controls.keyed(st.toggle, "Share in the report", name=_shares(text), on_change=_choose, args=(text,))
        with st.popover("Copy as a quote", icon=":material/format_quote:"):
            st.code(comments.quote(text.text, text.name, text.organisation), language=None, wrap_lines=True)


def _choose(text: Text) -> None:
    with frame.sorry(), frame.scheme().writing() as db:
        quotes.choose(db, text.match, text.person, st.session_state[controls.key(_shares(text))])


def _shares(text: Text) -> str:
    return f"share-{text.match}-{text.person}"


def show_selling(figures: Figures, number: int | None) -> None:
    """Show reports of selling, which only organisers see."""
    reports = once(figures, ("selling", number), lambda: comments.selling(figures.of_round(number)[1]))
    st.markdown("Only organisers see these. Have a quiet word before the next round: the one rule is no selling.")
    if reports.empty:
        st.success("Nobody has reported selling.", icon=":material/check:")
    traces = Traces()
    for report in _page(reports, number):
        with st.container(border=True):
            st.text(report.text)
            who = f"{report.name or 'somebody erased'}, {report.organisation}"
            about = " and ".join(figures.partners(report.match, report.person))
            st.markdown(frame.plain(f"Reported by {who}, about {about} · round {report.round}"))
            _editing(report, traces)
    traces.show_removed(number, {"Selling"})


def _editing(text: Text, traces: Traces) -> None:
    """Show a button to edit or remove the text, and a note if an organiser edited it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        name = f"edit-{text.match}-{text.person}-{text.kind}"
        if controls.keyed(st.button, "Edit or remove", name=name, type="tertiary", icon=":material/edit:"):
            edit(text)
        if note := traces.of(text):
            st.caption(note)
