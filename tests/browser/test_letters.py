"""Letters read before they go, in a real browser."""

from collections.abc import Callable
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from coffee.mail.letters.letter import Office
from coffee.rounds import life
from coffee.scheme import Scheme, open_scheme, people, settings
from tests.browser.conftest import Start, serious, settled


def with_a_round_out(start: Start, sign_in: Callable[..., Page], where: str) -> tuple[Scheme, Page]:
    """A scheme with four people of four organisations in a published round, and this page of its organiser's."""
    app = start(COFFEE_PASSWORD="three random words", COFFEE_FROM="Ann Lee <ann@coffee.example>")
    scheme, now = open_scheme(app.scheme), datetime.now(UTC)
    with scheme.writing() as db:
        for number in range(4):
            details = {"name": f"Person {number}", "email": f"p{number}@example.org", "organisation": f"C {number}"}
            people.add(db, details, now=now)
    office = Office("https://coffee.example", "Ann Lee", "ann@coffee.example", "Coffee")
    life.publish(scheme, life.generate(scheme, now, seed=1), 2, office, now)
    page = sign_in(app, password="three random words", viewport={"width": 1280, "height": 900})
    page.goto(f"{app.url}/{where}")
    return scheme, page


def test_every_letter_is_read_before_publishing(start: Start, sign_in: Callable[..., Page]) -> None:
    """The dialog that publishes shows each letter, finds a person's, and queues nothing until it is told to."""
    app = start(COFFEE_PASSWORD="three random words", COFFEE_FROM="Ann Lee <ann@coffee.example>")
    scheme, now = open_scheme(app.scheme), datetime.now(UTC)
    with scheme.writing() as db:
        for number, name in enumerate(["O'Brien", "Siân", "<b>Li</b>", "$NAME"]):
            email = f"p{number}@example.org"
            people.add(db, {"name": name, "email": email, "organisation": f"Council {number}"}, now=now)
    life.generate(scheme, now, seed=1)
    page = sign_in(app, password="three random words", viewport={"width": 1280, "height": 900})
    page.goto(f"{app.url}/rounds")
    page.get_by_role("button", name="Publish round 1").click()
    page.get_by_text("Read the letters first").click()
    dialog = page.get_by_role("dialog")
    seen = set()
    for number in range(1, 5):
        expect(dialog.get_by_text(f"Letter {number} of 4.")).to_be_visible(timeout=30_000)
        settled(page)
        seen.add(dialog.get_by_text("To: ").inner_text().split("To: ")[1].split("\n")[0])
        if number < 4:
            dialog.get_by_role("button", name="Next page").click()
    assert len(seen) == 4
    dialog.get_by_label("Whose letter").fill("<b>li")
    dialog.get_by_label("Whose letter").press("Enter")
    expect(dialog.get_by_text("Letter 1 of 1.")).to_be_visible(timeout=30_000)
    expect(dialog.get_by_text("Hello <b>Li</b>,")).to_be_visible()
    assert serious(page) == []
    with scheme.reading() as db:
        assert db.execute("SELECT count(*) FROM messages").fetchone() == (0,)
    dialog.get_by_role("button", name="Publish and queue 4 letters").click()
    expect(page.get_by_text("Round 1 is out: 0 of 2 matches met")).to_be_visible(timeout=30_000)
    with scheme.reading() as db:
        assert db.execute("SELECT count(*) FROM messages").fetchone() == (4,)


def test_the_letters_of_a_repair_are_read_before_it(start: Start, sign_in: Callable[..., Page]) -> None:
    """The dialog that changes who takes part shows each letter in both languages, and changes nothing by itself."""
    scheme, page = with_a_round_out(start, sign_in, "rounds")
    page.get_by_role("button", name="Somebody withdraws or joins").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Withdraw from this round").click()
    expect(page.get_by_role("option")).to_have_count(4)  # one for each person, and none for all of them
    page.get_by_role("option", name="Person 0, C 0").click()
    expect(dialog.get_by_text("People who withdraw get no letter about it.")).to_be_visible(timeout=30_000)
    dialog.get_by_text("Read the letters first").click()
    expect(dialog.get_by_text("Letter 1 of 3.")).to_be_visible(timeout=30_000)
    expect(dialog.get_by_text("Bu newid i’ch paru")).to_be_visible()
    expect(dialog.get_by_text("Your match in round 1 has changed.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Attached: coffee.ics")).to_be_visible()
    assert serious(page) == []
    with scheme.reading() as db:
        assert db.execute("SELECT count(*) FROM messages WHERE kind = 'rematch'").fetchone() == (0,)
    dialog.get_by_role("button", name="Change the round and queue 3 letters").click()
    expect(page.get_by_text("3 letters will go out.")).to_be_visible(timeout=30_000)


def test_people_are_reminded_after_a_second_click(start: Start, sign_in: Callable[..., Page]) -> None:
    """The button says how many, asks once, and is disabled when they have their letters."""
    scheme, page = with_a_round_out(start, sign_in, "emails")
    page.get_by_role("button", name="Remind 4 people").click()
    asked = page.get_by_text("4 letters will go out. This cannot be undone once they are sent.")
    expect(asked).to_be_visible(timeout=30_000)
    with scheme.reading() as db:
        assert db.execute("SELECT count(*) FROM messages WHERE kind = 'reminder'").fetchone() == (0,)
    page.get_by_role("button", name="Remind them").click()
    expect(page.get_by_role("button", name="Remind 0 people")).to_be_disabled(timeout=30_000)
    expect(asked).not_to_be_visible()
    with scheme.reading() as db:
        assert db.execute("SELECT count(*) FROM messages WHERE kind = 'reminder'").fetchone() == (4,)


def test_the_address_follows_while_letters_go_out(start: Start, sign_in: Callable[..., Page]) -> None:
    """A letter waits since the page was opened, and its progress pushed the filters down: a reload shows the choice."""
    scheme, page = with_a_round_out(start, sign_in, "emails")
    with scheme.writing() as db:
        db.execute("UPDATE messages SET state = 'cancelled'")
        settings.put(db, "letters_paused", True)
    page.reload()
    page.get_by_role("button", name="Send a test to me").click()
    expect(page.get_by_text("Paused.", exact=False).first).to_be_visible(timeout=30_000)
    settled(page)
    chosen = page.get_by_role("combobox", name="Round")
    chosen.click()
    page.get_by_role("option", name="All letters").click()
    page.wait_for_url("**/emails?emails-round=All+letters", timeout=30_000)
    settled(page)
    page.reload()
    expect(chosen).to_have_value("All letters", timeout=30_000)


def test_wording_typed_last_survives_a_click_on_another_language(start: Start, sign_in: Callable[..., Page]) -> None:
    """The click that leaves the text is the one that shows the other language: what was typed is there afterwards."""
    app = start(COFFEE_PASSWORD="three random words", COFFEE_FROM="Ann Lee <ann@coffee.example>")
    page = sign_in(app, password="three random words", viewport={"width": 1280, "height": 900})
    page.goto(f"{app.url}/emails")
    page.get_by_text("What the letters say").click()
    template, words = page.get_by_role("textbox", name="Template"), "Subject: Hi\n\nOurs, {{ introductions }}"
    expect(template).to_be_visible(timeout=30_000)
    template.fill(words)
    page.get_by_role("radio", name="Welsh").click()
    expect(template).not_to_have_value(words, timeout=30_000)
    settled(page)
    page.get_by_role("radio", name="English").click()
    expect(template).to_have_value(words, timeout=30_000)
    expect(page.get_by_text("Not saved yet")).to_be_visible(timeout=30_000)
