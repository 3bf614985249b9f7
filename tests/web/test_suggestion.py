"""Details typed into the join form for a known address wait on their owner's page, to use or delete."""

import html
import re
from typing import Any

import pytest

from coffee.scheme import erasure, own_data, room
from tests.web.conftest import Pair, Site
from tests.web.test_join import SIAN, join

TYPED = SIAN | {"email": "ADA@example.org", "name": "Ada King", "phone": "07700 900123", "topics": "<b>looms</b> & 李"}


@pytest.fixture
def page(site: Site, pair: Pair) -> Any:
    """Ada's own page, by the link in the letter she got for joining again."""
    join(site, **TYPED)
    [letter] = site.letters()
    assert str(letter["To"]) == "Ada Lovelace <ada@example.org>"
    return site.linked(letter).partition("?")[0]


def decide(site: Site, page: Any, use: Any, version: Any = None) -> Any:
    text = site.browser.get(f"{page}/typed?lang=en").text
    shown = re.findall(r'name="version" value="([^"]+)"', text)
    version = version or html.unescape(shown[0])
    return site.browser.post(f"{page}/typed?lang=en", data={"use": use, "version": version})


def test_what_was_typed_is_shown_and_changes_nothing(site: Site, pair: Pair, page: Any) -> None:
    """A page of its own shows only new details, and nothing changes until its button is pressed."""
    before = site.row(pair.ada)
    assert "See what was typed" in site.browser.get(f"{page}?lang=en").text
    text = site.browser.get(f"{page}/typed?lang=en").text
    for detail in ("Ada King", "Cyngor Gwynedd", "&lt;b&gt;looms&lt;/b&gt; &amp; 李", "Planner", "Cymraeg"):
        assert detail in text
    assert site.row(pair.ada) == before


def test_they_are_used_once_accepted(site: Site, pair: Pair, page: Any) -> None:
    """The new details replace the old, the others stay, and nothing more is suggested."""
    answer = decide(site, page, "yes")
    assert "Your details are saved" in answer.text
    row = site.row(pair.ada)
    assert (row["name"], row["topics"], row["language"]) == ("Ada King", "<b>looms</b> & 李", "cy")
    assert (row["email"], row["status"]) == ("ada@example.org", "active")
    assert "See what was typed" not in answer.text
    assert site.browser.get(f"{page}/typed").url.path == page


def test_they_are_forgotten_when_dropped(site: Site, pair: Pair, page: Any) -> None:
    """Nothing changes, and the scheme no longer holds them."""
    before = site.row(pair.ada)
    assert "Your details stay as they are" in decide(site, page, "no").text
    assert site.row(pair.ada) == before
    with site.scheme.reading() as db:
        assert "looms" not in "".join(db.conn.iterdump())


def test_nobody_accepts_what_they_did_not_see(site: Site, pair: Pair, page: Any) -> None:
    """If a stranger types other details before the button is pressed, those are shown first."""
    text = site.browser.get(f"{page}/typed").text
    seen = html.unescape(re.findall(r'name="version" value="([^"]+)"', text)[0])
    site.later(seconds=1)
    join(site, **TYPED | {"name": "Mallory"})
    answer = decide(site, page, "yes", seen)
    assert answer.status_code == 409
    assert "Mallory" in answer.text
    assert site.row(pair.ada)["name"] == "Ada Lovelace"


def test_a_flood_leaves_one_suggestion_and_time_none(site: Site, pair: Pair, page: Any) -> None:
    """Of many forms for one address only the newest is stored, for thirty days."""
    for number in range(5):
        join(site, **TYPED | {"name": f"Mallory {number}"})
    with site.scheme.reading() as db:
        assert db.table("suggestions").count == 1
    site.later(days=31)
    with site.scheme.reading() as db:
        assert db.table("suggestions").count == 0
    assert "See what was typed" not in site.browser.get(f"{page}?lang=en").text


def test_who_types_what_we_know_is_asked_nothing(site: Site, pair: Pair, page: Any) -> None:
    """Details already accepted are not suggested again, and an empty field removes nothing."""
    decide(site, page, "yes")
    join(site, **TYPED | {"role": "", "chat_id": ""})
    assert "See what was typed" not in site.browser.get(f"{page}?lang=en").text


def test_in_a_room_it_is_the_same(site: Site, pair: Pair) -> None:
    """The same holds in a room, even for people in doubt because of another name."""
    with site.scheme.writing() as db:
        code = room.open_room(db, site.now)
    for name in ("Ada Lovelace", "Augusta"):
        site.browser.post("/join", params={"room": code}, data=TYPED | {"name": name, "role": "Analyst"})
        text = site.browser.get(f"{site.link('me', pair.ada)}/typed?lang=en").text
        assert "Analyst" in text
        site.browser.post("/screen", data={"room": "close"})
        site.browser.post("/screen", data={"room": "empty"})
        with site.scheme.reading() as db:
            code = room.is_open(db, site.now) or ""
    assert site.row(pair.ada)["role"] is None


def test_it_is_theirs_to_take_and_erased_with_them(site: Site, pair: Pair, page: Any) -> None:
    """The download holds them, and no table does after an erasure."""
    with site.scheme.reading() as db:
        [suggestion] = own_data.everything(db, pair.ada)["typed_when_joining_again"]
    assert suggestion["details"]["name"] == "Ada King"
    with site.scheme.writing() as db:
        erasure.erase(db, pair.ada)
        assert db.table("suggestions").count == 0


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_page_stays_small(site: Site, pair: Pair, language: str) -> None:
    """The page stays below 15 KB with every field as long as the form allows."""
    long = dict.fromkeys(("name", "organisation", "role", "chat_id"), "&" * 300)
    join(site, **TYPED | long | {"topics": "&" * 500, "phone": "1" * 300})
    answer = site.browser.get(f"{site.link('me', pair.ada)}/typed?lang={language}")
    assert "&amp;" * 500 in answer.text
    assert len(answer.content) < 15_000
