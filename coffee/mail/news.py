"""News at the end of a round: what it made, to everybody who takes part."""

from datetime import datetime

import pandas as pd

from coffee.mail import outbox, wording
from coffee.mail.introduction import common, personal_links
from coffee.mail.letters import Envelope, Letter, Office, write
from coffee.mail.people import Reader
from coffee.scheme import Scheme, people, rounds, tokens


def write_news(scheme: Scheme, office: Office, round_id: int, now: datetime) -> int:
    """Queue the news of a round to everybody active who takes letters, once; returns how many."""
    letters = letters_of_news(scheme, office, round_id, now)
    with scheme.writing() as db:
        return outbox.queue(db, letters, now)


def letters_of_news(scheme: Scheme, office: Office, round_id: int, now: datetime) -> list[Letter]:
    """The news of a round, to everybody active who takes letters. Queueing adds none for who has had it."""
    with scheme.reading() as db:
        number = rounds.get(db, round_id).number
        figures = made(rounds.history(db), number)
        readers = [Reader.of(row) for row in people.active(db, now.date()).to_dict("records")]
        source = wording.source(db, "news")
    letters = []
    for reader in readers:
        links = personal_links(reader.id, None, now, tokens.mint)
        envelope = Envelope(
            kind="news",
            key=f"news:{round_id}:{reader.id}",
            name=reader.name,
            email=reader.email,
            tag=f"round-{number}",
            person_id=reader.id,
            round_id=round_id,
            links=links,
        )
        fields = common(office, reader, links) | figures
        letters.append(write(office, envelope, fields, now=now, mint=tokens.mint, source=source))
    return letters


def made(history: pd.DataFrame, number: int) -> dict[str, object]:
    """A round in numbers: people and organisations in touch, matches, and how many of them say they met.

    `history` as `scheme.rounds.history` gives it.
    """
    seats = history[history["round"] == number]
    return {
        "round": number,
        "people": seats["person"].nunique(),
        "organisations": seats["organisation"].nunique(),
        "matches": seats["match"].nunique(),
        "met": seats.loc[seats["met"] == "yes", "match"].nunique(),
    }
