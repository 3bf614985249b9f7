"""Text that somebody typed is shown as typed: never Markdown, HTML, a link, an icon or a formula, in any element."""

import csv
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlite_utils import Database

from coffee.config.environment import load
from coffee.config.sender import office
from coffee.dashboard import frame
from coffee.mail.post import actions
from coffee.rounds import life
from coffee.sample import write_sample
from coffee.scheme import Scheme, open_scheme, organisations, set_apart, settings, tokens
from coffee.scheme import rounds as kept
from coffee.text.silo import Silo
from tests.browser.conftest import Start, settled
from tests.running import App

BAD = (
    "**zqb** _zqi_ ~~zqs~~ `zqc` <b>zqh</b> <img src=zq.png> [zql](https://zq.example) ![zqp](https://zq.example/p) "
    "https://zq.example www.zq.example zq@zq.example <https://zq.example> :material/skull: :red[zqr] :streamlit: "
    "$zq^2$ $$zq$$ zq -> {{ zq }} { constructor"
)
VISITED = [
    ("overview", ""), ("emails", ""), ("settings", ""),
    *(("people", query) for query in ("", *(f"?people-part={part}" for part in ("Upload a roster", "Set apart")))),
    *(("rounds", f"?round={number}") for number in (4, 1)),
    *(("connections", f"?connections-view={view}")
      for view in ("Silos", "Growth", "Network", "Ahead", "Conduits", "Share")),
    *(("feedback", f"?feedback-view={view}") for view in ("Meetings", "Ratings", "Comments", "Selling")),
]  # fmt: skip
# Buttons that open a dialog, or more of a page, in which typed text stands.
OPENED = [
    ("people", "", "Add a person"),
    ("people", f"?people-part={quote(frame.plain(Silo(BAD).titles))}", "Merge or rename"),
    *(("rounds", "", name) for name in ("Publish round 5", "Put two together", "Leave somebody out", "More")),
    ("rounds", "", "Draw again"),
    ("rounds", "?round=4", "Somebody withdraws or joins"),
    ("rounds", "?round=4", "Find (a )?new match"),
    ("rounds", "?round=4", "Close round"),
    ("feedback", "?feedback-view=Comments", "Edit or remove"),
    ("feedback", "?feedback-view=Comments", "Copy as a quote"),
]
WRONG = r"""() => {
    const wrong = [], typed = /zq|skull/, bare = /^zq[bischplr]$/;
    for (const found of document.querySelectorAll('a[href], img, iframe[src*=zq], .katex, .katex-error')) {
        const told = found.getAttribute('href') || found.getAttribute('src') || found.textContent;
        const logo = found.tagName == 'IMG' && found.closest('[data-testid=stMarkdownContainer]');
        if (typed.test(told) || logo) wrong.push(found.outerHTML.slice(0, 150));
    }
    for (const found of document.querySelectorAll('strong, b, em, i, del, s, code, h1, h2, h3, span'))
        if (bare.test(found.textContent.trim())) wrong.push(found.outerHTML.slice(0, 150));
    for (const icon of document.querySelectorAll('[data-testid=stIconMaterial]'))
        if (icon.textContent.trim() == 'skull') wrong.push('an icon');
    if (/zq →/.test(document.body.innerText)) wrong.push('an arrow');
    return wrong.concat(document.body.innerText.match(/.{0,40}(Something went wrong|Traceback).*/g) || []);
}"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Scheme:
    """The sample with that text in every field there is, round 4 out, and a draft of round 5 that was tweaked."""
    path, now = tmp_path_factory.mktemp("hostile") / "coffee.db", datetime.now(UTC)
    write_sample(path, now - timedelta(days=1))
    scheme = open_scheme(path)
    with scheme.writing() as db:
        settings.put(db, "sample", False)
        _type_everywhere(db)
    with scheme.reading() as db:
        out = int(db.execute("SELECT id FROM rounds WHERE number = 4").fetchone()[0])
    life.close(scheme, out, now)
    drawn = life.generate(scheme, now, seed=5)
    life.reopen(scheme, out)
    with scheme.reading() as db:
        version = kept.get(db, drawn).version
    life.tweak(scheme, drawn, version, f"did {BAD}", lambda draft: draft, now)
    with scheme.writing() as db:
        one, other = (row[0] for row in db.execute("SELECT id FROM people ORDER BY id LIMIT 2"))
        set_apart.set_apart(db, one, other)
        names = [row[0] for row in db.execute("SELECT DISTINCT organisation FROM people ORDER BY 1 LIMIT 2")]
        organisations.merge(db, names, f"Merged {BAD}")
    return scheme


def _type_everywhere(db: Database) -> None:
    extra = json.dumps({f"Manager {BAD}": BAD})
    db.execute(
        "UPDATE people SET name = ? || id, role = ?, topics = ?, chat_id = ?, phone = ?, extra = ?, "
        "organisation = organisation || ?, cannot_reach = CASE WHEN id < 9 THEN ? END",
        [BAD, BAD, BAD, BAD, BAD, extra, BAD, BAD],
    )
    db.execute("UPDATE seats SET organisation = organisation || ?", [BAD])
    db.execute(
        "UPDATE answers SET comment = ?, story = ?, why_not = ?, selling = ?, story_may_be_shared = 1, conduit = 1, "
        "met = iif(match_id % 4, 'yes', 'no')",
        [BAD, BAD, BAD, BAD],
    )
    db.execute(
        "UPDATE seats SET cannot_at = '2026-01-01T00:00:00+00:00' WHERE match_id IN (SELECT max(id) FROM matches)"
    )
    db.execute("UPDATE messages SET subject = ?, recipient = ?, state = 'failed', why = ? WHERE id % 9 = 0", [BAD] * 3)
    db.execute("DELETE FROM answers WHERE match_id IN (SELECT max(id) FROM matches)")
    db.execute("UPDATE messages SET state = 'waiting', due_at = '2999-01-01T00:00:00+00:00' WHERE id % 9 = 1")
    db.execute("UPDATE imports SET source = ?", [BAD])
    for name, value in {
        "title": BAD, "privacy": BAD, "cookies": BAD, "accessibility": BAD, "silo": BAD,
        "from": f'"{BAD}" <olu@coffee.example>',
        "month_troubles": {"draw:5": {"why": BAD}},
        "mail_problem": {"said": BAD, "at": datetime.now(UTC).isoformat(), "holds": 1},
    }.items():  # fmt: skip
        settings.put(db, name, value)


@pytest.fixture(scope="module")
def app(start: Start, hostile: Scheme) -> App:
    """The app on that scheme."""
    return start(COFFEE_SCHEME=str(hostile.path), COFFEE_PASSWORD="three random words")


def _visit(page: Page, app: App, noun: str, query: str) -> None:
    page.goto(f"{app.url}/{'' if noun == 'overview' else noun}{query}")
    expect(page.get_by_role("heading", level=1)).to_have_text(noun.capitalize(), timeout=60_000)
    settled(page)


def test_no_page_makes_anything_of_it(app: App, sign_in: Callable[..., Page]) -> None:
    """Every organiser page, view, dialog, menu and toast shows it, and makes no anchor, picture, formatting, formula or
    icon of it."""
    page = sign_in(app, password="three random words")
    wrong: dict[tuple[str, ...], list[str]] = {}
    shown: set[str] = set()
    opened = {(noun, query) for noun, query, _ in OPENED}
    for noun, query, button in [*((*where, "") for where in VISITED if where not in opened), *OPENED]:
        _visit(page, app, noun, query)
        wrong[noun, query] = wrong.get((noun, query), []) + page.evaluate(WRONG)
        if page.evaluate("document.body.innerText.includes('**zqb** _zqi_')"):
            shown.add(noun)
        if button:
            page.get_by_role("button", name=re.compile(button)).first.click()
            settled(page)
            wrong[noun, query, button] = page.evaluate(WRONG)
    assert {where: found for where, found in wrong.items() if found} == {}
    assert shown >= {"people", "rounds", "connections", "feedback"}


def test_no_preview_of_a_roster_makes_anything_of_it(app: App, sign_in: Callable[..., Page], tmp_path: Path) -> None:
    """Nor does the upload, in its columns, its preview, its remarks and its refused lines."""
    lines = [["Name", "Email", "Organisation", "Phone", f"Extra {BAD}"], [BAD, "new@devon.example", BAD, BAD, BAD]]
    lines += [[BAD, BAD, BAD, BAD, BAD], [f"Other {BAD}", "new2@devon.example", f"{BAD} s", "", ""]]
    with (tmp_path / "zq **zqb** www.zq.example.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(lines)
    page = sign_in(app, password="three random words")
    _visit(page, app, "people", "?people-part=Upload a roster")
    page.locator('input[type="file"]').set_input_files(file.name)
    expect(page.get_by_role("button", name=re.compile("^Import"))).to_be_visible(timeout=60_000)
    settled(page)
    assert page.evaluate("document.body.innerText.includes('**zqb** _zqi_')")
    assert page.evaluate(WRONG) == []


def test_no_wording_of_a_letter_makes_anything_of_it(app: App, sign_in: Callable[..., Page]) -> None:
    """The organiser's own words are Markdown in the letter and nowhere else: not in its text, nor where they cannot be
    a letter. HTML is none anywhere."""
    page = sign_in(app, password="three random words")
    _visit(page, app, "emails", "")
    page.get_by_text("What the letters say").click()
    template = page.get_by_role("textbox", name="Template")
    letter = BAD[: BAD.index("{{")].replace("![zqp](https://zq.example/p)", "") + "{{ introductions }}"
    for words, told in ((BAD, "“zq”"), (letter, "Subject: **zqb** _zqi_")):
        expect(template).to_be_visible(timeout=30_000)
        template.fill(f"Subject: {words}\n\n{words}\n")
        template.press("Control+Enter")
        expect(page.get_by_text(told).first).to_be_visible(timeout=30_000)
        settled(page)
        assert page.evaluate(WRONG) == []
    page.get_by_role("tab", name="As formatted").click()
    _find_no_html(page)
    page.get_by_role("button", name="Save the wording").click()
    expect(page.get_by_text("Letters written from now on say this.")).to_be_visible(timeout=30_000)
    settled(page)
    assert page.evaluate(WRONG) == []


def test_no_letter_that_is_read_makes_anything_of_it(app: App, hostile: Scheme, sign_in: Callable[..., Page]) -> None:
    """Nor does a letter opened on Emails, with everybody's words in it, as text and formatted."""
    with hostile.writing() as db:
        round_id = int(db.execute("SELECT id FROM rounds WHERE number = 4").fetchone()[0])
        settings.put(db, "letters_paused", True)
        sender = office(db, load())
    assert actions.write_to_round(hostile, sender, round_id, "reminder", datetime.now(UTC))
    page = sign_in(app, password="three random words", viewport={"width": 1280, "height": 900})
    _visit(page, app, "emails", "?emails-round=4&emails-state=Waiting")
    page.get_by_test_id("data-grid-canvas").last.click(position={"x": 20, "y": 55}, force=True)
    expect(page.get_by_text("As formatted")).to_be_visible(timeout=30_000)
    settled(page)
    assert "**zqb** _zqi_" in page.get_by_test_id("stCode").inner_text()
    assert page.evaluate(WRONG) == []
    page.get_by_role("tab", name="As formatted").click()
    _find_no_html(page)


def _find_no_html(page: Page) -> None:
    """The letter in its frame shows the HTML that was typed into it."""
    letter = page.frame_locator("iframe").locator("body")
    expect(letter).to_contain_text("<b>zqh</b> <img src=zq.png>", timeout=30_000)
    assert letter.locator("img[src*=zq], script").count() == 0
    assert letter.get_by_text(re.compile("^zqh$")).count() == 0


def test_no_page_of_a_participant_makes_anything_of_it(app: App, hostile: Scheme) -> None:
    """Nor do participants' pages: a partner's address is a link, what else they typed is none."""
    now = datetime.now(UTC)
    with hostile.writing() as db:
        match, person = db.execute(
            "SELECT match_id, person_id FROM seats JOIN matches ON matches.id = match_id JOIN rounds "
            "ON rounds.id = round_id WHERE rounds.number = 4 LIMIT 1"
        ).fetchone()
        paths = [f"/p/me/{tokens.new(db, 'me', person, now=now)}"]
        for purpose in ("cannot", "feedback"):
            paths.append(f"/p/{purpose}/{tokens.new(db, purpose, person, match, now=now)}")
    for path in ["/join", *paths]:
        answer = httpx.get(f"{app.url}{path}", follow_redirects=True, timeout=30)
        assert answer.status_code == 200, path
        assert "zqb" in answer.text, path
        assert not re.findall(r"<(?:a [^>]*href=[\"'][^\"']*zq|img[^>]*zq|b>zq|strong>zq|em>zq)[^>]*", answer.text), (
            path
        )
