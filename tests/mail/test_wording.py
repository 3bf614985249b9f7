"""The organiser's own wording, and the letters it would make."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP

import fast_mail_parser
import pytest
from icalendar import Calendar

from coffee.mail.letters import still_in, template, wording
from coffee.mail.letters.before_draw import letters_before
from coffee.mail.letters.invitation import invite, read_list
from coffee.mail.letters.letter import Letter, Office
from coffee.mail.letters.news import write_news
from coffee.mail.letters.partner_address import tell_partners
from coffee.mail.letters.preview import Draft, invented, real, save, try_out
from coffee.mail.letters.proof_reminder import remind
from coffee.mail.letters.readdress import tell_old_address
from coffee.mail.letters.reader import Reader
from coffee.mail.letters.reading import Read, read
from coffee.mail.letters.template import languages
from coffee.mail.post import actions, outbox
from coffee.mail.post.errors import MailError
from coffee.mail.post.requested import AFTER, write_asked
from coffee.rounds import life, repair
from coffee.scheme import Scheme, addresses, link_requests, messages, people, settings
from coffee.scheme import rounds as kept

OWN = "Subject: Ours for {{ name }}\n\nOur own words.\n\n[x]({{ FIELD }})\n"


@pytest.fixture
def published(scheme: Scheme, now: datetime, office: Office) -> Callable[..., int]:
    """Publishes a round of so many people."""

    def publish(count: int = 5) -> int:
        with scheme.writing() as db:
            for n in range(count):
                details = {"name": f"Siân {n}", "email": f"p{n}@x.example", "organisation": f"Council {n}"}
                people.add(db, details, now=now)
        round_id = life.generate(scheme, now, seed=1)
        with scheme.reading() as db:
            version = kept.get(db, round_id).version
        life.publish(scheme, round_id, version, office, now)
        return round_id

    return publish


def opened(letter: Letter) -> Read:
    found = read(letter.letter)
    assert found
    return found


def withdraw(scheme: Scheme, office: Office, round_id: int, now: datetime) -> None:
    with scheme.reading() as db:
        leaving = [kept.matches_of(db, round_id)[0][1][0]]
    repair.apply(scheme, repair.propose(scheme, round_id, leaving, [], now), office, now)


def ask_for_link(scheme: Scheme, office: Office, now: datetime, status: str, language: str) -> None:
    with scheme.writing() as db:
        person = people.add(db, {"name": "New", "email": "new@x.example", "organisation": "Fife"}, now=now)
        db.execute("UPDATE people SET status = ?, language = ? WHERE id = ?", [status, language, person])
        link_requests.ask(db, "new@x.example", now)
    write_asked(scheme, lambda _: office, now + AFTER)


def remind_later(scheme: Scheme, office: Office, now: datetime) -> None:
    ask_for_link(scheme, office, now, "unconfirmed", "en")
    remind(scheme, lambda _: office, now + timedelta(days=2))


def ask_for_address(scheme: Scheme, office: Office, round_id: int, now: datetime) -> None:
    with scheme.writing() as db:
        person = int(kept.seats(db, round_id)["person"].iloc[0])
        addresses.want(db, person, "other@x.example", now)
        link_requests.ask(db, "other@x.example", now)
    write_asked(scheme, lambda _: office, now + AFTER)


def tell(scheme: Scheme, office: Office, round_id: int, now: datetime) -> None:
    with scheme.writing() as db:
        tell_old_address(db, office, Reader.of(kept.seats(db, round_id).iloc[0]), now)


def move(scheme: Scheme, office: Office, round_id: int, now: datetime) -> None:
    with scheme.writing() as db:
        tell_partners(db, office, int(kept.seats(db, round_id)["person"].iloc[0]), now)


def offer_to_skip(scheme: Scheme, office: Office, now: datetime) -> None:
    with scheme.writing() as db:
        outbox.queue(db, letters_before(db, office, 2, now, now).letters(), now)


def ask_still(scheme: Scheme, office: Office, now: datetime) -> None:
    with scheme.writing() as db:
        outbox.queue(db, still_in.letters_to(db, office, [1], now.date(), now).letters(), now)


SEND: dict[str, Callable[[Scheme, Office, int, datetime], object]] = {
    "introduction": lambda *_: None,
    "rematch": lambda scheme, office, found, now: withdraw(scheme, office, found, now),
    "withdrawal": lambda scheme, office, found, now: withdraw(scheme, office, found, now),
    "sits out": lambda *_: None,
    "before a draw": lambda scheme, office, _, now: offer_to_skip(scheme, office, now),
    "still in": lambda scheme, office, _, now: ask_still(scheme, office, now),
    "reminder": lambda scheme, office, found, now: actions.write_to_round(scheme, office, found, "reminder", now),
    "feedback": lambda scheme, office, found, now: actions.write_to_round(scheme, office, found, "feedback", now),
    "news": lambda scheme, office, found, now: write_news(scheme, office, found, now),
    "invitation": lambda scheme, office, _, now: invite(scheme, office, read_list("a@x.example"), now),
    "confirmation": lambda scheme, office, _, now: ask_for_link(scheme, office, now, "unconfirmed", "en"),
    "confirmation reminder": lambda scheme, office, _, now: remind_later(scheme, office, now),
    "new address": lambda scheme, office, found, now: ask_for_address(scheme, office, found, now),
    "address changed": lambda scheme, office, found, now: tell(scheme, office, found, now),
    "partner address": lambda scheme, office, found, now: move(scheme, office, found, now),
    "own page": lambda scheme, office, _, now: ask_for_link(scheme, office, now, "active", "en"),
}


@pytest.mark.parametrize("kind", wording.KINDS)
def test_what_is_saved_is_what_is_sent(scheme, office, now, published, kind: str) -> None:
    """Every kind of letter that people get says the organiser's words once they are saved, in both parts."""
    save(scheme, office, Draft(kind, OWN.replace("FIELD", wording.NEEDED.get(kind, "join_link"))), now)
    with scheme.writing() as db:
        settings.put(db, "rules", {"odd_sits_out": kind in ("withdrawal", "sits out")})
    SEND[kind](scheme, office, published(6 if kind == "withdrawal" else 5), now)
    with scheme.reading() as db:
        sent = {row[0]: row[1:] for row in db.execute("SELECT kind, subject, letter FROM messages")}
    subject, letter = sent.pop(kind)
    assert "Ours for " in subject
    assert letter.count(b"Our own words.") == 2
    assert not any(b"Our own words." in others for _, others in sent.values())
    wording.keep(scheme, kind, None)
    with scheme.reading() as db:
        assert wording.source(db, kind) is None


def test_each_language_has_its_own_words(scheme: Scheme, office: Office, now: datetime) -> None:
    """Changing the Welsh letter leaves the English one, and the letter says which language it is in."""
    save(scheme, office, Draft("own page", OWN.replace("FIELD", "my_page"), "cy"), now)
    ask_for_link(scheme, office, now, "active", "cy")
    with scheme.reading() as db:
        assert wording.source(db, "own page") is None
        ((letter,),) = db.execute("SELECT letter FROM messages").fetchall()
    assert b"Our own words." in letter
    assert letter.count(b"Content-Language: cy\r\n") == 2
    assert b'<html lang="cy">' in letter


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Subject: x\n\nHello {{ nmae }}\n", r"There is no field “nmae”.*partner_names"),
        ("Subject: x\n\nHello{% if not name %} {{ nmae }}{% endif %}\n", r"There is no field “nmae”"),
        ("Subject: {{ rund }}\n\nHello\n", r"There is no field “rund”"),
        ("Subject: x\n\nHello {{ name\n", r"Line 3 of the template"),
    ],
)
def test_a_misspelt_field_is_not_saved(scheme: Scheme, office: Office, now: datetime, text: str, sentence: str) -> None:
    """A template with a field that does not exist is refused by name, even where it would seldom be shown."""
    with pytest.raises(MailError, match=sentence):
        save(scheme, office, Draft("reminder", text), now)
    with scheme.reading() as db:
        assert wording.source(db, "reminder") is None


@pytest.mark.parametrize("kind", wording.NEEDED)
def test_a_letter_keeps_the_link_it_is_for(scheme: Scheme, office: Office, now: datetime, kind: str) -> None:
    """A confirmation that nobody could confirm with is refused, with the name of what it lacks."""
    with pytest.raises(MailError, match=f"needs the field “{wording.NEEDED[kind]}”"):
        save(scheme, office, Draft(kind, "Subject: x\n\nHello\n"), now)


@pytest.mark.parametrize(("kind", "language"), [(kind, code) for kind in wording.KINDS for code in languages(kind)])
def test_the_field_list_is_true(scheme: Scheme, office: Office, now: datetime, kind: str, language: str) -> None:
    """Every field in a kind's list can be used in it, and every field of its default is in the list."""
    with scheme.reading() as db:
        stage = invented(db, office)
    everything = "Subject: x\n\n" + " ".join(f"{{{{ {name} }}}}" for name in wording.FIELDS[kind])
    assert try_out(office, Draft(kind, everything), stage, now).letter
    assert try_out(office, Draft(kind, None, language), stage, now).letter
    used = set(re.findall(r"{{ (\w+) }}", template.default(kind, language)))
    assert used <= set(wording.FIELDS[kind])


@pytest.mark.parametrize(("kind", "language"), [(kind, code) for kind in wording.KINDS for code in languages(kind)])
def test_every_letter_is_read_alike_by_two_parsers(
    scheme: Scheme, office: Office, now: datetime, kind: str, language: str
) -> None:
    """Python's parser and another one find the same subject, text and attachments, and no fault; a calendar entry is
    one for icalendar too."""
    with scheme.reading() as db:
        stage = invented(db, office)
    letter = try_out(office, Draft(kind, None, language), stage, now).letter
    message, other = message_from_bytes(letter, policy=SMTP), fast_mail_parser.parse_email(letter)
    mine = read(letter)
    assert mine
    assert not [part.defects for part in message.walk() if part.defects]
    assert other.subject == message["Subject"]
    assert ["".join(text.split()) for text in other.text_plain] == ["".join(mine.text.split())]
    assert [len(part.content) for part in other.attachments] == [len(content) for _, content in mine.attached]
    for _, content in mine.attached:
        (event,) = Calendar.from_ical(content).events
        assert event.end - event.start == timedelta(minutes=30)


def test_the_preview_is_of_a_real_match(scheme: Scheme, office: Office, now: datetime, published) -> None:
    """Once there is a round, a template is tried out on a match of the newest one, and its links lead nowhere."""
    with scheme.reading() as db:
        assert real(db) is None
    found = published()
    with scheme.reading() as db:
        stage = real(db)
        seats = kept.seats(db, found)
    assert stage
    letter = try_out(office, Draft("introduction", None), stage, now)
    names = set(seats.loc[seats["match"] == seats["match"].min(), "name"])
    assert {name for name in seats["name"] if name in opened(letter).text} == names
    with scheme.reading() as db:
        ((tokens,),) = db.execute("SELECT count(*) FROM tokens WHERE hash IS NOT NULL").fetchall()
        known = [message.letter for message in (messages.stored(db, one) for one in messages.in_state(db, "waiting"))]
    assert tokens == 4 * len(known)
    assert not any(b"leads-nowhere" in one for one in known)
    assert "leads-nowhere" in opened(letter).text


def test_a_test_letter_is_of_the_newest_round(scheme, office, now, published) -> None:
    """A test to the organiser names a round there is, or the first; two tests are two letters."""
    actions.send_test(scheme, office, now)
    published()
    life.generate(scheme, now, seed=2)
    actions.send_test(scheme, office, now.replace(minute=1))
    actions.send_test(scheme, office, now.replace(minute=2), Draft("news", None))
    with scheme.reading() as db:
        sent = db.execute(
            "SELECT subject, message_id, recipient FROM messages WHERE kind = 'test' ORDER BY id"
        ).fetchall()
    assert [re.findall(r"round (\d+)", subject) for subject, _, _ in sent] == [["1"], ["2"], ["2"]]
    assert len({message_id for _, message_id, _ in sent}) == 3
    assert {recipient for _, _, recipient in sent} == {office.address}
