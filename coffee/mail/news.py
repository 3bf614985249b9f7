"""News at the end of a round: what it made, to everybody who takes part."""

from datetime import datetime

import pandas as pd

from coffee.insight.ties import connections, ties
from coffee.mail import outbox, wording
from coffee.mail.batch import Batch, Mint
from coffee.mail.introduction import common, personal_links
from coffee.mail.letters import Envelope, Letter, Office, write
from coffee.mail.people import Reader
from coffee.scheme import Scheme, messages, people, rounds

Figures = dict[str, object]


def write_news(scheme: Scheme, office: Office, round_id: int, now: datetime) -> int:
    """Queue the news of a round to everybody active who takes letters, once; returns how many."""
    letters = letters_of_news(scheme, office, round_id, now)
    with scheme.writing() as db:
        return outbox.queue(db, letters, now)


def letters_of_news(scheme: Scheme, office: Office, round_id: int, now: datetime) -> list[Letter]:
    """The news of a round, to everybody active who takes letters and has not had it."""
    return news_of(scheme, office, round_id, now).letters()


def news_of(scheme: Scheme, office: Office, round_id: int, now: datetime) -> Batch:
    """The news of a round to be written, to everybody active who takes letters and has not had it."""
    with scheme.reading() as db:
        figures = made(rounds.history(db), rounds.get(db, round_id).number)
        had = {person for _, person in messages.had(db, round_id, "news")}
        found = people.active(db, now.date())
        source = wording.source(db, "news")
    readers = tuple(Reader.of(row) for row in found[~found["id"].isin(had)].to_dict("records"))

    def compose(position: int, mint: Mint) -> Letter:
        return news_letter(office, readers[position], figures, round_id, now, mint, source)

    return Batch(readers, compose)


def news_letter(
    office: Office,
    reader: Reader,
    figures: Figures,
    round_id: int,
    now: datetime,
    mint: Mint,
    source: str | None = None,
) -> Letter:
    """The news to one person; `figures` as `made` gives them."""
    links = personal_links(reader.id, None, now, mint)
    envelope = Envelope(
        kind="news",
        key=f"news:{round_id}:{reader.id}",
        name=reader.name,
        email=reader.email,
        tag=f"round-{figures['round']}",
        person_id=reader.id,
        round_id=round_id,
        links=links,
    )
    return write(office, envelope, common(office, reader, links) | figures, now=now, mint=mint, source=source)


def made(history: pd.DataFrame, number: int) -> Figures:
    """A round in figures: its people, organisations and matches, those that met, and the connections it made.

    `history` as `scheme.rounds.history` gives it. A connection is a pair of people who met for the first time.
    """
    seats = history[history["round"] == number]
    known = connections(ties(history[history["round"] <= number]))
    new = known.loc[(known["met"] == number).fillna(False), ["person_1", "person_2"]].to_numpy().ravel()
    return {
        "round": number,
        "people": seats["person"].nunique(),
        "organisations": seats["organisation"].nunique(),
        "matches": seats["match"].nunique(),
        "met": seats.loc[seats["met"] == "yes", "match"].nunique(),
        "new_connections": _connections(len(new) // 2, seats.loc[seats["person"].isin(new), "organisation"].nunique()),
    }


def _connections(count: int, organisations: int) -> str:
    said = f"{count:,} new connection{'' if count == 1 else 's'}" if count else "no new connections yet"
    return f"{said} across {organisations:,} organisations" if organisations > 1 else said
