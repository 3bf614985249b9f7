"""Letters of a round whose reader has another address by now: written anew to that address before they go."""

import re
from email.message import EmailMessage

from sqlite_utils import Database

from coffee.mail.letters import ascii_address, mailbox, policy_for, sender_of
from coffee.scheme import messages, tokens

_TO = re.compile(rb"^To: [^\r\n]*(?:\r\n[ \t][^\r\n]*)*", re.MULTILINE)
_ID = re.compile(rb"^Message-ID: <[^@>\r\n]*", re.MULTILINE | re.IGNORECASE)


def readdress(db: Database) -> int:
    """Send what waits for people of a round where they are now, as new letters; returns how many."""
    moved = messages.misaddressed(db)
    for message_id, letter, name, email in moved:
        new = tokens.mint()
        written = readdressed(letter, name, email, new)
        messages.readdress(db, message_id, ascii_address(email), new, written)
    return len(moved)


def readdressed(letter: bytes, name: str, email: str, new: str) -> bytes:
    """The letter to another address, with `new` as the part of its Message-ID before the @."""
    to = EmailMessage(policy=policy_for(email, sender_of(letter)))
    to["To"] = str(mailbox(name, email))
    head, gap, body = letter.partition(b"\r\n\r\n")
    head = _TO.sub(lambda _: to.as_bytes().rstrip(), head, count=1)
    return _ID.sub(lambda _: b"Message-ID: <" + new.encode(), head, count=1) + gap + body
