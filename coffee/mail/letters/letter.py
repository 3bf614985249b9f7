"""A letter: what it says, and the exact bytes that go to the mail server.

Built once and never again: the bytes, the Message-ID and the Date are frozen here, so that a letter sent a second time
after a crash is recognisably the same letter.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP, EmailPolicy
from email.utils import parseaddr
from functools import lru_cache
from typing import Literal

import idna

from coffee.days.place import ENGLAND, Place
from coffee.mail.letters import template
from coffee.mail.letters.body import both_parts
from coffee.mail.letters.languages import Half
from coffee.mail.letters.values import one_line
from coffee.text.language import ENGLISH, Language

MOST = 30_000  # bytes of a letter
SHORTER = (240, 160, 100, 60)  # bytes of a value in a letter that would be too long
LONGEST_NAME = 100  # characters of a name in an address; the letter itself has all of it

# Long lines keep a header on one line: folding is where Python has broken names in other scripts.
_PLAIN = SMTP.clone(max_line_length=998)
_INTERNATIONAL = _PLAIN.clone(
    utf8=True
)  # RFC 6531: only a letter with an international address has raw UTF-8 in headers

Purpose = Literal["confirm", "address", "me", "feedback", "unsubscribe", "cannot"]


@dataclass(frozen=True)
class Office:
    """The organiser and the scheme, as letters need to know them.

    `base_url` has no slash at its end. Answers go to `reply_to`, else to `address`. `place` is the scheme's. No other
    scheme has `scheme_id`. `letters_leave` is False where there is no mail server, so letters stay on this machine;
    they are signed with an `invented` address until the organiser gives one.
    """

    base_url: str
    name: str
    address: str
    title: str
    reply_to: str | None = None
    place: Place = ENGLAND
    scheme_id: str = ""
    letters_leave: bool = True
    invented: bool = False

    @classmethod
    @lru_cache(maxsize=16)  # every page asks, and reading an address takes longer than the rest of a page
    def of(cls, sender: str, base_url: str, title: str, reply_to: str | None = None) -> "Office":
        """From `Name <address>`, or an address alone."""
        name, address = name_and_address(sender)
        return cls(base_url.rstrip("/"), name, address, title, reply_to)

    @property
    def contact(self) -> str:
        """The address at which people may write to the organiser; '' if there is none."""
        return self.reply_to or ("" if self.invented else self.address)

    @property
    def reaches_people(self) -> bool:
        """Return whether a letter can arrive: it has a signatory, and it leaves this machine."""
        return bool(self.address) and self.letters_leave

    def title_in(self, language: Language) -> str:
        """Return the scheme's name, or a default in the reader's language if it has none."""
        return language.say("Coffee trial") if self.title == "Coffee trial" else self.title

    def signed_in(self, language: Language = ENGLISH) -> str:
        """Return the name to sign with: the organiser's, else the scheme's in the reader's language."""
        return self.name or self.title_in(language)


@dataclass(frozen=True)
class Link:
    """A token in a letter that the scheme has to know. `purpose` is what its page is for."""

    token: str = field(repr=False)
    purpose: Purpose
    person_id: int
    match_id: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Letter:
    """One letter to one person. `key` is unique on round, person and kind; `letter` holds its exact bytes."""

    key: str
    kind: str
    recipient: str
    subject: str
    message_id: str
    letter: bytes = field(repr=False)
    person_id: int | None = None
    round_id: int | None = None
    match_id: int | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Envelope:
    """Whom a letter is for and how it is known: everything of a letter that its template does not say."""

    kind: str
    key: str
    name: str
    email: str
    tag: str
    person_id: int | None = None
    round_id: int | None = None
    match_id: int | None = None
    links: tuple[Link, ...] = ()
    calendar: bytes | None = field(default=None, repr=False)


def write(
    office: Office,
    envelope: Envelope,
    fields: Mapping[str, object],
    *,
    now: datetime,
    mint: Callable[[], str],
    source: str | None = None,
) -> Letter:
    """Fill the English template (`source`, or the kind's default) and freeze it. Raises TemplateFault."""
    filled = template.fill(source or template.default(envelope.kind), fields)
    return freeze(office, envelope, [Half(ENGLISH, filled)], now=now, mint=mint)


def freeze(
    office: Office, envelope: Envelope, halves: Sequence[Half], *, now: datetime, mint: Callable[[], str]
) -> Letter:
    """A letter's exact bytes, with a half for each language. `mint` gives text nobody can guess.

    What is filled in is shortened, as far as it takes, in a letter that would have `MOST` bytes or more.
    """
    message_id = f"<{mint()}@{ascii_address(office.address).rpartition('@')[2] or 'localhost'}>"
    for longest in (None, *SHORTER):
        within = halves if longest is None else [half.within(longest) for half in halves]
        subject = " | ".join(half.filled.subject for half in within)
        letter = _bytes(office, envelope, subject, within, now, message_id)
        if len(letter) < MOST:
            break
    return Letter(
        key=envelope.key,
        kind=envelope.kind,
        recipient=ascii_address(envelope.email),
        subject=subject,
        message_id=message_id,
        letter=letter,
        person_id=envelope.person_id,
        round_id=envelope.round_id,
        match_id=envelope.match_id,
        links=envelope.links,
    )


def name_and_address(text: str) -> tuple[str, str]:
    """The two parts of `Name <address>`; the name is '' when there is none. Reads one encoded for mail too."""
    name, address = parseaddr(one_line(text))
    if "=?" in name:
        with suppress(MessageError, LookupError, UnicodeError):
            name = str(make_header(decode_header(name)))
    return name, address


def named(name: str, address: str) -> str:
    """`Name <address>`, quoted where it must be, in any script: what `name_and_address` reads."""
    user, _, domain = address.rpartition("@")
    return str(Address(one_line(name), user, domain))


def _bytes(
    office: Office, envelope: Envelope, subject: str, halves: Sequence[Half], now: datetime, message_id: str
) -> bytes:
    message = EmailMessage(policy=policy_for(envelope.email, office.address))
    message["From"] = str(mailbox(office.signed_in(), office.address))
    message["To"] = str(mailbox(envelope.name, envelope.email))
    message["Subject"] = in_header(subject)
    message["Date"] = office.place.local(now)
    message["Message-ID"] = message_id
    for name, value in _manners(office, envelope):
        message[name] = value
    _fill_in(message, subject, halves, envelope)
    return message.as_bytes()


def mailbox(name: str, email: str) -> Address:
    """A name in any script and its address, ready for a header."""
    user, _, domain = ascii_address(email).rpartition("@")
    shown = in_header(name)
    if len(shown) > LONGEST_NAME:  # else Python folds the header, and adds a space where it does
        shown = shown[: LONGEST_NAME - 1] + "…"
    return Address(display_name=shown, username=user, domain=domain)


def in_header(text: str) -> str:
    """The text as a header can carry it: one space where there are several, and nothing that reads as encoded already.

    `=?utf-8?q?…?=` in a name would be decoded on the way (RFC 2047); an invisible character keeps it as it is typed.
    """
    return " ".join(one_line(text).split()).replace("=?", "=\u2060?")


def ascii_address(email: str) -> str:
    """The address with its domain as mail servers write it: siân@bücher.example → siân@xn--bcher-kva.example."""
    user, _, domain = one_line(email).rpartition("@")
    try:
        return f"{user}@{domain if domain.isascii() else idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return f"{user}@{domain}"


def sender_of(letter: bytes) -> str:
    """The address a letter says it is from."""
    return _address_in(letter.partition(b"\r\n")[0])


@lru_cache(maxsize=16)
def _address_in(from_header: bytes) -> str:
    parsed = BytesParser(policy=SMTP).parsebytes(from_header + b"\r\n\r\n", headersonly=True)
    return str(parsed["From"].addresses[0].addr_spec)


def policy_for(*addresses: str) -> "EmailPolicy[EmailMessage]":
    """Return the way to write the headers of a letter with these addresses."""
    plain = all(ascii_address(address).isascii() for address in addresses)
    return _PLAIN if plain else _INTERNATIONAL


def _manners(office: Office, envelope: Envelope) -> list[tuple[str, str]]:
    """The headers that let mail programs treat a letter as what it is (RFC 2369, RFC 3834, RFC 8058)."""
    found = [("Auto-Submitted", "auto-generated"), ("Feedback-ID", f"{envelope.tag}:{envelope.kind}:coffee")]
    if office.reply_to:
        name, address = name_and_address(office.reply_to)
        found.append(("Reply-To", str(mailbox(name, address))))
    stop = [url(office, link) for link in envelope.links if link.purpose == "unsubscribe"]
    if envelope.kind == "invitation":  # strangers have no link of their own, so they answer the organiser
        found.append(("List-Unsubscribe", f"<mailto:{ascii_address(office.reply_to or office.address)}?subject=Stop>"))
    found += [("List-Unsubscribe", f"<{where}>") for where in stop]
    found += [("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") for _ in stop]
    return found


def _fill_in(message: EmailMessage, subject: str, halves: Sequence[Half], envelope: Envelope) -> None:
    text, page = both_parts(subject, halves)
    spoken = [f"Content-Language: {', '.join(half.language.code for half in halves)}"]  # RFC 3282
    message.set_content(text, cte="8bit", headers=spoken)
    message.add_alternative(page, subtype="html", cte="8bit", headers=spoken)
    if envelope.calendar:
        message.add_attachment(
            envelope.calendar.decode(),
            subtype="calendar",
            cte="8bit",
            filename="coffee.ics",
            params={"method": "PUBLISH"},
        )


def url(office: Office, link: Link) -> str:
    """The address a link in a letter leads to."""
    return f"{office.base_url}/p/{link.purpose}/{link.token}"
