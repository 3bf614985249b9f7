"""Notices about people who came and went, cannot be reached, or are silent."""

from collections.abc import Callable
from datetime import datetime

from streamlit.testing.v1 import AppTest

from coffee.mail.letters.letter import Office
from coffee.people import silent
from coffee.rounds import life
from coffee.scheme import Scheme, people, silence
from coffee.scheme import rounds as kept
from coffee.scheme import settings as kept_settings

OFFICE = Office("http://localhost:8501", "Ann Lee", "ann.lee@devon.gov.uk", "Coffee trial")
Page = Callable[..., AppTest]
Fill = Callable[..., None]


def said(page: AppTest) -> str:
    return " ".join(block.value for block in page.markdown).replace("\\", "")


def test_publish_shows_what_it_would_change(scheme: Scheme, open_page: Page, fill: Fill, now: datetime) -> None:
    """Somebody left and somebody joined: Publish says who is gone and who meets now, and offers to do it in one."""
    fill(["Devon", "Kent", "Fife", "Leeds"], [])
    draft = life.generate(scheme, now)
    with scheme.writing() as db:
        kept_settings.put(db, "from", "Ann Lee <ann.lee@devon.gov.uk>")
        people.leave(db, [1])
        people.add(db, {"name": "Zed", "email": "z@example.org", "organisation": "Hull"}, now=now)
    page = open_page("rounds")
    page = next(button for button in page.button if button.label == "Publish round 1").click().run()
    assert not page.exception
    assert "Person 1 has left." in said(page)
    assert "Zed" in said(page)
    assert "Change, publish and queue 4 letters" in [button.label for button in page.button]
    with scheme.reading() as db:
        assert kept.get(db, draft).state == "draft"


def test_a_round_that_is_out_names_whoever_has_no_match(
    scheme: Scheme, open_page: Page, fill: Fill, now: datetime
) -> None:
    """By name and organisation, with the reason."""
    fill(["Devon", "Kent", "Fife"], [])
    with scheme.writing() as db:
        kept_settings.put(db, "rules", {"odd_sits_out": True})
    draft = life.generate(scheme, now)
    life.publish(scheme, draft, 2, OFFICE, now)
    with scheme.reading() as db:
        ((name, organisation, _),) = kept.left_over(db, draft)
    assert f"Sits out, because the number was odd: {name}, {organisation}" in said(open_page("rounds"))


def test_people_whom_letters_cannot_reach_are_named_before_a_draw(scheme: Scheme, open_page: Page, fill: Fill) -> None:
    """With the reason, and with what becomes of them, which is another thing once Settings has them drawn."""
    fill(["Devon", "Kent", "Fife"], [])
    with scheme.writing() as db:
        people.cannot_reach(db, [2], "No such mailbox.")
    shown = said(open_page("rounds"))
    assert "Letters cannot reach Person 2 (No such mailbox). Draws leave them out" in shown
    with scheme.writing() as db:
        kept_settings.put(db, "rules", {"reachable_only": False})
    assert "The draw still includes them" in said(open_page("rounds"))


def test_silent_people_are_listed_and_asked(scheme: Scheme, open_page: Page, fill: Fill, now: datetime) -> None:
    """On Overview and on People, after as many rounds as Settings says; one dialog asks them by letter."""
    fill(["Devon", "Kent"], [[((0, 1), None)], [((0, 1), None)]])
    with scheme.writing() as db:
        kept_settings.put(db, "from", "Ann Lee <ann.lee@devon.gov.uk>")
        kept.close(db, 1, now)
        kept.close(db, 2, now)
    assert "Silent" not in said(open_page("overview"))
    with scheme.writing() as db:
        kept_settings.put(db, "silent_after", 2)
    assert "Silent Person 1, Person 2: nothing heard for 2 rounds." in said(open_page("overview"))
    page = open_page("people")
    assert "Person 1, Devon" in said(page)
    page = next(button for button in page.button if button.label.startswith("Ask whether")).click().run()
    assert not page.exception
    assert "Queue 2 letters" in [button.label for button in page.button]
    silent.ask(scheme, OFFICE, [1, 2], now)
    with scheme.reading() as db:
        assert db.execute("SELECT count(*) FROM messages WHERE kind = 'still in'").fetchone() == (2,)
        assert [person for person, _ in silence.unanswered(db)] == [1, 2]
    assert "asked on Tue 3 March 2026" in said(open_page("people"))
