"""Participants' pages in a real browser: a five-year-old phone, a keyboard, no scripts, no cookies."""

import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from starlette.applications import Starlette

from coffee.mail.letters.letter import Office
from coffee.mail.post.requested import AFTER, write_asked
from coffee.scheme import Scheme, addresses, answers, open_scheme, room, tokens
from coffee.web.participants.routes import participant_routes

OFFICE = Office("https://coffee.example", "Olu Organiser", "olu@coffee.example", "Coffee & Co")
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SCREENS: dict[str, Any] = {
    "phone": {"viewport": {"width": 320, "height": 640}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "forced colours": {"viewport": {"width": 390, "height": 800}, "forced_colors": "active"},
}


@dataclass(frozen=True)
class House:
    """A running server with participants' pages, its scheme, and links of Ada's that work."""

    url: str
    scheme: Scheme
    links: dict[str, str]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A uvicorn server of our own on a free port."""
    scheme = open_scheme(tmp_path_factory.mktemp("participants") / "coffee.db")
    links = furnish(scheme)
    with serving(scheme) as url:
        yield House(url, scheme, links)


@contextmanager
def serving(scheme: Scheme) -> Iterator[str]:
    """The address of participants' pages of this scheme."""
    app = Starlette(routes=participant_routes(scheme, lambda _: OFFICE, lambda: datetime.now(UTC)))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", ws="none", lifespan="off"))
    sockets = [server.config.bind_socket()]
    thread = threading.Thread(target=server.run, kwargs={"sockets": sockets})
    thread.start()
    try:
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        sockets[0].close()


def furnish(scheme: Scheme) -> dict[str, str]:
    """Ada, her match with somebody of a long name in round 2, and an old one in round 1; returns Ada's links."""
    now = datetime.now(UTC)
    long = "The Rather Long Name of a Directorate for Everything Else and Unbreakable" + "ness" * 20
    people = [("Ada Lovelace", "Devon County Council"), ("Grace Hopper", long), ("Bo New", "Fife Council")]
    with scheme.writing() as db:
        for name, organisation in people:
            email = f"{name.split()[0].lower()}@example.org"
            row = {"identity": email, "name": name, "email": email, "organisation": organisation, "phone": "+44 1392 1"}
            status = "unconfirmed" if name.startswith("Bo") else "active"
            db.table("people").insert(row | {"status": status, "joined_at": now.isoformat()})
        for number, state in ((1, "closed"), (2, "published")):
            times = {"drawn_at": now.isoformat(), "published_at": now.isoformat()}
            db.table("rounds").insert({"number": number, "state": state, "seed": 1, **times})
            db.table("matches").insert({"round_id": number})
            for person in (1, 2):
                seat = {
                    "match_id": number,
                    "person_id": person,
                    "position": person,
                    "organisation": people[person - 1][1],
                }
                db.table("seats").insert(seat)
        links = {
            purpose: tokens.new(db, purpose, 1, 2, now=now) for purpose in ("me", "feedback", "cannot", "unsubscribe")
        }
        links["confirm"] = tokens.new(db, "confirm", 3, now=now)
        addresses.want(db, 1, "ada@new.example.org", now)
        links["address"] = tokens.new(db, "address", 1, now=now)
        more = {
            "closed": tokens.new(db, "feedback", 1, 1, now=now),
            "silent": tokens.new(db, "feedback", 2, 2, now=now),
        }
    return {purpose: f"/p/{purpose}/{token}" for purpose, token in links.items()} | {
        name: f"/p/feedback/{token}" for name, token in more.items()
    }


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with (
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)) as browser,
    ):
        yield browser


def states(house: House) -> dict[str, str]:
    """The address of every page, and of what a page becomes after something was done."""
    me = house.links["me"]
    below = {f"my page, {name}": f"{me}/{name}" for name in ("details", "address", "erase", "cannot/2", "feedback/2")}
    open_to_all = {
        name: f"/p/{name}"
        for name in ("me", "sent", "erased", "privacy", "cookies", "accessibility", "poster", "nothing")
    }
    return {
        "join": "/join",
        "screen": "/screen?still=yes",
        **open_to_all,
        **below,
        **house.links,
        "my page, done": f"{me}?done=details",
    }


def wrong(page: Page, house: House) -> Iterator[str]:
    """Each form, sent with something missing."""
    me = house.links["me"]
    buttons = {
        "/join": "Join",
        "/p/me": "Send me the link",
        house.links["silent"]: "Save my answers",
        f"{me}/erase": "Erase",
        me: "Pause",
    }
    for path, button in buttons.items():
        page.goto(house.url + path)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role("alert")).to_be_focused()
        yield path


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_on_any_page_or_state(house: House, chromium: Browser, screen: Any) -> None:
    """WCAG 2.2 AA by machine: no violation on the phone in Welsh, in dark and in forced colours, with errors too."""
    axe, phone = Axe(), screen == "phone"
    with closing(chromium.new_context(**SCREENS[screen])) as context:
        page = context.new_page()
        for name, path in states(house).items():
            page.goto(f"{house.url}{path}{'&' if '?' in path else '?'}lang={'cy' if phone else 'en'}")
            assert problems(axe, page) == [], name
        for path in wrong(page, house):
            assert problems(axe, page) == [], path


def problems(axe: Axe, page: Page) -> list[str]:
    found = axe.run(page, options=RULES).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in found]


@pytest.mark.parametrize("size", ["100%", "200%"])
def test_nothing_is_cut_off_at_320_pixels(house: House, chromium: Browser, size: str) -> None:
    """On the narrowest phone, also with letters twice as large, nobody has to scroll sideways."""
    with closing(chromium.new_context(viewport={"width": 320, "height": 640}, bypass_csp=True)) as context:
        page = context.new_page()
        for name, path in states(house).items():
            page.goto(house.url + path)
            page.add_style_tag(content=f"html{{font-size:{size}}}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, name


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_date_fits_its_field_at_320_pixels(house: House, chromium: Browser, language: str, colours: str) -> None:
    """The browser's own date field shows the whole date and its button in letters twice as large, also when wrong."""
    wanted = """field => {
        const free = field.cloneNode()
        free.style.cssText = "position: absolute; width: max-content; max-width: none"
        field.after(free)
        const {width} = free.getBoundingClientRect()
        free.remove()
        return width
    }"""
    phone: Any = {"viewport": {"width": 320, "height": 640}, "color_scheme": colours, "bypass_csp": True}
    with closing(chromium.new_context(**phone)) as context:
        page = context.new_page()
        for fault in (False, True):
            page.goto(f"{house.url}{house.links['me']}?lang={language}")
            if fault:
                page.locator("form:has(#until) button").click()
                expect(page.get_by_role("alert")).to_be_focused()
            page.add_style_tag(content="html{font-size:200%}")
            field = page.locator("#until[type=date]")
            assert field.evaluate(wanted) <= field.evaluate("field => field.getBoundingClientRect().width")


def test_everything_to_press_is_large_enough(house: House, chromium: Browser) -> None:
    """Buttons, boxes and links that stand alone are at least 24 by 24 pixels."""
    parts = "button, input:not([type=hidden]), .button, nav a, .quiet a, .summary a, summary"
    small = """parts => [...document.querySelectorAll(parts)]
        .map(part => [part.outerHTML, part.getBoundingClientRect()])
        .filter(([_, box]) => box.width && (box.width < 24 || box.height < 24)).map(([html]) => html)"""
    with closing(chromium.new_context(viewport={"width": 390, "height": 800})) as context:
        page = context.new_page()
        for name, path in states(house).items():
            page.goto(house.url + path)
            assert page.evaluate(small, parts) == [], name


def test_every_link_is_high_enough(house: House, chromium: Browser) -> None:
    """On the narrowest phone no link of one's own page is lower than 24 pixels, nor is one that follows an answer."""
    low = """links => links.map(link => [link.textContent, link.getBoundingClientRect()])
        .filter(([_, box]) => box.width > 1 && box.height < 24).map(([text]) => text)"""
    links = house.links
    with house.scheme.writing() as db:
        answers.save(db, 2, 1, answers.Answer("yes"), datetime.now(UTC))
    with closing(chromium.new_context(viewport={"width": 320, "height": 640})) as context:
        page = context.new_page()
        for path in (links["me"], "/p/erased", "/p/privacy", links["unsubscribe"], f"{links['feedback']}?done=saved"):
            page.goto(house.url + path)
            expect(page.locator("main a").first).to_be_visible()
            assert page.locator("a:not(.skip)").evaluate_all(low) == [], path


def test_each_page_is_one_request(house: House, chromium: Browser) -> None:
    """No style sheet, font, picture or script is fetched, from here or elsewhere."""
    with closing(chromium.new_context()) as context:
        page = context.new_page()
        seen: list[str] = []
        page.on("request", lambda request: seen.append(request.url))
        for path in states(house).values():
            seen.clear()
            page.goto(house.url + path)
            assert seen == [house.url + path]


def test_the_style_is_not_blocked_by_our_own_policy(house: House, chromium: Browser) -> None:
    """The inlined style sheet is the one whose hash the policy allows: nothing is said in the browser's console."""
    with closing(chromium.new_context()) as context:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{house.url}/p/poster")
        assert said == []
        assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "640px"


def test_join_to_feedback_by_keyboard_without_scripts_or_cookies(house: House, chromium: Browser) -> None:
    """Somebody joins, confirms, mends a mistake and pauses, touching nothing but the keyboard."""
    with closing(chromium.new_context(java_script_enabled=False)) as context:
        page = context.new_page()
        page.goto(f"{house.url}/join")
        page.get_by_label("Full name").focus()
        page.keyboard.type("Siân O'Brien")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page).to_have_title(re.compile("^Error: "))
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Email address", exact=True)).to_be_focused()
        for typed in ("sian@example.org", "Cyngor Gwynedd"):
            page.keyboard.type(typed)
            page.keyboard.press("Tab")
        expect(page.get_by_label("Full name")).to_have_value("Siân O'Brien")
        page.get_by_label("I will not use this to sell").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
        page.goto(house.url + letter_link(house.scheme))
        page.get_by_role("button", name="Confirm and join").press("Enter")
        expect(page.get_by_role("status")).to_be_focused()
        expect(page.get_by_role("status")).to_contain_text("You have joined")
        assert context.cookies() == []


def letter_link(scheme: Scheme) -> str:
    """Where the newest letter leads, once what was asked for is written."""
    write_asked(scheme, lambda _: OFFICE, datetime.now(UTC) + AFTER)
    with scheme.reading() as db:
        letter = db.execute("SELECT letter FROM messages ORDER BY id DESC").fetchone()[0]
    body = message_from_bytes(letter, policy=policy.default).as_string()
    return str(re.findall(r"/p/confirm/[\w-]+", body)[0])


def test_feedback_asks_only_what_fits(house: House, chromium: Browser) -> None:
    """Whoever has not met is not asked how useful it was; what is chosen reaches the scheme."""
    with closing(chromium.new_context(java_script_enabled=False)) as context:
        page = context.new_page()
        page.goto(house.url + house.links["feedback"])
        useful, why = page.get_by_text("How useful was it?"), page.get_by_label("what got in the way")
        expect(useful).to_be_visible()
        page.get_by_label("No, and we will not").check()
        expect(useful).to_be_hidden()
        expect(why).to_be_visible()
        expect(page.get_by_label("Did anything sound like selling?")).to_be_visible()
        page.get_by_role("group", name="Have you met?").get_by_label("Yes").check()
        expect(why).to_be_hidden()
        page.get_by_label("5 – very").check()
        page.get_by_role("button", name="Save my answers").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    with house.scheme.reading() as db:
        assert answers.get(db, 2, 1) == answers.Answer("yes", useful=5)


def test_words_that_were_typed_stay_in_sight(house: House, chromium: Browser) -> None:
    """A story and its leave, or a reason, are still shown when another first answer is chosen afterwards.

    Nor does a field go away while somebody empties it to write something better.
    """
    with closing(chromium.new_context(java_script_enabled=False)) as context:
        page = context.new_page()
        page.goto(house.url + house.links["feedback"])
        story, why = page.get_by_label("Is there a story to share?"), page.get_by_label("what got in the way")
        met = page.get_by_role("group", name="Have you met?")
        met.get_by_label("No, and we will not").check()
        expect(story).to_be_hidden()
        why.fill("A cold")
        met.get_by_label("Yes").check()
        story.fill("We share a form now")
        expect(why).to_be_visible()
        why.clear()
        expect(why).to_be_focused()
        why.press_sequentially("A worse cold")
        expect(why).to_have_value("A worse cold")
        met.get_by_label("Not yet").check()
        expect(story).to_be_visible()
        expect(page.get_by_label("You may share this story")).to_be_visible()


@pytest.mark.parametrize(("width", "lines"), [(390, 5), (1280, 1)])
def test_the_marks_stand_on_one_line_or_each_on_its_own(
    house: House, chromium: Browser, width: int, lines: int
) -> None:
    """No mark from one to five is left alone on a second line."""
    with closing(chromium.new_context(viewport={"width": width, "height": 800})) as context:
        page = context.new_page()
        page.goto(house.url + house.links["feedback"])
        tops = {mark.evaluate("e => e.getBoundingClientRect().y") for mark in page.locator("[name=useful]").all()}
        assert len(tops) == lines


ORGANISATIONS = ["HMRC", "Cyngor Gwynedd", "Leeds City Council", "Department for Work and Pensions"]
ORGANISATIONS += ["Royal Devon University Healthcare NHS Foundation Trust"]


@pytest.mark.parametrize("count", [10, 60, 200])
def test_a_projector_shows_all_names_of_a_page_and_the_code(tmp_path: Path, chromium: Browser, count: int) -> None:
    """At 1280 by 720 and 1920 by 1080 no name of any page and no button is below the edge, and the code is on top."""
    scheme = open_scheme(tmp_path / "coffee.db")
    launch(scheme, count)
    with serving(scheme) as url:
        for height in (720, 1080):
            with closing(chromium.new_context(viewport={"width": height * 16 // 9, "height": height})) as context:
                page = context.new_page()
                page.goto(f"{url}/screen?still=yes")
                for number in range(1, page.locator(".screen nav a").count() + 1):
                    page.goto(f"{url}/screen?still=yes&page={number}")
                    assert bottom(page, ".names") <= bottom(page, ".screen") <= height
                    assert bottom(page, "svg") < height / 4
                assert problems(Axe(), page) == []


def bottom(page: Page, part: str) -> float:
    box = page.locator(part).bounding_box()
    assert box
    return box["y"] + box["height"]


def launch(scheme: Scheme, count: int) -> None:
    """An open room with so many people in it, all in touch with their neighbour in a round that is out."""
    now = datetime.now(UTC).isoformat()
    with scheme.writing() as db:
        room.open_room(db, datetime.fromisoformat(now))
        db.table("rounds").insert({"number": 1, "state": "published", "seed": 1, "drawn_at": now, "published_at": now})
        for number in range(1, count + 1):
            email, where = f"p{number}@example.org", ORGANISATIONS[number % len(ORGANISATIONS)]
            row = {"identity": email, "name": f"Person Featherstone {number}", "email": email, "organisation": where}
            db.table("people").insert(row | {"joined_at": now})
            if number % 2:
                db.table("matches").insert({"round_id": 1})
            seat = {"match_id": (number + 1) // 2, "person_id": number, "position": 1, "organisation": where}
            db.table("seats").insert(seat)


def test_the_poster_leads_to_the_join_form(house: House, chromium: Browser) -> None:
    """The code on the poster is large, dark on light in both themes, and the address in words is on the screen too."""
    with closing(chromium.new_context(color_scheme="dark", viewport={"width": 1280, "height": 800})) as context:
        page = context.new_page()
        page.goto(f"{house.url}/p/poster")
        box = page.locator("svg").bounding_box()
        assert box
        assert box["width"] > 300
        for height in (800, 720):
            page.set_viewport_size({"width": 1280, "height": height})
            assert bottom(page, "main") <= height
        assert "#fff" in page.content()
        expect(page.get_by_text("coffee.example/join")).to_be_visible()
