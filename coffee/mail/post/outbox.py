"""The outbox: letters are written first, then queued in the caller's transaction, and sent by the postman later."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby

import pandas as pd
from sqlite_utils import Database

from coffee.mail.letters.batch import Batch, Mint
from coffee.mail.letters.introduction import match_letter
from coffee.mail.letters.languages import Texts
from coffee.mail.letters.letter import Letter
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.reader import Reader
from coffee.scheme import cancelled_letters, messages, tokens

Seat = tuple[int, int]  # ids of a match and of one of its people
Match = tuple[int, Sequence[Reader]]  # its id, and its people, the one who writes first leading


def to_matches(
    texts: Texts, matches: Iterable[Match], occasion: Occasion, only: Collection[Seat] | None = None
) -> Batch:
    """Return a letter for each seat of a round's matches, or for `only` some of them."""
    seats = [
        (match_id, people, reader)
        for match_id, people in matches
        for reader in people
        if only is None or (match_id, reader.id) in only
    ]

    def compose(position: int, mint: Mint) -> Letter:
        match_id, people, reader = seats[position]
        return match_letter(texts, reader, people, occasion.of_match(match_id), mint)

    return Batch(tuple(reader for _, _, reader in seats), compose)


def queue(db: Database, letters: Iterable[Letter], now: datetime) -> int:
    """Queue letters and make their links work, inside the caller's transaction; returns how many were new.

    One whose reader left, or wants no letters any more, since it was written is cancelled at once.
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
    cancelled_letters.cancel(db)
    return new


def seats_of(seats: pd.DataFrame) -> set[Seat]:
    """Seats by match and person."""
    return set(zip(seats["match"].tolist(), seats["person"].tolist(), strict=True))


def matches_of(seats: pd.DataFrame) -> list[Match]:
    """The matches with their people, from seats as `scheme.rounds.seats` gives them; who writes first leads."""
    rows = seats.sort_values(["match", "position"]).to_dict("records")
    grouped = groupby(rows, key=lambda row: int(row["match"]))
    return [(match_id, [Reader.of(row) for row in people]) for match_id, people in grouped]
