"""The Settings page in a real browser."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from coffee.automation import state
from coffee.scheme import open_scheme, settings
from tests.browser.conftest import Start, settled


def test_a_click_on_any_save_keeps_what_was_typed_last(start: Start, sign_in: Callable[..., Page]) -> None:
    """The fields are typed in and a Save elsewhere is clicked at once: the month and the words are all kept."""
    app = start(COFFEE_PASSWORD="three random words", COFFEE_FROM="Ann Lee <ann@coffee.example>")
    scheme = open_scheme(app.scheme)
    page = sign_in(app, password="three random words", viewport={"width": 1280, "height": 900})
    page.goto(f"{app.url}/settings")
    page.get_by_text("Run by itself").click()
    remind = page.get_by_role("spinbutton", name="Remind after (days)")
    expect(remind).to_be_visible(timeout=30_000)
    page.get_by_label("Name", exact=True).fill("Unmentoring")
    page.get_by_role("textbox", name="Privacy notice").first.fill("Ask Ann.")
    remind.fill("3")
    page.locator(".st-key-settings-save-month button").click()
    expect(page.get_by_text("Saved. The scheme runs by itself.").first).to_be_visible(timeout=30_000)
    settled(page)
    with scheme.reading() as db:
        assert (settings.get(db, "title"), settings.get(db, "privacy")) == ("Unmentoring", "Ask Ann.")
        plan = state.chosen(db)
    assert plan
    assert (plan.on, plan.remind) == (True, 3)
    page.get_by_text("Run by itself").click()
    page.get_by_label("Name", exact=True).fill("Coffee in Kent")
    page.locator(".st-key-settings-save-notices button").click()
    expect(page.get_by_text("Saved. Nothing happens by itself.")).to_be_visible(timeout=30_000)
    with scheme.reading() as db:
        plan = state.chosen(db)
        assert settings.get(db, "title") == "Coffee in Kent"
    assert plan
    assert not plan.on
