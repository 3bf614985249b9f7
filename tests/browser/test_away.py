"""The server is stopped under an organiser, and started again."""

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import Start, settled

PASSWORD = "three random words"


def test_an_organiser_reads_that_the_dashboard_is_away_and_goes_on(start: Start, sign_in: Callable[..., Page]) -> None:
    """While it is down a sentence for organisers stands there; started again, the page goes on where it was."""
    app = start(COFFEE_PASSWORD=PASSWORD)
    page = sign_in(app, password=PASSWORD)
    page.get_by_role("link", name="Settings", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    settled(page)
    page.get_by_label("Name", exact=True).fill("Unmentoring")
    page.get_by_label("Name", exact=True).press("Enter")
    expect(page.get_by_text("Not saved yet")).to_be_visible()

    app.process.terminate()
    app.process.communicate(timeout=30)
    away = page.get_by_role("dialog", name="The dashboard cannot be reached")
    expect(away).to_contain_text("What was saved is kept.", timeout=60_000)
    for developers in ("Streamlit", "streamlit run", "Connection error", "Connecting"):
        expect(page.get_by_text(developers).locator("visible=true")).to_have_count(0)

    start(port=int(urlsplit(app.url).port or 0), COFFEE_PASSWORD=PASSWORD, COFFEE_SCHEME=str(app.scheme))
    expect(away).to_have_count(0, timeout=60_000)
    settled(page)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Unmentoring")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("link", name="People", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    expect(page.get_by_text("Something went wrong")).to_have_count(0)
