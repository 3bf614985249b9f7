"""The organiser's actions on letters, and the letters that follow an introduction."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from coffee.mail.letters.letter import Letter, Office
from coffee.mail.letters.news import news_of, write_news
from coffee.mail.letters.reading import read
from coffee.mail.letters.template import FOLDER, fill
from coffee.mail.post import actions
from coffee.mail.post.eml_files import mail_after_all
from coffee.mail.post.errors import MailError
from coffee.mail.post.requested import AFTER, write_asked
from coffee.mail.post.sending import send_due
from coffee.people import service
from coffee.rounds import life
from coffee.scheme import Scheme, answers, erasure, link_requests, messages, opt_outs, people, tokens
from coffee.scheme import rounds as kept
from coffee.scheme.answers import Answer


@pytest.fixture
def published(scheme: Scheme, office: Office, now: datetime) -> int:
    """A round of five people that is out, and its introductions sent as files."""
    with scheme.writing() as db:
        for n in range(5):
            details = {"name": f"Siân {n}", "email": f"p{n}@x.example", "organisation": f"Council {n}"}
            people.add(db, details, now=now)
    round_id = life.generate(scheme, now, seed=1)
    with scheme.reading() as db:
        version = kept.get(db, round_id).version
    life.publish(scheme, round_id, version, office, now)
    send_due(scheme, None, scheme.path.parent / "letters", clock=lambda: now)
    return round_id


def stored(scheme: Scheme, kind: str) -> list[tuple[str, str]]:
    with scheme.reading() as db:
        return db.execute("SELECT recipient, state FROM messages WHERE kind = ? ORDER BY recipient", [kind]).fetchall()


def test_reminders_go_to_those_who_have_not_answered(scheme, published: int, office, now) -> None:
    """Whoever answered, left, or wants no letters gets no reminder; the others get one, and never a second."""
    with scheme.writing() as db:
        seats = kept.seats(db, published)
        first, second, third = (int(person) for person in seats["person"][:3])
        answers.save(db, int(seats["match"][0]), first, Answer("yes"), now)
        people.leave(db, [second])
        opt_outs.unsubscribe(db, third, now)
    rest = {f"p{person - 1}@x.example" for person in seats["person"]} - {
        f"p{person - 1}@x.example" for person in (first, second, third)
    }
    assert actions.write_to_round(scheme, office, published, "reminder", now) == 2
    assert actions.write_to_round(scheme, office, published, "reminder", now) == 0
    assert {email for email, _ in stored(scheme, "reminder")} == rest
    assert actions.write_to_round(scheme, office, published, "feedback", now) == 2


def test_a_cancelled_letter_is_as_good_as_none(scheme, published: int, mail, office, now, tmp_path: Path) -> None:
    """Reminders that were cancelled can be written again, as new letters; those that went cannot. Links work."""
    assert actions.write_to_round(scheme, office, published, "reminder", now) == 5
    with scheme.reading() as db:
        first = dict(db.execute("SELECT key, message_id FROM messages WHERE kind = 'reminder'").fetchall())
    assert actions.cancel(scheme) == 5
    later = now + timedelta(hours=1)
    assert actions.write_to_round(scheme, office, published, "reminder", later) == 5
    assert actions.write_to_round(scheme, office, published, "reminder", later) == 0
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: later).sent == 5
    sent = {message["Message-ID"] for message in mail.inbox.messages()}
    assert len(sent) == 5
    assert not sent & set(first.values())
    with scheme.reading() as db:
        for letter in mail.inbox.accepted:
            link = re.search(rb"/p/feedback/([\w-]+)", letter)
            assert link
            assert tokens.find(db, "feedback", link[1].decode(), lambda: later)


def test_news_goes_to_everybody_active(scheme, published: int, office, now) -> None:
    """At a round's end everybody active gets its figures once; whoever left or stopped letters does not."""
    with scheme.writing() as db:
        seats = kept.seats(db, published)
        people.leave(db, [int(seats["person"][0])])
        answers.save(db, int(seats["match"][1]), int(seats["person"][1]), Answer("yes"), now)
    assert write_news(scheme, office, published, now) == 4
    assert write_news(scheme, office, published, now) == 0
    with scheme.reading() as db:
        letter = read(messages.stored(db, messages.in_state(db, "waiting")[0]).letter)
    assert letter
    assert "5 people from 5 organisations" in letter.text
    assert "1 of 2 matches" in letter.text


def test_nobody_is_pressed_about_a_talk_that_is_settled(scheme, published: int, office, now) -> None:
    """Once one person says that they met, nobody in the match is reminded; "not yet" is asked again later.

    In a match of three, when one cannot meet, the other two are reminded of each other, and that person is not.
    """
    with scheme.reading() as db:
        (one, first), (other, second) = [match[:2] for match in kept.matches_of(db, published)]
    with scheme.writing() as db:
        answers.save(db, one, first[0], Answer("yes"), now)
        answers.save(db, other, second[0], Answer("not yet"), now)
    assert actions.write_to_round(scheme, office, published, "reminder", now) == len(second)
    assert actions.write_to_round(scheme, office, published, "feedback", now) == 5 - 1
    reminded = []
    for cannot in second[1:]:
        with scheme.writing() as db:
            db.execute("DELETE FROM messages")
            opt_outs.cannot(db, other, cannot, now)
        reminded.append(actions.letters_to_round(scheme, office, published, "reminder", now))
    two, nobody = reminded
    assert nobody == []
    assert {letter.person_id for letter in two} == {second[0], second[2]}
    with scheme.reading() as db:
        cannot_meet = people.person(db, second[1], now.date())["email"]
    assert not any(cannot_meet in read(letter.letter).text for letter in two)


def test_nobody_is_written_to_again_whom_letters_cannot_reach(scheme, published: int, office, now) -> None:
    """An address that was refused is not tried with every reminder, request and piece of news; once corrected it is."""

    def everybody() -> list[int]:
        news = news_of(scheme, office, published, now)
        return [len(actions.to_round(scheme, office, published, kind, now)) for kind in ("reminder", "feedback")] + [
            len(news)
        ]

    assert everybody() == [5, 5, 5]
    with scheme.writing() as db:
        people.cannot_reach(db, [1], "550 5.1.1 No such person")
    assert everybody() == [4, 4, 4]
    with scheme.writing() as db:
        people.change(db, 1, 1, {"email": "right@x.example"})
    assert everybody() == [5, 5, 5]


def test_nobody_is_told_to_write_to_who_is_gone(scheme, office, now) -> None:
    """A reminder speaks of nobody who left or was erased, a feedback request of nobody erased; where nobody else is
    left, there is none."""
    with scheme.writing() as db:
        for n in range(1, 8):
            people.add(db, {"name": f"Siân {n}", "email": f"p{n}@x.example", "organisation": f"C{n}"}, now=now)
    round_id = life.generate(scheme, now, seed=1)
    life.publish(scheme, round_id, 2, office, now)
    with scheme.writing() as db:
        (left, waits), (erased, _), trio = sorted((m for m, _ in kept.arrangement(db, round_id)), key=len)
        people.leave(db, [left, trio[0]])
        erasure.erase(db, erased)
    for kind, readers in (("reminder", {*trio[1:]}), ("feedback", {waits, *trio[1:]})):
        written = actions.letters_to_round(scheme, office, round_id, kind, now)
        assert {letter.person_id for letter in written} == readers
        for letter in written:
            said = read(letter.letter)
            assert said
            named = {person for person in range(1, 8) if f"Siân {person}" in f"{letter.subject} {said.text}"}
            assert named == ({*trio} if letter.person_id in trio else {left, waits}) - (
                {trio[0]} if kind == "reminder" else set()
            )
            assert " ?" not in letter.subject


def test_kept_letters_are_read_with_their_links(scheme, published: int) -> None:
    """A letter kept as a file is read from the file; the scheme itself no longer holds its links."""
    with scheme.reading() as db:
        message = messages.stored(db, messages.in_state(db, "sent")[0])
    assert b"link-removed" in message.letter
    letter = read(actions.as_it_went(message, scheme.path.parent / "letters"))
    assert letter
    assert "link-removed" not in letter.text
    assert "/p/feedback/" in letter.text
    assert [name for name, _ in letter.attached] == ["coffee.ics"]


def test_kept_letters_can_be_mailed_after_all(scheme, published: int, mail, office, now, tmp_path: Path) -> None:
    """Once there is a mail server, what was kept as files goes out byte for byte, once."""
    folder = scheme.path.parent / "letters"
    files = {path.read_bytes() for path in folder.glob("*.eml")}
    assert mail_after_all(scheme, folder, office, now) == len(files) == 5
    send_due(scheme, mail.server, folder, clock=lambda: now)
    assert set(mail.inbox.accepted) == files
    assert mail_after_all(scheme, folder, office, now) == 0


def test_links_in_letters_mailed_after_all_work(scheme, published: int, mail, office, now) -> None:
    """Also for somebody whose address was corrected meanwhile, to whom they go at the new one."""
    folder = scheme.path.parent / "letters"
    with scheme.writing() as db:
        people.change(db, 1, 1, {"email": "right@x.example"})
    mail_after_all(scheme, folder, office, now)
    send_due(scheme, mail.server, folder, clock=lambda: now)
    letter = next(one for one in mail.inbox.accepted if b"To: =?utf-8?q?Si=C3=A2n?= 0 <right@x.example>" in one)
    links = set(re.findall(rb"/p/([a-z]+)/([\w-]{43})", letter))
    assert {purpose for purpose, _ in links} == {b"feedback", b"cannot", b"me", b"unsubscribe"}
    with scheme.reading() as db:
        for purpose, token in links:
            found = tokens.find(db, purpose.decode(), token.decode(), lambda: now)  # type: ignore[arg-type]
            assert found
            assert found.person_id == 1


def test_what_is_mailed_after_all_is_from_who_signs_letters_now(scheme, published: int, mail, office, now) -> None:
    """Not from the address that was made up while there was none; who asked again meanwhile gets the newer letter."""
    folder = scheme.path.parent / "letters"
    with scheme.writing() as db:
        person = people.add(db, {"name": "New", "email": "new@x.example", "organisation": "Fife"}, now=now)
        link_requests.ask(db, "new@x.example", now)
    write_asked(scheme, lambda _: office, now + AFTER)
    send_due(scheme, None, folder, clock=lambda: now + AFTER)
    later = now + timedelta(hours=1)
    with scheme.writing() as db:
        link_requests.ask(db, "new@x.example", later)
    write_asked(scheme, lambda _: office, later + AFTER)
    ours = Office.of("Olu Öz <olu@devon.example>", office.base_url, office.title)
    assert mail_after_all(scheme, folder, ours, later) == 5
    with scheme.reading() as db:
        states = db.execute("SELECT state FROM messages WHERE person_id = ? ORDER BY id", [person]).fetchall()
    assert states == [("cancelled",), ("waiting",)]
    send_due(scheme, mail.server, folder, clock=lambda: later)
    sent = mail.inbox.messages()
    assert {str(one["From"]) for one in sent if "introduction" in one["Feedback-ID"]} == {"Olu Öz <olu@devon.example>"}
    assert not any(b"ann@coffee.example" in one for one in mail.inbox.accepted if b"introduction" in one)


def test_the_calendar_entry(scheme, published: int, now: datetime) -> None:
    """Everybody in a match gets the same half hour to hold, on a working day, free and tentative (RFC 5545)."""
    entries: dict[int, set[bytes]] = {}
    with scheme.reading() as db:
        for message_id, match in db.execute("SELECT id, match_id FROM messages"):
            letter = read(messages.stored(db, message_id).letter)
            assert letter
            entries.setdefault(match, set()).add(letter.attached[0][1])
    assert all(len(same) == 1 for same in entries.values())
    uids = set()
    for (entry,) in entries.values():
        calendar = Calendar.from_ical(entry)
        (event,) = calendar.walk("VEVENT")
        assert calendar["METHOD"] == "PUBLISH"
        assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=30)
        assert now < event.decoded("DTSTART") < now + timedelta(days=10)
        assert event.decoded("DTSTART").weekday() < 5
        assert (event["STATUS"], event["TRANSP"]) == ("TENTATIVE", "TRANSPARENT")
        uids.add(str(event["UID"]))
    assert len(uids) == len(entries)


def test_sending_again_is_the_same_letter(scheme, mail, a_letter, now, tmp_path: Path) -> None:
    """A letter in doubt that is sent again has the same bytes, so the same Message-ID and Date."""
    letter: Letter = a_letter("k")
    with scheme.writing() as db:
        messages.add(db, letter, now)
    mail.inbox.on["ACCEPTED"] = lambda inbox, _: "hang up" if inbox.seen["ACCEPTED"] == 1 else None
    send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert actions.send_again(scheme, now) == 1
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now).sent == 1
    assert mail.inbox.accepted == [letter.letter] * 2


def test_unreachable_people_are_flagged(scheme, published: int, mail, office, now, tmp_path: Path) -> None:
    """An address refused for good is flagged on its person with the reason; one that is only full is not."""
    actions.write_to_round(scheme, office, published, "reminder", now)
    refusals = {"p1@x.example": "550 5.1.1 No such person", "p2@x.example": "552 5.2.2 Mailbox full"}
    mail.inbox.on["RCPT"] = lambda _, recipient: refusals.get(recipient)
    send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    with scheme.reading() as db:
        flags = dict(db.execute("SELECT email, cannot_reach FROM people"))
    assert "No such person" in flags.pop("p1@x.example")
    assert set(flags.values()) == {None}
    assert dict(stored(scheme, "reminder"))["p2@x.example"] == "failed"


def test_who_bounces_stays_flagged(scheme, published: int, mail, office, now, tmp_path: Path) -> None:
    """A later acceptance does not clear the flag of a bounced address; the organiser or a new address does."""

    def flags() -> set[str]:
        with scheme.reading() as db:
            found = people.everyone(db, now.date())
        return set(found.loc[found["cannot_reach"] != "", "name"])

    actions.write_to_round(scheme, office, published, "reminder", now)
    service.letters_come_back(scheme, [1, 2], True)
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now).sent == 5
    assert flags() == {"Siân 0", "Siân 1"}
    service.letters_come_back(scheme, [2], False)
    assert flags() == {"Siân 0"}
    with scheme.writing() as db:
        people.change(db, 1, 1, {"email": "new@x.example"})
    assert flags() == set()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_a_misspelt_field_is_named(path: Path) -> None:
    """Every template, given no fields, says which field is missing instead of leaving a hole."""
    with pytest.raises(MailError, match="There is no field “title”"):
        fill(path.read_text("utf-8"), {})


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("Hello", "Subject"),
        ("Subject: x\n\n{{ name", "Line 3"),
        ("Subject: x\n\n{{ name.__class__.__mro__ }}", "cannot be filled|no field"),
        ("Subject: x\n\n{{ 1 / 0 }}", "cannot be filled"),
        ("Subject: x\n\n{{ name.foo }}", r"There is no field “name\.foo”\. The fields are: name\."),
        ("Subject: {{ name['foo'] }}\n\nx", r"There is no field “name\['foo'\]”"),
        ("Subject: x\n\n{{ nme.foo }}", "There is no field “nme”"),
        ("Subject: x\n\n{{ name[99] }}", "There is no field|cannot be filled"),
        ("Subject: x\n\n{% if name %}", "Line 3 .* its end"),
        ("Subject: x\n\n{% endif %}", "Line 3 of the template cannot be read"),
        ("Subject: x\n\n{% iff name %}", "There is no tag “iff”"),
        ("Subject: x\n\n{{ name|uper }}", "There is no filter “uper”"),
        ("Subject: x\n\n{{ name + 1 }}", "more than a field"),
        ("Subject: x\n\n{{ name() }}", "more than a field"),
        ("Subject: x\n\n{{ '{a}'.format() }}", "more than a field"),
        ("Subject: x\n\n{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "more than a field"),
    ],
)
def test_a_broken_template_is_a_sentence(template: str, sentence: str) -> None:
    """Whatever is wrong with a template comes back as one sentence, in which nothing of the machinery is heard."""
    with pytest.raises(MailError, match=sentence) as caught:
        fill(template, {"name": "Ann"})
    assert not re.search(r"jinja|object|tags|\bstr\b|operand|\.\.", str(caught.value), re.IGNORECASE)
