"""The headline figures of the network, each with what it was counted from."""

import streamlit as st

from coffee.dashboard import controls, frame
from coffee.dashboard.charts.figures import Figures
from coffee.insight.network import Estimate
from coffee.insight.rates import Rate, percentage

HALF = 0.5  # of the people, in one network, before steps between them mean anything


def show(figures: Figures) -> None:
    """Show in a row of figures how far silos and people are linked, with a note on how to read them."""
    summary, many = figures.summary, frame.plain(figures.silo.many)
    figures_row = st.container(horizontal=True)
    introduced = controls.switch("Count pairs who were introduced, too", "introduced")
    linked = summary.linked("introduced" if introduced else "met")
    with figures_row:
        rate(
            f"{frame.plain(figures.silo.titles)} {'introduced' if introduced else 'linked'}",
            linked,
            "pairs" if summary.feasible >= linked.of else f"pairs; {summary.feasible:,} feasible",
            f"Pairs of {many} whose people have met (or, if you choose, were introduced), of those that had people in "
            "the same round. “Feasible” is the most that the seats so far could have linked.",
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
    with frame.part():
        if len(summary.organisations) > 1 and not figures.silos_free:
            st.markdown(
                f"The draw puts people from different {many} together on purpose: what is counted across {many} shows "
                "the draw at work, not a change of habit."
            )


def rate(label: str, counted: Rate, noun: str, meaning: str) -> None:
    """Show a share as a percentage, with its counts and its meaning."""
    figure(
        label,
        percentage(counted.share or 0.0) if counted.of else "–",
        f"{counted.count:,} of {counted.of:,} {noun}",
        meaning,
    )


def _steps(figures: Figures) -> None:
    nearness, whole = figures.summary.efficiency, (figures.summary.giant.share or 0.0) >= HALF
    figure(
        "Typical steps apart",
        f"{1 / nearness.value:.1f}" if nearness.value and whole else "–",
        _sampled(nearness) if whole else "too few are joined up yet",
        "Between two people, through people who met: the harmonic mean, which is 1 divided by global efficiency "
        f"({nearness.value:.2f}). Shown once half the people are in one network.",
    )


def _sampled(nearness: Estimate) -> str:
    """Return the interval of an estimate from a sample, or a note where the steps were counted exactly."""
    if nearness.low == nearness.high:
        return "through people who met"
    return f"likely {1 / nearness.high:.2f} to {1 / nearness.low:.2f}" if nearness.low else "from a sample"


def _across(figures: Figures) -> None:
    index, chance = figures.summary.ei, figures.summary.ei_by_chance
    if index is None or chance is None or len(figures.summary.organisations) < 2:
        return
    many = frame.plain(figures.silo.many)
    figure(
        f"Across {many}",
        percentage((1 + index) / 2),
        f"{percentage((1 + chance) / 2)} by chance",
        f"Pairs of people who met that are from different {many}, and what to expect if the draw did not look at "
        f"{many}. The E–I index says the same from −1 (all within) to +1 (all across): {_signed(index)}, and "
        f"{_signed(chance)} by chance.",
    )


def _signed(index: float) -> str:
    return f"{index:+.2f}".replace("-", "−")


def figure(label: str, value: str, counted: str, meaning: str) -> None:
    """Show a figure with its counts below it and its meaning as help."""
    st.metric(label, value, counted, delta_color="off", delta_arrow="off", border=True, help=meaning)
