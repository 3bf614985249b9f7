"""Letters in the language of their reader, or in all of them."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from icalendar import Calendar
from lxml import html

import coffee
from coffee.config.environment import load
from coffee.config.sender import office as office_of
from coffee.mail.letters import wording
from coffee.mail.letters.invitation import invite, read_list
from coffee.mail.letters.letter import Office
from coffee.mail.letters.news import write_news
from coffee.mail.post import actions
from coffee.mail.post.sending import send_due
from coffee.people.service import import_roster
from coffee.rounds import life, repair
from coffee.scheme import Scheme, open_scheme, settings
from coffee.scheme import rounds as kept

ROSTER = """name,email,organisation,language
Siân Jones,sian@x.example,Gwynedd,Welsh
Ann Lee,ann@x.example,Devon,English
Emma O'Brien,emma@x.example,Kent,
Raj Patel,raj@x.example,York,Both
"""
RULE = "-" * 40
THIRD = """
from coffee.text.language import LANGUAGES
from coffee.mail.letters import wording
from coffee.mail.letters.languages import Texts
print([language.code for language in wording.languages()])
fields = dict.fromkeys(wording.FIELDS["news"], "x")
print([half.language.code for half in Texts("news").halves("français", lambda _: fields)])
"""


@pytest.fixture
def publish(scheme: Scheme, office: Office, now: datetime) -> Callable[[], int]:
    """Publishes a round of the people of `ROSTER`."""

    def published() -> int:
        import_roster(scheme, ROSTER.encode(), "roster.csv", now)
        round_id = life.generate(scheme, now, seed=1)
        with scheme.reading() as db:
            version = kept.get(db, round_id).version
        life.publish(scheme, round_id, version, office, now)
        return round_id

    return published


def sent(scheme: Scheme, mail, now: datetime) -> dict[tuple[str, str], EmailMessage]:
    """Return the letters that a real mail server accepted, by recipient and kind."""
    send_due(scheme, mail.server, scheme.path.parent, clock=lambda: now)
    return {
        (message["To"].addresses[0].addr_spec, message["Feedback-ID"].split(":")[1]): message
        for message in mail.inbox.messages()
    }


def text(message: EmailMessage) -> str:
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n")


def page(message: EmailMessage) -> html.HtmlElement:
    return html.fromstring(message.get_body(("html",)).get_content().encode())


def words(said: str) -> str:
    return " ".join(said.split())


@pytest.mark.parametrize("who", ["emma@x.example", "raj@x.example"])
def test_both_halves_of_a_sent_letter(scheme: Scheme, publish, mail, now: datetime, who: str) -> None:
    """Readers of both languages, or of no choice, get one letter: Welsh first, a rule, then English."""
    publish()
    message = sent(scheme, mail, now)[who, "introduction"]
    welsh, english = message["Subject"].split(" | ")
    assert "dewch i adnabod" in welsh
    assert "meet " in english
    first, second = text(message).split(f"\n{RULE}\n")
    for said in ("ysgrifennu gyntaf", "E-bost: ", "Un rheol yn unig sydd: dim gwerthu."):
        assert said in first
    for said in (" first.", "Email: ", "There is only one rule: no selling."):
        assert said in second
    assert ("A fyddai hanner awr" in first) == ("Chi sy’n ysgrifennu gyntaf." in first) == (who == "raj@x.example")
    assert ("Would half an hour" in second) == ("You write first." in second) == (who == "raj@x.example")
    assert "English" not in first.partition("\n\n")[2]
    document = page(message)
    assert document.get("lang") == "cy"
    assert [part.get("lang") for part in document.xpath("//*[self::p or self::div][@lang]")] == ["en", "cy", "en"]
    for said, code in ((first.partition("\n\n")[2], "cy"), (second, "en")):
        (half,) = document.xpath(f"//div[@lang='{code}']")
        shown = words(half.text_content())
        lines = [words(line.lstrip("->* ").partition(": http")[0]) for line in said.splitlines()]
        assert [line for line in lines if line not in shown] == []
        ours = [link for link in half.xpath(".//a/@href") if "/p/" in link]
        assert [link for link in ours if not link.endswith(f"lang={code}")] == []
    for part in ("plain", "html"):
        assert message.get_body((part,))["Content-Language"] == "cy, en"
    assert len(bytes(message)) < 30_000


def test_one_language_for_who_chose_one(scheme: Scheme, publish, mail, now: datetime) -> None:
    """Readers of one language, in any spelling of a roster, find no word of the other in letter or entry."""
    publish()
    found = sent(scheme, mail, now)
    for who, code, theirs, other in (
        ("sian@x.example", "cy", "gwerthu", "selling"),
        ("ann@x.example", "en", "selling", "gwerthu"),
    ):
        message = found[who, "introduction"]
        assert page(message).get("lang") == code
        assert theirs in text(message)
        assert other not in text(message)
        assert "lang=" not in text(message)
        (entry,) = message.iter_attachments()
        (event,) = Calendar.from_ical(entry.get_payload(decode=True)).walk("VEVENT")
        assert theirs in event["DESCRIPTION"]
        assert other not in event["DESCRIPTION"]
        assert event["SUMMARY"].params["language"] == code


@pytest.mark.parametrize(("chosen", "subjects"), [("en", 1), ("cy", 1), ("cy en", 2), (None, 2), ("xx", 2)])
def test_the_organiser_says_what_who_chose_nothing_gets(
    scheme: Scheme, publish, office, mail, now: datetime, chosen: str | None, subjects: int
) -> None:
    """One language or all, as Settings has it; strangers who are invited get the same, who asked for both gets both."""
    with scheme.writing() as db:
        settings.put(db, wording.UNDECIDED, chosen)
    publish()
    invite(scheme, office, read_list("guest@y.example"), now)
    found = sent(scheme, mail, now)
    for who, kind in (("emma@x.example", "introduction"), ("guest@y.example", "invitation")):
        assert found[who, kind]["Subject"].count("|") == subjects - 1
        assert page(found[who, kind]).get("lang") == (chosen if subjects == 1 else "cy")
    assert found["raj@x.example", "introduction"]["Subject"].count("|") == 1


def test_every_kind_that_follows_speaks_both(scheme: Scheme, publish, office, mail, now: datetime) -> None:
    """Reminders, feedback requests, news, new matches and withdrawals have both halves too."""
    round_id = publish()
    for kind in ("reminder", "feedback"):
        actions.write_to_round(scheme, office, round_id, kind, now)
    write_news(scheme, office, round_id, now)
    sent(scheme, mail, now)
    with scheme.writing() as db:
        settings.put(db, "rules", {"odd_sits_out": True})
    with scheme.reading() as db:
        leaving = next(people for _, people, _ in kept.matches_of(db, round_id) if 3 in people)
    repair.apply(scheme, repair.propose(scheme, round_id, set(leaving) - {3}, [], now), office, now)
    found = sent(scheme, mail, now)
    for kind in ("reminder", "feedback", "news", "withdrawal"):
        first, second = text(found["emma@x.example", kind]).split(f"\n{RULE}\n")
        assert "Helô Emma" in first
        assert "Hello Emma" in second


def test_a_scheme_without_a_name_is_called_something_in_each_half(scheme, office, mail, now: datetime) -> None:
    """The name that a scheme has until the organiser gives it one is said in the language of the half."""
    invite(scheme, replace(office, title="Coffee trial"), read_list("guest@y.example"), now)
    message = sent(scheme, mail, now)["guest@y.example", "invitation"]
    assert message["Subject"] == "Hoffech chi ymuno â Treial coffi? | Would you like to join Coffee trial?"


def test_letters_nobody_put_a_name_to_are_signed_by_the_scheme(scheme, mail, now: datetime) -> None:
    """Without a sender's name each half is signed with the scheme's name in its language, and From has a name too."""
    unnamed = Office.of("ann@coffee.example", "https://coffee.example", "Coffee trial")
    invite(scheme, unnamed, read_list("guest@y.example"), now)
    message = sent(scheme, mail, now)["guest@y.example", "invitation"]
    assert message["From"] == "Coffee trial <ann@coffee.example>"
    welsh, english = (half.strip() for half in text(message).split(f"\n{RULE}\n"))
    assert "Fe’ch gwahoddir i ymuno â Treial coffi." in welsh
    assert "You are invited to join Coffee trial." in english
    assert welsh.splitlines()[-1] == "Treial coffi"
    assert english.splitlines()[-1] == "Coffee trial"


def test_the_organisers_own_letters_are_english(scheme: Scheme, office: Office, mail, now: datetime) -> None:
    """A test to the organiser is in English alone."""
    actions.send_test(scheme, office, now)
    message = sent(scheme, mail, now)[office.address, "introduction"]
    assert page(message).get("lang") == "en"
    assert RULE not in text(message)


def test_a_letter_the_organiser_rewrote_in_one_language(scheme: Scheme, publish, mail, now: datetime) -> None:
    """Own words in Welsh stand above the default in English."""
    wording.keep(scheme, "introduction", "Subject: Helo\n\nEin geiriau ni\n\n{{ introductions }}\n", "cy")
    publish()
    first, second = text(sent(scheme, mail, now)["emma@x.example", "introduction"]).split(f"\n{RULE}\n")
    assert "Ein geiriau ni" in first
    assert "There is only one rule" in second


def test_a_third_language_needs_no_code(tmp_path: Path) -> None:
    """With a catalogue and a template of each kind a language is offered, and letters are written in it."""
    shutil.copytree(Path(coffee.__file__).parent, tmp_path / "coffee")
    for po in tmp_path.glob("coffee/languages/cy.po"):
        po.with_name("fr.po").write_text(po.read_text("utf-8").replace("Language: cy", "Language: fr"), "utf-8")
    for template in (tmp_path / "coffee/mail/templates").glob("*.cy.md"):
        shutil.copy(template, template.with_name(template.name.replace(".cy.", ".fr.")))
    done = subprocess.run([sys.executable, "-c", THIRD], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.split("\n")[:2] == ["['cy', 'fr', 'en']", "['fr']"], done.stderr


def test_calendars_keep_two_schemes_apart(tmp_path: Path) -> None:
    """Two schemes of one organisation name themselves differently, each always the same."""
    names = []
    for name in ("one", "two", "one"):
        with open_scheme(tmp_path / name).reading() as db:
            names.append(office_of(db, load()).scheme_id)
    assert names[0] == names[2] != names[1]
    assert len(names[0]) == 16


def test_letters_go_by_the_zone_of_the_scheme(scheme: Scheme) -> None:
    """The time zone chosen in Settings is that of calendar entries; London's until one is chosen."""
    with scheme.writing() as db:
        assert office_of(db, load()).place.zone == "Europe/London"
        settings.put(db, "zone", "Europe/Berlin")
        assert office_of(db, load()).place.zone == "Europe/Berlin"
