"""A launch in a room, in a real browser: phones join by the code, one click draws, and the pairs are on the screen."""

import re
from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import App, Start, settled

PEOPLE = {"Siân Rees": "Cyngor Gwynedd", "李 明": "Leeds City Council", "<b>Bo</b>": "Fife", "NA": "Audit Wales"}


def test_a_room_is_drawn_on_the_spot(start: Start, sign_in: Callable[..., Page], chromium: Browser) -> None:
    """Nobody needs mail: four phones join, the organiser draws and publishes, everybody finds their name."""
    app = start()
    page = sign_in(app)
    screen = page.context.new_page()
    screen.goto(f"{app.url}/screen")
    screen.get_by_role("button", name="Open the room").click()
    address = screen.get_by_text(re.compile(r"/join\?room=")).inner_text()
    for number, name in enumerate(PEOPLE):
        join(chromium, app, address, name, f"phone{number}@example.org")
    expect(screen.get_by_text("People here: 4")).to_be_visible(timeout=20_000)
    draw_and_publish(page)
    expect(screen.get_by_role("heading", name="Find your name")).to_be_visible(timeout=20_000)
    names = screen.locator(".names li")
    expect(names).to_have_count(4)
    for name, organisation in PEOPLE.items():
        expect(names.filter(has=screen.locator("strong", has_text=name))).to_have_count(1)
        expect(names.filter(has_text=organisation)).to_have_count(1)


def join(chromium: Browser, app: App, address: str, name: str, email: str) -> None:
    """Fill in the form on a phone without scripts, at the address the code leads to."""
    with chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640}) as phone:
        page = phone.new_page()
        page.goto(f"{app.url}/join{address.partition('/join')[2]}")
        page.get_by_label("Full name").fill(name)
        page.get_by_label("Email address", exact=True).fill(email)
        page.get_by_label("Organisation").fill(PEOPLE[name])
        page.get_by_label("I will not use this to sell").check()
        page.get_by_role("button", name="Join", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You are in")


def draw_and_publish(page: Page) -> None:
    """As in the month: the draft is looked at, then published."""
    page.get_by_role("link", name="Rounds").click()
    page.get_by_role("button", name="Draw those in the room (4)").click()
    settled(page)
    page.get_by_role("button", name="Publish round 1").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Publish")).click()
    expect(page.get_by_text("Round 1 is out: 0 of 2 matches met")).to_be_visible(timeout=20_000)
