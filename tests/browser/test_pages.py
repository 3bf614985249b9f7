"""Every organiser page in a real browser: accessible, narrow, dark, and in touch with nobody else."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App, Start, serious, settled

NOUNS = ["overview", "people", "rounds", "emails", "connections", "feedback", "settings"]
VIEWS = {
    "connections": ["Silos", "Growth", "Network", "Ahead", "Conduits", "Share"],
    "feedback": ["Meetings", "Ratings", "Comments", "Selling"],
}
SCREENS: dict[str, Any] = {
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


def open_sample(page: Page) -> None:
    page.get_by_role("button", name="Open the sample scheme").click()
    expect(page.get_by_text("This is the sample scheme. Nothing here is real")).to_be_visible(timeout=30_000)
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
    open_sample(page)
    faults = {noun: found for noun in NOUNS for found in [_faults(page, app, noun, "?scheme=sample")] if found}
    assert faults == {}


@pytest.mark.parametrize("screen", SCREENS)
def test_every_view_of_the_sample_is_accessible(app: App, sign_in: Callable[..., Page], screen: str) -> None:
    """axe-core finds nothing serious behind any tab of the pages with charts, and no chart sticks out sideways."""
    page = enter(app, sign_in, screen)
    open_sample(page)
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


def test_the_menu_of_a_narrow_window_closes_after_a_choice(app: App, sign_in: Callable[..., Page]) -> None:
    """It lies over the page, and gives way to the page that was chosen."""
    page = enter(app, sign_in, "narrow and dark")
    for noun in ("People", "Settings"):
        page.get_by_test_id("stExpandSidebarButton").click()
        page.get_by_role("link", name=noun, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(noun)
        expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")


def test_a_download_is_of_the_scheme_that_is_looked_at(app: App, sign_in: Callable[..., Page]) -> None:
    """In the sample scheme the sample's people are exported, not those of the organiser's own."""
    page = enter(app, sign_in, "wide and light")
    open_sample(page)
    visit(page, app, "settings", "?scheme=sample")
    with page.expect_download() as download:
        page.get_by_role("button", name="People", exact=True).click()
    assert len(download.value.path().read_text("utf-8-sig").splitlines()) == 61


def test_what_is_typed_over_people_waits_on_the_page(app: App, sign_in: Callable[..., Page]) -> None:
    """A cell is changed, another page looked at: back on People it can still be saved."""
    page = enter(app, sign_in, "wide and light")
    open_sample(page)
    visit(page, app, "people", "?scheme=sample")
    page.locator(".dvn-scroller").dblclick(position={"x": 150, "y": 55})
    cell = page.locator("#portal textarea")
    cell.fill("Ann the Younger")
    cell.press("Enter")
    save = page.get_by_role("button", name="Save changes to 1 person")
    expect(save).to_be_visible()
    page.get_by_role("link", name="Rounds", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rounds")
    page.get_by_role("link", name="People", exact=True).click()
    save.click()
    expect(page.get_by_text("Saved changes to 1 person")).to_be_visible()


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
