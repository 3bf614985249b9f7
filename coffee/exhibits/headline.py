"""The headline figures of the network, each with what it was counted from."""

import streamlit as st

from coffee.exhibits.figures import Figures
from coffee.insight.rates import Rate, percentage

HALF = 0.5  # of the people, in one network, before steps between them mean anything


def show(figures: Figures) -> None:
    """A row of figures: silos linked, people reached, in one network, steps apart, and across organisations."""
    summary = figures.summary
    figures_row = st.container(horizontal=True)
    introduced = st.toggle("Count pairs who were introduced, too", key="introduced", bind="query-params")
    with figures_row:
        rate(
            "Organisations introduced" if introduced else "Organisations linked",
            summary.linked("introduced" if introduced else "met"),
            "pairs",
            "Pairs of organisations of which at least one pair of people has met (or, as you choose, been introduced).",
        )
        rate("People reached", summary.reached, "people", "People who have met somebody, of all who took part.")
        rate(
            "In one network",
            summary.giant if summary.reached.count else Rate(0, len(summary.members)),
            "people",
            "The largest group of people who are joined up, directly or through others, by having met.",
        )
        _steps(figures)
        _across(figures)


def rate(label: str, counted: Rate, noun: str, meaning: str) -> None:
    """A share as a figure: per cent, what it was counted from, and what it means."""
    figure(
        label,
        percentage(counted.share or 0.0) if counted.of else "–",
        f"{counted.count:,} of {counted.of:,} {noun}",
        meaning,
    )


def _steps(figures: Figures) -> None:
    nearness, whole = figures.summary.efficiency.value, (figures.summary.giant.share or 0.0) >= HALF
    figure(
        "Typical steps apart",
        f"{1 / nearness:.1f}" if nearness and whole else "–",
        f"global efficiency {nearness:.2f}",
        "Between two people, through people who met: the harmonic mean, which is 1 divided by global efficiency. "
        "Shown once half the people are in one network.",
    )


def _across(figures: Figures) -> None:
    index, chance = figures.summary.ei, figures.summary.ei_by_chance
    if index is not None and chance is not None and len(figures.summary.organisations) > 1:
        figure(
            "E–I index",
            _signed(index),
            f"{_signed(chance)} by chance alone",
            "From −1 (everybody met within their organisation) to +1 (between organisations). The draw prefers people "
            "from different organisations, so a high number shows the draw at work, not a change of habit.",
        )


def _signed(index: float) -> str:
    return f"{index:+.2f}".replace("-", "−")


def figure(label: str, value: str, counted: str, meaning: str) -> None:
    """A figure that never stands alone."""
    st.metric(label, value, counted, delta_color="off", delta_arrow="off", border=True, help=meaning)
