"""A letter's bytes, read back by Python's parser and by one written in Rust."""

import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP

import fast_mail_parser
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html

from coffee.mail.letters import template
from coffee.mail.letters.letter import (
    Envelope,
    Letter,
    Link,
    Office,
    ascii_address,
    name_and_address,
    named,
    sender_of,
    write,
)
from coffee.mail.letters.markdown import LONGEST, parts
from coffee.mail.letters.reader import Reader, introduced
from coffee.mail.letters.values import HOLE, Block, one_line
from coffee.mail.post import outbox
from coffee.mail.post.sending import send_due
from coffee.scheme import tokens
from coffee.text.language import ENGLISH

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
SOURCE = (
    "Subject: Meet {{ who }} now\n\nBefore {{ who }} after\n\n{{ block }}\n\n"
    "- [{{ who }}](https://x.example/{{ who }})\n"
)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(lambda name: one_line(name))
awkward = st.sampled_from(
    ["{{ 7*7 }}", "<b>x</b>", "*x*", "[a](http://b)", "$NAME", "=?utf-8?q?x?=", 'O"Brien, "Q" <a@b>', "李 小龍", "اسم",
     "a\r\nBcc: x@y.example", "# x", "1. x", "- x", "&amp; &#65;", "\\", "`x`", "   x   y",
     "x" * 300, "李" * 300, "\u200fא",
     "<!-- -->", "~~~", "---", "|a|b|", "http://a.example", "a\tb", "A.B", "😀 e\u0301"]
)  # fmt: skip


def letter(who: str, office: Office | None = None, email: str = "p@x.example", links: tuple[Link, ...] = ()) -> Letter:
    block = introduced([Reader(1, one_line(who), "q@x.example", one_line(who), one_line(who))], ENGLISH)
    office = office or Office.of("Ann <ann@x.example>", "https://x.example", "Coffee")
    cover = Envelope("notice", "k", who, email, "round-1", links=links)
    return write(office, cover, {"who": who, "block": block}, now=NOW, mint=lambda: "m" * 22, source=SOURCE)


def read(written: Letter) -> EmailMessage:
    return BytesParser(EmailMessage, policy=SMTP).parsebytes(written.letter)


def in_header(text: str) -> str:
    """Return a value as a header carries it: single spaces, and a joiner in text that looks encoded already."""
    return re.sub(r"\s+", " ", one_line(text)).replace("=?", "=\u2060?")


@settings(max_examples=200)
@example("Siân Jones")
@example("李")
@example("Lee, Ann")
@example('O"Brien \\ (the second) <a@b>')
@given((names | awkward).filter(lambda name: "=?" not in name))
def test_the_organisers_name_in_any_script(name: str) -> None:
    """The name and address from Settings appear in From and in the signature, in any script."""
    office = Office.of(named(name, "sian@kent.example"), "https://x.example", "Coffee")
    sender = read(letter("Ann", office))["From"].addresses[0]
    assert spaces(sender.display_name) == spaces(short(in_header(name)))
    assert sender.addr_spec == "sian@kent.example"


def test_a_name_kept_encoded_is_read_all_the_same() -> None:
    """Schemes from before kept the name as mail headers encode it."""
    for text in ("=?utf-8?q?Si=C3=A2n_Jones?= <sian@kent.example>", "Siân Jones <sian@kent.example>"):
        assert name_and_address(text) == ("Siân Jones", "sian@kent.example")
    assert name_and_address("=?x-none?q?Si=C3=A2n?= <a@x.example>")[1] == "a@x.example"


def short(name: str) -> str:
    """A name in an address has at most a hundred characters."""
    return name if len(name) <= 100 else name[:99] + "…"


def spaces(text: str) -> str:
    """Without white space: a line too long for mail is broken at a space, or anywhere."""
    return re.sub(r"\s", "", text)


@settings(deadline=None, max_examples=60)
@given(names | awkward)
@example("a\r\nBcc: victim@x.example")
def test_any_name_reads_back(who: str) -> None:
    """Whatever a person is called, both parsers read it back from the headers, and both parts show it as typed."""
    written, expected = letter(who), one_line(who)
    message = read(written)
    assert message["To"].addresses[0].display_name == short(in_header(who))
    assert message["Subject"] == f"Meet {in_header(who)} now"
    other = fast_mail_parser.parse_email(written.letter)
    assert other.subject == f"Meet {in_header(who)} now"
    text, page = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert spaces(f"Before {expected} after") in spaces(text)
    assert spaces(f"Before {expected} after") in spaces(html.fromstring(page.encode()).text_content())
    assert [spaces(part) for part in other.text_plain] == [spaces(text)]


@settings(deadline=None, max_examples=60)
@given(names | awkward)
def test_headers_are_ours_alone(who: str) -> None:
    """No value adds a header, a line to a header, or a link or tag to the page; no line is too long for mail."""
    written = letter(who)
    head = re.split(rb"\r\n(?!\s)", written.letter.partition(b"\r\n\r\n")[0])
    assert [line.split(b":")[0] for line in head] == [
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"Feedback-ID", b"MIME-Version",
        b"Content-Type",
    ]  # fmt: skip
    assert max(map(len, written.letter.split(b"\r\n"))) <= max(998, LONGEST)
    assert b"\n" not in written.letter.replace(b"\r\n", b"")
    page = html.fromstring(read(written).get_body(("html",)).get_content().encode())
    assert all(link.startswith(("https://x.example/", "mailto:q@x.example")) for link in page.xpath("//a/@href"))
    assert not page.xpath("//b | //script | //img")


@settings(deadline=None, max_examples=60)
@given(names | awkward)
def test_an_organiser_of_any_name(name: str) -> None:
    """The sender's address survives whatever the sender is called."""
    office = Office("https://x.example", one_line(name), "ann@x.example", "Coffee")
    written = letter("Siân", office)
    assert sender_of(written.letter) == "ann@x.example"
    assert read(written)["From"].addresses[0].display_name == short(in_header(name))


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("p@bücher.example", "p@xn--bcher-kva.example"),
        ("p@例え.example", "p@xn--r8jz45g.example"),
        ("p@x.example", "p@x.example"),
    ],
)
def test_domains_in_other_scripts(email: str, expected: str) -> None:
    """A domain in another script goes out in the form mail servers know (RFC 5891)."""
    assert ascii_address(email) == letter("Siân", email=email).recipient == expected
    assert read(letter("Siân", email=email))["To"].addresses[0].addr_spec == expected


def test_an_international_address(scheme, mail, now, tmp_path) -> None:
    """An address whose own part is in another script goes out to a server that takes it (RFC 6531)."""
    with scheme.writing() as db:
        outbox.queue(db, [letter("Siân", email="siân@x.example")], now)
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now).sent == 1
    assert fast_mail_parser.parse_email(mail.inbox.accepted[0]).to[0].address == "siân@x.example"


def test_message_ids_differ() -> None:
    """Two letters of the same words to the same person have different Message-IDs."""
    office = Office.of("ann@x.example", "https://x.example", "Coffee")
    cover = Envelope("notice", "k", "", "p@x.example", "t")
    source = "Subject: x\n\nHello\n"
    written = [write(office, cover, {}, now=NOW, mint=tokens.mint, source=source) for _ in range(100)]
    assert len({one.message_id for one in written}) == 100


def both(source: str, **fields: object) -> tuple[str, str]:
    """The two parts that a template makes of these values."""
    filled = template.fill(f"Subject: x\n\n{source}\n", fields)
    return parts(filled.markdown, filled.values)


@given(st.lists(names | awkward, min_size=2, max_size=5), st.text(st.sampled_from("*_[]()<>`#-\n x{}|"), max_size=20))
def test_a_letter_has_its_own_values_alone(called: list[str], around: str) -> None:
    """A person's letter reads the same before and after other people's, whatever surrounds a template's fields."""
    source = f"{around.replace('{', '')} {{{{ who }}}} and {{{{ who }}}} and {{{{ other }}}}\n\n{{{{ other }}}}"
    written = [both(source, who=who, other=called[0]) for who in called]
    assert [both(source, who=who, other=called[0]) for who in reversed(called)] == written[::-1]


@pytest.mark.parametrize(
    ("source", "text", "links"),
    [
        ("[x]({{ a }})", "x: https://x.example/a?b=c&d=%20e", ["https://x.example/a?b=c&d=%20e"]),
        ("[x](<https://x.example/{{ evil }}>)", "x: https://x.example/", ["https://x.example/"]),
        ("[x]({{ evil }})", "x:", [""]),
        ("[{{ mail }}](mailto:{{ mail }})", "ann@x.example", ["mailto:ann@x.example"]),
        (
            "[x](https://x.example/{{ name }})",
            "x: https://x.example/%3Cb%3E%20%22&",
            ["https://x.example/%3Cb%3E%20%22&"],
        ),
        ("`{{ name }}`", '<b> "&', []),
        ("**{{ name }}**!", '<b> "&!', []),
        ("{{ name|upper }}", '<B> "&', []),
        ("{% set x %}*{{ name }}*{% endset %}{{ x }}", '<b> "&', []),
        ("{{ empty }}{{ name if empty else 7 }}", "7", []),
        ("{{ block }}", "- <b>", []),
        ("{{ block|trim }}", "- <b>", []),
    ],
)
def test_where_a_value_may_stand(source: str, text: str, links: list[str]) -> None:
    """In words, emphasis, code, a link's words and its address a value comes out as it is, and both parts agree."""
    fields = {
        "a": "https://x.example/a?b=c&d=%20e", "evil": "javascript:alert(1)", "mail": "ann@x.example",
        "name": '<b> "&', "empty": "", "block": Block(f"- {HOLE}", ("<b>",)),
    }  # fmt: skip
    plain, page = both(source, **fields)
    assert plain.strip() == text
    document = html.fromstring(f"<div>{page}</div>")
    assert document.xpath("//a/@href") == links
    assert not document.xpath("//b")
    if not links:
        assert document.text_content().strip() == text.removeprefix("- " if "trim" not in source else "")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("1. a\n\n   b\n2. c", "1. a\n   b\n2. c"),
        ("- a\n\n  b\n\n  - c\n\n    d\n- e", "- a\n  b\n  - c\n    d\n- e"),
        ("- a\n  b\n- c", "- a\n  b\n- c"),
        ("9. a\n10. b\n\n    c", "9. a\n10. b\n    c"),
        ("> a\n> b", "> a\n> b"),
        ("![A *map*](https://x.example/m.png) here", "A map: https://x.example/m.png here"),
        ("[![](https://x.example/m.png)](https://x.example)", "https://x.example/m.png: https://x.example"),
    ],
)
def test_the_text_part_has_what_the_formatted_part_shows(source: str, text: str) -> None:
    """An item of a list has one mark whatever it holds, and an image its address."""
    assert both(source)[0].strip() == text


def test_people_in_capitals() -> None:
    """A template that changes how people are introduced gets words, not Markdown."""
    block = introduced([Reader(1, "Siân", "sian@x.example", "Devon", topics="Bees")], ENGLISH)
    for part in both("{{ people|upper }}", people=block):
        assert "SIÂN, DEVON" in part
        assert "EMAIL: SIAN@X.EXAMPLE" in part
        assert "LIKES TO TALK ABOUT: BEES" in part
        assert not re.search(r"[*\[\]\0]|mailto", part, re.IGNORECASE)
