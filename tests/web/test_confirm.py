"""Proving an address: any form sent through a mailed link proves it. The app reminds people once."""

from datetime import timedelta
from typing import Any, cast

import pytest

from coffee.mail.letters.proof_reminder import remind
from coffee.scheme import people, proof, room, settings
from tests.web.conftest import OFFICE, Site, plain, round_of
from tests.web.test_join import SIAN, everybody, join

FORMS = {
    "feedback": ("feedback", "", {"met": "not yet"}),
    "feedback with a fault": ("feedback", "", {}),
    "cannot": ("cannot", "", {}),
    "unsubscribe": ("unsubscribe", "", {}),
    "skip": ("me", "/skip", {}),
    "pause": ("me", "/pause", {"until": "2099-01-31"}),
    "feedback from their page": ("me", "/feedback/1", {"met": "yes"}),
    "back": ("me", "/back", {}),
}


@pytest.fixture
def launch(site: Site) -> Any:
    """Two people who joined in a room and were put in touch there; returns their ids."""
    site.browser.post("/screen")
    with site.scheme.reading() as db:
        code = room.is_open(db, site.now)
    for name in ("Ann", "Ben"):
        form = SIAN | {"name": name, "email": f"{name}@example.org", "language": "en"}
        site.browser.post("/join", params={"room": code}, data=form)
    with site.scheme.writing() as db:
        round_of(db, 1, site.now, 1, 2)
    return 1, 2


def statuses(site: Site) -> Any:
    return {row["name"]: row["status"] for row in everybody(site)}


def proven(site: Site, person_id: Any) -> Any:
    with site.scheme.reading() as db:
        return proof.has_proven(db, people.person(db, person_id, site.now.date()))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("hours", [1, 30])
def test_any_form_sent_through_a_mailed_link_proves_the_address(site: Site, launch: Any, form: Any, hours: int) -> None:
    """Any form, during the event or after it, proves the address of its sender and of nobody else."""
    ann, _ = launch
    site.later(hours=hours)
    purpose, below, data = FORMS[form]
    link = site.link(cast(Any, purpose), ann, 1 if purpose in ("feedback", "cannot") else None) + below
    site.browser.get(link)
    assert not proven(site, ann)
    site.browser.post(link, data=data)
    site.later(hours=4)
    assert proven(site, ann)
    assert statuses(site) == {"Ann": "paused" if form == "pause" else "active", "Ben": "unconfirmed"}


def test_details_opened_before_proving_can_be_saved(site: Site, launch: Any) -> None:
    """Proving an address does not make an open form out of date."""
    ann, _ = launch
    site.later(hours=4)
    version = site.row(ann)["version"]
    link = site.link("me", ann)
    data = SIAN | {"name": "Ann", "role": "Head of Parks", "version": str(version)}
    assert "Your details are saved" in site.browser.post(f"{link}/details?lang=en", data=data).text
    assert (site.row(ann)["role"], site.row(ann)["status"]) == ("Head of Parks", "active")


def test_a_wrong_link_or_a_confirm_page_that_is_out_of_date_proves_nothing(site: Site) -> None:
    """Neither a guessed link nor confirming unseen details proves an address."""
    join(site)
    link = site.linked(site.letters()[0])
    site.browser.post("/p/feedback/wrong", data={"met": "yes"})
    assert site.browser.post(link, data={"version": "99"}).status_code == 409
    assert statuses(site) == {"Siân O'Brien": "unconfirmed"}


def test_who_has_not_proven_theirs_is_reminded_once_after_two_days(site: Site, launch: Any) -> None:
    """One reminder goes out after two days, only to people who have not proven theirs, and its link proves it."""
    ann, _ = launch
    site.later(hours=4)
    site.browser.post(site.link("feedback", ann, 1), data={"met": "yes"})
    before = len(site.letters())
    site.later(hours=43)
    assert len(site.letters()) == before
    for days in (1, 0, 3, 40):
        site.later(days=days)
        reminders = [letter for letter in site.letters()[before:] if "Do you still want" in str(letter["Subject"])]
        assert [str(letter["To"]).lower() for letter in reminders] == ["ben@example.org"]
    assert "Ben" not in plain(reminders[0])
    site.clock[0] -= timedelta(days=40)
    site.browser.post(site.linked(reminders[0]))
    assert statuses(site)["Ben"] == "active"


def test_who_signed_up_at_home_is_reminded_in_their_language(site: Site) -> None:
    """People who asked for Welsh are reminded in Welsh."""
    join(site)
    site.later(days=2)
    assert "gymryd rhan" in str(site.letters()[-1]["Subject"])


def test_no_reminder_goes_where_none_can_arrive(site: Site, launch: Any) -> None:
    """No reminder goes to addresses that refuse letters, nor while letters stay on this machine; it goes later."""
    site.later(hours=4)
    before = len(site.letters())
    with site.scheme.writing() as db:
        people.cannot_reach(db, [2], "refused")
    later = site.now + timedelta(days=3)
    remind(site.scheme, lambda _: OFFICE.of("", "https://coffee.example", "Coffee"), later)
    assert len(site.letters()) == before
    remind(site.scheme, lambda _: OFFICE, later)
    assert [str(letter["To"]).lower() for letter in site.letters()[before:]] == ["ann@example.org"]


def test_their_own_page_says_so_and_has_the_button(site: Site, launch: Any) -> None:
    """The button is there, before and after they are left out of draws, until it is pressed."""
    ann, _ = launch
    page = site.link("me", ann)
    for _ in range(2):
        text = site.browser.get(f"{page}?lang=en").text
        assert "You have not confirmed your address yet" in text
        site.later(hours=4)
    assert "Confirm my address" not in site.browser.post(f"{page}/back?lang=en").text
    assert statuses(site)["Ann"] == "active"


def test_nobody_who_was_drawn_is_forgotten(site: Site, launch: Any) -> None:
    """Months later the organiser still sees the names of people who were matched and never proved their address."""
    site.later(hours=4)
    site.later(days=200)
    with site.scheme.reading() as db:
        assert list(people.sent_home(db).values()) == ["Ann", "Ben"]
        assert settings.get(db, "room")["unproven"] == []
