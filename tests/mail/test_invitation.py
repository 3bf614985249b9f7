"""Inviting people from a pasted list."""

from datetime import datetime

import pytest

from coffee.mail.invitation import invite, read_list
from coffee.mail.letters import Office
from coffee.mail.reading import read
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
    ],
)
def test_lists_as_people_paste_them(text: str, addresses: list[tuple[str, str]], unread: list[str]) -> None:
    """Any usual separator works, names are kept, doubles count once, and what is no address is named."""
    guests = read_list(text)
    assert (list(guests.addresses), list(guests.unread)) == (addresses, unread)


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
