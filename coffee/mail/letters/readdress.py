"""Letters to somebody who has another address by now: those that wait go there, and the old one is told."""

import re
from datetime import datetime
from email.message import EmailMessage

from sqlite_utils import Database

from coffee.mail.letters import wording
from coffee.mail.letters.batch import Mint
from coffee.mail.letters.languages import Texts
from coffee.mail.letters.letter import Letter, Office, ascii_address, mailbox, policy_for, sender_of
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.personal import personal_letter
from coffee.mail.letters.reader import Reader
from coffee.mail.post import outbox
from coffee.scheme import messages, tokens

_TO = re.compile(rb"^To: [^\r\n]*(?:\r\n[ \t][^\r\n]*)*", re.MULTILINE)
_ID = re.compile(rb"^Message-ID: <[^@>\r\n]*", re.MULTILINE | re.IGNORECASE)


def readdress(db: Database) -> int:
    """Redirect waiting letters of a round to their readers' new addresses, as new letters; return how many."""
    moved = messages.misaddressed(db)
    for message_id, letter, name, email in moved:
        new = tokens.mint()
        written = readdressed(letter, name, email, new)
        messages.readdress(db, message_id, ascii_address(email), new, written)
    return len(moved)


def tell_old_address(db: Database, office: Office, reader: Reader, now: datetime) -> None:
    """Queue a notice to a reader's old address, in case somebody else took over their page."""
    texts = wording.texts(db, "address changed")
    letter = texts.in_ours_if_need_be(lambda said: changed_letter(said, office, reader, now, tokens.mint))
    outbox.queue(db, [letter], now)


def changed_letter(texts: Texts, office: Office, reader: Reader, now: datetime, mint: Mint) -> Letter:
    """The letter to the old address, with no link: nobody there may need one any more."""
    occasion = Occasion(office, now, once=now.isoformat(), tag="own-page")
    return personal_letter(texts, reader, occasion, (), lambda _: {}, mint)


def readdressed(letter: bytes, name: str, email: str, new: str) -> bytes:
    """The letter to another address, with `new` as the part of its Message-ID before the @."""
    to = EmailMessage(policy=policy_for(email, sender_of(letter)))
    to["To"] = str(mailbox(name, email))
    head, gap, body = letter.partition(b"\r\n\r\n")
    head = _TO.sub(lambda _: to.as_bytes().rstrip(), head, count=1)
    return _ID.sub(lambda _: b"Message-ID: <" + new.encode(), head, count=1) + gap + body
