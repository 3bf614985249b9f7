"""The people of a scheme and their details.

The email is the identity: spellings that differ only in case are one person. Callers check typed text first; this
module stores it as given.
"""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlite_utils import Database

from coffee.scheme import cancelled_letters, tokens
from coffee.scheme.errors import NotThere, SchemeError, Stale

DETAILS = ("name", "email", "organisation", "phone", "chat_id", "role", "topics", "language", "extra", "shares")
WORDS = {"chat_id": "chat ID", "extra": "other details", "shares": "what they share"}

_COLUMNS = """
    id, coalesce(name, '') AS name, coalesce(email, '') AS email, organisation, coalesce(phone, '') AS phone,
    coalesce(chat_id, '') AS chat_id, coalesce(role, '') AS role, coalesce(topics, '') AS topics,
    coalesce(language, '') AS language, shares, extra,
    CASE WHEN status = 'paused' AND paused_until <= :today THEN 'active' ELSE status END AS status,
    CASE WHEN status = 'paused' AND paused_until > :today THEN paused_until ELSE '' END AS paused_until,
    coalesce(cannot_reach, '') AS cannot_reach, coalesce(unsubscribed_at, '') AS unsubscribed_at, joined_at, version
"""

_UNCONFIRMED = """status = 'unconfirmed' AND joined_at < ?
    AND NOT EXISTS (SELECT 1 FROM seats WHERE person_id = people.id)
    AND NOT EXISTS (SELECT 1 FROM left_out WHERE person_id = people.id)"""


def everyone(db: Database, today: date) -> pd.DataFrame:
    """A table of people who are not erased, by name, one per row. Missing text is ''.

    Columns: id, name, email, organisation, phone, chat_id, role, topics, language, shares (list), extra (dict), status,
    paused_until, cannot_reach, unsubscribed_at, joined_at, version. A pause that is over by `today` counts as active.
    """
    cursor = db.execute(
        f"SELECT {_COLUMNS} FROM people WHERE status != 'erased' ORDER BY name COLLATE NOCASE, id",
        {"today": today.isoformat()},
    )
    frame = pd.DataFrame(cursor.fetchall(), columns=[column[0] for column in cursor.description])
    frame["shares"] = [json.loads(text) for text in frame["shares"]]
    frame["extra"] = [json.loads(text) for text in frame["extra"]]
    return frame.astype({"id": "int64", "version": "int64"})


def active(db: Database, today: date) -> pd.DataFrame:
    """Return the rows of `everyone` that a draw may pair: active as of `today`, and not unsubscribed."""
    frame = everyone(db, today)
    return frame[(frame["status"] == "active") & (frame["unsubscribed_at"] == "")].reset_index(drop=True)


def person(db: Database, person_id: int, today: date) -> dict[str, Any]:
    """Return one person with the columns of `everyone`. Raises NotThere when unknown or erased."""
    rows = list(
        db.query(
            f"SELECT {_COLUMNS} FROM people WHERE id = :id AND status != 'erased'",
            {"id": person_id, "today": today.isoformat()},
        )
    )
    if not rows:
        raise NotThere("This person is no longer in the scheme. Somebody may have erased them meanwhile.")
    return rows[0] | {"shares": json.loads(rows[0]["shares"]), "extra": json.loads(rows[0]["extra"])}


def find(db: Database, email: str) -> int | None:
    """Return the id of the person with this email in any case, or None."""
    row = db.execute("SELECT id FROM people WHERE identity = ?", [email.casefold()]).fetchone()
    return None if row is None else int(row[0])


def was_matched(db: Database, person_id: int) -> bool:
    """Return whether this person had a match in a published or closed round."""
    query = "SELECT 1 FROM seats JOIN matches m ON m.id = match_id JOIN rounds r ON r.id = round_id "
    return db.execute(f"{query} WHERE person_id = ? AND r.state != 'draft'", [person_id]).fetchone() is not None


def ids(db: Database) -> frozenset[int]:
    """Return the ids of people who are not erased."""
    return frozenset(row[0] for row in db.execute("SELECT id FROM people WHERE status != 'erased'"))


def names(db: Database, people: Collection[int]) -> dict[int, str]:
    """Return each person's name, or their address if they have none, by id. Erased people are left out."""
    marks = ", ".join("?" * len(people))
    return dict(
        db.conn.execute(
            f"SELECT id, coalesce(nullif(name, ''), email) FROM people WHERE status != 'erased' AND id IN ({marks})",
            list(people),
        ).fetchall()
    )


def identities(db: Database) -> set[str]:
    """Return the case-folded emails in use."""
    return {identity for (identity,) in db.execute("SELECT identity FROM people WHERE status != 'erased'")}


def add(db: Database, details: Mapping[str, Any], *, now: datetime, status: str = "active") -> int:
    """Add a person with some of `DETAILS` (name, email and organisation at least); returns their id.

    Raises SchemeError when the email is somebody's already.
    """
    _refuse_taken(db, details, None)
    row = _row(details) | {"status": status, "joined_at": now.isoformat()}
    marks = ", ".join("?" for _ in row)
    cursor = db.execute(f"INSERT INTO people ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    return int(cursor.lastrowid or 0)


def change(db: Database, person_id: int, version: int, changes: Mapping[str, Any]) -> None:
    """Save some of `DETAILS`, status or paused_until, based on the `version` that was read.

    A new email clears the flag that letters cannot reach it, and ends links sent to the old one. Raises Stale, naming
    what is there now, when somebody saved in between; SchemeError when the new email is taken.
    """
    _refuse_taken(db, changes, person_id)
    row, moves = _row(changes), find(db, changes.get("email", "")) != person_id
    sets, values = ", ".join(f"{column} = ?" for column in row), list(row.values())
    if "email" in row:
        sets, values = f"{sets}, cannot_reach = CASE WHEN email = ? THEN cannot_reach END", [*values, row["email"]]
    saved = db.execute(
        f"UPDATE people SET {sets}, version = version + 1 WHERE id = ? AND version = ? AND status != 'erased'",
        [*values, person_id, version],
    ).rowcount
    if not saved:
        raise _stale(db, person_id, changes)
    if "email" in row and moves:
        db.execute("UPDATE people SET new_email = NULL WHERE id = ?", [person_id])
        tokens.revoke(db, person_id, "address")
        tokens.revoke_sent(db, person_id)
    if changes.get("status") == "left":
        cancelled_letters.cancel(db)


def unconfirmed(db: Database, before: datetime) -> bool:
    """Return whether anybody joined before then (aware UTC) and never confirmed; people who were in a round do not
    count.
    """
    return db.execute(f"SELECT 1 FROM people WHERE {_UNCONFIRMED} LIMIT 1", [before.isoformat()]).fetchone() is not None


def forget_unconfirmed(db: Database, before: datetime) -> list[str]:
    """Delete the people whom `unconfirmed` counts, with their letters and links; return the letters' Message-IDs."""
    of_them = f"SELECT message_id FROM messages JOIN people ON people.id = person_id WHERE {_UNCONFIRMED}"
    letters = db.execute(of_them, [before.isoformat()]).fetchall()
    db.execute(f"DELETE FROM people WHERE {_UNCONFIRMED}", [before.isoformat()])
    return [message_id for (message_id,) in letters]


def sent_home(db: Database) -> dict[int, str]:
    """Return the names, by id, of people who were in a published or closed round but have not confirmed."""
    rows = db.execute(
        "SELECT id, name FROM people WHERE status = 'unconfirmed' ORDER BY name COLLATE NOCASE"
    ).fetchall()
    return {person_id: name for person_id, name in rows if was_matched(db, person_id)}


def pause(db: Database, people: Collection[int], until: date | None = None) -> None:
    """Leave people out of draws until the day `until`, or until somebody reactivates them."""
    _set_status(db, people, "paused", until)


def leave(db: Database, people: Collection[int]) -> None:
    """Mark people as left: they keep their past, are drawn no more, and their waiting letters are cancelled."""
    _set_status(db, people, "left", None)
    cancelled_letters.cancel(db)


def unconfirm(db: Database, people: Collection[int]) -> list[str]:
    """Leave people out of draws until they confirm their address; return the addresses."""
    return [
        row[0]
        for person in sorted(people)
        for row in db.conn.execute(
            "UPDATE people SET status = 'unconfirmed', version = version + 1 WHERE id = ? AND status = 'active' "
            "RETURNING email",
            [person],
        ).fetchall()
    ]


def reactivate(db: Database, people: Collection[int]) -> None:
    """Make people active again who were paused, had left, or had not confirmed."""
    _set_status(db, people, "active", None)


def cannot_reach(db: Database, people: Collection[int], why: str | None) -> None:
    """Flag people whose address takes no letters, with the reason; None clears the flag."""
    db.conn.executemany(
        "UPDATE people SET cannot_reach = ? WHERE id = ? AND status != 'erased'", [[why, person] for person in people]
    )


def _set_status(db: Database, people: Collection[int], status: str, until: date | None) -> None:
    db.conn.executemany(
        "UPDATE people SET status = ?, paused_until = ?, version = version + 1 WHERE id = ? AND status != 'erased'",
        [[status, until.isoformat() if until else None, person_id] for person_id in people],
    )


def _row(details: Mapping[str, Any]) -> dict[str, Any]:
    """Convert details to columns. Empty text becomes NULL, except in columns that require a value."""
    row = {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | tuple) else value or None
        for name, value in details.items()
    }
    return row | {"identity": details["email"].casefold()} if "email" in details else row


def _refuse_taken(db: Database, details: Mapping[str, Any], person_id: int | None) -> None:
    if "email" not in details:
        return
    holder = db.execute("SELECT id, name FROM people WHERE identity = ?", [details["email"].casefold()]).fetchone()
    if holder and holder[0] != person_id:
        raise SchemeError(
            f"{details['email']} is already the address of {holder[1]} in this scheme. Change that person instead; "
            "nothing was saved."
        )


def _stale(db: Database, person_id: int, changes: Mapping[str, Any]) -> SchemeError:
    row = db.execute(f"SELECT name, {', '.join(changes)} FROM people WHERE id = ?", [person_id]).fetchone()
    if row is None or row[0] is None:
        return NotThere("This person is no longer in the scheme. Somebody erased them meanwhile; nothing was saved.")
    theirs = dict(zip(changes, row[1:], strict=True))
    now_there = [
        f"{WORDS.get(name, name.replace('_', ' '))} is now “{theirs[name] or ''}”"
        for name, wanted in _row(changes).items()
        if name in theirs and theirs[name] != wanted
    ]
    what = "; ".join(now_there) or "other details were changed"
    return Stale(
        f"Somebody else saved {row[0]} while you were editing: {what}. "
        "Your change was not saved. Look again, then make it once more if it is still right."
    )
