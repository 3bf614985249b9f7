"""Changing one's email address."""

from datetime import datetime
from typing import Any

import pytest

from coffee.scheme import erasure, opt_outs, people, room, settings, tokens
from coffee.web.http.limits import ADDRESSES
from tests.web.conftest import Pair, Site, person, plain
from tests.web.test_join import impersonal


@pytest.fixture
def page(site: Site, pair: Pair) -> Any:
    """The path of Ada's own page."""
    return site.link("me", pair.ada)


def ask(site: Site, page: Any, email: str = "ada@new.example.org") -> Any:
    site.later(seconds=1)
    return site.browser.post(f"{page}/address", data={"email": email})


def test_a_new_address_is_used_once_it_is_confirmed(site: Site, pair: Pair, page: Any) -> None:
    """The link goes to the new address, and nothing changes until its button is pressed."""
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


def test_pressing_twice_is_the_same_as_once(site: Site, pair: Pair, page: Any) -> None:
    """A second press changes nothing."""
    ask(site, page)
    link = site.linked(site.letters()[0])
    site.browser.post(link)
    once = site.row(pair.ada)
    assert site.browser.post(link).status_code == 200
    assert site.row(pair.ada) == once


def test_only_the_newest_address_can_be_confirmed(site: Site, pair: Pair, page: Any) -> None:
    """A link sent to a mistyped address cannot confirm the next one. Nor can the link from joining."""
    joining = site.link("confirm", pair.ada)
    ask(site, page, "typo@example.org")
    mistyped = site.linked(site.letters()[0])
    ask(site, page)
    assert site.browser.post(mistyped).status_code == 404
    assert "new.example" not in site.browser.get(joining).text
    assert "new.example" not in site.browser.post(joining).text
    assert site.row(pair.ada)["email"] == "ada@example.org"
    site.browser.post(site.linked(site.letters()[1]))
    assert site.row(pair.ada)["email"] == "ada@new.example.org"


def test_somebody_elses_address_reveals_nothing(site: Site, pair: Pair, page: Any) -> None:
    """The answer is the same; the other person gets a link to their own page, and nothing changes."""
    new = ask(site, page)
    answer = ask(site, page, "grace@example.org")
    assert (impersonal(answer), answer.url) == (impersonal(new), new.url)
    assert site.linked(site.letters()[-1]).startswith("/p/me/")
    assert site.row(pair.grace)["email"] == "grace@example.org"


@pytest.mark.parametrize("email", ["nobody@example.org", "grace@example.org", "ada@example.org"])
def test_the_link_of_an_earlier_wish_tells_nothing_about_the_next(site: Site, page: Any, email: str) -> None:
    """The earlier link is dead, whether the next address is unknown, somebody else's or one's own."""
    ask(site, page)
    link = site.linked(site.letters()[0])
    ask(site, page, email)
    assert site.browser.get(link).status_code == 404


def test_what_is_kept_does_not_tell_whose_an_address_is(site: Site, pair: Pair, page: Any) -> None:
    """The download shows the wanted address and no letter about it, whether or not somebody here has that address."""
    downloads = []
    for email in ("grace@example.org", "nobody@example.org"):
        ask(site, page, email)
        site.letters()
        data = site.browser.get(f"{page}/data").json()
        assert data["details"].pop("new_email") == email
        downloads.append(data)
    assert downloads[0] == downloads[1]


def test_an_address_taken_meanwhile_stays_its_owners(site: Site, pair: Pair, page: Any) -> None:
    """The first person to join with an address keeps it."""
    ask(site, page)
    with site.scheme.writing() as db:
        details = {"name": "Other Ada", "email": "ada@new.example.org", "organisation": "Fife"}
        people.add(db, details, now=site.now)
    assert site.browser.post(site.linked(site.letters()[0])).status_code == 404
    assert site.row(pair.ada)["email"] == "ada@example.org"


def test_what_is_no_address_is_told(site: Site, page: Any) -> None:
    """The field comes back with the text typed and a sentence about what is wrong."""
    answer = ask(site, page, "ada@")
    assert answer.status_code == 422
    assert 'value="ada@"' in answer.text
    assert site.letters() == []


def test_strangers_are_not_flooded(site: Site, page: Any) -> None:
    """One person can cause only a few letters to addresses that are not theirs."""
    for number in range(ADDRESSES.amount):
        assert ask(site, page, f"stranger{number}@example.org").status_code == 200
    assert ask(site, page, "one-more@example.org").status_code == 429
    assert len(site.letters()) == ADDRESSES.amount


def test_erasing_forgets_the_wanted_address_too(site: Site, pair: Pair, page: Any) -> None:
    """Erasing a person leaves no trace of the address they wanted, and the link in its letter is dead."""
    ask(site, page)
    link = site.linked(site.letters()[0])
    with site.scheme.writing() as db:
        erasure.erase(db, pair.ada)
    assert site.row(pair.ada)["new_email"] is None
    assert site.browser.get(link).status_code == 404
    with site.scheme.reading() as db:
        assert tokens.find(db, "address", link.rpartition("/")[2], lambda: site.now) is None


def test_without_a_sender_nothing_is_asked_for_and_old_links_live_on(unsigned: Site, now: datetime) -> None:
    """Without a sender no page promises a letter, and the person's current link goes on working."""
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


def test_a_link_to_the_address_of_today_says_nothing_about_another(site: Site, pair: Pair, page: Any) -> None:
    """People let in without proof cannot claim a stranger's address with a letter that went to their own."""
    with site.scheme.writing() as db:
        room.open_room(db, site.now)
        room.enter(db, pair.ada, proven=False)
    ask(site, page, "victim@example.org")
    site.letters()
    site.browser.post("/p/me", data={"email": "ada@example.org"})
    own = next(letter for letter in site.letters() if "ada@example.org" in str(letter["To"]))
    link = site.linked(own)
    assert "victim" not in site.browser.get(link).text
    assert "Use this address" not in site.browser.get(f"{link.partition('?')[0]}?lang=en").text
    site.browser.post(link)
    assert site.row(pair.ada)["email"] == "ada@example.org"


def test_a_new_address_is_proven_like_the_first(site: Site, pair: Pair, page: Any) -> None:
    """People who joined in a room and confirm another address take part in later rounds without confirming again.

    The first address was never proven and may be a stranger's, so nothing is sent to it.
    """
    with site.scheme.writing() as db:
        room.open_room(db, site.now)
        room.enter(db, pair.ada, proven=False)
    ask(site, page)
    site.browser.post(site.linked(site.letters()[0]))
    with site.scheme.reading() as db:
        assert pair.ada not in room.unproven(db)
    assert [str(letter["To"]) for letter in site.letters() if "ada@example.org" in str(letter["To"])] == []


def test_the_old_address_hears_of_the_new_one(site: Site, pair: Pair, page: Any) -> None:
    """Nobody can take over a page with a stolen link unnoticed: a letter goes to the old address.

    It goes once, even to people who want no other letters, and does not reveal the new address.
    """
    with site.scheme.writing() as db:
        opt_outs.unsubscribe(db, pair.ada, site.now)
        wording = "Subject: Moved {{ name.split()[9] }}\n\nNobody can fill this.\n"
        settings.put(db, "template:address changed", wording)
    ask(site, page)
    link = site.linked(site.letters()[0])
    for _ in range(2):
        site.browser.post(link)
    [letter] = [one for one in site.letters() if "ada@example.org" in str(one["To"])]
    assert "Your address for Coffee & Co was changed" in str(letter["Subject"])
    assert b"new.example" not in bytes(letter)
    with site.scheme.reading() as db:
        assert [row[0] for row in db.execute("SELECT state FROM messages ORDER BY id")] == ["waiting"] * 3


def test_the_partner_is_given_the_new_address(site: Site, pair: Pair, page: Any) -> None:
    """The partner is told once, however often the button is pressed, so that they write to an address that is read."""
    ask(site, page)
    link = site.linked(site.letters()[0])
    for _ in range(2):
        site.browser.post(link)
    [letter] = [one for one in site.letters() if "grace@example.org" in str(one["To"])]
    assert "ada@new.example.org" in plain(letter)
    assert "ada@example.org" not in plain(letter)


def test_an_address_can_be_confirmed_while_nobody_signs_letters(unsigned: Site, now: datetime) -> None:
    """A link sent earlier still works without a sender, although no letter can go to the old address."""
    with unsigned.scheme.writing() as db:
        ada = person(db, "Ada Lovelace", "Devon", now, new_email="ada@new.example.org")
    unsigned.browser.post(unsigned.link("address", ada))
    assert unsigned.row(ada)["email"] == "ada@new.example.org"
    assert unsigned.letters() == []


def test_old_links_to_the_page_end_with_the_old_address(site: Site, pair: Pair, page: Any) -> None:
    """Changing the address shuts out people who read the old mailbox or have a stolen link."""
    ask(site, page)
    answer = site.browser.post(site.linked(site.letters()[0]))
    assert answer.url.path.startswith("/p/me/")
    assert site.browser.get(page).status_code == 404


def waits(site: Site, pair: Pair, links: Any) -> None:
    """A reminder with these links that waits to go to Ada's current address."""
    with site.scheme.writing() as db:
        letter = "From: Olu <olu@coffee.example>\r\nTo: Ada <ada@example.org>\r\nMessage-ID: <1@x>\r\n\r\n" + links
        db.table("messages").insert(
            {"key": "k", "kind": "reminder", "subject": "Hello", "message_id": "<1@x>", "letter": letter.encode()}
            | {"round_id": 1, "match_id": pair.match_id, "person_id": pair.ada, "recipient": "ada@example.org"}
            | {"queued_at": site.now.isoformat(), "due_at": site.now.isoformat()}
        )


def confirm(site: Site, pair: Pair, page: Any) -> None:
    ask(site, page)
    site.browser.post(next(site.linked(one) for one in site.letters() if "new.example" in str(one["To"])))


def correct(site: Site, pair: Pair, page: Any) -> None:
    with site.scheme.writing() as db:
        version = people.person(db, pair.ada, site.now.date())["version"]
        people.change(db, pair.ada, version, {"email": "ada@new.example.org"})


@pytest.mark.parametrize("state", ["waiting", "failed", "in doubt", "sending"])
@pytest.mark.parametrize("move", [confirm, correct])
def test_who_reads_the_old_mailbox_can_only_stop_letters(
    site: Site, pair: Pair, page: Any, move: Any, state: str
) -> None:
    """This holds whether the owner or the organiser changed the address. Letters that still wait keep working links."""
    purposes: tuple[Any, ...] = ("me", "confirm", "feedback", "cannot", "unsubscribe")
    sent, waiting = ({purpose: site.link(purpose, pair.ada, pair.match_id) for purpose in purposes} for _ in range(2))
    waits(site, pair, " ".join(f"https://coffee.example{link}" for link in waiting.values()))
    with site.scheme.writing() as db:
        db.execute("UPDATE messages SET state = ?", [state])
    ask(site, page, "thief@example.org")
    wish = site.linked(site.letters()[-1])
    move(site, pair, page)
    assert site.row(pair.ada)["email"] == "ada@new.example.org"
    assert [purpose for purpose, link in sent.items() if site.browser.get(link).status_code == 200] == ["unsubscribe"]
    assert {site.browser.get(link).status_code for link in waiting.values()} == {200}
    assert site.browser.post(wish).status_code == 404


def test_the_address_of_today_is_no_wish(site: Site, pair: Pair, page: Any) -> None:
    """Asking for one's current address, however it is spelt, cancels an earlier change and brings a link to one's
    page.
    """
    ask(site, page)
    ask(site, page, "ADA@example.org")
    assert "You want to use another address" not in site.browser.get(page, params={"lang": "en"}).text
    assert site.linked(site.letters()[-1]).startswith("/p/me/")


def test_a_link_asked_for_at_the_new_address_comes(site: Site, pair: Pair, page: Any) -> None:
    """A link to the new address comes even within minutes of one that went to the old."""
    site.browser.post("/p/me", data={"email": "ada@example.org"})
    site.later(seconds=1)
    confirm(site, pair, page)
    site.browser.post("/p/me", data={"email": "ada@new.example.org"})
    assert "ada@new.example.org" in str(site.letters()[-1]["To"])
    assert site.linked(site.letters()[-1]).startswith("/p/me/")


def test_pressing_send_twice_sends_one_letter_that_works(site: Site, pair: Pair, page: Any) -> None:
    """A second press leaves the first link working. Another letter can be asked for after ten minutes."""
    for _ in range(2):
        ask(site, page)
        letters = site.letters()
    assert len(letters) == 1
    assert "ada@new.example.org" in site.browser.get(page).text
    site.later(seconds=600)
    ask(site, page)
    assert len(site.letters()) == 2
    assert site.browser.post(site.linked(site.letters()[1])).status_code == 200
    assert site.row(pair.ada)["email"] == "ada@new.example.org"
    assert "You want to use another address" not in site.browser.get(site.link("me", pair.ada)).text


def test_an_old_link_says_what_is_true_now(site: Site, page: Any) -> None:
    """Opened again, the link says that the address is in use, and asking for a link leads to a page that helps."""
    assert "Send the link again" not in ask(site, page).text
    link = site.linked(site.letters()[0]).replace("lang=cy", "lang=en")
    site.browser.post(link)
    assert "Our letters go to your new address from now on." in site.browser.get(link).text


def test_letters_that_wait_go_to_the_new_address(site: Site, pair: Pair, page: Any) -> None:
    """Waiting letters are redirected at once, not only when the next run of letters starts."""
    waits(site, pair, "Hello")
    ask(site, page)
    link = next(site.linked(one) for one in site.letters() if "new.example" in str(one["To"]))
    site.browser.post(link)
    with site.scheme.reading() as db:
        recipient, letter = db.execute("SELECT recipient, letter FROM messages WHERE key = 'k'").fetchone()
    assert recipient == "ada@new.example.org"
    assert b"ada@new.example.org" in letter
