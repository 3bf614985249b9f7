"""A person's own page."""

import json
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from coffee.rounds import life
from coffee.scheme import Scheme, answers, opt_outs, people, set_apart, settings, tokens
from tests.web.conftest import Pair, Site, person, round_of
from tests.web.test_join import join

EN = {"lang": "en"}


@pytest.fixture
def page(site: Site, pair: Pair) -> Any:
    """The path of Ada's own page."""
    return site.link("me", pair.ada)


def test_it_shows_the_match_and_how_to_reach_them(site: Site, pair: Pair, page: Any) -> None:
    """The page shows Grace's organisation and the contact details she shares."""
    text = site.browser.get(page).text
    assert "Grace Hopper" in text
    assert "Leeds City Council" in text
    assert 'href="tel:+44-113-496-0000"' in text


def test_it_shows_all_that_can_be_changed(site: Site, pair: Pair, page: Any) -> None:
    """The page shows role, shared details and language of letters as they stand after a change."""
    details = {"name": "Ada", "organisation": "Devon", "role": "Planner", "phone": "+44 1392 496000", "version": "1"}
    site.browser.post(f"{page}/details", data=details | {"shares": ["phone", "chat_id"], "language": "cy"})
    text = site.browser.get(page, params=EN).text
    assert "<bdi>Planner</bdi>" in text
    assert "<ul><li>Phone number</li></ul>" in text
    assert '<dd><span lang="cy">Cymraeg</span></dd>' in text
    site.browser.post(f"{page}/details", data=details | {"shares": "phone", "language": "", "version": "2"})
    assert '<dd><span lang="cy">Cymraeg</span> / English</dd>' in site.browser.get(page, params=EN).text
    assert '<dd>Cymraeg / <span lang="en">English</span></dd>' in site.browser.get(page, params={"lang": "cy"}).text


@pytest.mark.parametrize(
    ("names", "english", "welsh"),
    [
        (["Owain Jones"], "you and Owain Jones", "chi ac Owain Jones"),
        (["Mair Hopper"], "you and Mair Hopper", "chi a Mair Hopper"),
        (["Mair Hopper", "Owain Jones"], "you, Mair Hopper and Owain Jones", "chi, Mair Hopper ac Owain Jones"),
        ([], "you", "chi"),
    ],
)
def test_a_match_is_headed_as_its_language_lists_people(
    site: Site, pair: Pair, page: Any, now: datetime, names: Any, english: str, welsh: str
) -> None:
    """Welsh "and" depends on a following vowel, and erased people are not named."""
    with site.scheme.writing() as db:
        db.execute("UPDATE matches SET cancelled_at = ?", [now.isoformat()])
        others = [person(db, name, "Fife Council", now) for name in names or ["Mary"]]
        round_of(db, 2, now, pair.ada, *others)
        if not names:
            db.execute("UPDATE people SET name = NULL WHERE id = ?", others)
    assert f"<h2>Round 2: {english}</h2>" in site.browser.get(page, params=EN).text
    assert f"<h2>Rownd 2: {welsh}</h2>" in site.browser.get(page, params={"lang": "cy"}).text


def test_it_shows_what_the_partner_does_as_the_introduction_does(site: Site, pair: Pair, page: Any) -> None:
    """Role and topics stand together, to help start the talk."""
    with site.scheme.writing() as db:
        db.execute("UPDATE people SET role = 'Procurement <b>officer' WHERE id = ?", [pair.grace])
    assert "<dt>What they do</dt><dd><bdi>Procurement &lt;b&gt;officer</bdi></dd>" in site.browser.get(page).text


def test_it_shows_only_what_partners_share(site: Site, pair: Pair, page: Any) -> None:
    """Grace shares only her phone number, so Ada's page does not show her address."""
    with site.scheme.writing() as db:
        db.execute("""UPDATE people SET shares = '["phone"]' WHERE id = ?""", [pair.grace])
    text = site.browser.get(page).text
    assert "+44 113 496 0000" in text
    assert "grace@example.org" not in text


@pytest.mark.parametrize("below", ["feedback", "cannot"])
def test_nobody_learns_that_they_are_drawn(site: Site, pair: Pair, page: Any, now: datetime, below: str) -> None:
    """A draft's match looks like one that does not exist, whatever number is asked for."""
    with site.scheme.writing() as db:
        drawn = round_of(db, 2, now, pair.ada, pair.grace, state="draft")
    never, draft = (site.browser.get(f"{page}/{below}/{number}") for number in (10**6, drawn))
    assert (draft.status_code, draft.text) == (404, never.text)


def test_a_draft_is_not_shown(site: Site, pair: Pair, page: Any, now: datetime) -> None:
    """Matches of a draft do not appear on the page."""
    with site.scheme.writing() as db:
        round_of(db, 2, now, pair.ada, person(db, "Mary Somerville", "Fife Council", now), state="draft")
    assert "Mary Somerville" not in site.browser.get(page).text


def test_past_matches_are_listed_newest_first(site: Site, pair: Pair, page: Any, now: datetime) -> None:
    """Closed rounds stay on the page with Ada's answers."""
    with site.scheme.writing() as db:
        answers.save(db, pair.match_id, pair.ada, answers.Answer("yes"), now)
        db.execute("UPDATE rounds SET state = 'closed'")
        round_of(db, 2, now, pair.ada, person(db, "Mary Somerville", "Fife", now), state="closed")
    text = site.browser.get(page).text
    assert text.index("Mary Somerville") < text.index("Grace Hopper")
    assert "You said that you met." in text
    assert "grace@example.org" not in text


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_page_stays_small_after_two_years(site: Site, pair: Pair, page: Any, now: datetime, language: str) -> None:
    """With 24 past rounds and a trio whose details are as long as the form allows, it weighs less than 15 KB."""
    long = {"topics": "open data, " * 45, "role": "adviser, " * 33, "organisation": "Fife Council, " * 21}
    with site.scheme.writing() as db:
        for number in range(2, 26):
            round_of(db, number, now, pair.ada, pair.grace, state="closed")
        two = [
            person(db, name, now=now, chat_id="@" * 300, **long) for name in ("Mary Somerville", "Caroline Herschel")
        ]
        db.table("people").update(pair.ada, long)
        round_of(db, 26, now, pair.ada, *two)
    answer = site.browser.get(page, params={"lang": language})
    assert answer.text.count(long["topics"]) == 3
    assert answer.text.count("Leeds City Council") == 25
    assert len(answer.content) < 15_000


def test_skip_the_next_round_and_think_again(site: Site, pair: Pair, page: Any) -> None:
    """Skipping marks only the next round, and taking part after all removes the mark."""
    assert "skipping the next round" in site.browser.post(f"{page}/skip").text
    site.browser.post(f"{page}/skip")
    with site.scheme.reading() as db:
        assert opt_outs.skipping(db, 2) == {pair.ada}
        assert opt_outs.skipping(db, 3) == frozenset()
    site.browser.post(f"{page}/unskip")
    with site.scheme.reading() as db:
        assert opt_outs.skipping(db, 2) == frozenset()


@pytest.mark.parametrize(
    ("typed", "paused_until"),
    [("2026-04-30", "2026-04-30"), ("30/4/2026", "2026-04-30"), ("30 Ebrill 2026", "2026-04-30")],
)
def test_pause_until_a_date(site: Site, pair: Pair, page: Any, typed: str, paused_until: str) -> None:
    """A date from the browser's calendar, or typed by hand, pauses until then. The pause can be ended."""
    assert "30 April" in site.browser.post(f"{page}/pause", data={"until": typed}).text
    assert (site.row(pair.ada)["status"], site.row(pair.ada)["paused_until"]) == ("paused", paused_until)
    site.browser.post(f"{page}/back")
    assert site.row(pair.ada)["status"] == "active"


@pytest.mark.parametrize("typed", ["", "2026-03-03", "2020-01-01", "31/2/2027", "soon", "²/3/2027", "9" * 500])
def test_a_date_that_will_not_do_is_explained(site: Site, pair: Pair, page: Any, typed: str) -> None:
    """A missing, past or impossible date changes nothing, and the input is still there."""
    answer = site.browser.post(f"{page}/pause", data={"until": typed})
    assert answer.status_code == 422
    assert 'href="#until"' in answer.text
    assert f'value="{typed}"' in answer.text
    assert site.row(pair.ada)["status"] == "active"


def test_the_language_can_be_changed_after_a_date_that_will_not_do(site: Site, page: Any) -> None:
    """The language link, which opens the form's address, shows the own page."""
    assert "?lang=cy" in site.browser.post(f"{page}/pause").text
    assert site.browser.get(f"{page}/pause?lang=cy").status_code == 200


def test_leave_and_come_back(site: Site, pair: Pair, page: Any) -> None:
    """Leaving only ends the draws, and can be undone on the same page."""
    assert "You have left" in site.browser.post(f"{page}/leave").text
    assert site.row(pair.ada)["status"] == "left"
    site.browser.post(f"{page}/back")
    assert site.row(pair.ada)["status"] == "active"


def test_details_can_be_changed(site: Site, pair: Pair, page: Any) -> None:
    """The form shows the current details and saves new ones."""
    form = site.browser.get(f"{page}/details").text
    assert 'value="Ada Lovelace"' in form
    new = {"name": "Ada King", "organisation": "Devon County Council", "shares": ["email"], "version": "1"}
    assert "Your details are saved" in site.browser.post(f"{page}/details", data=new).text
    ada = site.row(pair.ada)
    assert (ada["name"], ada["shares"], ada["email"]) == ("Ada King", '["email"]', "ada@example.org")
    assert not ada["phone"]


def test_a_number_of_no_certain_country_is_kept_as_typed_and_said(site: Site, pair: Pair, page: Any) -> None:
    """It is not taken for a British number.

    The partner sees it as typed, without a link to dial, until it has a country code.
    """
    typed = {"name": "Ada Lovelace", "organisation": "Devon", "phone": "(416) 555-0123", "shares": "phone"}
    grace = site.link("me", pair.grace)
    advice = "For others to call it with one tap, it needs its country code, such as +353."
    assert advice in site.browser.post(f"{page}/details", data=typed | {"version": "1"}).text
    assert site.row(pair.ada)["phone"] == "(416) 555-0123"
    partner = site.browser.get(grace).text
    assert "(416) 555-0123" in partner
    assert "tel:" not in partner
    text = site.browser.post(f"{page}/details", data=typed | {"phone": "+1 416 555 0123", "version": "2"}).text
    assert advice not in text
    assert 'href="tel:+1-416-555-0123"' in site.browser.get(grace).text


def test_the_country_of_the_scheme_is_that_of_its_numbers_and_dates(site: Site, pair: Pair, page: Any) -> None:
    """Phone numbers and dates are read as a roster's are."""
    with site.scheme.writing() as db:
        settings.put(db, "country", "US")
    typed = {"name": "Ada Lovelace", "organisation": "Devon", "phone": "(416) 555-0123", "shares": "phone"}
    site.browser.post(f"{page}/details", data=typed | {"version": "1"})
    assert site.row(pair.ada)["phone"] == "+1 416-555-0123"
    site.browser.post(f"{page}/pause", data={"until": "04/05/2027"})
    assert site.row(pair.ada)["paused_until"] == "2027-04-05"


def test_saving_details_twice_is_saving_once(site: Site, pair: Pair, page: Any) -> None:
    """The second of two clicks finds nothing to change."""
    new = {"name": "Ada King", "organisation": "Devon County Council", "shares": ["email"], "version": "1"}
    for _ in range(2):
        assert site.browser.post(f"{page}/details", data=new).status_code == 200
    assert site.row(pair.ada)["version"] == 2


def test_a_change_by_the_organiser_meanwhile_is_not_overwritten(site: Site, pair: Pair, page: Any) -> None:
    """Ada is told. Her input is still in the form, and saving again stores it."""
    with site.scheme.writing() as db:
        people.change(db, pair.ada, 1, {"organisation": "Devon"})
    typed = {"name": "Ada King", "organisation": "Devon County Council", "shares": ["email"], "version": "1"}
    answer = site.browser.post(f"{page}/details", data=typed)
    assert answer.status_code == 422
    assert "have changed since you opened this page" in answer.text
    assert 'value="Ada King"' in answer.text
    assert site.row(pair.ada)["organisation"] == "Devon"
    site.browser.post(f"{page}/details", data=typed | {"version": "2"})
    assert site.row(pair.ada)["name"] == "Ada King"


def test_details_need_a_way_to_be_reached(site: Site, pair: Pair, page: Any) -> None:
    """The form points out a choice that shares no contact details."""
    typed = {"name": "Ada", "organisation": "Devon", "shares": ["chat_id"], "version": "1"}
    answer = site.browser.post(f"{page}/details", data=typed)
    assert answer.status_code == 422
    assert 'href="#shares"' in answer.text
    assert site.row(pair.ada)["name"] == "Ada Lovelace"


def test_details_take_no_phone_number_without_a_digit(site: Site, pair: Pair, page: Any) -> None:
    """A number without digits never reaches the partner, and the earlier one stays."""
    typed = {"name": "Ada", "organisation": "Devon", "phone": "abc", "shares": "phone", "version": "1"}
    answer = site.browser.post(f"{page}/details", data=typed)
    assert answer.status_code == 422
    assert '<a href="#phone">Enter a phone number' in answer.text
    assert site.row(pair.ada)["phone"] == "+44 1392 496000"


def test_everything_kept_can_be_downloaded(site: Site, pair: Pair, page: Any, now: datetime) -> None:
    """The file holds details, all matches, answers and letters, and nobody else's address or number."""
    with site.scheme.writing() as db:
        answers.save(db, pair.match_id, pair.ada, answers.Answer("yes", comment="Lovely"), now)
        opt_outs.cannot(db, pair.match_id, pair.ada, now)
        db.execute("UPDATE matches SET cancelled_at = ?", [now.isoformat()])
        mary = person(db, "Mary Somerville", "Fife", now)
        round_of(db, 2, now, pair.ada, mary, state="closed")
        round_of(db, 3, now, pair.ada, pair.grace, state="draft")
        set_apart.set_apart(db, pair.ada, mary)
        db.execute("INSERT INTO left_out (round_id, person_id) VALUES (1, ?)", [pair.ada])
    answer = site.browser.get(f"{page}/data")
    assert "attachment" in answer.headers["Content-Disposition"]
    data = json.loads(answer.content)
    assert data["details"]["phone"] == "+44 1392 496000"
    assert [(match["round"], match["with"]) for match in data["matches"]] == [
        (1, ["Grace Hopper (Leeds City Council)"]),
        (2, ["Mary Somerville (Fife)"]),
    ]
    assert data["matches"][0]["replaced_at"] == data["matches"][0]["cannot_at"] == now.isoformat()
    assert (data["rounds_left_out_of"], data["set_apart_from_people"]) == ([1], 1)
    assert data["answers"][0]["comment"] == "Lovely"
    assert "grace@example.org" not in answer.text


def test_it_shows_what_else_a_roster_said(site: Site, pair: Pair, page: Any) -> None:
    """Extra columns of the organiser's list are stored, so their owner can see them."""
    assert "organiser’s list" not in site.browser.get(page, params=EN).text
    with site.scheme.writing() as db:
        people.change(db, pair.ada, 1, {"extra": {"Pay <grade>": "4b"}})
    text = site.browser.get(page, params=EN).text
    assert "<dt><bdi>Pay &lt;grade&gt;</bdi></dt><dd><bdi>4b</bdi></dd>" in text


@pytest.mark.parametrize("act", ["leave", "skip", "unsubscribe"])
def test_cannot_promises_the_next_round_only_to_who_takes_part_in_it(
    site: Site, pair: Pair, page: Any, act: str
) -> None:
    """People who have left or skip the next round are not promised a match in it."""
    link = site.link("cannot", pair.ada, pair.match_id)
    promise = "You will be matched again next round."
    assert promise in site.browser.get(link, params=EN).text
    assert promise in site.browser.post(link, params=EN).text
    site.browser.post(site.link("unsubscribe", pair.ada) if act == "unsubscribe" else f"{page}/{act}")
    assert promise not in site.browser.get(link, params=EN).text


def test_erasing_needs_a_tick(site: Site, pair: Pair, page: Any) -> None:
    """The button without the tick erases nothing."""
    answer = site.browser.post(f"{page}/erase")
    assert answer.status_code == 422
    assert site.row(pair.ada)["status"] == "active"


def test_erasing_leaves_no_trace(site: Site, pair: Pair, page: Any, now: datetime) -> None:
    """Neither the file nor its log holds name, address, number or words. Every link is dead, and the match stays."""
    feedback = site.link("feedback", pair.ada, pair.match_id)
    site.browser.post(feedback, data={"met": "yes", "comment": "unmistakable words"})
    assert "erased" in site.browser.post(f"{page}/erase", data={"sure": "yes"}).text
    left = b"".join(part.read_bytes() for part in site.scheme.path.parent.glob("coffee.db*"))
    for personal in (b"Lovelace", b"ada@example.org", b"1392 496000", b"unmistakable words"):
        assert personal not in left
    for link in (page, feedback, f"{page}/data", f"{page}/erase"):
        assert site.browser.get(link).status_code == 404
    with site.scheme.reading() as db:
        assert db.execute("SELECT count(*) FROM seats WHERE match_id = ?", [pair.match_id]).fetchone()[0] == 2


def test_the_partner_of_somebody_erased_still_has_a_page(site: Site, pair: Pair, page: Any) -> None:
    """Grace sees that somebody from Devon was there, without a name."""
    site.browser.post(f"{page}/erase", data={"sure": "yes"})
    text = site.browser.get(site.link("me", pair.grace)).text
    assert "Somebody who has left" in text
    assert "Devon County Council" in text


def test_feedback_from_ones_own_page(site: Site, pair: Pair, page: Any) -> None:
    """The page leads to the letter's questions, only for one's own matches."""
    assert "Thank you" in site.browser.post(f"{page}/feedback/{pair.match_id}", data={"met": "yes"}).text
    assert site.browser.post(f"{page}/feedback/999", data={"met": "yes"}).status_code == 404
    other = site.link("me", person_of(site))
    assert site.browser.get(f"{other}/feedback/{pair.match_id}").status_code == 404


def person_of(site: Site) -> Any:
    with site.scheme.writing() as db:
        return person(db, "Mallory Jones", "Elsewhere", site.now)


def test_a_new_link_makes_the_old_one_dead(site: Site, pair: Pair, page: Any) -> None:
    """A leaked link no longer opens the page. Its owner gets a new one, and feedback links still work."""
    feedback = site.link("feedback", pair.ada, pair.match_id)
    site.browser.post("/p/me", data={"email": "ada@example.org"})
    site.later(minutes=1)
    site.browser.post(f"{page}/renew")
    assert site.browser.get(page).status_code == 404
    assert site.browser.get(feedback).status_code == 200
    assert site.browser.get(site.linked(site.letters()[-1])).status_code == 200


def test_a_new_link_also_forgets_what_a_thief_asked_for(site: Site, pair: Pair, page: Any) -> None:
    """If somebody with the old link asked for another address, the link sent there no longer proves it."""
    site.browser.post(f"{page}/address", data={"email": "thief@example.org"})
    wish = site.linked(site.letters()[0])
    site.browser.post(f"{page}/renew")
    assert site.browser.post(wish).status_code == 404
    assert site.row(pair.ada)["email"] == "ada@example.org"


def test_nobody_can_have_a_mailbox_filled(site: Site, pair: Pair, page: Any) -> None:
    """At most five letters go out in a day, plus one to people who have made their links dead."""
    for _ in range(8):
        site.later(minutes=11)
        site.browser.post("/p/me", data={"email": "ada@example.org"})
    assert len(site.letters()) == 5
    site.browser.post(f"{page}/renew")
    assert len(site.letters()) == 6
    site.later(days=1)
    site.browser.post("/p/me", data={"email": "ada@example.org"})
    assert len(site.letters()) == 7


def test_ask_for_a_lost_link(site: Site, pair: Pair) -> None:
    """A known address gets a working link and an unknown one nothing.

    Both see the same page, except for the address typed.
    """
    typed = ("Ada@example.org", "nobody@example.org")
    known, unknown = (site.browser.post("/p/me", data={"email": email}) for email in typed)
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(typed[0], typed[1]) == unknown.text
    [letter] = site.letters()
    assert "Grace Hopper" in site.browser.get(site.linked(letter)).text


def test_asking_twice_sends_one_letter(site: Site, pair: Pair) -> None:
    """Two clicks within ten minutes send one letter."""
    for _ in range(2):
        site.browser.post("/p/me", data={"email": "ada@example.org"})
    assert len(site.letters()) == 1


def test_asking_right_after_confirming_sends_the_link(site: Site) -> None:
    """People who have just joined and confirmed get a link when they ask for one."""
    join(site)
    site.browser.post(site.linked(site.letters()[0]))
    for _ in range(2):
        site.browser.post("/p/me", data={"email": "sian@example.org"})
    [_, letter] = site.letters()
    assert site.linked(letter).startswith("/p/me/")


def test_asking_again_after_the_mail_server_refused_sends_another_letter(site: Site, pair: Pair) -> None:
    """A failed letter does not block the next."""
    site.browser.post("/p/me", data={"email": "ada@example.org"})
    assert len(site.letters()) == 1
    with site.scheme.writing() as db:
        db.execute("UPDATE messages SET state = 'failed'")
    site.later(minutes=1)
    site.browser.post("/p/me", data={"email": "ada@example.org"})
    assert len(site.letters()) == 2


def test_asking_before_confirming_sends_the_confirmation(site: Site, now: datetime) -> None:
    """People who have not confirmed get that link, not one to a page."""
    with site.scheme.writing() as db:
        person(db, "Ada Lovelace", "Devon", now, status="unconfirmed")
    site.browser.post("/p/me", data={"email": "ada@example.org"})
    assert site.linked(site.letters()[0]).startswith("/p/confirm/")


def test_the_link_in_a_letter_dies_after_half_a_year(site: Site, pair: Pair) -> None:
    """An old letter's link no longer opens the page."""
    site.browser.post("/p/me", data={"email": "ada@example.org"})
    link = site.linked(site.letters()[0])
    site.later(days=179)
    assert site.browser.get(link).status_code == 200
    site.later(days=2)
    assert site.browser.get(link).status_code == 404


def test_cannot_this_time_tells_the_organiser_and_is_undone(site: Site, pair: Pair, now: datetime) -> None:
    """The first time that Grace says so is recorded, and the record goes when she can meet after all."""
    link = site.link("cannot", pair.grace, pair.match_id)
    site.browser.get(link)
    for _ in range(2):
        assert "The organiser knows" in site.browser.post(link).text
        site.later(hours=1)
    with site.scheme.reading() as db:
        assert opt_outs.who_cannot(db, 1).values.tolist() == [
            [pair.match_id, pair.grace, "Grace Hopper", now.isoformat()]
        ]
    site.browser.post(link, data={"can": "yes"})
    with site.scheme.reading() as db:
        assert opt_outs.who_cannot(db, 1).empty


def test_cannot_is_too_late_once_the_round_is_closed(site: Site, pair: Pair, page: Any) -> None:
    """The link then says that the round is closed, like the feedback link, and records nothing."""
    link = site.link("cannot", pair.ada, pair.match_id)
    with site.scheme.writing() as db:
        db.execute("UPDATE rounds SET state = 'closed'")
    for path in (link, f"{page}/cannot/{pair.match_id}"):
        for answer, status in ((site.browser.get(path), 200), (site.browser.post(path), 409)):
            assert (answer.status_code, "This round is closed" in answer.text) == (status, True)
    with site.scheme.reading() as db:
        assert db.execute("SELECT count(cannot_at) FROM seats").fetchone()[0] == 0


def test_cannot_of_a_replaced_match_says_so(site: Site, pair: Pair, page: Any) -> None:
    """The old introduction's link says that the match was replaced, and records nothing."""
    link = site.link("cannot", pair.ada, pair.match_id)
    with site.scheme.writing() as db:
        db.execute("UPDATE matches SET cancelled_at = ?", [site.now.isoformat()])
    for path in (link, f"{page}/cannot/{pair.match_id}"):
        for answer, status in ((site.browser.get(path), 200), (site.browser.post(path), 409)):
            assert (answer.status_code, "This match was replaced" in answer.text) == (status, True)
    with site.scheme.reading() as db:
        assert db.execute("SELECT count(cannot_at) FROM seats").fetchone()[0] == 0


def test_one_click_unsubscribes_as_mail_programs_do_it(site: Site, pair: Pair) -> None:
    """RFC 8058: a POST of List-Unsubscribe=One-Click in either encoding, without cookies or redirects."""
    for kind in ("data", "files"):
        link = site.link("unsubscribe", pair.ada)
        body: Any = {"List-Unsubscribe": "One-Click" if kind == "data" else (None, "One-Click")}
        answer = site.browser.post(link, **cast(Any, {kind: body}), follow_redirects=False)
        assert answer.status_code == 200
        assert site.row(pair.ada)["unsubscribed_at"] == site.now.isoformat()
        site.browser.post(link, data={"letters": "again"})
        assert site.row(pair.ada)["unsubscribed_at"] is None


def test_scanners_that_open_the_link_unsubscribe_nobody(site: Site, pair: Pair) -> None:
    """Opening the link only shows a button."""
    assert "Stop the letters" in site.browser.get(site.link("unsubscribe", pair.ada)).text
    assert site.row(pair.ada)["unsubscribed_at"] is None


def test_letters_can_be_started_again_on_the_own_page(site: Site, pair: Pair, page: Any) -> None:
    """The page says that letters have stopped and starts them again."""
    site.browser.post(site.link("unsubscribe", pair.ada))
    assert "stopped our letters" in site.browser.get(page).text
    site.browser.post(f"{page}/letters")
    assert site.row(pair.ada)["unsubscribed_at"] is None


def test_links_speak_the_language_asked_for(site: Site, pair: Pair) -> None:
    """Links keep the person's language, or the one chosen on the page."""
    with site.scheme.writing() as db:
        token = tokens.new(db, "me", pair.ada, now=site.now)
        db.execute("UPDATE people SET language = 'cy' WHERE id = ?", [pair.ada])
    assert '<html lang="cy">' in site.browser.get(f"/p/me/{token}").text
    english = site.browser.post(f"/p/me/{token}/skip", params=EN)
    assert '<html lang="en">' in english.text
    assert f'action="/p/me/{token}/unskip?lang=en"' in english.text


def test_whoever_skips_is_not_drawn_and_is_back_the_round_after(
    site: Site, pair: Pair, page: Any, now: datetime
) -> None:
    """The skipped round leaves Ada out, and the next one includes her again by itself."""
    with site.scheme.writing() as db:
        for name in ("Mary Somerville", "Joan Clarke"):
            person(db, name, "Fife Council", now)
    site.browser.post(f"{page}/skip")
    assert pair.ada not in drawn(site.scheme, life.generate(site.scheme, now, seed=1))
    with site.scheme.writing() as db:
        db.execute("UPDATE rounds SET state = 'closed'")
    assert pair.ada in drawn(site.scheme, life.generate(site.scheme, now, seed=1))


def drawn(scheme: Scheme, round_id: Any) -> Any:
    with scheme.reading() as db:
        return {
            row[0]
            for row in db.execute(
                "SELECT person_id FROM seats WHERE match_id IN (SELECT id FROM matches WHERE round_id = ?)", [round_id]
            )
        }


def test_an_address_opened_later_says_nothing_wrong(site: Site, pair: Pair, page: Any) -> None:
    """The page confirms a button press only while that still holds, even from an address opened later."""
    answer = site.browser.post(f"{page}/skip")
    assert 'role="status"' in answer.text
    site.browser.post(f"{page}/unskip")
    assert 'role="status"' not in site.browser.get(str(answer.url)).text


@pytest.mark.parametrize(("button", "fields"), [("renew", {}), ("erase", {"sure": "yes"})])
def test_a_second_press_is_not_told_that_nothing_changed(
    site: Site, pair: Pair, page: Any, button: str, fields: Any
) -> None:
    """The second click of a double click gets the same answer as the first, because only that is seen."""
    site.browser.post(f"{page}/{button}", data=fields)
    again = site.browser.post(f"{page}/{button}", params=EN, data=fields)
    assert again.status_code == 404
    assert "This link does not work" in again.text
    assert "Nothing was changed" not in again.text
    assert "Ni newidiwyd dim" not in site.browser.get(page, params={"lang": "cy"}).text


def test_days_are_those_of_the_scheme(site: Site, pair: Pair) -> None:
    """Just before midnight in UTC in summer it is already tomorrow in London: a pause until that day is refused, and
    the download gives that day.
    """
    site.clock[0] = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    me = site.link("me", pair.ada)
    answer = site.browser.post(f"{me}/pause", data={"until": "2026-07-01"})
    assert (answer.status_code, "Enter a date after today" in answer.text) == (422, True)
    site.browser.post(f"{me}/pause", data={"until": "2026-07-02"})
    with site.scheme.writing() as db:
        db.execute("UPDATE people SET unsubscribed_at = ? WHERE id = ?", [site.now.isoformat(), pair.ada])
    mine = site.browser.get(f"{me}/data").json()["details"]
    assert (mine["paused_until"], mine["unsubscribed_at"]) == ("2026-07-02", "2026-07-01T00:30:00+01:00")
