"""The letter before a draw: you are in, and may skip this round with one press."""

from datetime import datetime

from sqlite_utils import Database

from coffee.mail.letters import wording
from coffee.mail.letters.batch import Batch, Mint
from coffee.mail.letters.languages import Texts
from coffee.mail.letters.letter import Letter, Office, url
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.personal import personal_letter, personal_links
from coffee.mail.letters.reader import Reader
from coffee.scheme import opt_outs, people
from coffee.text.language import Language

KIND = "before a draw"


def letters_before(db: Database, office: Office, number: int, draw: datetime, now: datetime) -> Batch:
    """Return a letter to each person who would be in this round's draw then, and whom letters reach."""
    active = people.active(db, office.place.day(draw))
    skipping = opt_outs.skipping(db, number)
    rows = active[(active["cannot_reach"] == "") & ~active["id"].isin(skipping)].to_dict("records")
    readers, texts = tuple(map(Reader.of, rows)), wording.texts(db, KIND)

    def compose(position: int, mint: Mint) -> Letter:
        return letter_before(texts, office, readers[position], number=number, draw=draw, now=now, mint=mint)

    return Batch(readers, compose)


def letter_before(
    texts: Texts, office: Office, reader: Reader, *, number: int, draw: datetime, now: datetime, mint: Mint
) -> Letter:
    """Return the letter to one person; unique on the moment of the draw."""
    links = personal_links(reader.id, None, now, mint)
    page = next(url(office, link) for link in links if link.purpose == "me")

    def fields(language: Language) -> dict[str, object]:
        day = language.weekday(office.place.day(draw))
        return {"round": number, "day": day, "skip_link": f"{page}/skip/{number}"}

    occasion = Occasion(office, now, once=draw.isoformat(), tag=f"round-{number}")
    return personal_letter(texts, reader, occasion, links, fields, mint)
