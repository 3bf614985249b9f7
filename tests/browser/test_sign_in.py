"""Signing in and out as an organiser does it, in a browser."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from coffee.scheme import open_scheme, settings
from coffee.web.organisers.sessions import COOKIE
from tests.browser.conftest import App, Start, serious, settled

PASSWORD = "three random words"


@pytest.fixture(scope="module")
def app(start: Start) -> App:
    """An app with a password."""
    return start(COFFEE_PASSWORD=PASSWORD)


@pytest.fixture
def somebody(chromium: Browser) -> Page:
    """A browser nobody has signed in with."""
    return chromium.new_context(viewport={"width": 1280, "height": 800}).new_page()


def sign_out_elsewhere(page: Page, app: App) -> None:
    """The same sign-in is ended in another place."""
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    assert httpx.post(f"{app.url}/sign-out", cookies={COOKIE: cookies[COOKIE]}).status_code == 303


def test_the_printed_link_leads_to_the_dashboard_once(start: Start, chromium: Browser, somebody: Page) -> None:
    """Without a click, without a complaint from the browser about a blocked script; then it says it was used."""
    app, complaints = start(), []
    somebody.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    somebody.goto(app.link)
    expect(somebody.get_by_role("heading", name="Overview")).to_be_visible(timeout=30_000)
    settled(somebody)
    assert "link=" not in somebody.url
    assert not [said for said in complaints if "Content Security Policy" in said or "MIME" in said or "frame" in said]
    late = chromium.new_context().new_page()
    late.goto(app.link)
    expect(late.get_by_role("alert")).to_contain_text("was used already")


def test_a_page_opened_directly_is_shown_after_the_password(app: App, somebody: Page) -> None:
    """The way leads through the sign-in page, by keyboard alone, and on to that very page."""
    somebody.goto(f"{app.url}/people?status=active")
    expect(somebody.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(somebody.get_by_label("Password")).to_be_focused()
    somebody.keyboard.type("a wrong guess")
    somebody.keyboard.press("Enter")
    expect(somebody.get_by_role("alert")).to_have_text("That is not the password. Try again.")
    somebody.goto(f"{app.url}/people?status=active")
    expect(somebody.get_by_label("Password")).to_be_focused()
    somebody.keyboard.type(PASSWORD)
    somebody.keyboard.press("Enter")
    expect(somebody.get_by_role("heading", name="People", exact=True)).to_be_visible(timeout=30_000)
    assert "/people?status=active" in somebody.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sign_in_page_is_accessible(app: App, chromium: Browser, scheme: str) -> None:
    """Also with a problem on it, on a narrow screen, and in the dark."""
    page = chromium.new_context(color_scheme=scheme, viewport={"width": 320, "height": 640}).new_page()  # type: ignore[arg-type]
    page.goto(f"{app.url}/sign-in")
    assert serious(page) == []
    page.get_by_label("Password").fill("a wrong guess")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_tab_that_was_signed_out_elsewhere_does_nothing_more(app: App, sign_in: Callable[..., Page]) -> None:
    """The next click saves nothing and shows nothing; it leads to the sign-in page."""
    page = sign_in(app, password=PASSWORD)
    page.goto(f"{app.url}/settings")
    page.get_by_label("Name", exact=True).fill("Changed after signing out")
    sign_out_elsewhere(page, app)
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_label("Password")).to_be_visible(timeout=30_000)
    with open_scheme(app.scheme).reading() as db:
        assert settings.get(db, "title") is None


def test_a_dialog_that_was_open_does_nothing_more(app: App, sign_in: Callable[..., Page]) -> None:
    """A dialog runs without the rest of the page, so it is stopped at the gate."""
    page, other = sign_in(app, password=PASSWORD), sign_in(app, password=PASSWORD)
    page.goto(f"{app.url}/settings")
    page.get_by_role("button", name="Sign out everybody, everywhere").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible(timeout=30_000)
    sign_out_elsewhere(page, app)
    dialog.get_by_role("button", name="Sign out everybody").click()
    expect(page.get_by_label("Password")).to_be_visible(timeout=30_000)
    other.reload()
    expect(other.get_by_role("heading", name="Overview")).to_be_visible(timeout=30_000)


def test_signing_out_everybody_ends_every_tab(app: App, sign_in: Callable[..., Page]) -> None:
    """The organiser who does it, too."""
    page, other = sign_in(app, password=PASSWORD), sign_in(app, password=PASSWORD)
    page.goto(f"{app.url}/settings")
    page.get_by_role("button", name="Sign out everybody, everywhere").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out everybody").click()
    expect(page.get_by_label("Password")).to_be_visible(timeout=30_000)
    other.reload()
    expect(other.get_by_label("Password")).to_be_visible(timeout=30_000)
