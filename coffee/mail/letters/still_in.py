"""Letters that ask people who have been silent for a while whether they still want to take part."""

from collections.abc import Collection
from datetime import date, datetime

from sqlite_utils import Database

from coffee.mail.letters import wording
from coffee.mail.letters.batch import Batch, Mint
from coffee.mail.letters.languages import Texts
from coffee.mail.letters.letter import Letter, Office, url
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.personal import personal_letter, personal_links
from coffee.mail.letters.reader import Reader
from coffee.place import place
from coffee.scheme import people


def letters_to(db: Database, office: Office, silent: Collection[int], until: date, now: datetime) -> Batch:
    """Return a letter to each of these people, who can answer until that day."""
    where = place(db)
    readers = tuple(Reader.of(people.person(db, person, where.day(now))) for person in sorted(silent))
    texts = wording.texts(db, "still in")

    def compose(position: int, mint: Mint) -> Letter:
        return still_in_letter(texts, office, readers[position], until, now, mint)

    return Batch(readers, compose)


def still_in_letter(texts: Texts, office: Office, reader: Reader, until: date, now: datetime, mint: Mint) -> Letter:
    """Return the letter with a link to the "I am still in" page; unique on the day, so a new day gets a new letter."""
    links = personal_links(reader.id, None, now, mint)
    page = f"{url(office, next(link for link in links if link.purpose == 'me'))}/still"
    occasion = Occasion(office, now, once=until.isoformat(), tag="still-in")
    return personal_letter(
        texts, reader, occasion, links, lambda language: {"still_link": page, "until": language.day(until)}, mint
    )
