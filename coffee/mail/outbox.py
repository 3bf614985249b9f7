"""The outbox: letters are written first, then queued in the caller's transaction, and sent by the postman later."""

from collections.abc import Callable, Iterable
from datetime import datetime

import pandas as pd
from sqlite_utils import Database

from coffee.mail.introduction import introduction
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
) -> list[Letter]:
    """One introduction for each seat of a round. `seats` as `scheme.rounds.seats` gives them.

    `source` is the organiser's own template, if there is one. Raises TemplateFault when it cannot be filled.
    """
    letters = []
    for match_id, rows in seats.sort_values(["match", "position"]).groupby("match", sort=False):
        people = [Reader.of(row) for row in rows.to_dict("records")]
        for reader in people:
            letters.append(
                introduction(
                    office,
                    reader,
                    people,
                    round_id=round_id,
                    number=number,
                    match_id=int(str(match_id)),
                    now=now,
                    mint=mint,
                    source=source,
                )
            )
    return letters


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
