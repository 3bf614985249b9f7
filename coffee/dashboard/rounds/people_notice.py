"""A notice about some people by name, and the way to them."""

from collections.abc import Sequence

import streamlit as st

from coffee.dashboard import frame

FEW = 5


def notice(before: str, names: Sequence[str], behind: str, link: str, **address: str) -> None:
    """The first names between two pieces of Markdown, and a link to People with `address`; nothing without names."""
    if not names:
        return
    shown, rest = ", ".join(map(frame.plain, names[:FEW])), len(names) - FEW
    more = f" and {rest:,} {'other' if rest == 1 else 'others'}" if rest > 0 else ""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"{before} {shown}{more}{behind}", width="stretch")
        frame.link("people", link, part="Everybody", **address)
