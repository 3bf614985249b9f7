"""Another email address, by its owner."""

import pytest

from coffee.scheme import erasure, people, tokens
from coffee.web.tries import ADDRESSES
from tests.web.conftest import person


@pytest.fixture
def page(site, pair):
    """The path of Ada's own page."""
    return site.link("me", pair.ada)


def ask(site, page, email="ada@new.example.org"):
    site.later(seconds=1)
    return site.browser.post(f"{page}/address", data={"email": email})


def test_a_new_address_is_used_once_it_is_confirmed(site, pair, page):
    """The link goes to the new address; until its button is pressed everything stays as it was."""
    before = site.row(pair.ada)["email"]
    assert ask(site, page, "ADA@new.example.org").url.path == "/p/sent"
    [letter] = site.letters()
    assert "new.example.org" in str(letter["To"])
    in_welsh = site.linked(letter)
    assert "Defnyddio’r cyfeiriad hwn" in site.browser.get(in_welsh).text
    link = in_welsh.replace("lang=cy", "lang=en")
    assert "Use this address" in site.browser.get(link).text
    assert site.row(pair.ada)["email"] == before
    answer = site.browser.post(link)
    assert "Our letters go to your new address" in answer.text
    assert site.row(pair.ada)["identity"] == "ada@new.example.org"
    assert site.row(pair.ada)["status"] == "active"


def test_pressing_twice_is_the_same_as_once(site, pair, page):
    """A second press changes nothing."""
    ask(site, page)
    link = site.linked(site.letters()[0])
    site.browser.post(link)
    once = site.row(pair.ada)
    assert site.browser.post(link).status_code == 200
    assert site.row(pair.ada) == once


def test_only_the_newest_address_can_be_confirmed(site, pair, page):
    """A link sent to a mistyped address, or the one from joining, does not confirm the next address."""
    joining = site.link("confirm", pair.ada)
    ask(site, page, "typo@example.org")
    mistyped = site.linked(site.letters()[0])
    ask(site, page)
    for link in (joining, mistyped):
        assert site.browser.post(link).status_code == 404
    assert site.row(pair.ada)["email"] == "ada@example.org"
    site.browser.post(site.linked(site.letters()[1]))
    assert site.row(pair.ada)["email"] == "ada@new.example.org"


def test_somebody_elses_address_reveals_nothing(site, pair, page):
    """The answer is the same; the other person gets a link to their own page, and nothing changes."""
    new = ask(site, page)
    answer = ask(site, page, "grace@example.org")
    assert (answer.text, answer.url) == (new.text, new.url)
    assert site.linked(site.letters()[-1]).startswith("/p/me/")
    assert site.row(pair.grace)["email"] == "grace@example.org"


@pytest.mark.parametrize("email", ["nobody@example.org", "grace@example.org", "ada@example.org"])
def test_the_link_of_an_earlier_wish_tells_nothing_about_the_next(site, page, email):
    """It is dead, whether the next address is nobody's, somebody else's, or one's own."""
    ask(site, page)
    link = site.linked(site.letters()[0])
    ask(site, page, email)
    assert site.browser.get(link).status_code == 404


def test_an_address_taken_meanwhile_stays_its_owners(site, pair, page):
    """Whoever joined with the address first keeps it."""
    ask(site, page)
    with site.scheme.writing() as db:
        details = {"name": "Other Ada", "email": "ada@new.example.org", "organisation": "Fife"}
        people.add(db, details, now=site.now)
    assert site.browser.post(site.linked(site.letters()[0])).status_code == 404
    assert site.row(pair.ada)["email"] == "ada@example.org"


def test_what_is_no_address_is_told(site, page):
    """The field comes back with what was typed and what is wrong with it."""
    answer = ask(site, page, "ada@")
    assert answer.status_code == 422
    assert 'value="ada@"' in answer.text
    assert site.letters() == []


def test_strangers_are_not_flooded(site, page):
    """One person has few letters sent to addresses that are not theirs."""
    for number in range(ADDRESSES.amount):
        assert ask(site, page, f"stranger{number}@example.org").status_code == 200
    assert ask(site, page, "one-more@example.org").status_code == 429
    assert len(site.letters()) == ADDRESSES.amount


def test_erasing_forgets_the_wanted_address_too(site, pair, page):
    """Nothing of a person who is erased stays, and the link in the letter is dead."""
    ask(site, page)
    link = site.linked(site.letters()[0])
    with site.scheme.writing() as db:
        erasure.erase(db, pair.ada)
    assert site.row(pair.ada)["new_email"] is None
    assert site.browser.get(link).status_code == 404
    with site.scheme.reading() as db:
        assert tokens.find(db, "confirm", link.rpartition("/")[2], lambda: site.now) is None


def test_without_a_sender_nothing_is_asked_for_and_old_links_live_on(unsigned, now):
    """While nobody signs letters, no page promises one, and the link at hand is not taken away."""
    with unsigned.scheme.writing() as db:
        ada = person(db, "Ada Lovelace", "Devon", now)
    own = unsigned.link("me", ada)
    for below, typed in (("/address", {"email": "ada@new.example.org"}), ("/renew", {})):
        answer = unsigned.browser.post(own + below, data=typed)
        assert (answer.status_code, "not open yet" in answer.text) == (503, True)
    assert unsigned.browser.get(own).status_code == 200
    assert unsigned.row(ada)["new_email"] is None
    with unsigned.scheme.reading() as db:
        assert db.table("asked").count == 0
