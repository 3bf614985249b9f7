"""The outbox: letters are written first, then queued in the caller's transaction, and sent by the postman later."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import groupby

import pandas as pd
from sqlite_utils import Database

from coffee.mail.batch import Batch, Mint
from coffee.mail.introduction import match_letter
from coffee.mail.letters import Letter, Office
from coffee.mail.people import Reader
from coffee.scheme import messages, tokens

Seat = tuple[int, int]  # ids of a match and of one of its people


def to_matches(
    office: Office,
    seats: pd.DataFrame,
    *,
    round_id: int,
    number: int,
    now: datetime,
    source: str | None = None,
    kind: str = "introduction",
    only: Collection[Seat] | None = None,
) -> Batch:
    """A letter of this kind for each seat of a round, or for `only` some of them.

    `seats` as `scheme.rounds.seats` gives them. `source` is the organiser's own template, if there is one.
    """
    found = [
        (match_id, people, reader)
        for match_id, people in _matches(seats)
        for reader in people
        if only is None or (match_id, reader.id) in only
    ]

    def compose(position: int, mint: Mint) -> Letter:
        match_id, people, reader = found[position]
        return match_letter(
            kind,
            office,
            reader,
            people,
            round_id=round_id,
            number=number,
            match_id=match_id,
            now=now,
            mint=mint,
            source=source,
        )

    return Batch(tuple(reader for _, _, reader in found), compose)


def queue(db: Database, letters: Iterable[Letter], now: datetime) -> int:
    """Queue letters and make their links work, inside the caller's transaction; returns how many were new.

    A letter whose key is there already is left alone, links and all: the first one stands.
    """
    new = 0
    for letter in letters:
        if not messages.add(db, letter, now):
            continue
        new += 1
        for link in letter.links:
            tokens.keep(
                db,
                link.token,
                link.purpose,
                link.person_id,
                link.match_id,
                now=now,
                expires_at=link.expires_at,
            )
    return new


def seats_of(seats: pd.DataFrame) -> set[Seat]:
    """Seats by match and person."""
    return set(zip(seats["match"].tolist(), seats["person"].tolist(), strict=True))


def _matches(seats: pd.DataFrame) -> Iterator[tuple[int, list[Reader]]]:
    rows = seats.sort_values(["match", "position"]).to_dict("records")
    for match_id, people in groupby(rows, key=lambda row: int(row["match"])):
        yield match_id, [Reader.of(row) for row in people]
