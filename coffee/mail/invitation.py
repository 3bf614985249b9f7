"""Inviting people who are not in the scheme: one letter to each address of a pasted list, and never a second one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from email_validator import EmailNotValidError, validate_email

from coffee.mail import outbox, wording
from coffee.mail.letters import Envelope, Letter, Office, write
from coffee.scheme import Scheme, people, tokens


@dataclass(frozen=True)
class Guests:
    """A pasted list, read: the addresses to write to (name and address), and what could not be read as one."""

    addresses: tuple[tuple[str, str], ...]
    unread: tuple[str, ...]


@dataclass(frozen=True)
class Invited:
    """How many invitations were queued, and how many people are in the scheme or were invited already."""

    queued: int
    known: int


def read_list(text: str) -> Guests:
    """Addresses as people paste them: separated by commas, semicolons or lines, with names or without."""
    found: dict[str, tuple[str, str]] = {}
    unread = []
    for piece in (piece.strip() for piece in re.split(r"[;\n]|,(?![^<\"]*\"[^\"]*<)", text)):
        name, address = parseaddr(piece)
        try:
            mended = validate_email(address, check_deliverability=False).normalized
            found.setdefault(mended.casefold(), (name, mended))
        except EmailNotValidError:
            unread += [piece] if piece else []
    return Guests(tuple(found.values()), tuple(unread))


def invite(
    scheme: Scheme, office: Office, guests: Guests, now: datetime, mint: Callable[[], str] = tokens.mint
) -> Invited:
    """Queue an invitation to everybody on the list who is new. Raises TemplateFault and SchemeError."""
    with scheme.reading() as db:
        source = wording.source(db, "invitation")
        new = [guest for guest in guests.addresses if people.find(db, guest[1]) is None]
    letters = [_invitation(office, name, address, source, now, mint) for name, address in new]
    with scheme.writing() as db:
        queued = outbox.queue(db, letters, now)
    return Invited(queued, len(guests.addresses) - queued)


def _invitation(
    office: Office, name: str, address: str, source: str | None, now: datetime, mint: Callable[[], str]
) -> Letter:
    envelope = Envelope(
        kind="invitation", key=f"invitation:{address.casefold()}", name=name, email=address, tag="invitation"
    )
    fields = {
        "name": name or address,
        "title": office.title,
        "organiser": office.name or office.address,
        "join_link": f"{office.base_url}/join",
    }
    return write(office, envelope, fields, now=now, mint=mint, source=source)
