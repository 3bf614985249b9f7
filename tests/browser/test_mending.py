"""Publishing a draft that people came to and went from, in a real browser."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from coffee.rounds import life
from coffee.scheme import open_scheme, people
from coffee.scheme import rounds as kept
from tests.running import Start


def test_publish_mends_and_publishes_in_one_click(start: Start, sign_in: Callable[..., Page], tmp_path: Path) -> None:
    """One left and one joined since the draw: the dialog says so, and its button mends and publishes."""
    scheme, now = open_scheme(tmp_path / "coffee.db"), datetime.now(UTC)
    with scheme.writing() as db:
        for name in ("Ann", "Bob", "Cat", "Dev", "Zed"):
            details = {"name": name, "email": f"{name}@x.example", "organisation": f"Council of {name}"}
            people.add(db, details, now=now, status="unconfirmed" if name == "Zed" else "active")
    draft = life.generate(scheme, now)
    with scheme.writing() as db:
        people.leave(db, [1])
        people.reactivate(db, [5])
    page = sign_in(start(COFFEE_SCHEME=str(scheme.path), COFFEE_FROM="Olu <olu@example.org>"))
    page.get_by_role("link", name="Rounds").click()
    page.get_by_role("button", name="Publish round 1").click()
    expect(page.get_by_role("dialog").get_by_text("Ann has left.")).to_be_visible()
    page.get_by_role("button", name="Change, publish and queue 4 letters").click()
    expect(page.get_by_text("Round 1 is out: 0 of 2 matches")).to_be_visible(timeout=30_000)
    with scheme.reading() as db:
        assert {person for _, seats, _ in kept.matches_of(db, draft) for person in seats} == {2, 3, 4, 5}
