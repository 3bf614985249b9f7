"""The letter that puts the people of a match in touch."""

import itertools
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from holidays import country_holidays
from icalendar import Calendar

from coffee.days.place import Place
from coffee.mail.letters.invitation import invitation
from coffee.mail.letters.languages import Texts
from coffee.mail.letters.letter import Letter, Office
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.reader import Reader
from coffee.mail.letters.values import shortened
from coffee.mail.post import outbox
from coffee.scheme import tokens
from coffee.text.language import ALL, ENGLISH, Language

SEATS = ["match", "position", "person", "name", "email", "phone", "chat_id", "organisation", "shares", "topics", "role"]
ANN = [7, 2, 1, "Ann O'Brien", "ann@devon.example", "+44 20 7946 0000", "", "Devon", '["email"]', "", "Planner"]
LI = [
    7,
    1,
    2,
    "李 <b>",
    "li@kent.example",
    "+44 20 7946 1111",
    "li.kent",
    "Kent & Co",
    '["phone","chat_id"]',
    "Bees",
    "",
]
SAM = [7, 3, 3, "Sam", "sam@york.example", None, None, "York", "[]", None, None]


def letters(
    office: Office,
    now: datetime,
    *rows: list[Any],
    undecided: tuple[Language, ...] = (ENGLISH,),
    kind: str = "introduction",
    texts: Texts | None = None,
) -> list[Letter]:
    counter = itertools.count()
    seats = pd.DataFrame(list(rows), columns=SEATS)
    batch = outbox.to_matches(
        texts or Texts(kind, undecided=undecided), outbox.matches_of(seats), Occasion.of_round(office, 4, 5, now)
    )
    return batch.letters(lambda: f"{next(counter):04}".rjust(43, "t"))


def read(letter: Letter) -> EmailMessage:
    return BytesParser(policy=SMTP).parsebytes(letter.letter)  # type: ignore[return-value]


def both_parts(letter: Letter) -> tuple[str, str]:
    parts = [read(letter).get_body((kind,)) for kind in ("plain", "html")]
    return tuple(part.get_content() for part in parts if part)  # type: ignore[return-value]


def test_everybody_in_a_trio_gets_one(office: Office, now: datetime) -> None:
    """Each of three people gets one letter, which names the other two and no one else."""
    written = letters(office, now, ANN, LI, SAM)
    assert sorted(letter.recipient for letter in written) == [
        "ann@devon.example",
        "li@kent.example",
        "sam@york.example",
    ]
    assert len({letter.key for letter in written}) == len({letter.message_id for letter in written}) == 3
    to_sam = next(text for letter in written for text in both_parts(letter)[:1] if letter.person_id == 3)
    assert "Ann O'Brien" in to_sam
    assert "李 <b>" in to_sam
    assert "sam@york.example" not in to_sam


def test_only_what_is_shared(office: Office, now: datetime) -> None:
    """Letters give the ways to be reached that each person agreed to share, and never another."""
    to_li, to_ann = sorted(letters(office, now, ANN, LI), key=lambda letter: letter.recipient, reverse=True)
    for part in both_parts(to_li):
        assert "ann@devon.example" in part
        assert "7946 0000" not in part
    for part in both_parts(to_ann):
        assert "+44 20 7946 1111" in part
        assert "li.kent" in part
        assert "li@kent.example" not in part


def test_who_writes_first(office: Office, now: datetime) -> None:
    """The person in the first seat is told to write first, and the others are told who will."""
    to_li, to_ann = letters(office, now, ANN, LI)
    assert "You write first." in both_parts(to_li)[0]
    assert "李 <b> writes first." in both_parts(to_ann)[0]


@pytest.mark.parametrize("kind", ["introduction", "rematch"])
def test_a_first_message_is_for_who_writes_first(office: Office, now: datetime, kind: str) -> None:
    """The message to copy is in both halves of the letter to whoever writes first, and in nobody else's."""
    to_first, *to_others = letters(office, now, ANN, LI, SAM, undecided=ALL, kind=kind)
    for words in ("A first message", "we have been matched", "Neges gyntaf"):
        assert all(words in part for part in both_parts(to_first))
        assert not any(words in part for letter in to_others for part in both_parts(letter))


def test_own_words_may_give_everybody_a_first_message(office: Office, now: datetime) -> None:
    """An organiser's own template that has the message, and asks nothing about who writes first, shows it to all."""
    own = {"en": "Subject: x\n\n{{ introductions }}\n\n> {{ suggested_message }}\n"}
    for letter in letters(office, now, ANN, LI, texts=Texts("introduction", own, (ENGLISH,))):
        assert "we have been matched for a coffee" in both_parts(letter)[0]


@pytest.mark.parametrize("kind", ["introduction", "rematch"])
def test_an_organisation_is_said_once(office: Office, now: datetime, kind: str) -> None:
    """The subject and the first sentence have names alone; where people are from is told with the rest, once a half."""
    to_li, _ = letters(office, now, ANN, LI, undecided=ALL, kind=kind)
    assert "Devon" not in to_li.subject
    assert to_li.subject.count("Ann O'Brien") == 2
    assert [part.count("Devon") for part in both_parts(to_li)] == [2, 2]


def test_what_every_introduction_says(office: Office, now: datetime) -> None:
    """Both parts give the half hour, the one rule, and four personal links under the public address."""
    for letter in letters(office, now, ANN, LI):
        for part in both_parts(letter):
            assert "30 minutes" in part
            assert "no selling" in part
            for link in letter.links:
                assert f"https://coffee.example/p/{link.purpose}/{link.token}" in part
        assert {link.purpose for link in letter.links} == {"feedback", "cannot", "me", "unsubscribe"}


def test_one_click_answers(office: Office, now: datetime) -> None:
    """Met, not yet and cannot are one click each in both parts; the first two carry the answer they tick."""
    for letter in letters(office, now, ANN, LI):
        token = {link.purpose: link.token for link in letter.links}
        for part in both_parts(letter):
            for answer in ("yes", "not%20yet"):
                assert f"https://coffee.example/p/feedback/{token['feedback']}?met={answer}" in part
            assert f"https://coffee.example/p/cannot/{token['cannot']}" in part


def test_headers(office: Office, now: datetime) -> None:
    """Headers say who, when, which round, that a program wrote it, and how to stop with one click (RFC 8058)."""
    to_li, _ = letters(office, now, ANN, LI)
    message = read(to_li)
    assert message["From"].addresses[0].display_name == "Lee, Ann"
    assert message["To"].addresses[0].display_name == "李 <b>"
    assert message["Date"].datetime == now
    assert message["Message-ID"] == to_li.message_id
    assert re.fullmatch(r"<[\w-]{16,}@coffee\.example>", to_li.message_id)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https://coffee\.example/p/unsubscribe/[\w-]{43}>", message["List-Unsubscribe"])
    assert message["Feedback-ID"].startswith("round-5:introduction:")
    assert len(to_li.letter) < 30_000


def test_without_links(office: Office, now: datetime) -> None:
    """Once a letter has gone, its stored bytes hold none of its tokens and still read as a letter."""
    for letter in letters(office, now, ANN, LI):
        stored = tokens.without_links(letter.letter)
        assert not any(link.token.encode() in stored for link in letter.links)
        assert BytesParser(policy=SMTP).parsebytes(stored)["Subject"] == letter.subject


@pytest.mark.parametrize(
    "name",
    ["{{ 7*7 }}", "<b>", "*x*", "[a](http://b)", "$NAME", "NA", "=cmd()", "&amp;", "# x", "1. x", "\\", "`x`", "__x__"],
)
def test_names_are_shown_as_typed(office: Office, now: datetime, name: str) -> None:
    """A name or organisation that looks like markup comes out as typed in the subject and in both parts."""
    from lxml import html

    _, to_ann = letters(office, now, ANN, [*LI[:3], name, *LI[4:7], name, *LI[8:]])
    text, page = both_parts(to_ann)
    assert f"meet {name}" in read(to_ann)["Subject"]
    assert f"matched with {name}." in text
    assert f"{name}, {name}" in text
    document = html.fromstring(page.encode())
    assert f"matched with {name}." in document.text_content()
    assert f"{name}, {name}" in document.text_content()
    assert [link for link in document.xpath("//a/@href") if "//b" in link] == []


@pytest.mark.parametrize("character", ["x", "李", "&", '"', "😀"])
@pytest.mark.parametrize("kind", ["introduction", "rematch", "reminder", "feedback"])
def test_however_much_people_say_a_letter_is_small(now: datetime, kind: str, character: str) -> None:
    """Under 30 KB in two languages for a trio whose every detail is a thousand characters long, with links whole."""
    long = character * 1000
    office = Office("https://coffee.example", long[:80], "ann@coffee.example", long[:80])
    shares = '["email","phone","chat_id"]'
    emails = [f"{'a' * 60}{n}@{'b' * 60}.{'c' * 60}.example" for n in (1, 2, 3)]
    rows = [[7, n, n, long, emails[n - 1], long, long, long, shares, long, long] for n in (1, 2, 3)]
    matches = outbox.matches_of(pd.DataFrame(rows, columns=SEATS))
    for letter in outbox.to_matches(Texts(kind), matches, Occasion.of_round(office, 4, 5, now)).letters():
        assert len(letter.letter) < 30_000
        for part in both_parts(letter):
            assert "Un rheol" in part or kind not in ("introduction", "rematch")
            used = [link for link in letter.links if link.purpose != "cannot" or kind != "feedback"]
            assert all(part.count(link.token) >= 2 for link in used)
            assert all(part.count(email) >= 2 for email in emails if email != letter.recipient) or kind == "feedback"
        assert f"{character}…" in both_parts(letter)[0]


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [("Siân", 5, "Siân"), ("Siân", 4, "Siâ…"), ("", 0, ""), ("a b", 2, "a…"), ("a&b", 6, "a&…"), ("李李", 5, "李…")],
)
def test_shortened(text: str, most: int, expected: str) -> None:
    """Never within a character, and no space before the ellipsis."""
    assert shortened(text, most) == expected


@pytest.mark.parametrize(
    ("zone", "day", "hour"),
    [
        ("Europe/London", datetime(2026, 1, 6, 9, tzinfo=UTC), 10),
        ("Europe/London", datetime(2026, 6, 2, 9, tzinfo=UTC), 9),
        ("Europe/London", datetime(2026, 3, 24, 9, tzinfo=UTC), 9),  # the clocks change in the week between
        ("Pacific/Auckland", datetime(2026, 6, 2, 9, tzinfo=UTC), 22),
        ("Europe/London", datetime(2026, 12, 18, 9, tzinfo=UTC), 10),  # Christmas Day is a week later
        ("Europe/London", datetime(2026, 12, 25, 9, tzinfo=UTC), 10),  # New Year's Day
    ],
)
def test_the_half_hour_is_at_ten_on_the_organisers_clock(office: Office, zone: str, day: datetime, hour: int) -> None:
    """The calendar entry begins at ten o'clock where the organiser is, in summer too, on a working day there."""
    office = replace(office, place=Place(zone=zone), scheme_id="f00d")
    (to_li, _) = letters(office, day, ANN, LI)
    (entry,) = read(to_li).iter_attachments()
    (event,) = Calendar.from_ical(entry.get_payload(decode=True)).walk("VEVENT")
    start = event.decoded("DTSTART")
    assert (start.utcoffset(), start.hour) == (timedelta(0), hour)
    local = start.astimezone(ZoneInfo(zone))
    assert (local.hour, country_holidays("GB", subdiv="ENG").is_working_day(local)) == (10, True)
    assert event["UID"] == "match-7-f00d@coffee.example"


def test_replies_go_where_the_organiser_says(office: Office, now: datetime) -> None:
    """Letters have a Reply-To only when another address was chosen; who answers an invitation with Stop reaches it."""
    guest = Reader(0, "", "guest@x.example")
    for reply_to in (None, "team@coffee.example"):
        chosen = replace(office, reply_to=reply_to)
        to_li, _ = letters(chosen, now, ANN, LI)
        assert read(to_li)["Reply-To"] == reply_to
        invited = invitation(Texts("invitation"), chosen, guest, now, lambda: "m" * 22)
        stop = f"<mailto:{reply_to or 'ann@coffee.example'}?subject=Stop>"
        assert read(invited)["List-Unsubscribe"] == stop
