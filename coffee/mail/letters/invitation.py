"""Inviting people who are not in the scheme: one letter to each address of a pasted list, and never a second one."""

import re
from dataclasses import dataclass
from datetime import datetime

from email_validator import EmailNotValidError, validate_email

from coffee.mail.letters import wording
from coffee.mail.letters.batch import Batch, Mint
from coffee.mail.letters.languages import Texts
from coffee.mail.letters.letter import Envelope, Letter, Office, freeze
from coffee.mail.letters.personal import common
from coffee.mail.letters.reader import Reader
from coffee.mail.post import outbox
from coffee.scheme import Scheme, messages, people, tokens

# One entry of a pasted list. A comma within quotes is part of it, and so is Outlook's in "Jones, Siân <…>".
_PIECE = re.compile(r"""(?:(?<![^,;\n])[^@.,;<>"\n\d]+,(?=[^@.,;<>"\n]*<)|"[^"\n]*"|[^,;\n])+""")
_ADDRESS = re.compile(r"""<(?:mailto:)?([^<>\s]*@[^<>\s]*)>|(?:mailto:)?([^\s<>"():,;\[\]]+@[^\s<>"():,;\[\]]*\w)""")


@dataclass(frozen=True)
class Guests:
    """A pasted list, read: the addresses to write to (name and address), and what could not be read as one."""

    addresses: tuple[tuple[str, str], ...]
    unread: tuple[str, ...]


@dataclass(frozen=True)
class Invited:
    """The number of invitations queued, and of addresses already in the scheme or invited before."""

    queued: int
    known: int


def read_list(text: str) -> Guests:
    """Addresses as people paste them: separated by commas, semicolons, spaces, tabs or lines, with names or without.

    A name is taken from beside its address, and only where there is no doubt whose it is.
    """
    found: dict[str, tuple[str, str]] = {}
    unread = []
    for piece in filter(None, (match[0].strip() for match in _PIECE.finditer(text))):
        for name, address in _named(piece) or [("", piece)]:
            try:
                mended = validate_email(address, check_deliverability=False).normalized
                found.setdefault(mended.casefold(), (name, mended))
            except EmailNotValidError:
                unread.append(address)
    return Guests(tuple(found.values()), tuple(unread))


def _named(piece: str) -> list[tuple[str, str]]:
    """The addresses of one piece, each with the name before it, or after it when it stands alone."""
    matches = list(_ADDRESS.finditer(piece))
    alone = len(matches) == 1
    ends = [0, *(match.end() for match in matches)]
    before = [_name(piece[end : match.start()]) for end, match in zip(ends, matches, strict=False)]
    after = _name(piece[ends[-1] :]) if alone else ""
    return [
        ((name if match[1] or alone else "") or after, match[1] or match[2])
        for name, match in zip(before, matches, strict=True)
    ]


def _name(beside: str) -> str:
    """The name in what stands beside an address; '' for several cells of a table, of which any may be the name."""
    cells = list(filter(None, (cell.strip(" \"'<>:").rstrip("([ ").lstrip(")]. ") for cell in beside.split("\t"))))
    return cells[0] if len(cells) == 1 else ""


def invite(scheme: Scheme, office: Office, guests: Guests, now: datetime, mint: Mint = tokens.mint) -> Invited:
    """Queue an invitation to everybody on the list who is new. Raises TemplateFault and SchemeError."""
    letters = invitations(scheme, office, guests, now).letters(mint)
    with scheme.writing() as db:
        queued = outbox.queue(db, letters, now)
    return Invited(queued, len(guests.addresses) - queued)


def invitations(scheme: Scheme, office: Office, guests: Guests, now: datetime) -> Batch:
    """The invitations to be written: to everybody on the list who is not in the scheme and was never invited."""
    with scheme.reading() as db:
        texts = wording.texts(db, "invitation")
        known = messages.keys(db, "invitation")
        new = [
            Reader(0, name, address)
            for name, address in guests.addresses
            if people.find(db, address) is None and _key(address) not in known
        ]

    def compose(position: int, mint: Mint) -> Letter:
        return invitation(texts, office, new[position], now, mint)

    return Batch(tuple(new), compose)


def invitation(texts: Texts, office: Office, guest: Reader, now: datetime, mint: Mint) -> Letter:
    """The invitation to somebody who is not in the scheme. It has no link of their own."""
    envelope = Envelope("invitation", _key(guest.email), guest.name, guest.email, tag="invitation")
    halves = texts.halves(guest.language, lambda language: common(language, office, guest, ()))
    return freeze(office, envelope, halves, now=now, mint=mint)


def _key(address: str) -> str:
    return f"invitation:{address.casefold()}"
