"""The organiser's month in a real browser, with an XLSX roster and a real mail server."""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from openpyxl import Workbook
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import App, Start, free_port, settled

PEOPLE = [
    ("Ann O'Brien", "Devon County Council"), ("Siân Rees", "Cyngor Gwynedd"), ("李 明", "Leeds City Council"),
    ("NA", "NHS Fife"), ("=cmd()", "Audit Wales"), ("<b>Bo</b>", "Kent County Council"),
]  # fmt: skip


class Inbox:
    """Keeps what a mail server accepts."""

    def __init__(self) -> None:
        self.letters: dict[str, str] = {}

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
        letter = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[attr-defined]
        body = letter.get_body(("plain",))
        assert body is not None
        self.letters[envelope.rcpt_tos[0]] = body.get_content()  # type: ignore[attr-defined]
        return "250 OK"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, str]]:
    """A mail server on loopback, and its COFFEE_SMTP_URL."""
    kept = Inbox()
    server = Controller(kept, hostname="127.0.0.1", port=free_port())
    server.start()
    yield kept, f"smtp://127.0.0.1:{server.port}?security=none"
    server.stop()


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """Six people in a workbook with a title row, as a colleague would send it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Coffee trial sign-ups, spring"])
    sheet.append([])
    sheet.append(["Full name", "E-mail address", "Council", "Mobile"])
    for number, (name, council) in enumerate(PEOPLE):
        sheet.append([name, f"person{number}@example.org", council, f"01632 96000{number}"])
        sheet.cell(sheet.max_row, 1).data_type = "s"
    path = tmp_path / "roster.xlsx"
    book.save(path)
    return path


def test_from_a_roster_to_a_round_an_answer_and_a_chart(
    start: Start, sign_in: Callable[..., Page], chromium: Browser, inbox: tuple[Inbox, str], roster: Path
) -> None:
    """Upload, confirm, generate, swap, publish; the letters arrive, a participant answers, and the charts show it."""
    kept, smtp = inbox
    app = start(COFFEE_SMTP_URL=smtp, COFFEE_FROM="Olu Organiser <olu@example.org>")
    page = sign_in(app)
    bring(page, roster)
    draw_and_publish(page)
    wait_for(page, lambda: len(kept.letters) == len(PEOPLE))
    answer(chromium, app, kept.letters["person0@example.org"])
    page.get_by_role("link", name="Rounds").click()
    expect(page.get_by_text("Round 1 is out: 1 of 3 matches met (33\u00a0%)")).to_be_visible()
    page.get_by_role("link", name="Connections").click()
    expect(page.get_by_role("heading", name="Connections")).to_be_visible()
    expect(page.locator("canvas, svg.marks").first).to_be_visible(timeout=20_000)


def bring(page: Page, roster: Path) -> None:
    page.get_by_role("button", name="Upload a roster").click()
    page.locator('input[type="file"]').set_input_files(roster)
    page.get_by_role("button", name=re.compile("^Import 6 new people")).click()
    expect(page.get_by_text("6 people")).to_be_visible()
    settled(page)


def draw_and_publish(page: Page) -> None:
    page.get_by_role("link", name="Rounds").click()
    page.get_by_role("button", name="Generate round 1").click()
    expect(page.get_by_text("Round 1 is a draft of 3 matches")).to_be_visible()
    page.get_by_role("button", name="Change").first.click()
    page.get_by_role("option", name=re.compile("^swap_horiz|Swap")).or_(
        page.get_by_role("menuitem", name=re.compile("Swap"))
    ).first.click()
    page.get_by_role("button", name="Swap", exact=True).click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("button", name="Publish round 1").click()
    page.get_by_role("button", name="Publish and queue 6 letters").click()
    expect(page.get_by_text("Round 1 is out: 0 of 3 matches met")).to_be_visible()


def answer(chromium: Browser, app: App, letter: str) -> None:
    """Somebody without a cookie opens the link in the English half of their letter and says that they met."""
    link = re.search(rf"{app.url}/p/feedback/\S+lang=en", letter)
    assert link, letter
    with chromium.new_context() as visitor:
        form = visitor.new_page()
        form.goto(link[0])
        form.get_by_label("Yes", exact=True).first.check()
        form.get_by_role("button", name="Save my answers").click()
        expect(form.get_by_text(re.compile("[Tt]hank you"))).to_be_visible()


def wait_for(page: Page, condition: Callable[[], bool]) -> None:
    """Let the browser idle until `condition` holds, at most a minute."""
    for _ in range(600):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("It did not happen within a minute.")
