"""A launch event: people join with the code on the screen, and the pairs appear there."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from coffee.people.service import let_in
from coffee.rounds import life
from coffee.scheme import NotThere, Scheme, erasure, people, room, settings
from coffee.web.organisers.gate import Gate
from tests.web.conftest import Site, person, round_of
from tests.web.test_join import SIAN, enter, everybody, impersonal, join


def test_only_the_organiser_gets_at_the_screen(scheme: Scheme, site: Site) -> None:
    """The gate lets only signed-in organisers see or open the screen."""
    app = Starlette(
        routes=site.app.routes,
        middleware=[Middleware(Gate, identify=lambda _: None, only_look=b"", base_url="http://test")],
    )
    with TestClient(app, follow_redirects=False) as stranger:
        assert stranger.get("/screen").status_code == 403
        assert stranger.post("/screen").status_code == 403
        assert stranger.get("/join").status_code == 200
    with scheme.reading() as db:
        assert room.is_open(db, site.now) is None


def test_whoever_is_in_the_room_is_in_at_once(site: Site, code: Any) -> None:
    """Newcomers with the room's code take part without mail, and get a link to confirm later."""
    assert "/join?room=" + code in site.browser.get("/screen").text
    assert "Look at the big screen" in enter(site, code).text
    assert everybody(site)[0]["status"] == "active"
    link = site.linked(site.letters()[0])
    assert "People here: 1" in site.browser.get("/screen").text
    assert site.browser.post(link).url.path.startswith("/p/me/")


def test_later_rounds_need_a_confirmed_address(site: Site, code: Any) -> None:
    """After the event, people who have not confirmed take no further part until they do. They get another link."""
    enter(site, code)
    site.later(seconds=1)
    enter(site, code, email="second@example.org", name="Second")
    confirming, later = (site.linked(letter) for letter in site.letters())
    site.browser.post(confirming)
    assert statuses(site) == {"Siân O'Brien": "active", "Second": "active"}
    site.later(hours=3)
    assert statuses(site) == {"Siân O'Brien": "active", "Second": "unconfirmed"}
    assert "Confirm that you want to join" in site.browser.get(f"{later.partition('?')[0]}?lang=en").text
    *_, another = site.letters()
    assert ["second@" in str(letter["To"]) for letter in site.letters()] == [False, True, True]
    site.browser.post(site.linked(another))
    site.later(hours=3)
    assert statuses(site) == {"Siân O'Brien": "active", "Second": "active"}


def test_who_was_drawn_in_a_room_can_confirm_on_their_own_page(site: Site, code: Any) -> None:
    """The round's letters lead to their own page, and opening one proves the address."""
    enter(site, code)
    [row] = everybody(site)
    page = site.link("me", row["id"])
    site.later(hours=3)
    assert 'action="' + page + '/back"' in site.browser.get(page).text
    site.browser.post(page + "/back")
    site.later(hours=3)
    assert statuses(site) == {"Siân O'Brien": "active"}


def statuses(site: Site) -> Any:
    return {row["name"]: row["status"] for row in everybody(site)}


def test_the_code_can_be_typed_from_the_last_row(site: Site, code: Any) -> None:
    """The code is short, avoids characters that look alike, and ignores capitals."""
    assert re.fullmatch("[a-km-np-z2-9]{10}", code)
    assert not set("ilo01") & set(code)
    enter(site, code.upper())
    assert len(present(site)) == 1


def test_a_room_needs_nobody_who_signs_letters(unsigned: Site) -> None:
    """A room works before a sender is set, and promises no letter."""
    unsigned.browser.post("/screen")
    with unsigned.scheme.reading() as db:
        code = room.is_open(db, unsigned.now)
    assert f"https://coffee.example/join?room={code}".partition("//")[2] in unsigned.browser.get("/screen").text
    assert unsigned.browser.get(f"/join?room={code}").status_code == 200
    answer = enter(unsigned, code)
    assert "Look at the big screen" in answer.text
    assert "letter" not in answer.text
    assert [row["status"] for row in everybody(unsigned)] == ["active"]


def test_no_letter_is_promised_in_a_room_while_none_can_leave(mailless: Site) -> None:
    """Without a mail server the pages say "You are in" and mention neither a letter nor a link."""
    mailless.browser.post("/screen")
    with mailless.scheme.reading() as db:
        code = room.is_open(db, mailless.now)
    form = mailless.browser.get(f"/join?room={code}").text
    assert "You are in once you press Join." in form
    assert "that we send" not in form
    answer = enter(mailless, code)
    assert "Look at the big screen" in answer.text
    assert "letter" not in answer.text
    assert "that link" not in answer.text
    assert "the organiser has to let you in" in mailless.browser.get("/join?room=wrong").text


@pytest.mark.parametrize("kind", ["mailless", "unsigned"])
def test_who_cannot_confirm_is_not_sent_home(kind: str, request: pytest.FixtureRequest) -> None:
    """People who joined in a room go on taking part for as long as no letter can reach them."""
    site = request.getfixturevalue(kind)
    site.browser.post("/screen")
    with site.scheme.reading() as db:
        code = room.is_open(db, site.now)
    enter(site, code)
    site.later(hours=3)
    assert statuses(site) == {"Siân O'Brien": "active"}


def test_choosing_a_language_keeps_the_room(site: Site, code: Any) -> None:
    """The language button leads to the same room, also from a form with errors."""
    for page in (site.browser.get(f"/join?room={code}&lang=cy"), enter(site, code, name="")):
        other = re.findall(r'formaction="(\?[^"]+)" lang="\w\w"', page.text)[0].replace("&amp;", "&")
        assert enter_by(site, f"/join{other}").url.params["done"] == "room"


def enter_by(site: Site, address: Any) -> Any:
    return site.browser.post(address, data=SIAN | {"email": f"p{len(everybody(site))}@example.org"})


def test_a_wrong_or_old_code_is_an_ordinary_sign_up(site: Site, code: Any) -> None:
    """A guessed code, a closed room or this morning's room does not replace confirming an address."""
    enter(site, "guess", email="a@example.org")
    site.later(hours=3)
    enter(site, code, email="b@example.org")
    site.browser.post("/screen", data={"room": "close"})
    enter(site, code, email="c@example.org")
    enter(site, "None", email="d@example.org")
    assert {row["status"] for row in everybody(site)} == {"unconfirmed"}


def test_a_code_that_opens_no_room_says_so_and_keeps_what_was_typed(site: Site, code: Any) -> None:
    """The form then says to check the screen. With the right code, or none, it does not."""
    hint = "This code does not open a room now."
    for address in ("/join?room=wrong", f"/join?room={code[:-1]}"):
        text = site.browser.get(address).text
        assert text.index(hint) < text.index("<form")
    for address in ("/join", "/join?room=", f"/join?room={code}"):
        assert hint not in site.browser.get(address).text
    again = enter(site, "wrong", email="sian@")
    assert hint in again.text
    assert 'value="Siân O&#39;Brien"' in again.text
    site.browser.post("/screen", data={"room": "close"})
    assert hint in site.browser.get(f"/join?room={code}").text


def test_a_mistyped_code_is_named_also_before_anybody_signs_letters(unsigned: Site) -> None:
    """The page says to check the code, not only that the form is not open yet."""
    unsigned.browser.post("/screen")
    hint = "Look at the code on the screen again."
    answer = unsigned.browser.get("/join?room=wrong")
    assert answer.status_code == 503
    assert hint in answer.text
    assert hint not in unsigned.browser.get("/join").text


def test_who_pressed_join_after_the_room_was_closed_is_told(site: Site, code: Any) -> None:
    """The next page tells anybody who used the code that they are not in the draw, and nobody who joined from home."""
    closed = "so you are not in its draw"
    assert closed not in enter(site, code, email="in@example.org").text
    site.browser.post("/screen", data={"room": "close"})
    answers = [enter(site, code, email=email) for email in ("in@example.org", "new@example.org")]
    assert {answer.url.params["done"] for answer in answers} == {"closed"}
    assert all(closed in answer.text and "a letter is on its way" in answer.text for answer in answers)
    assert closed not in join(site).text


def test_the_room_reveals_no_more_than_the_form(site: Site, code: Any, now: datetime) -> None:
    """A known address looks like a new one, and its owner's details and status stay as they are."""
    new = enter(site, code)
    with site.scheme.writing() as db:
        known = person(db, "Ada Lovelace", "Devon", now, status="left")
    before = site.row(known)
    answer = enter(site, code, email="ada@example.org", name="Mallory")
    assert (impersonal(answer), answer.url) == (impersonal(new), new.url)
    assert site.row(known) == before
    assert known not in present(site)


def present(site: Site) -> Any:
    with site.scheme.reading() as db:
        return room.arrived(db, site.now)


def test_nobody_is_sent_to_look_for_somebody_who_is_not_there(site: Site, code: Any, now: datetime) -> None:
    """A known address brings its owner into the room only together with their name."""
    with site.scheme.writing() as db:
        ada = person(db, "Ada Lovelace", "Devon", now)
    enter(site, code, email="ada@example.org", name="Mallory")
    assert present(site) == set()
    enter(site, code, email="ADA@example.org", name="ada lovelace", organisation="Somewhere else")
    assert present(site) == {ada}
    assert site.row(ada)["organisation"] == "Devon"


@pytest.mark.parametrize(
    ("ours", "typed"),
    [
        ("Siân O'Hara", "Siân O’Hara"),
        ("Siân O'Hara", "sian o'hara"),
        ("Siân O'Hara", "SIAN OHARA"),
        ("Mair Wyn-Jones", "Mair Wyn Jones"),
        ("Mair Wyn Jones", "Mair  Wyn–Jones"),
        ("Zoë Straße", "Zoe Strasse"),
    ],
)
def test_a_name_is_the_same_however_a_phone_types_it(
    site: Site, code: Any, now: datetime, ours: str, typed: str
) -> None:
    """Names match whatever their accents, apostrophes, hyphens, spaces and capitals."""
    with site.scheme.writing() as db:
        known = person(db, ours, "Fife", now, email="k@example.org", identity="k@example.org")
    enter(site, code, email="k@example.org", name=typed)
    assert present(site) == {known}
    assert doubted(site) == []


def doubted(site: Site) -> Any:
    with site.scheme.reading() as db:
        return [(doubt.said, doubt.name, doubt.organisation) for doubt in room.doubted(db, site.now)]


def test_who_gives_another_name_is_noted_for_the_organiser_and_learns_nothing(
    site: Site, code: Any, now: datetime
) -> None:
    """Bob, known as Robert, sees the usual page. The organiser sees both names and can let him in."""
    with site.scheme.writing() as db:
        bob = person(db, "Bob Smith", "Fife County Council", now)
    new = enter(site, code, email="new@example.org")
    answer = enter(site, code, email="bob@example.org", name="Robert Smith")
    assert (impersonal(answer), answer.url) == (impersonal(new), new.url)
    assert doubted(site) == [("Robert Smith", "Bob Smith", "Fife County Council")]
    for _ in range(2):
        let_in(site.scheme, bob, site.now)
        assert bob in present(site)
        assert doubted(site) == []
    enter(site, code, email="bob@example.org", name="Mallory")
    assert doubted(site) == []


def test_who_then_gives_the_name_we_know_is_in_and_doubted_no_more(site: Site, code: Any, now: datetime) -> None:
    """Correcting the name, or joining from home, leaves the organiser nothing to do."""
    with site.scheme.writing() as db:
        bob = person(db, "Bob Smith", "Fife", now)
    join(site, email="bob@example.org", name="Robert Smith")
    assert doubted(site) == []
    enter(site, code, email="bob@example.org", name="Robert Smith")
    enter(site, code, email="bob@example.org", name="Bob Smith")
    assert (present(site), doubted(site)) == ({bob}, [])


def test_a_doubted_name_is_kept_no_longer_than_the_room(site: Site, code: Any, now: datetime) -> None:
    """Closing the room by mistake loses nothing. After the event no file holds the name, and nobody can be let in."""
    with site.scheme.writing() as db:
        bob = person(db, "Bob Smith", "Fife", now)
    enter(site, code, email="bob@example.org", name="Robert Smith")
    site.browser.post("/screen", data={"room": "close"})
    site.browser.post("/screen")
    assert len(doubted(site)) == 1
    site.later(hours=3)
    assert doubted(site) == []
    with site.scheme.reading() as db:
        assert "Robert" not in str(settings.everything(db))
    with pytest.raises(NotThere, match="nothing was changed"):
        let_in(site.scheme, bob, site.now)


def test_a_doubted_name_goes_with_its_person(site: Site, code: Any, now: datetime) -> None:
    """Erasing a person also removes the name typed for them."""
    with site.scheme.writing() as db:
        bob = person(db, "Bob Smith", "Fife", now)
    enter(site, code, email="bob@example.org", name="Robert Smith")
    with site.scheme.writing() as db:
        erasure.erase(db, bob)
        assert "Robert" not in str(settings.everything(db))
        assert room.doubted(db, site.now) == []
    with pytest.raises(NotThere):
        let_in(site.scheme, bob, site.now)


def test_a_slip_in_the_room_can_be_mended_there(site: Site, code: Any) -> None:
    """Filling in the form again before confirming replaces the details of the same person, even while they are in a
    draft.
    """
    enter(site, code, name="Sian")
    with site.scheme.writing() as db:
        round_of(db, 1, site.now, 1, state="draft")
    enter(site, code, name="Siân")
    assert [row["name"] for row in everybody(site)] == ["Siân"]
    assert len(present(site)) == 1


def test_nobody_rewrites_who_is_in_the_room_from_outside(site: Site, code: Any) -> None:
    """Without the code, nobody can change the details of people who have not confirmed yet."""
    enter(site, code)
    before = everybody(site)
    join(site, name="Mallory", phone="07700 900999", organisation="Acme Sales")
    assert everybody(site) == before


def test_nobody_is_another_once_somebody_was_told_of_them(site: Site, code: Any, now: datetime) -> None:
    """After the draw, even with the code, another name is put in doubt and the same name changes nothing.

    Nor can the form bring back people whom the organiser marked as left.
    """
    for number in range(4):
        enter(site, code, name=f"P{number}", email=f"p{number}@example.org")
    out(site, now)
    with site.scheme.writing() as db:
        people.leave(db, [2])
    before = everybody(site)
    enter(site, code, name="Mallory", email="p0@example.org", phone="07700 900999")
    enter(site, code, name="p0", email="p0@example.org", phone="07700 900999")
    enter(site, code, name="P1", email="p1@example.org")
    assert everybody(site) == before
    assert doubted(site) == []
    site.later(hours=3)
    site.browser.post("/screen")
    with site.scheme.reading() as db:
        again = room.is_open(db, site.now)
    enter(site, again, name="Mallory", email="p2@example.org", phone="07700 900999")
    assert doubted(site) == [("Mallory", "P2", "Cyngor Gwynedd")]
    let_in(site.scheme, 3, site.now)
    enter(site, again, name="P3", email="p3@example.org", phone="07700 900999")
    assert present(site) == {3, 4}
    with site.scheme.reading() as db:
        assert room.drawable(db, site.now, site.now.date()) == {3, 4}
    assert {row["phone"] for row in everybody(site)} == {"+44 113 496 0000"}
    with site.scheme.reading() as db:
        assert room.unproven(db) == {3, 4}


def test_erased_people_leave_the_room_and_namesakes_can_be_told_apart(site: Site, code: Any, now: datetime) -> None:
    """Erased people are no longer counted, and people with the same name are shown with their organisations."""
    for name, organisation in (("Alys Lewis", "Fife"), ("Alys Lewis", "Leeds"), ("Bo", "Kent"), ("Cy", "York")):
        enter(site, code, name=name, organisation=organisation, email=f"p{len(everybody(site))}@example.org")
    out(site, now)
    text = site.browser.get("/screen").text
    for organisation in ("Fife", "Leeds"):
        assert f"<strong><bdi>Alys Lewis</bdi></strong>, <bdi>{organisation}</bdi> →" in text
    assert "<strong><bdi>Bo</bdi></strong> →" in text
    with site.scheme.writing() as db:
        erasure.erase(db, min(present(site)))
    text = site.browser.get("/screen").text
    assert "People here: 3" in text
    assert "→ <bdi>Fife</bdi></li>" in text


def test_somebody_waiting_for_a_letter_gets_in_by_the_room(site: Site, code: Any) -> None:
    """People who signed up from home but never confirmed are in when they fill in the form here."""
    join(site)
    enter(site, code)
    assert [row["status"] for row in everybody(site)] == ["active"]


def test_the_pairs_appear_by_name(site: Site, code: Any, now: datetime) -> None:
    """Once the round is out, everybody finds their own name in alphabetical order, beside their partner's."""
    for name in ("Zoe Ball", "Ann <b>Lee", "李 雷", "Bo Diddley", "Cat Stevens"):
        enter(site, code, name=name, email=f"p{len(everybody(site))}@example.org", organisation=f"Org of {name}")
    out(site, now)
    text = site.browser.get("/screen").text
    names = [part.split("</bdi>")[0] for part in text.split("<strong><bdi>")[1:]]
    assert names == ["Ann &lt;b&gt;Lee", "Bo Diddley", "Cat Stevens", "Zoe Ball", "李 雷"]
    assert text.count("</bdi>, <bdi>") == 2 * 1 + 3 * 2  # a pair sees one partner each, a trio two
    assert "/join?room=" in text


def test_accents_do_not_move_a_name_in_the_alphabet(site: Site, code: Any, now: datetime) -> None:
    """Élodie is under E and Ŵyn under W, and names that differ only in accents stand together."""
    for name in ("Zoe", "Ŵyn", "Sian", "Élodie", "siân", "ffion", "Sion", "Åsa"):
        enter(site, code, name=name, email=f"p{len(everybody(site))}@example.org")
    out(site, now)
    names = re.findall("<strong><bdi>(.*?)</bdi>", site.browser.get("/screen").text)
    assert names == ["Åsa", "Élodie", "ffion", "Sian", "siân", "Sion", "Ŵyn", "Zoe"]


def test_an_earlier_round_is_not_on_the_screen(site: Site, now: datetime) -> None:
    """Before the draw the screen shows no partners from earlier rounds.

    Closing and reopening hides nothing, and the next day starts without yesterday's names.
    """
    with site.scheme.writing() as db:
        ada, grace = person(db, "Ada Lovelace", "Devon", now), person(db, "Grace Hopper", "Leeds", now)
        round_of(db, 1, now - timedelta(days=30), ada, grace)
    site.browser.post("/screen")
    assert "Find your name" not in site.browser.get("/screen").text
    with site.scheme.writing() as db:
        room.enter(db, ada, proven=True)
        round_of(db, 2, now, ada, grace)
    for _ in range(2):
        assert "Find your name" in site.browser.get("/screen").text
        site.browser.post("/screen", data={"room": "close"})
        site.later(minutes=1)
        site.browser.post("/screen")
    site.later(days=1)
    site.browser.post("/screen")
    assert "Find your name" not in site.browser.get("/screen").text


def test_many_names_are_turned_page_by_page(site: Site, code: Any, now: datetime) -> None:
    """A hundred people fill alphabetical pages, each name once, and the last page turns to the first."""
    with site.scheme.writing() as db:
        for number in range(100):
            person(db, f"{number:03} Person", f"Organisation {number}", now)
    out(site, now)
    seen: list[str] = []
    address = "/screen"
    while len(seen) < 100 and (page := site.browser.get(address)):
        names = re.findall(r"<strong><bdi>(\d+ Person)", page.text)
        assert 0 < len(names) < 40
        assert f"<bdi>{names[0]}</bdi> – <bdi>{names[-1]}</bdi>" in page.text
        seen += names
        address = page.headers["Refresh"].partition("url=")[2]
    assert seen == sorted(f"{number:03} Person" for number in range(100))
    assert address == "/screen?page=1"
    for odd in ("0", "99", "x", "²", "9" * 5000):
        assert "000 Person" in site.browser.get(f"/screen?page={odd}").text


def out(site: Site, now: datetime) -> None:
    """Draw and publish a round of everybody, without letters."""
    round_id = life.generate(site.scheme, now, seed=1)
    with site.scheme.writing() as db:
        db.execute("UPDATE rounds SET state = 'published', published_at = ? WHERE id = ?", [now.isoformat(), round_id])


@pytest.mark.parametrize(
    ("people", "type_", "pages"), [(18, "few", 1), (20, "some", 1), (24, "many", 1), (28, "", 1), (36, "few", 2)]
)
def test_names_are_as_large_as_the_page_allows(
    site: Site, code: Any, now: datetime, people: int, type_: str, pages: int
) -> None:
    """A few names are shown large enough for the last row, without adding pages."""
    for number in range(people):
        enter(site, code, name=f"Ann {number:02}", organisation=f"Fife {number}", email=f"p{number}@example.org")
    out(site, now)
    text = site.browser.get("/screen").text
    assert f'<ul class="names {type_}">' in text
    assert ("Page 1 of" in text) == (pages > 1)


def test_the_screen_updates_by_itself_and_can_be_stopped(site: Site) -> None:
    """The page refreshes every five seconds, without scripts, until it is told to stop."""
    assert site.browser.get("/screen").headers["Refresh"] == "5"
    assert "Refresh" not in site.browser.get("/screen?still=yes").headers


def test_opening_twice_keeps_the_code(site: Site, code: Any) -> None:
    """A second click, or a second organiser, leaves the code that people already have."""
    site.browser.post("/screen")
    with site.scheme.reading() as db:
        assert room.is_open(db, site.now) == code


def test_those_in_the_room_are_drawn_and_nobody_else(site: Site, code: Any, now: datetime) -> None:
    """The draw includes everybody who came in by the code, new or known, and nobody else."""
    with site.scheme.writing() as db:
        known, away = person(db, "Ada Lovelace", "Devon", now), person(db, "Grace Hopper", "Leeds", now)
        left = person(db, "Alan Turing", "Fife", now, status="left")
    for email, name in (("ada@example.org", "Ada Lovelace"), ("alan@example.org", "Alan Turing")):
        enter(site, code, email=email, name=name)
    for email in ("new1@example.org", "new2@example.org", "new3@example.org"):
        enter(site, code, email=email)
    with site.scheme.reading() as db:
        here = room.arrived(db, site.now)
    round_id = life.generate(site.scheme, now, seed=1, only=here)
    with site.scheme.reading() as db:
        drawn = life.draft(db, round_id)
        assert room.drawable(db, site.now, site.now.date()) == here - {left}
    assert drawn.matched() == here - {left}
    assert known in drawn.matched()
    assert drawn.left_out == {away}


def test_a_second_launch_on_the_same_day_begins_with_an_empty_room(site: Site, code: Any, now: datetime) -> None:
    """The morning's people are not counted, shown or drawn in the afternoon.

    Until the room is opened empty they are still there, because it may be the same launch.
    """
    for number in range(2):
        enter(site, code, name=f"P{number}", email=f"p{number}@example.org")
    enter(site, code, name="Else", email="p0@example.org")
    out(site, now)
    site.browser.post("/screen", data={"room": "close"})
    site.later(minutes=61)
    assert "Open the room again" in site.browser.get("/screen").text
    for room_, people_here in ((None, 2), ("close", 2), ("empty", 0), ("empty", 0)):
        site.browser.post("/screen", data={"room": room_} if room_ else {})
        text = site.browser.get("/screen").text
        assert ("People here: " in text, f"People here: {people_here}" in text) == ((room_ != "close"),) * 2
        assert ("P1" in text) == bool(people_here)
    assert doubted(site) == []
    with site.scheme.reading() as db:
        assert room.drawable(db, site.now, site.now.date()) == set()
        assert room.unproven(db) == {1, 2}


def test_who_was_here_has_gone_home_after_three_hours(site: Site, code: Any) -> None:
    """Closing or reopening the room loses nobody, but three hours later it no longer draws anybody."""
    enter(site, code)
    site.browser.post("/screen", data={"room": "close"})
    site.browser.post("/screen")
    assert "People here: 1" in site.browser.get("/screen").text
    site.later(hours=3)
    with site.scheme.reading() as db:
        assert room.arrived(db, site.now) == set()
