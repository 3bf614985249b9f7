"""Joining, and confirming the address."""

import re
import sqlite3
from contextlib import closing
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from limits import RateLimitItemPerHour
from markupsafe import escape

import coffee.web.participants.join
import coffee.web.participants.link_again
from coffee.scheme import room
from tests.web.conftest import Pair, Site, named_faults, person

SIAN = {
    "name": "Siân O'Brien",
    "email": "Sian@Example.org",
    "organisation": "Cyngor Gwynedd",
    "phone": "0113 496 0000",
    "chat_id": "sian.ob",
    "role": "Planner",
    "topics": "bikes & trees",
    "shares": ["email", "phone"],
    "language": "cy",
    "agree": "yes",
}


def join(site: Site, **changes: Any) -> Any:
    """Fill in the form as Siân, with some fields changed."""
    return site.browser.post("/join", data=SIAN | changes)


def impersonal(answer: Any) -> Any:
    """A page without the details typed, which it repeats."""
    sent = parse_qs(answer.request.content.decode())
    typed = [str(escape(sent[name][0])) for name in ("name", "email", "organisation") if name in sent]
    return re.sub("|".join(map(re.escape, typed)), "…", answer.text, flags=re.IGNORECASE)


def enter(site: Site, code: Any, **changes: Any) -> Any:
    """Send the join form from a room."""
    return site.browser.post("/join", params={"room": code}, data=SIAN | changes)


def everybody(site: Site) -> Any:
    with site.scheme.reading() as db:
        return list(db.query("SELECT * FROM people ORDER BY id"))


def test_nobody_is_drawn_before_the_address_is_confirmed(site: Site) -> None:
    """The form saves a person as unconfirmed and mails a link, whose button lets them take part."""
    assert join(site).url.path == "/p/sent"
    [sian] = everybody(site)
    assert (sian["status"], sian["name"], sian["phone"]) == ("unconfirmed", "Siân O'Brien", "+44 113 496 0000")
    [letter] = site.letters()
    assert "sian@example.org" in str(letter["To"]).lower()
    link = site.linked(letter)
    assert "Siân O&#39;Brien" in site.browser.get(link).text
    assert everybody(site)[0]["status"] == "unconfirmed"
    answer = site.browser.post(link)
    assert answer.url.path.startswith("/p/me/")
    assert "You have joined" in answer.text or "wedi ymuno" in answer.text
    assert everybody(site)[0]["status"] == "active"


def test_nobody_confirms_what_they_did_not_see(site: Site) -> None:
    """If a stranger fills in the form again before the button is pressed, the new details are shown first."""
    join(site)
    link = site.linked(site.letters()[0])
    (seen,) = re.findall(r'name="version" value="(\d+)"', site.browser.get(link).text)
    join(site, phone="07700 900999", organisation="Acme Sales")
    answer = site.browser.post(f"{link.partition('?')[0]}?lang=en", data={"version": seen})
    assert answer.status_code == 409
    assert "Check the details below" in answer.text
    assert "Acme Sales" in answer.text
    assert everybody(site)[0]["status"] == "unconfirmed"
    (now,) = re.findall(r'name="version" value="(\d+)"', answer.text)
    site.browser.post(link, data={"version": now})
    assert everybody(site)[0]["status"] == "active"


def test_everything_typed_is_kept(site: Site) -> None:
    """Role, topics, shared details and the language of letters reach the roster."""
    join(site)
    [sian] = everybody(site)
    assert sian["role"] == "Planner"
    assert sian["topics"] == "bikes & trees"
    assert sian["shares"] == '["email", "phone"]'
    assert sian["language"] == "cy"


def test_everything_typed_is_there_to_be_confirmed(site: Site) -> None:
    """The page shows every detail, whoever typed it, before the button is pressed."""
    join(site)
    text = site.browser.get(site.linked(site.letters()[0]), params={"lang": "en"}).text
    for detail in ("Cyngor Gwynedd", "+44 113 496 0000", "sian.ob", "Planner", "bikes &amp; trees"):
        assert detail in text
    assert "<ul><li>Email address</li><li>Phone number</li></ul>" in text
    assert '<dt>Language of our letters</dt><dd><span lang="cy">Cymraeg</span></dd>' in text


def test_pressing_confirm_twice_joins_once(site: Site) -> None:
    """A second press, at once or later, changes nothing and says so."""
    join(site)
    link = site.linked(site.letters()[0])
    site.browser.post(link)
    version = everybody(site)[0]["version"]
    answer = site.browser.post(link, headers={"Accept-Language": "en"}, params={"lang": "en"})
    assert "You have joined" in answer.text
    assert everybody(site)[0]["version"] == version


def test_somebody_who_left_is_not_brought_back_by_an_old_link(site: Site) -> None:
    """An old confirmation link does not undo leaving."""
    join(site)
    link = site.linked(site.letters()[0])
    site.browser.post(link)
    with site.scheme.writing() as db:
        db.execute("UPDATE people SET status = 'left'")
    site.browser.post(link)
    assert everybody(site)[0]["status"] == "left"


def test_posting_the_form_twice_joins_once(site: Site) -> None:
    """A double click makes one person and sends one letter."""
    assert join(site).text == join(site).text
    assert len(everybody(site)) == 1
    assert len(site.letters()) == 1


def test_the_letter_comes_again_after_ten_minutes(site: Site) -> None:
    """Another letter can be had after ten minutes, not before."""
    join(site)
    site.later(minutes=9)
    join(site)
    assert len(site.letters()) == 1
    site.later(minutes=2)
    join(site)
    assert len(site.letters()) == 2


def test_who_never_confirms_is_forgotten_after_thirty_days(site: Site) -> None:
    """The app deletes unconfirmed people by itself, with their letters and links."""
    join(site)
    site.later(days=29)
    join(site, email="second@example.org")
    assert len(everybody(site)) == 2
    site.later(days=2)
    assert [row["email"] for row in everybody(site)] == ["second@example.org"]
    assert {str(letter["To"]) for letter in site.letters()} == {"second@example.org"}
    with site.scheme.reading() as db:
        assert {row["person_id"] for row in db.table("tokens").rows} == {2}


def test_signing_up_again_starts_the_thirty_days_anew(site: Site) -> None:
    """Filling in the form again keeps the person until the newest link expires."""
    join(site)
    site.later(days=29)
    join(site)
    site.later(days=2)
    assert len(everybody(site)) == 1
    assert site.browser.get(site.linked(site.letters()[1])).status_code == 200


def test_a_typing_error_can_be_mended_before_confirming(site: Site) -> None:
    """Filling in the form again replaces details that were never confirmed."""
    join(site, name="Sain")
    join(site)
    assert [person["name"] for person in everybody(site)] == ["Siân O'Brien"]


@pytest.mark.parametrize("status", ["active", "paused", "left"])
def test_a_known_address_reveals_nothing_and_changes_nothing(site: Site, now: datetime, status: str) -> None:
    """A known address looks like a new one. Its owner keeps their details and gets a link."""
    new = join(site)
    site.later(seconds=5)
    with site.scheme.writing() as db:
        known = person(db, "Ada Lovelace", "Devon", now, status=status)
    before = site.row(known)
    answer = join(site, email="ADA@example.org", name="Mallory", organisation="Evil plc")
    assert (impersonal(answer), answer.status_code, answer.url) == (impersonal(new), new.status_code, new.url)
    assert site.row(known) == before
    letter = site.letters()[-1]
    assert "ada@example.org" in str(letter["To"])
    assert "Mallory" not in letter.as_string()
    assert site.browser.get(site.linked(letter)).status_code == 200


def test_a_known_address_takes_the_disk_as_long_as_a_new_one(site: Site, now: datetime) -> None:
    """Every form is flushed to disk once, even when there is nothing to do, so that its time reveals nothing."""
    with site.scheme.writing() as db:
        person(db, "Ada Lovelace", "Devon", now)
    with closing(sqlite3.connect(site.scheme.path)) as onlooker:
        for email in ("ada@example.org", "new@example.org") * 2:
            before = onlooker.execute("PRAGMA data_version").fetchone()
            site.later(seconds=1)
            join(site, email=email)
            assert onlooker.execute("PRAGMA data_version").fetchone() != before


def test_what_was_typed_comes_back_with_what_is_wrong(site: Site) -> None:
    """The error summary takes the focus and links to each field in the page's order, and all input is still there."""
    answer = join(site, email="sian@", organisation="", agree="", shares=["phone"], phone="")
    assert answer.status_code == 422
    assert everybody(site) == []
    fields = [link.split('"')[0] for link in answer.text.split('<li><a href="#')[1:]]
    assert fields == ["email", "organisation", "shares", "agree"]
    assert all(f'id="{name}"' in answer.text for name in fields)
    assert "autofocus" in answer.text
    assert "<title>Error: " in answer.text
    assert 'value="Siân O&#39;Brien"' in answer.text
    assert 'value="sian@"' in answer.text


@pytest.mark.parametrize("language", ["en", "cy"])
def test_what_is_too_long_is_named_as_the_page_names_it(site: Site, language: str) -> None:
    """Each fault names its field by the field's label, in the page's order."""
    names = ["name", "organisation", "role", "topics", "phone", "chat_id"]
    answer = site.browser.post(f"/join?lang={language}", data=SIAN | dict.fromkeys(names, "7" * 1001))
    assert named_faults(answer.text) == names


def test_a_number_nobody_can_read_is_kept_as_typed(site: Site) -> None:
    """A phone number with words around it is accepted as typed."""
    assert join(site, phone="ask reception, ext. 7").url.path == "/p/sent"
    assert everybody(site)[0]["phone"] == "ask reception, ext. 7"


@pytest.mark.parametrize("phone", ["abc", "none", "+", "²", "4.41392E+11", "#NAME?"])
def test_what_has_no_digit_is_no_phone_number(site: Site, phone: str) -> None:
    """The form asks for a number with digits, shows what was typed, and saves nobody yet."""
    answer = join(site, phone=phone)
    assert answer.status_code == 422
    assert '<li><a href="#phone">Enter a phone number that has digits in it, or leave it empty</a></li>' in answer.text
    assert f'type="tel" value="{phone}"' in answer.text
    assert everybody(site) == []


@pytest.mark.parametrize("name", ["NA", "=cmd()", "<b>Bo</b>", "$NAME", "李", "Bo {{ 7*7 }}", "%s %(x)s"])
def test_odd_names_are_kept_and_harmless(site: Site, name: str) -> None:
    """Any name is saved as typed and shown as plain text."""
    join(site, name=name)
    [sian] = everybody(site)
    assert sian["name"] == name
    page = site.browser.get(site.linked(site.letters()[0])).text
    assert "<b>Bo" not in page
    assert "Bo 49" not in page


def test_organisations_that_are_known_are_suggested(site: Site, now: datetime) -> None:
    """The list helps people to spell their organisation as their colleagues do."""
    with site.scheme.writing() as db:
        person(db, "Ada Lovelace", 'The "Best" <Council>', now)
    assert '<option value="The &#34;Best&#34; &lt;Council&gt;">' in site.browser.get("/join").text


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_page_stays_small_with_hundreds_of_organisations(site: Site, now: datetime, language: str) -> None:
    """The page stays below 14 KB even with every possible fault, apart from input beyond the limits, which comes back
    whole. Suggestions make way, the smallest organisations first.
    """
    with site.scheme.writing() as db:
        for number in range(400):
            person(db, f"p{number} x", f"Council & partners of a rather long place name {number:03}", now)
        person(db, "q x", "Council & partners of a rather long place name 399", now)
    path, most = f"/join?lang={language}", 14 * 1024
    page = site.browser.get(path)
    assert len(page.content) < most
    assert "place name 399" in page.text
    assert page.text.count("place name") > 20
    wrong = site.browser.post(path, data={"email": "sian@", "phone": "abc", "shares": "phone"})
    assert len(wrong.content) < most
    assert "place name 399" in wrong.text
    long = dict.fromkeys(("name", "organisation", "role", "phone", "chat_id"), "x" * 301) | {"topics": "x" * 1001}
    written = site.browser.post(path, data=long)
    assert len(written.content) - sum(map(len, long.values())) < most
    assert all(f"{words}<" in written.text or f'"{words}"' in written.text for words in long.values())


def test_a_machine_that_fills_in_forms_is_slowed_down(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """One network may send only so many forms an hour; later ones are put off and not saved.

    Forms to join, to get a link and to enter a room are counted separately.
    """
    for module, limit in (
        (coffee.web.participants.link_again, "ASKS"),
        (coffee.web.participants.join, "JOINS"),
        (coffee.web.participants.join, "IN_ROOM"),
    ):
        monkeypatch.setattr(module, limit, RateLimitItemPerHour(3, namespace=limit))
    with site.scheme.writing() as db:
        code = room.open_room(db, site.now)
    for path in ("/p/me", "/join", f"/join?room={code}"):
        answers = [site.browser.post(path, data=SIAN | {"email": f"p{n}@example.org"}) for n in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert len(everybody(site)) == 3
    assert site.somebody_else().post("/join", data=SIAN).status_code == 307


@pytest.mark.parametrize("forwarded", [("192.0.2.1", "192.0.2.2"), ("::ffff:192.0.2.1", "::ffff:192.0.2.2")])
def test_people_at_different_addresses_do_not_slow_each_other_down(
    site: Site, monkeypatch: pytest.MonkeyPatch, forwarded: Any
) -> None:
    """Networks are counted separately, however their addresses are written."""
    monkeypatch.setattr(coffee.web.participants.join, "JOINS", RateLimitItemPerHour(1))
    one, other = map(site.at, forwarded)
    assert [browser.post("/join", data=SIAN).status_code for browser in (one, other, one)] == [307, 307, 429]


def test_nobody_has_us_advertise_to_strangers(site: Site, pair: Pair) -> None:
    """Letters to unproven addresses never contain text typed as a name."""
    join(site, name="Win at http://evil.example")
    wish = site.link("me", pair.ada)
    site.browser.post(f"{wish}/details", data={"name": "Win at evil.example", "organisation": "D", "version": "1"})
    site.browser.post(f"{wish}/address", data={"email": "victim@example.org"})
    for letter in site.letters():
        assert "evil" not in str(letter["To"]) + str(letter["Subject"])
        assert b"evil" not in bytes(letter)
    assert len(site.letters()) == 2


@pytest.mark.parametrize("path", ["/join", "/p/me"])
def test_what_needs_a_letter_is_not_open_while_nobody_signs_letters(unsigned: Site, path: str) -> None:
    """Without a sender the forms say that they are not open, and save nobody, because nobody could confirm."""
    for answer in (unsigned.browser.get(path), unsigned.browser.post(path, data=SIAN)):
        assert answer.status_code == 503
        assert "not open yet" in answer.text
        assert "on its way" not in answer.text
    assert everybody(unsigned) == []


@pytest.mark.parametrize("path", ["/join", "/p/me"])
def test_while_no_letter_can_leave_none_is_promised(mailless: Site, path: str) -> None:
    """Without a mail server the pages say that the organiser has to let people in. Their details are saved as usual."""
    form = mailless.browser.get(path).text
    assert "We send" not in form
    assert ("the organiser has to let you in" if path == "/join" else "the organiser has to give you the link") in form
    answer = mailless.browser.post(path, data=SIAN)
    assert answer.url.path == "/p/sent"
    assert "This scheme sends no letters yet" in answer.text
    assert "the organiser has to let you in" in answer.text
    assert "on its way" not in answer.text
    assert "Check your email" not in answer.text
    assert [row["status"] for row in everybody(mailless)] == ["unconfirmed"] * (path == "/join")


def test_no_page_of_ones_own_promises_a_letter_that_cannot_leave(mailless: Site, now: datetime) -> None:
    """The pages for a new address and a new link then say that the organiser gives out the link."""
    with mailless.scheme.writing() as db:
        ada = person(db, "Ada Lovelace", "Devon", now, new_email="ada@new.example.org")
    own = mailless.link("me", ada)
    for below in ("", "/address"):
        text = mailless.browser.get(f"{own}{below}?lang=en").text
        assert "the organiser has to give you the link" in text.lower()
        assert "by email" not in text
        assert "We send" not in text
        assert "we sent there" not in text


def test_what_strangers_type_is_suggested_to_nobody(site: Site) -> None:
    """An organisation is suggested only after somebody from it has confirmed their address."""
    join(site, organisation="Made up by a stranger")
    assert "Made up by a stranger" not in site.browser.get("/join").text
    site.browser.post(site.linked(site.letters()[0]))
    assert "Made up by a stranger" in site.browser.get("/join").text


@pytest.mark.parametrize(
    ("act", "sentence"),
    [(None, "We will write to you when"), ("leave", "You are not taking part"), ("pause", "You are not taking part")],
)
def test_the_link_from_joining_says_where_one_stands_today(site: Site, act: str | None, sentence: str) -> None:
    """Opened months later, it does not tell people who have left or paused that they will be matched."""
    site.browser.post("/join", data=SIAN)
    link = site.linked(site.letters()[0]).partition("?")[0]
    page = site.browser.post(link).url.path
    if act:
        site.browser.post(f"{page}/{act}", data={"until": "2027-01-01"})
    text = site.browser.get(f"{link}?lang=en").text
    assert "Your address is confirmed" in text
    assert sentence in text
