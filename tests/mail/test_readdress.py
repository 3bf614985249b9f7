"""Letters to people whose address was corrected after the letters were written."""

from datetime import datetime
from pathlib import Path

import pytest

from coffee.mail.letters.letter import Letter, Office
from coffee.mail.letters.readdress import readdressed
from coffee.mail.post import actions
from coffee.mail.post.sending import send_due
from coffee.rounds import life
from coffee.scheme import Scheme, messages, people


@pytest.fixture
def published(scheme: Scheme, office: Office, now: datetime) -> int:
    """A round of two people that is out, its introductions waiting."""
    with scheme.writing() as db:
        for n in (1, 2):
            details = {"name": f"Siân {n}, 李", "email": f"p{n}@x.example", "organisation": f"Council {n}"}
            people.add(db, details, now=now)
    round_id = life.generate(scheme, now, seed=1)
    life.publish(scheme, round_id, 2, office, now)
    return round_id


def correct(scheme: Scheme, email: str, now: datetime) -> None:
    with scheme.writing() as db:
        people.change(db, 1, people.person(db, 1, now.date())["version"], {"email": email})


def flag(scheme: Scheme, now: datetime) -> str:
    with scheme.reading() as db:
        return str(people.person(db, 1, now.date())["cannot_reach"])


def test_a_waiting_letter_goes_where_its_reader_is_now(
    scheme: Scheme, published: int, mail, now: datetime, tmp_path: Path
) -> None:
    """Corrected before it left: it goes to the new address, and to the new one only."""
    correct(scheme, "new@x.example", now)
    send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert sorted(message["To"].addresses[0].addr_spec for message in mail.inbox.messages()) == [
        "new@x.example", "p2@x.example",
    ]  # fmt: skip
    assert {message["To"].addresses[0].display_name for message in mail.inbox.messages()} == {
        "Siân 1, 李", "Siân 2, 李",
    }  # fmt: skip


def test_a_failed_letter_is_tried_at_the_corrected_address(
    scheme: Scheme, published: int, mail, now: datetime, tmp_path: Path
) -> None:
    """Refused, corrected, tried again: it arrives as a new letter with everything else as it was, and no flag stays."""
    mail.inbox.on["RCPT"] = lambda _, recipient: "550 5.1.1 Unknown" if recipient == "p1@x.example" else None
    send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    with scheme.reading() as db:
        (failed,) = (messages.stored(db, message_id) for message_id in messages.in_state(db, "failed"))
    correct(scheme, "new@x.example", now)
    assert actions.send_again(scheme, now, "failed") == 1
    send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    sent = mail.inbox.messages()[-1]
    assert sent["To"].addresses[0].addr_spec == "new@x.example"
    assert sent["Message-ID"] not in ("", failed.message_id)
    with scheme.reading() as db:
        assert messages.stored(db, failed.id).message_id == sent["Message-ID"]
    assert mail.inbox.accepted[-1].partition(b"\r\n\r\n")[2] == failed.letter.partition(b"\r\n\r\n")[2]
    assert flag(scheme, now) == ""


def test_the_old_address_says_nothing_about_the_new(
    scheme: Scheme, published: int, mail, now: datetime, tmp_path: Path
) -> None:
    """A letter that is refused while its reader's address is being corrected does not flag the corrected one."""

    def refuse(_: object, recipient: str) -> str | None:
        if recipient == "p1@x.example":
            correct(scheme, "new@x.example", now)
            return "550 5.1.1 Unknown"
        return None

    mail.inbox.on["RCPT"] = refuse
    send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert flag(scheme, now) == ""


@pytest.mark.parametrize("name", ["Ann", "李" * 90, "Lee, Ann", "x" * 300, ""])
def test_only_to_and_message_id_change(a_letter, name: str) -> None:
    """Whatever the reader is called, the other headers and the text stay as they were, byte for byte."""
    letter: Letter = a_letter("k", body="To: nobody\r\n\r\nMessage-ID: <x@y>")
    before = letter.letter.split(b"\r\n")
    after = readdressed(letter.letter, name, "new@x.example", "fresh").split(b"\r\n")
    assert len(before) == len(after)
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [old.partition(b":")[0] for old, _ in changed] == [b"To", b"Message-ID"]
    assert b"new@x.example" in changed[0][1]
    assert changed[1][1] == b"Message-ID: <fresh@coffee.example>"
