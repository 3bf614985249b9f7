"""The letters that bring somebody to a page: confirm that you join, confirm a new address, here is your page."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from coffee.mail.letters.batch import Mint
from coffee.mail.letters.languages import Texts
from coffee.mail.letters.letter import Letter, Link, Office
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.personal import personal_letter
from coffee.mail.letters.reader import Reader

Opens = Literal["confirm", "address", "me"]

LASTS: dict[Opens, timedelta] = {
    "confirm": timedelta(days=14),
    "address": timedelta(days=14),
    "me": timedelta(days=180),
}
OPENS: dict[str, Opens] = {  # by kind of letter
    "confirmation": "confirm",
    "confirmation reminder": "confirm",
    "new address": "address",
    "own page": "me",
}


def link_letter(
    texts: Texts, office: Office, reader: Reader, now: datetime, mint: Mint, *, once: str = "", tag: str = "own-page"
) -> Letter:
    """The letter with a link to confirm, or to the reader's own page; unique on `once`, else on the time.

    To an address that may be anybody's it says no name: a stranger who typed one could have us send an advertisement.
    """
    purpose = OPENS[texts.kind]
    reader = reader if purpose == "me" else replace(reader, name="")
    link = Link(mint(), purpose, reader.id, None, now + LASTS[purpose])
    occasion = Occasion(office, now, once or now.isoformat(), tag)
    return personal_letter(texts, reader, occasion, (link,), lambda _: {}, mint)
