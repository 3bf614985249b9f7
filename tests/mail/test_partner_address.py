"""The letter that gives people a partner's new address, and the letters that go again to that address."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from coffee.mail.letters.letter import Office
from coffee.mail.post import actions
from coffee.mail.post.requested import AFTER, write_asked
from coffee.mail.post.resend import astray, send_to_new_address
from coffee.mail.post.sending import send_due
from coffee.people import service
from coffee.people.service import Edit
from coffee.rounds import life
from coffee.scheme import Scheme, answers, messages, opt_outs, settings, tokens
from coffee.scheme import people as kept
from coffee.scheme import rounds as draws
from coffee.scheme.answers import Answer

Correct = Callable[..., service.Saved]


@pytest.fixture
def out(scheme: Scheme, office: Office, now: datetime) -> int:
    """A round that is out: Siân and Bo are matched, each of another council. Bo reads Welsh."""
    with scheme.writing() as db:
        for name, language in (("Siân", "en"), ("Bo", "cy")):
            details = {"name": name, "email": f"{ord(name[0])}@x.example", "organisation": f"{name} council"}
            kept.add(db, details | {"language": language}, now=now)
    round_id = life.generate(scheme, now, seed=1)
    life.publish(scheme, round_id, 2, office, now)
    return round_id


@pytest.fixture
def deliver(scheme: Scheme, mail, now: datetime, tmp_path: Path) -> Callable[[], list[EmailMessage]]:
    """Sends what waits to the mail server; returns what arrived by that."""

    def delivered() -> list[EmailMessage]:
        before = len(mail.inbox.accepted)
        send_due(scheme, mail.server, tmp_path, clock=lambda: now + timedelta(hours=1))
        return mail.inbox.messages()[before:]

    return delivered


@pytest.fixture
def correct(scheme: Scheme, office: Office, now: datetime) -> Correct:
    """Change Siân's row as the organiser does in the table of people."""

    def corrected(email: str = "sian@new.example", **typed: str) -> service.Saved:
        with scheme.reading() as db:
            version = kept.person(db, 1, now.date())["version"]
        return service.change(scheme, [Edit(1, version, "Siân", {"email": email} | typed)], office, now)

    return corrected


def to(letters: list[EmailMessage]) -> list[str]:
    return sorted(letter["To"].addresses[0].addr_spec for letter in letters)


def text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def opens(scheme: Scheme, letter: EmailMessage, now: datetime) -> set[str]:
    """The purposes of the links in a letter that work."""
    links = set(re.findall(r"/p/(\w+)/([\w-]{20,})", text(letter)))
    with scheme.reading() as db:
        return {purpose for purpose, token in links if tokens.find(db, purpose, token, lambda: now)}


def test_the_partner_is_given_the_new_address_once(
    scheme: Scheme, out: int, correct: Correct, deliver: Callable[[], list[EmailMessage]]
) -> None:
    """In their own language, with the whole of how to reach them; saving the same again says nothing."""
    deliver()
    assert correct().told == 1
    [letter] = deliver()
    assert to([letter]) == ["66@x.example"]
    assert letter["Subject"].endswith("rownd 1: cyfeiriad e-bost newydd Siân")
    assert "sian@new.example" in text(letter)
    assert "83@x.example" not in text(letter)
    assert 'href="mailto:sian@new.example"' in letter.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert correct(role="Clerk").told == correct("SIAN@new.example").told == 0
    assert deliver() == []


def test_english_readers_read_english(
    scheme: Scheme, out: int, correct: Correct, deliver: Callable[[], list[EmailMessage]]
) -> None:
    """The other half of the pair's languages."""
    with scheme.writing() as db:
        db.execute("UPDATE people SET language = 'en'")
    deliver()
    correct()
    [letter] = deliver()
    assert letter["Subject"].endswith("round 1: a new email address for Siân")
    assert "If you wrote to the earlier address, write again" in text(letter)


def test_of_two_changes_the_partner_hears_the_last(
    out: int, correct: Correct, deliver: Callable[[], list[EmailMessage]]
) -> None:
    """A typing error that is mended before letters leave makes one letter; one mended later makes another, even if the
    address is an earlier one again."""
    deliver()
    correct("sian@typo.example")
    correct("sian@new.example")
    assert ["sian@new.example" in text(letter) for letter in deliver()] == [True]
    correct("83@x.example")
    assert ["83@x.example" in text(letter) for letter in deliver()] == [True]
    correct("sian@new.example")
    assert ["sian@new.example" in text(letter) for letter in deliver()] == [True]


@pytest.mark.parametrize("why", ["not shared", "cannot", "closed", "left", "unsubscribed", "no letters", "unsigned"])
def test_nobody_is_told_who_needs_it_no_more(
    scheme: Scheme, office: Office, out: int, now: datetime, deliver: Callable[[], list[EmailMessage]], why: str
) -> None:
    """No letter goes to people who never got the old address, have no partner, or take no letters yet."""
    deliver()
    with scheme.writing() as db:
        match = int(draws.seats(db, out)["match"].iloc[0])
        match why:
            case "not shared":
                db.execute("UPDATE people SET shares = '[\"phone\"]' WHERE id = 1")
            case "cannot":
                opt_outs.cannot(db, match, 2, now)
            case "closed":
                draws.close(db, out, now)
            case "left":
                kept.leave(db, [2])
            case "unsubscribed":
                opt_outs.unsubscribe(db, 2, now)
            case "no letters":
                kept.cannot_reach(db, [2], "550 unknown")
            case _:
                office = Office.of("", "https://coffee.example", "Coffee")
        version = kept.person(db, 1, now.date())["version"]
    saved = service.change(scheme, [Edit(1, version, "Siân", {"email": "sian@new.example"})], office, now)
    assert (saved.told, saved.moved) == (0, (1,))
    assert [one for one in deliver() if "new.example" in text(one)] == []


def test_both_of_a_match_may_move_at_once(
    scheme: Scheme, office: Office, out: int, now: datetime, deliver: Callable[[], list[EmailMessage]]
) -> None:
    """Each is told of the other, at the address they have now."""
    deliver()
    edits = [Edit(1, 1, "Siân", {"email": "sian@new.example"}), Edit(2, 1, "Bo", {"email": "bo@new.example"})]
    assert service.change(scheme, edits, office, now).told == 2
    assert to(deliver()) == ["bo@new.example", "sian@new.example"]


def test_an_own_wording_that_cannot_be_filled_keeps_nobody_from_the_address(
    scheme: Scheme, out: int, correct: Correct, deliver: Callable[[], list[EmailMessage]]
) -> None:
    """Ours is used instead, and the change is saved."""
    with scheme.writing() as db:
        settings.put(db, "template:partner address:cy", "Subject: x\n\n{{ nothing_of_this_name }}")
    deliver()
    assert correct().told == 1
    assert len(deliver()) == 1


def test_what_went_to_the_old_address_goes_again_with_links_that_work(
    scheme: Scheme, office: Office, out: int, now: datetime, correct: Correct, deliver: Callable[[], list[EmailMessage]]
) -> None:
    """The introduction and the request for feedback, as new letters; pressed twice they go once. The old links are
    dead, and the partner gets neither again."""
    first = next(letter for letter in deliver() if to([letter]) == ["83@x.example"])
    actions.write_to_round(scheme, office, out, "reminder", now)
    actions.write_to_round(scheme, office, out, "feedback", now)
    deliver()
    correct()
    with scheme.reading() as db:
        assert [one.kind for one in astray(db, 1)] == ["introduction", "feedback"]
    assert opens(scheme, first, now) <= {"unsubscribe"}
    assert send_to_new_address(scheme, office, 1, now) == 2
    assert send_to_new_address(scheme, office, 1, now) == 0
    sent = [letter for letter in deliver() if to([letter]) == ["sian@new.example"]]
    assert len(sent) == 2
    assert all({"me", "feedback"} <= opens(scheme, letter, now) for letter in sent)
    assert first["Message-ID"] not in {letter["Message-ID"] for letter in sent}
    assert any(part.get_content_type() == "text/calendar" for part in sent[0].walk())
    with scheme.reading() as db:
        assert astray(db, 1) == []


def test_a_letter_that_was_refused_goes_again_as_it_was(
    scheme: Scheme, office: Office, out: int, now: datetime, mail, correct: Correct,
    deliver: Callable[[], list[EmailMessage]],
) -> None:  # fmt: skip
    """Its links still work, so the same letter goes to the new address, and none stays undelivered."""
    mail.inbox.on["RCPT"] = lambda _, recipient: "550 5.1.1 Unknown" if recipient == "83@x.example" else None
    deliver()
    correct()
    assert send_to_new_address(scheme, office, 1, now) == 1
    sent = [letter for letter in deliver() if to([letter]) == ["sian@new.example"]]
    assert len(sent) == 1
    assert {"me", "feedback", "cannot"} <= opens(scheme, sent[0], now)
    with scheme.reading() as db:
        assert messages.in_state(db, "failed") == []


def test_who_has_answered_is_asked_for_nothing_again(
    scheme: Scheme, office: Office, out: int, now: datetime, correct: Correct, deliver: Callable[[], list[EmailMessage]]
) -> None:
    """Their introduction still goes, for the address in it; the request for feedback does not."""
    deliver()
    actions.write_to_round(scheme, office, out, "feedback", now)
    deliver()
    with scheme.writing() as db:
        answers.save(db, int(draws.seats(db, out)["match"].iloc[0]), 1, Answer("yes"), now)
    correct()
    with scheme.reading() as db:
        assert [one.kind for one in astray(db, 1)] == ["introduction"]


def test_letters_kept_as_files_are_not_taken_for_sent(
    scheme: Scheme, office: Office, out: int, now: datetime, correct: Correct, tmp_path: Path
) -> None:
    """They never left; when a mail server is set they go where their reader is then."""
    from coffee.mail.post.eml_files import keep_due

    keep_due(scheme, tmp_path / "letters", now)
    correct()
    with scheme.reading() as db:
        assert astray(db, 1) == []


def test_who_joined_with_a_typing_error_gets_the_letter_to_confirm(
    scheme: Scheme, office: Office, now: datetime, mail, deliver: Callable[[], list[EmailMessage]]
) -> None:
    """Corrected by the organiser, the letter is written to the address of now and lets them in."""
    with scheme.writing() as db:
        kept.add(
            db, {"name": "Siân", "email": "sian@gmial.example", "organisation": "Devon"}, now=now, status="unconfirmed"
        )
        db.execute("INSERT INTO asked (identity, at) VALUES ('sian@gmial.example', ?)", [now.isoformat()])
    write_asked(scheme, lambda _: office, now + AFTER)
    assert to(deliver()) == ["sian@gmial.example"]
    service.change(scheme, [Edit(1, 1, "Siân", {"email": "sian@new.example"})], office, now)
    assert send_to_new_address(scheme, office, 1, now) == 1
    write_asked(scheme, lambda _: office, now + 2 * AFTER)
    [letter] = deliver()
    assert to([letter]) == ["sian@new.example"]
    assert opens(scheme, letter, now) == {"confirm"}
