"""The two letters that participants' pages cause: confirm that you join, and here is the link to your page."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from coffee.mail import outbox
from coffee.mail.introduction import common
from coffee.mail.letters import Envelope, Letter, Link, Office, write
from coffee.mail.people import Reader
from coffee.scheme import Unwritable, people, tokens
from coffee.scheme.tokens import Purpose
from coffee.web.language import Language, named

CONFIRM_LASTS = timedelta(days=14)
PAGE_LASTS = timedelta(days=180)
TEMPLATES = Path(__file__).parent / "templates"
PATIENCE = timedelta(minutes=10)  # a second click sends no second letter


def send_link(db: Database, office: Office, person_id: int, asked_in: Language, now: datetime) -> None:
    """Queue the letter this person needs to go on: to confirm, or to open their page. Not twice in ten minutes.

    It is in the language they chose, else in the one they asked in.

    Raises Unwritable while nobody said in Settings who signs the letters.
    """
    if not office.address:
        raise Unwritable("Letters need a sender. Write your name and address in Settings.")
    row = people.person(db, person_id, now.date())
    purpose: Purpose = "confirm" if row["status"] == "unconfirmed" else "me"
    if not tokens.made_since(db, purpose, person_id, now - PATIENCE):
        language = named(row["language"]) or asked_in
        outbox.queue(db, [_letter(office, Reader.of(row), purpose, language, now)], now)


def _letter(office: Office, reader: Reader, purpose: Purpose, language: Language, now: datetime) -> Letter:
    lasts = CONFIRM_LASTS if purpose == "confirm" else PAGE_LASTS
    link = Link(tokens.mint(), purpose, reader.id, None, now + lasts)
    kind = {"confirm": "confirmation", "me": "own page"}[purpose]
    envelope = Envelope(
        kind=kind,
        key=f"{kind}:{reader.id}:{now.isoformat()}",
        name=reader.name,
        email=reader.email,
        tag="own-page",
        person_id=reader.id,
        links=(link,),
    )
    source = (TEMPLATES / f"{purpose}.{language.code}.md").read_text("utf-8")
    return write(office, envelope, common(office, reader, [link]), now=now, mint=tokens.mint, source=source)
