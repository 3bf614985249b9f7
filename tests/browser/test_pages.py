"""Every organiser page in a real browser: accessible, narrow, dark, and in touch with nobody else."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App, Start, serious, settled

NOUNS = ["overview", "people", "rounds", "emails", "connections", "feedback", "settings"]
VIEWS = {
    "connections": ["Silos", "Growth", "Network", "Ahead", "Conduits", "Share"],
    "feedback": ["Meetings", "Ratings", "Comments", "Selling"],
}
SCREENS = {
    "wide and light": {"viewport": {"width": 1280, "height": 900}},
    "narrow and dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}


@pytest.fixture(scope="module")
def app(start: Start) -> App:
    """One app for all these tests."""
    return start(COFFEE_PASSWORD="three random words")


def enter(app: App, sign_in: Callable[..., Page], screen: str) -> Page:
    return sign_in(app, password="three random words", **SCREENS[screen])


def visit(page: Page, app: App, noun: str, query: str = "") -> None:
    page.goto(f"{app.url}/{'' if noun == 'overview' else noun}{query}")
    expect(page.get_by_role("heading", level=1)).to_have_text(noun.capitalize(), timeout=30_000)
    settled(page)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_empty_page_is_accessible(app: App, sign_in: Callable[..., Page], screen: str) -> None:
    """axe-core finds nothing serious on any page before anything is there."""
    page = enter(app, sign_in, screen)
    faults = {noun: found for noun in NOUNS for found in [_faults(page, app, noun)] if found}
    assert faults == {}


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_of_the_sample_is_accessible(app: App, sign_in: Callable[..., Page], screen: str) -> None:
    """axe-core finds nothing serious on any page of the sample scheme, and nothing sticks out sideways."""
    page = enter(app, sign_in, screen)
    page.get_by_role("button", name="Open the sample scheme").click()
    expect(page.get_by_text("This is the sample scheme. Nothing here is real")).to_be_visible(timeout=30_000)
    faults = {noun: found for noun in NOUNS for found in [_faults(page, app, noun, "?scheme=sample")] if found}
    assert faults == {}


@pytest.mark.parametrize("screen", SCREENS)
def test_every_view_of_the_sample_is_accessible(app: App, sign_in: Callable[..., Page], screen: str) -> None:
    """axe-core finds nothing serious behind any tab of the pages with charts, and no chart sticks out sideways."""
    page = enter(app, sign_in, screen)
    visit(page, app, "overview", "?scheme=sample")
    faults = {}
    for noun, views in VIEWS.items():
        visit(page, app, noun, "?scheme=sample")
        for view in views:
            page.get_by_role("tab", name=view).click()
            settled(page)
            faults[noun, view] = found_here(page)
    assert {where: found for where, found in faults.items() if found} == {}


def test_pages_are_in_touch_with_nobody_else(app: App, sign_in: Callable[..., Page]) -> None:
    """Opening every page asks nothing of any other host: no fonts, icons, maps or statistics."""
    page = enter(app, sign_in, "wide and light")
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).hostname or ""))
    for noun in NOUNS:
        visit(page, app, noun, "?scheme=sample")
    assert asked <= {"localhost", ""}


def test_signing_out_shows_nothing_more(app: App, sign_in: Callable[..., Page]) -> None:
    """After Sign out the same tab is at the sign-in page, and going back shows nothing of the scheme."""
    page = enter(app, sign_in, "wide and light")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(f"{app.url}/people")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def _faults(page: Page, app: App, noun: str, query: str = "") -> list[str]:
    visit(page, app, noun, query)
    return found_here(page)


def found_here(page: Page) -> list[str]:
    main = page.locator('[data-testid="stMain"]')
    sideways = main.evaluate("main => main.scrollWidth - main.clientWidth")
    return serious(page) + ([f"sticks out by {sideways} px"] if sideways > 0 else [])
