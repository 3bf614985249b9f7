"""The calendar of coming draws in Settings, in a real browser."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from coffee.automation import state
from coffee.automation.schedule import Plan
from coffee.scheme import open_scheme
from tests.browser.conftest import Start, serious, settled


@pytest.mark.parametrize("width", [1280, 390])
def test_a_draw_is_moved_and_put_back(start: Start, sign_in: Callable[..., Page], width: int) -> None:
    """Christmas Day puts a draw off and the calendar says so; the organiser moves it, and takes that back. Nothing is
    wider than the screen."""
    app = start(COFFEE_FROM="Ann Lee <ann@coffee.example>")
    now = datetime.now(UTC)
    christmas = date(now.year + (now.month == 12 and now.day > 20), 12, 25)
    with open_scheme(app.scheme).writing() as db:
        state.choose(db, Plan(first=christmas, since=now - timedelta(days=1), on=True, weeks=26))
    page = sign_in(app, viewport={"width": width, "height": 900})
    page.goto(f"{app.url}/settings")
    put_off = page.get_by_text("is Christmas Day")
    expect(put_off).to_be_visible(timeout=30_000)
    settled(page)
    page.get_by_role("button", name="Move…").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("The other draws stay where they are.")).to_be_visible()
    assert serious(page) == []
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text(f"instead of {christmas:%a} 25 December")).to_be_visible(timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    settled(page)
    page.locator("[class*=st-key-settings-undo] button").click()
    expect(put_off).to_be_visible(timeout=30_000)
