"""The look ahead on the page on connections."""

from collections.abc import Callable
from datetime import datetime

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from coffee.dashboard.charts.figures import read
from coffee.dashboard.connections.ahead import pool_of, start_of
from coffee.insight.forecast import Start, simulate
from coffee.scheme import Scheme, people, set_apart, settings
from coffee.scheme.answers import Answer

Page = Callable[..., AppTest]
Fill = Callable[..., None]
YES, NO = Answer("yes"), Answer("no")
RULES = [{}, {"silos_first": True, "mix_roles": True}, {"odd_sits_out": True, "prefer_new_links": False}]


@pytest.fixture
def played(scheme: Scheme, fill: Fill) -> Scheme:
    """A scheme of 45 people from nine organisations after one round, two of them set apart."""
    matches = [((seat, 44 - seat), (YES, NO, None)[seat % 3]) for seat in range(22)]
    fill([f"Council {person % 9}" for person in range(45)], [matches])
    with scheme.writing() as db:
        set_apart.set_apart(db, 3, 8)
        for person in range(1, 46):
            people.change(db, person, 1, {"role": ("planner", "nurse")[person % 2]})
    return scheme


@pytest.mark.parametrize("rules", RULES)
def test_the_first_round_ahead_is_drawn_like_a_real_one(played: Scheme, now: datetime, rules: dict[str, bool]) -> None:
    """The forecast gives the drawing code what a real draw gives it: the same seed makes the same matches."""
    with played.writing() as db:
        settings.put(db, "rules", rules)
        pool = pool_of(db, now.date())
        figures = read(db, now.date())
    start = start_of(figures, pool)
    for seed in range(3):
        ahead = start.draw(np.arange(45), seed, quick=False)
        assert ahead.matches.tolist() == pool.draw(seed).matches.tolist()
        assert ahead.sits_out == pool.draw(seed).sits_out


def test_quick_draws_link_as_many_silos_as_real_ones(played: Scheme, now: datetime) -> None:
    """The forecast of the next round agrees with real draws, if everybody meets."""
    with played.reading() as db:
        pool = pool_of(db, now.date())
        figures = read(db, now.date())
    start = start_of(figures, pool)
    quick, real = (
        np.mean([_new(start.draw(np.arange(45), seed, quick=quick).matches, start) for seed in range(20)])
        for quick in (True, False)
    )
    assert quick == pytest.approx(real, abs=1)
    assert simulate(start, rounds=1, simulations=20, seed=1).new_links(1)[2] <= real + 1


def _new(matches: np.ndarray, start: Start) -> int:
    """Count the pairs of silos that these matches of two newly link."""
    pairs = {tuple(sorted(row)) for row in start.silos[matches[:, :2]].tolist() if row[0] != row[1]}
    return len(pairs - {tuple(row) for row in start.linked.tolist()})


def test_what_settings_say_reaches_the_forecast(open_page: Page, fill: Fill) -> None:
    """A pair that did not meet may be drawn again, until the organiser says otherwise on Settings."""
    fill(["A", "B"], [[((0, 1), NO)]])
    at_once = "24 of 24 simulations need a repeat within 24 rounds, half of all within 1 round"
    assert at_once not in words(open_page("connections", view="Ahead"))
    page = open_page("settings")
    next(toggle for toggle in page.toggle if "did not meet" in toggle.label).set_value(False)
    [button for button in page.button if button.label == "Save"][2].click().run()
    assert at_once in words(open_page("connections", view="Ahead"))


def test_more_people_make_a_second_line(open_page: Page, fill: Fill) -> None:
    """The effect is in a sentence and in the table, whatever share is linked already."""
    fill(["A", "B", "C"], [[((0, 1, 2), YES)]])
    test = open_page("connections", view="Ahead", joins="A")
    assert "With 10 more people from A (the dashed line): 100\N{NO-BREAK SPACE}%" in words(test)


def test_the_next_round_is_likely_to_link(open_page: Page, fill: Fill) -> None:
    """The forecast's first round says how many never-linked pairs to expect, and the setting that helps."""
    fill(["A", "B", "C", "D"], [[((0, 1), YES), ((2, 3), YES)]])
    said = words(open_page("connections", view="Ahead"))
    assert "4 pairs of organisations that have people now have never met. The next round is likely to link" in said
    assert "The draw prefers such pairs" in said


def words(test: AppTest) -> str:
    return "\n".join(block.value.replace("\\", "") for block in [*test.markdown, *test.info])
