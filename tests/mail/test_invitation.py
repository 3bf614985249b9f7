"""Inviting people from a pasted list."""

from datetime import datetime

import pytest

from coffee.mail.letters.invitation import invite, read_list
from coffee.mail.letters.letter import Office
from coffee.mail.letters.reading import read
from coffee.mail.post import actions
from coffee.scheme import Scheme, messages, people


@pytest.mark.parametrize(
    ("text", "addresses", "unread"),
    [
        ("", [], []),
        ("a@x.example", [("", "a@x.example")], []),
        ("a@x.example, b@x.example;c@x.example\nd@x.example", [("", f"{c}@x.example") for c in "abcd"], []),
        ("Siân Jones <sian@x.example>", [("Siân Jones", "sian@x.example")], []),
        ('"Lee, Ann" <ann@x.example>, b@x.example', [("Lee, Ann", "ann@x.example"), ("", "b@x.example")], []),
        ("A@X.example\na@x.example", [("", "A@x.example")], []),
        ("ann at x.example\nb@x.example", [("", "b@x.example")], ["ann at x.example"]),
        ("b@\r\n\r\n ;", [], ["b@"]),
        ("ann.lee@x.example\tAnn Lee", [("Ann Lee", "ann.lee@x.example")], []),
        ("ann.lee@x.example Ann Lee", [("Ann Lee", "ann.lee@x.example")], []),
        (
            "Ann Lee\tann@x.example\nSiân\tsian@x.example",
            [("Ann Lee", "ann@x.example"), ("Siân", "sian@x.example")],
            [],
        ),
        ("a@x.example b@x.example\tc@x.example", [("", f"{c}@x.example") for c in "abc"], []),
        ("a@x.example Ann b@x.example Bob", [("", f"{c}@x.example") for c in "ab"], []),
        ("Lee\tKent\tann@x.example", [("", "ann@x.example")], []),
        ("Ann <a@x.example> Bob <b@x.example>", [("Ann", "a@x.example"), ("Bob", "b@x.example")], []),
        (
            "Jones, Siân <sian@x.example>; b@x.example, Lee, Ann (Kent) <ann@x.example>",
            [("Jones, Siân", "sian@x.example"), ("", "b@x.example"), ("Lee, Ann (Kent)", "ann@x.example")],
            [],
        ),
        ("ann at x.example, Siân <sian@x.example>", [("Siân", "sian@x.example")], ["ann at x.example"]),
        ("mailto:a@x.example; <mailto:b@x.example>", [("", "a@x.example"), ("", "b@x.example")], []),
        ("ann@x.example.\nAnn (b@x.example)", [("", "ann@x.example"), ("Ann", "b@x.example")], []),
        ("a@@x.example, a@x, b@x.example", [("", "b@x.example")], ["a@@x.example", "a@x"]),
        ("李 <li@x.example>\n'O''Brien' <ob@x.example>", [("李", "li@x.example"), ("O''Brien", "ob@x.example")], []),
    ],
)
def test_lists_as_people_paste_them(text: str, addresses: list[tuple[str, str]], unread: list[str]) -> None:
    """Any usual separator works, names are kept, doubles count once, and what is no address is named."""
    guests = read_list(text)
    assert (list(guests.addresses), list(guests.unread)) == (addresses, unread)


def test_an_invitation_that_was_cancelled_can_be_written_again(scheme: Scheme, office: Office, now: datetime) -> None:
    """It never reached anybody, so they are not known."""
    guests = read_list("new@x.example")
    assert invite(scheme, office, guests, now).queued == 1
    actions.cancel(scheme)
    invited = invite(scheme, office, guests, now)
    assert (invited.queued, invited.known) == (1, 0)


def test_once_and_only_to_strangers(scheme: Scheme, office: Office, now: datetime) -> None:
    """An invitation goes to each new address once, ever, and not to people in the scheme; it leads to the join form."""
    with scheme.writing() as db:
        people.add(db, {"name": "Ann", "email": "ann@x.example", "organisation": "Devon"}, now=now)
    guests = read_list("ANN@x.example, new@x.example")
    assert invite(scheme, office, guests, now).queued == 1
    assert invite(scheme, office, guests, now).queued == 0
    with scheme.reading() as db:
        (message_id,) = messages.in_state(db, "waiting")
        message = messages.stored(db, message_id)
    letter = read(message.letter)
    assert message.recipient == "new@x.example"
    assert letter
    assert "https://coffee.example/join" in letter.text
    assert "no selling" in letter.text


def test_those_invited_can_be_counted(scheme: Scheme, office: Office, now: datetime) -> None:
    """Each address that was written to is known, in one case, with the time."""
    invite(scheme, office, read_list("New@X.example; b@x.example"), now)
    with scheme.reading() as db:
        found = messages.invited(db)
    assert sorted(found["address"]) == ["b@x.example", "new@x.example"]
    assert {datetime.fromisoformat(at) for at in found["at"]} == {now}
