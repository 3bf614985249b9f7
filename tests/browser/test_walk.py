"""Two organisers walk through the dashboard at random, with twelve rounds behind them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from coffee.sample import write_sample
from tests.browser.table import effects
from tests.browser.walk import served, walk

STEPS = 150


def test_every_step_does_what_the_table_says(chromium: Browser, tmp_path: Path) -> None:
    """No error page, no selector that shows what is not in the file, and the effect that each control is known for."""
    made = tmp_path / "made.db"
    write_sample(made, datetime.now(UTC), months=12)
    with served(made, tmp_path) as (url, scheme):
        taken = walk(chromium, url, scheme, seed=1, steps=STEPS)
    assert len(taken) > STEPS / 4


@pytest.mark.parametrize(("place", "kind", "label"), [("rounds", "button", "Launch it"), ("people", "unknown", "x")])
def test_a_control_that_the_table_does_not_know_is_found(place: str, kind: str, label: str) -> None:
    """A new control has to be added to the table, with what it does."""
    assert effects(place, kind, label) is None
