"""The outbox: letters are written first, then queued in the caller's transaction, and sent by the postman later."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

import pandas as pd
from sqlite_utils import Database

from coffee.mail.introduction import match_letter
from coffee.mail.letters import Letter, Office
from coffee.mail.people import Reader
from coffee.scheme import messages, tokens


def introductions(
    office: Office,
    seats: pd.DataFrame,
    *,
    round_id: int,
    number: int,
    now: datetime,
    mint: Callable[[], str] = tokens.mint,
    source: str | None = None,
    kind: str = "introduction",
    only: Collection[int] | None = None,
) -> list[Letter]:
    """One introduction for each seat of a round. `seats` as `scheme.rounds.seats` gives them.

    `source` is the organiser's own template, if there is one. Another `kind` writes that letter instead, and `only`
    these people get one. Raises TemplateFault when the template cannot be filled.
    """
    return [
        match_letter(
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
        for match_id, people in _matches(seats)
        for reader in people
        if only is None or reader.id in only
    ]


def _matches(seats: pd.DataFrame) -> Iterator[tuple[int, list[Reader]]]:
    for match_id, rows in seats.sort_values(["match", "position"]).groupby("match", sort=False):
        yield int(str(match_id)), [Reader.of(row) for row in rows.to_dict("records")]


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
