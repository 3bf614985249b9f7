"""Joining with a slip in the address, in a real browser in front of the real app and a real mail server."""

import re
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Browser, Page, expect

from coffee.scheme import open_scheme
from tests.browser.conftest import App, Start, serious
from tests.mail.conftest import Mail, mail, serve
from tests.running import comes

__all__ = ["mail", "serve"]
TYPED = {"Full name": "Siân O'Brien", "Organisation": "Cyngor Gwynedd", "What you do (optional)": "Planner"}
TOPICS = "bikes\nand trees"


@pytest.fixture
def app(start: Start, mail: Mail) -> App:
    """The app, whose letters go to the mail server of the test."""
    return start(COFFEE_FROM="Olu <olu@coffee.example>", COFFEE_SMTP_URL=mail.url())


def link_to(mail: Mail, email: str, page: str) -> str:
    """Wait for a letter to this address that leads to such a page; return the page's path."""

    def found() -> str | None:
        for letter in mail.inbox.accepted:
            message = message_from_bytes(letter, policy=policy.default)
            body = message.get_body(("plain",))
            link = re.search(rf"/p/{page}/[\w-]+", body.get_content() if body else "")
            if link and email in str(message["To"]):
                return link[0]
        return None

    assert comes(lambda: found() is not None)
    return str(found())


def fill(page: Page, email: str, **changes: str) -> None:
    """Type into the join form and agree."""
    for label, text in (TYPED | changes).items():
        page.get_by_label(label).fill(text)
    page.get_by_label("Email address", exact=True).fill(email)
    page.get_by_label("I will not use this to sell").check()


def sound(page: Page) -> None:
    """Expect nothing to scroll sideways, nothing that axe-core finds, and no address in the address bar."""
    assert "mail" not in page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious(page) == []


def test_who_mistypes_their_address_puts_it_right_and_joins(app: App, mail: Mail, chromium: Browser) -> None:
    """Without scripts, on a phone: the language is switched and back, the form sent by the Enter key, looked over
    again, the suggestion taken, and the letter that comes lets them in. Who joins again accepts what they typed."""
    with chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{app.url}/join?lang=en")
        fill(page, "sian@gmial.com")
        page.get_by_label("What you would like to talk about").fill(TOPICS)
        page.get_by_label("My phone number").uncheck()
        page.get_by_role("button", name="Cymraeg").click()
        expect(page.get_by_role("button", name="Ymuno", exact=True)).to_be_visible()
        page.get_by_role("button", name="English").click()
        expect_typed(page)
        page.get_by_label("Email address", exact=True).press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
        page.get_by_role("button", name="Change what I typed").click()
        expect_typed(page)
        page.get_by_role("button", name="Join", exact=True).click()
        page.get_by_role("button", name="Use sian@gmail.com").click()
        expect(page.get_by_text("You gave us this address: sian@gmail.com")).to_be_visible()
        page.goto(f"{app.url}{link_to(mail, 'sian@gmail.com', 'confirm')}?lang=en")
        page.get_by_role("button", name="Confirm and join").click()
        expect(page.get_by_text("You have joined")).to_be_visible()
        page.goto(f"{app.url}/join?lang=en")
        fill(page, "sian@gmail.com", **{"What you do (optional)": "Head of <b>Parks</b>"})
        page.get_by_role("button", name="Join", exact=True).click()
        page.goto(f"{app.url}{link_to(mail, 'sian@gmail.com', 'me')}?lang=en")
        page.get_by_role("link", name="See what was typed").click()
        expect(page.get_by_text("Head of <b>Parks</b>")).to_be_visible()
        page.get_by_role("button", name="Use these details").click()
        expect(page.get_by_text("Your details are saved.")).to_be_visible()
    with open_scheme(app.scheme).reading() as db:
        rows = db.execute("SELECT email, status, role FROM people ORDER BY id").fetchall()
    assert rows == [("sian@gmial.com", "unconfirmed", "Planner"), ("sian@gmail.com", "active", "Head of <b>Parks</b>")]


def expect_typed(page: Page) -> None:
    expect(page.get_by_label("Full name")).to_have_value("Siân O'Brien")
    expect(page.get_by_label("Email address", exact=True)).to_have_value("sian@gmial.com")
    expect(page.get_by_label("What you would like to talk about")).to_have_value(TOPICS)
    expect(page.get_by_label("My phone number")).not_to_be_checked()
    expect(page.get_by_label("I will not use this to sell")).to_be_checked()


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_pages_on_the_way_suit_everybody(app: App, mail: Mail, chromium: Browser, language: str) -> None:
    """At 390 pixels, with scripts on: the page after the form, the one of a taken address, and what was typed again."""
    with chromium.new_context(viewport={"width": 390, "height": 800}, locale="en-GB") as context:
        page = context.new_page()
        page.goto(f"{app.url}/join?lang=en")
        fill(page, "bo@gmial.com")
        page.get_by_role("button", name="Join", exact=True).click()
        if language == "cy":
            page.get_by_role("button", name="Cymraeg").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Gwiriwch eich e-bost")
        sound(page)
        page.locator("[name=instead]").click()
        link = link_to(mail, "bo@gmail.com", "confirm")
        page.goto(f"{app.url}{link}?lang={language}")
        page.locator("main button").click()
        own = page.url.partition("?")[0]
        page.goto(f"{app.url}/join?lang=en")
        fill(page, "bo@gmail.com", **{"Full name": "Bo " + "long" * 60})
        page.get_by_role("button", name="Join", exact=True).click()
        for below in ("", "/typed"):
            page.goto(f"{own}{below}?lang={language}")
            sound(page)
