"""The page "Check your email": the details typed can be checked, corrected and sent again."""

import html
import re
from datetime import datetime
from typing import Any

from coffee.scheme import people, room
from tests.web.conftest import Pair, Site, person, round_of
from tests.web.test_join import SIAN, enter, everybody, join


def fields(page: Any) -> Any:
    """The values that the page's form would send, as a dict of lists, and its address."""
    form = re.search(r'<form id="typed" method="post"(?: action="([^"]*)")?.*?</form>', page, re.DOTALL)
    assert form is not None
    given: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input[^>]*? name="(\w+)"[^>]*? value="([^"]*)"', form[0]):
        given.setdefault(name, []).append(html.unescape(value))
    return html.unescape(form[1] or ""), given


def correct(site: Site, answer: Any, **pressed: Any) -> Any:
    """Send the page's form with some fields changed, or a button pressed."""
    action, given = fields(answer.text)
    return site.browser.post(action, data=given | pressed)


def test_the_address_is_shown_and_stands_in_no_address_of_a_page(site: Site) -> None:
    """The email address is shown as typed and as read. No query, cookie or header holds personal data."""
    answer = join(site, email="Sian@Gmial.com")
    assert "<strong>Sian@gmial.com</strong>" in answer.text
    for step in (*answer.history, answer):
        assert "ian" not in str(step.url)
        assert "ian@" not in str(step.headers).lower()
        assert "set-cookie" not in step.headers


def test_the_likely_address_is_one_press_away(site: Site) -> None:
    """One press turns gmial.com into gmail.com, and a letter goes there."""
    answer = join(site, email="sian@gmial.com")
    assert "Did you mean sian@gmail.com?" in answer.text
    again = correct(site, answer, instead="sian@gmail.com")
    assert "Did you mean" not in again.text
    assert "You gave us this address: <strong>sian@gmail.com</strong>" in again.text
    assert {str(letter["To"]) for letter in site.letters()} == {"sian@gmial.com", "sian@gmail.com"}
    right = everybody(site)[-1]
    assert (right["email"], right["topics"], right["shares"]) == (
        "sian@gmail.com",
        "bikes & trees",
        '["email", "phone"]',
    )


def test_the_link_can_be_sent_to_another_address(site: Site) -> None:
    """A second address, different from the first, can join instead."""
    answer = join(site, email="sian@wrong.example.org")
    again = correct(site, answer, email="sian@right.example.org")
    assert again.url.path == "/p/sent"
    link = site.linked(next(letter for letter in site.letters() if "right" in str(letter["To"])))
    site.browser.post(link)
    assert [(row["email"], row["status"]) for row in everybody(site)] == [
        ("sian@wrong.example.org", "unconfirmed"),
        ("sian@right.example.org", "active"),
    ]


def test_the_form_comes_back_with_all_that_was_typed(site: Site) -> None:
    """The form keeps topics over several lines and odd names, and going back saves nothing."""
    answer = join(site, name='<b>"Bo"</b> & 李', topics="bikes\n\ntrees", email="bo@example.org")
    before = everybody(site)
    back = correct(site, answer, unsent="yes")
    assert back.url.path == "/join"
    assert 'value="&lt;b&gt;&#34;Bo&#34;&lt;/b&gt; &amp; 李"' in back.text
    assert "bikes\n\ntrees</textarea>" in back.text
    assert 'value="bo@example.org"' in back.text
    assert re.search(r'name="agree" value="yes" checked', back.text)
    assert everybody(site) == before


def test_the_page_can_be_read_in_the_other_language(site: Site) -> None:
    """Switching the language keeps the details, so nobody has to type them again."""
    answer = join(site, email="sian@gmial.com")
    action, given = fields(answer.text)
    [switch] = re.findall(r'name="unsent" value="cy" formaction="([^"]+)"', answer.text)
    welsh = site.browser.post(f"/p/sent{html.unescape(switch)}", data=given | {"unsent": "cy"})
    assert "Ai sian@gmail.com oeddech chi’n ei feddwl?" in welsh.text
    assert fields(welsh.text)[1] == given
    assert action == "/join"


def test_who_asked_for_their_page_can_correct_the_address(site: Site, pair: Pair) -> None:
    """The same works when asking for a link, without revealing whether the address is known."""
    answers = [site.browser.post("/p/me", data={"email": email}) for email in ("ada@gmial.com", "ada@exmaple.org")]
    assert "Did you mean ada@gmail.com?" in answers[0].text
    for answer in answers:
        correct(site, answer, email="ada@example.org")
    assert [str(letter["To"]) for letter in site.letters()] == ["Ada Lovelace <ada@example.org>"]


def test_the_page_alone_shows_no_address(site: Site) -> None:
    """Opened without a form, or with a crafted address, the page shows no email address."""
    text = site.browser.get("/p/sent?email=mallory@example.org&name=Mallory").text
    assert "You gave us this address" not in text
    assert "<form" not in text
    assert "Check your email" in text


def here(site: Site) -> Any:
    with site.scheme.reading() as db:
        return {people.person(db, one, site.now.date())["name"] for one in room.arrived(db, site.now)}


def test_a_corrected_address_in_the_room_is_the_same_person(site: Site, code: Any) -> None:
    """Nobody is drawn twice, however often they correct their address or their name."""
    answer = enter(site, code, email="sian@gmial.com")
    answer = correct(site, answer, instead="sian@gmail.com")
    answer = correct(site, answer, email="sian@outlook.com", name="Siân Rees")
    assert answer.url.params["done"] == "room"
    [row] = everybody(site)
    assert (row["name"], row["email"], row["status"]) == ("Siân Rees", "sian@outlook.com", "active")
    assert here(site) == {"Siân Rees"}
    assert str(site.letters()[-1]["To"]) == "sian@outlook.com"


def test_who_mistyped_a_known_address_is_in_the_room_once(site: Site, code: Any, now: datetime) -> None:
    """The sign-up with the wrong address leaves the room and takes no part in draws."""
    with site.scheme.writing() as db:
        known = person(db, "Siân O'Brien", "Cyngor Gwynedd", now, identity="s@example.org", email="s@example.org")
    answer = enter(site, code, email="z@example.org")
    correct(site, answer, email="s@example.org")
    with site.scheme.reading() as db:
        assert room.drawable(db, site.now, site.now.date()) == {known}
    assert [row["status"] for row in everybody(site)] == ["active", "unconfirmed"]


def test_nobody_is_corrected_away_by_somebody_else(site: Site, code: Any, now: datetime) -> None:
    """A correction needs the name and the room's code, and cannot touch people who are proven or have been matched."""
    enter(site, code)
    for inside, named in ((True, "Mallory"), (False, "Siân O'Brien")):
        crafted = SIAN | {"email": "m@example.org", "first_email": SIAN["email"], "first_name": named}
        site.browser.post("/join", params={"room": code} if inside else {}, data=crafted)
    assert everybody(site)[0]["email"] == "Sian@example.org"
    with site.scheme.writing() as db:
        round_of(db, 1, site.now, 1, 2)
    crafted = SIAN | {"email": "n@example.org", "first_email": SIAN["email"], "first_name": SIAN["name"]}
    site.browser.post("/join", params={"room": code}, data=crafted)
    assert everybody(site)[0]["email"] == "Sian@example.org"
    assert "Siân O'Brien" in here(site)


def test_an_address_that_is_there_already_under_another_name_is_told(site: Site, code: Any) -> None:
    """The page says whom to ask and gives no name. Nobody is replaced, and the details can be corrected."""
    enter(site, code)
    before = everybody(site)
    answer = enter(site, code, name="Mallory Morris")
    assert answer.status_code == 409
    assert "Somebody here has already used this address" in answer.text
    assert "ask Olu Organiser" in answer.text
    assert "Siân" not in answer.text
    assert everybody(site) == before
    back = site.browser.post("/join", params={"room": code}, data=fields(answer.text)[1] | {"unsent": "yes"})
    assert 'value="Mallory Morris"' in back.text
    correct_ = SIAN | {"name": "Mallory Morris", "email": "mallory@example.org"}
    site.browser.post("/join", params={"room": code}, data=correct_)
    assert here(site) == {"Siân O'Brien", "Mallory Morris"}


def test_outside_the_room_nobody_learns_who_is_in_it(site: Site, code: Any) -> None:
    """Without the code, or with another room's, the answer is the usual one."""
    enter(site, code)
    for address in ("/join", "/join?room=wrong"):
        answer = site.browser.post(address, data=SIAN | {"name": "Mallory"})
        assert answer.status_code == 200
        assert "Somebody here" not in answer.text
