"""The two letters that bring somebody to a page: confirm that you join, and here is the link to your page."""

from datetime import datetime, timedelta
from typing import Literal

from coffee.mail.batch import Mint
from coffee.mail.introduction import common
from coffee.mail.letters import Envelope, Letter, Link, Office, write
from coffee.mail.people import Reader

Opens = Literal["confirm", "me"]

LASTS: dict[Opens, timedelta] = {"confirm": timedelta(days=14), "me": timedelta(days=180)}
KINDS: dict[Opens, str] = {"confirm": "confirmation", "me": "own page"}


def link_letter(
    office: Office,
    reader: Reader,
    purpose: Opens,
    now: datetime,
    mint: Mint,
    source: str | None = None,
    language: str = "en",
) -> Letter:
    """The letter with a link to confirm, or to the reader's own page; another one each time it is asked for."""
    link = Link(mint(), purpose, reader.id, None, now + LASTS[purpose])
    kind = KINDS[purpose]
    envelope = Envelope(
        kind=kind,
        key=f"{kind}:{reader.id}:{now.isoformat()}",
        name=reader.name,
        email=reader.email,
        tag="own-page",
        person_id=reader.id,
        links=(link,),
    )
    fields = common(office, reader, [link])
    return write(office, envelope, fields, now=now, mint=mint, source=source, language=language)
