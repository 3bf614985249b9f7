"""The answers that people gave about their matches. Everybody answers for themselves, even where they disagree."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, NamedTuple

import pandas as pd
from sqlite_utils import Database

from coffee.scheme import edits, quotes, tokens
from coffee.scheme.errors import NotThere, SchemeError
from coffee.scheme.tokens import Purpose

Met = Literal["yes", "not yet", "no"]
Situation = Literal["open", "closed", "replaced"]


class TooLate(SchemeError):
    """Raised when an answer can no longer change: the round is closed or the match was replaced."""


@dataclass(frozen=True)
class Answer:
    """One person's answer about one match. None means not answered; `useful` runs from 1 (not at all) to 5 (very)."""

    met: Met
    why_not: str | None = None
    knew_each_other: bool | None = None
    useful: int | None = None
    helped: bool | None = None
    conduit: bool | None = None
    again: bool | None = None
    selling: str | None = None
    story: str | None = None
    story_may_be_shared: bool | None = None
    comment: str | None = None


class Other(NamedTuple):
    """Somebody else in a match. `name` is '' after erasure, `organisation` the one at the time."""

    name: str
    organisation: str


class Talk(NamedTuple):
    """A match as one of its people sees it: does it still take answers, have they answered, and who else is in it."""

    match_id: int
    person_id: int
    language: str | None
    state: Situation
    answered: bool
    others: tuple[Other, ...]


_FREE_TEXT = ("why_not", "selling", "story", "comment")
_YES_NO = ("knew_each_other", "helped", "conduit", "again", "story_may_be_shared")
_COLUMNS = ", ".join(f"answers.{field.name}" for field in fields(Answer))
_TALK = """SELECT mine.match_id, mine.person_id, state, cancelled_at, met, {expires_at},
    seats.person_id, status, language, seats.position, name, seats.organisation FROM {mine} mine
    JOIN matches ON matches.id = mine.match_id JOIN rounds ON rounds.id = round_id
    LEFT JOIN answers ON answers.match_id = mine.match_id AND answers.person_id = mine.person_id
    JOIN seats ON seats.match_id = mine.match_id JOIN people ON people.id = seats.person_id """
_TALK_OF = _TALK.format(mine="seats", expires_at="NULL") + "WHERE mine.match_id = ? AND mine.person_id = ?"
_TALK_BEHIND = _TALK.format(mine="tokens", expires_at="expires_at") + "WHERE hash = ? AND purpose = ?"


def save(db: Database, match_id: int, person_id: int, answer: Answer, now: datetime) -> None:
    """Save an answer in place of this person's earlier one. A changed story has to be chosen for sharing again.

    Raises NotThere when the person has no seat in the match, TooLate when the round is closed or the match replaced.
    """
    if talk(db, match_id, person_id).state != "open":
        raise TooLate("This round is closed, so the answer can no longer be changed. The earlier answer is kept.")
    before = get(db, match_id, person_id)
    if before and before.story != answer.story:
        quotes.choose(db, match_id, person_id, False)
    for field in _FREE_TEXT:
        if before and getattr(before, field) != getattr(answer, field):
            edits.forget(db, match_id, person_id, field)
    row = {"match_id": match_id, "person_id": person_id, **vars(answer), "answered_at": now.isoformat()}
    marks = ", ".join(f":{column}" for column in row)
    db.execute(f"INSERT OR REPLACE INTO answers ({', '.join(row)}) VALUES ({marks})", row)


def talk(db: Database, match_id: int, person_id: int) -> Talk:
    """Return a match as one of its people sees it. Raises NotThere when the person has no seat in it."""
    its_talk = _talk(db.execute(_TALK_OF, [match_id, person_id]).fetchall())
    if its_talk is None:
        raise NotThere("This person has no seat in that match. Look at the round again; nothing was changed.")
    return its_talk


def talk_behind(db: Database, purpose: Purpose, token: str, clock: Callable[[], datetime]) -> Talk | None:
    """Return the match behind a working link, in one query; None where `tokens.find` finds no holder."""
    seats = db.execute(_TALK_BEHIND, [tokens.hash_of(token), purpose]).fetchall()
    return None if not seats or tokens.is_over(seats[0][5], clock) else _talk(seats)


def _talk(seats: list[Any]) -> Talk | None:
    """Build a Talk from the rows of `_TALK`, one for each seat. Drafts are never shown to participants."""
    own, others = None, []
    for match_id, person_id, state, cancelled_at, met, _, seated, status, language, position, name, silo in seats:
        if seated != person_id:
            others.append((position, Other(name or "", silo)))
        elif status != "erased" and state != "draft":
            talk_state: Situation = "replaced" if cancelled_at else "open" if state == "published" else "closed"
            own = match_id, person_id, language, talk_state, met is not None
    return Talk(*own, tuple([other for _, other in sorted(others)])) if own else None


def get(db: Database, match_id: int, person_id: int) -> Answer | None:
    """Return this person's answer about this match, or None."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM answers WHERE match_id = ? AND person_id = ?", [match_id, person_id]
    ).fetchone()
    if row is None:
        return None
    values = dict(zip((field.name for field in fields(Answer)), row, strict=True))
    values |= {name: None if values[name] is None else bool(values[name]) for name in _YES_NO}
    return Answer(**values)


def who_answered(db: Database) -> set[int]:
    """Return the ids of everybody who has ever answered."""
    return {row[0] for row in db.execute("SELECT DISTINCT person_id FROM answers")}


def all_answers(db: Database) -> pd.DataFrame:
    """A table with one answer per row, oldest round first.

    Columns: round (its number), match, person, name, email, organisation (at the time), Answer's fields, answered_at.
    Yes/no columns are pandas booleans and `useful` is Int64, both with <NA> where there is no answer. Name and email
    are None after erasure. Replaced matches are left out.
    """
    query = (
        "SELECT rounds.number AS round, answers.match_id AS match, answers.person_id AS person, people.name, "
        f"people.email, seats.organisation, {_COLUMNS}, answered_at "
        "FROM answers JOIN seats USING (match_id, person_id) JOIN matches ON matches.id = match_id "
        "JOIN rounds ON rounds.id = round_id JOIN people ON people.id = answers.person_id "
        "WHERE cancelled_at IS NULL ORDER BY rounds.number, answers.match_id, seats.position"
    )
    table = pd.read_sql_query(query, db.conn)
    return table.astype(dict.fromkeys(_YES_NO, "boolean") | {"useful": "Int64"})
