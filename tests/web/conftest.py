"""A scheme with two people who were put in touch, to hang participants' pages on."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlite_utils import Database

from coffee.scheme import Scheme


@dataclass(frozen=True)
class Pair:
    """Ada (Devon) and Grace (Leeds), introduced to each other in round 1."""

    match_id: int
    ada: int
    grace: int


def person(db: Database, name: str, organisation: str, now: datetime, **columns: object) -> int:
    """A person in the scheme, active unless told otherwise; returns their id."""
    email = f"{name.split()[0].lower()}@example.org"
    row = {"identity": email, "name": name, "email": email, "organisation": organisation, "joined_at": now.isoformat()}
    return int(db["people"].insert(row | columns).last_pk)  # type: ignore[arg-type]


def round_of(db: Database, number: int, now: datetime, *people: int, state: str = "published") -> int:
    """A round that is out, with one match of these people; returns the match's id."""
    times = {"drawn_at": now.isoformat(), "published_at": now.isoformat()}
    round_id = db["rounds"].insert({"number": number, "state": state, "seed": 1, **times}).last_pk
    match_id = db["matches"].insert({"round_id": round_id}).last_pk
    for position, person_id in enumerate(people, 1):
        organisation = db.execute("SELECT organisation FROM people WHERE id = ?", [person_id]).fetchone()[0]
        seat = {"match_id": match_id, "person_id": person_id, "position": position, "organisation": organisation}
        db["seats"].insert(seat)
    return int(match_id)  # type: ignore[arg-type]


@pytest.fixture
def pair(scheme: Scheme, now: datetime) -> Pair:
    """Ada and Grace, introduced to each other in round 1."""
    with scheme.writing() as db:
        ada = person(db, "Ada Lovelace", "Devon County Council", now, phone="+44 1392 496000", chat_id="ada.l")
        grace = person(db, "Grace Hopper", "Leeds City Council", now, phone="+44 113 496 0000")
        return Pair(round_of(db, 1, now, ada, grace), ada, grace)
