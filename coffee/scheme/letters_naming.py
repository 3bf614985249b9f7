"""Letters about other matches that name a person all the same, in the organiser's wording or in an error message."""

from collections.abc import Collection, Iterator
from email import message_from_bytes, policy
from email.utils import parseaddr
from typing import NamedTuple

from sqlite_utils import Database

from coffee.scheme import settings
from coffee.scheme.mentions import Mentions
from coffee.scheme.typed_text import Found, Place

_AROUND = 60  # letters of text on both sides of a mention
_ENCODED = (b"Transfer-Encoding: base64", b"Transfer-Encoding: quoted-printable")


class _Letter(NamedTuple):
    id: int
    recipient: str
    subject: str
    state: str
    to_organiser: bool
    content: bytes

    @property
    def place(self) -> Place:
        return Place("messages", (self.id,), "letter")

    def text(self) -> str:
        if not any(encoded in self.content for encoded in _ENCODED):
            return f"{self.subject}\n{self.content.decode(errors='replace')}"
        parts = message_from_bytes(self.content, policy=policy.default).walk()
        texts = [str(part.get_content()) for part in parts if part.get_content_maintype() == "text"]
        return "\n".join([self.subject, *texts])

    def without(self, mentions: Mentions) -> bytes:
        """Return its bytes without the mentions; none where they stand in an encoded part."""
        encoded = any(kind in self.content for kind in _ENCODED) or (
            b"=?" in self.content and mentions.spans(self.subject)
        )
        return (
            b""
            if encoded
            else mentions.replaced(self.content.decode(errors="surrogateescape")).encode(errors="surrogateescape")
        )


def find(db: Database, mentions: Mentions, theirs: Collection[int]) -> list[Found]:
    """The letters whose text or subject mentions the person, except those of `theirs`, by id."""
    return [
        Found(letter.place, f"A letter to {letter.recipient}: {letter.subject}", *_around(letter.text(), asked))
        for letter, asked in _naming(db, mentions)
        if letter.id not in theirs
    ]


def replace(db: Database, mentions: Mentions, spared: Collection[Place], why: str) -> None:
    """Remove mentions from letters that are still to go; empty letters that have gone or are encoded."""
    for letter, asked in list(_naming(db, mentions)):
        if letter.place in spared:
            continue
        left = b"" if letter.state in ("sent", "cancelled") else letter.without(asked)
        stopped = not left and letter.state in ("waiting", "failed")
        db.execute(
            "UPDATE messages SET letter = ?, subject = ?, state = ?, why = CASE WHEN ? THEN ? ELSE why END "
            "WHERE id = ?",
            [left, asked.replaced(letter.subject) if left else "", "cancelled" if stopped else letter.state,
             stopped, why, letter.id],
        )  # fmt: skip


def _naming(db: Database, mentions: Mentions) -> Iterator[tuple[_Letter, Mentions]]:
    """Yield each letter that mentions the person, with the mentions to look for in it.

    The organiser who signs every letter is not mentioned by the signature. Letters list many people, so a name of one
    word, or one that somebody else has too, proves nothing there.
    """
    if _signs_letters(db, mentions):
        return
    full = [name for name in mentions.names if len(name.split()) > 1]
    names = [] if _has_namesake(db, mentions) else full
    narrow = Mentions(names, mentions.addresses, mentions.numbers, mentions.others)
    query = "SELECT id, recipient, subject, state, person_id IS NULL AND kind != 'invitation', letter FROM messages "
    for row in db.execute(f"{query} WHERE letter != x'' ORDER BY id").fetchall():
        letter = _Letter(*row)
        asked = mentions if letter.to_organiser else narrow
        if asked.spans(letter.text()):
            yield letter, asked


def _around(text: str, mentions: Mentions) -> tuple[str, str]:
    """Return the text around the first mention, with the mention and without it."""
    start, stop = mentions.spans(text)[0]
    before, after = text[max(start - _AROUND, 0) : start], text[stop : stop + _AROUND]
    with_it, without = f"{before}{text[start:stop]}{after}", f"{before}{mentions.replaced(text[start:stop])}{after}"
    return " ".join(with_it.split()), " ".join(without.split())


def _signs_letters(db: Database, mentions: Mentions) -> bool:
    sender = parseaddr(str(settings.get(db, "from", "")))[1].casefold()
    return sender in {address.casefold() for address in mentions.addresses}


def _has_namesake(db: Database, mentions: Mentions) -> bool:
    others = db.execute("SELECT name, email FROM people WHERE name IS NOT NULL").fetchall()
    return any(mentions.spans(name) for name, email in others if email not in mentions.addresses)
