"""Rounds and their matches in the file. `coffee.rounds.life` decides what may happen to them."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from math import inf
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sqlite_utils import Database

from coffee.scheme.errors import NotThere, Stale
from coffee.scheme.outcomes import OUTCOMES

Arrangement = Sequence[tuple[tuple[int, ...], bool]]  # matches as (person ids in order of position, locked)

# Of a match m: it is not known whether they met, or only from the "no" of somebody who cannot; the others still would.
LOOSE = """(m.met_says_organiser IS NULL AND NOT EXISTS (SELECT 1 FROM answers JOIN seats USING (match_id, person_id)
    WHERE match_id = m.id AND (met = 'yes' OR met = 'no' AND cannot_at IS NULL)))"""
ODD, NOBODY, BY_HAND = "odd", "nobody", "by hand"  # why somebody has no match in a round that is out
_KNOWN = ("name", "email", "phone", "chat_id", "topics", "language", "role", "cannot_reach")


class Round(NamedTuple):
    """A round. `certificate` is the draw's description of its quality."""

    id: int
    number: int
    state: str
    seed: int
    certificate: dict[str, Any]
    drawn_at: str
    published_at: str | None
    closed_at: str | None
    version: int


def rounds(db: Database) -> pd.DataFrame:
    """A table of rounds, oldest first: id, number, state, seed, drawn_at, published_at, closed_at, version."""
    return pd.read_sql_query(
        "SELECT id, number, state, seed, drawn_at, published_at, closed_at, version FROM rounds ORDER BY number",
        db.conn,
    )


def get(db: Database, round_id: int) -> Round:
    """Return a round. Raises NotThere when it was discarded."""
    row = db.execute(f"SELECT {', '.join(Round._fields)} FROM rounds WHERE id = ?", [round_id]).fetchone()
    if row is None:
        raise NotThere("This round is not there any more: somebody discarded the draft. Generate a new one.")
    found = Round(*row)
    return found._replace(certificate=json.loads(row[4]))


def partners_out(db: Database, person_id: int) -> list[tuple[int, int, int, int]]:
    """A person's partners in published rounds: id and number of the round, ids of match and partner.

    Leaves out partners who cannot meet this time, cannot be reached, or want no letters.
    """
    return db.execute(
        "SELECT r.id, r.number, m.id, p.id FROM seats s JOIN matches m ON m.id = s.match_id "
        "JOIN rounds r ON r.id = m.round_id JOIN seats o ON o.match_id = m.id AND o.person_id != s.person_id "
        "JOIN people p ON p.id = o.person_id WHERE s.person_id = ? AND r.state = 'published' "
        "AND m.cancelled_at IS NULL AND s.cannot_at IS NULL AND o.cannot_at IS NULL "
        "AND p.status NOT IN ('left', 'erased') AND p.cannot_reach IS NULL AND p.unsubscribed_at IS NULL "
        "ORDER BY m.id, o.position",
        [person_id],
    ).fetchall()


def draft_id(db: Database) -> int | None:
    """Return the id of the only draft, or None."""
    row = db.execute("SELECT id FROM rounds WHERE state = 'draft'").fetchone()
    return row[0] if row else None


def begin(db: Database, seed: int, now: datetime) -> int:
    """Create an empty draft with the next number; return its id."""
    cursor = db.execute(
        "INSERT INTO rounds (number, state, seed, drawn_at) "
        "VALUES ((SELECT max(coalesce(max(number), 0), 0) + 1 FROM rounds), 'draft', ?, ?)",
        [seed, now.isoformat()],
    )
    return int(cursor.lastrowid or 0)


def arrangement(db: Database, round_id: int) -> Arrangement:
    """The round's matches as ids of people, in order of match and position."""
    return [(people, locked) for _, people, locked in matches_of(db, round_id)]


def matches_of(db: Database, round_id: int) -> list[tuple[int, tuple[int, ...], bool]]:
    """List the round's matches: id, people by position, locked. Replaced matches are left out."""
    found: dict[int, tuple[list[int], bool]] = {}
    for match_id, person, locked in db.execute(
        "SELECT m.id, s.person_id, m.locked FROM matches m JOIN seats s ON s.match_id = m.id "
        "WHERE m.round_id = ? AND m.cancelled_at IS NULL ORDER BY m.id, s.position",
        [round_id],
    ):
        found.setdefault(match_id, ([], bool(locked)))[0].append(person)
    return [(match_id, tuple(people), locked) for match_id, (people, locked) in found.items()]


def settled(db: Database, round_id: int) -> set[int]:
    """Return the matches with a known outcome, which are never taken apart.

    "Not yet" settles nothing; nor does "no" from somebody who cannot meet, because their partners still could.
    """
    return {
        row[0]
        for row in db.execute(
            f"SELECT m.id FROM matches m WHERE round_id = ? AND cancelled_at IS NULL AND NOT {LOOSE}", [round_id]
        )
    }


def left_out(db: Database, round_id: int) -> frozenset[int]:
    """Return the people whom the organiser left out of this round."""
    return frozenset(row[0] for row in db.execute("SELECT person_id FROM left_out WHERE round_id = ?", [round_id]))


def say_left_over(db: Database, round_id: int, why: Mapping[int, str]) -> None:
    """Record why people have no match in a round that goes out, by id.

    The number is ODD, there is NOBODY for them to meet, or the organiser left them out BY_HAND.
    """
    db.conn.executemany(
        "INSERT INTO left_out (round_id, person_id, why) VALUES (?, ?, ?) "
        "ON CONFLICT (round_id, person_id) DO UPDATE SET why = excluded.why",
        [[round_id, person, reason] for person, reason in why.items()],
    )


def left_over(db: Database, round_id: int) -> list[tuple[str, str, str]]:
    """List people without a match in a published round: name, organisation and why, by name.

    Leaves out people matched since, erased people, and rounds published before reasons were stored.
    """
    return db.execute(
        "SELECT name, organisation, why FROM left_out o JOIN people p ON p.id = person_id "
        "WHERE round_id = ? AND why IS NOT NULL AND status != 'erased' AND NOT EXISTS (SELECT 1 FROM seats "
        "JOIN matches m ON m.id = match_id WHERE m.round_id = o.round_id AND cancelled_at IS NULL "
        "AND seats.person_id = o.person_id) ORDER BY name COLLATE NOCASE, p.id",
        [round_id],
    ).fetchall()


def save_draft(
    db: Database,
    round_id: int,
    version: int,
    matches: Arrangement,
    leave_out: Collection[int],
    seed: int,
    certificate: dict[str, Any],
) -> None:
    """Replace the draft's matches. Unchanged matches keep their ids; the others reuse the ids that fall free.

    Raises Stale when `version` is not the file's.
    """
    _advance(db, round_id, version, "seed = ?, certificate = ?", [seed, json.dumps(certificate)])
    wanted = set(matches)
    stored = {(people, locked): match_id for match_id, people, locked in matches_of(db, round_id)}
    gone = [match_id for match, match_id in stored.items() if match not in wanted]
    db.conn.executemany("DELETE FROM matches WHERE id = ?", [[match_id] for match_id in gone])
    new = [match for match in matches if match not in stored]
    for (people, locked), match_id in zip_longest(new, gone[: len(new)]):
        _seat(db, round_id, people, locked, match_id)
    db.execute("DELETE FROM left_out WHERE round_id = ?", [round_id])
    db.conn.executemany(
        "INSERT INTO left_out (round_id, person_id) VALUES (?, ?)", [[round_id, person] for person in sorted(leave_out)]
    )


def remember_tweak(db: Database, round_id: int, what: str, before: dict[str, Any], now: datetime) -> None:
    """Store the draft as it was before a tweak. The newest 50 are stored."""
    db.execute(
        "INSERT INTO tweaks (round_id, at, what, before) VALUES (?, ?, ?, ?)",
        [round_id, now.isoformat(), what, json.dumps(before)],
    )
    db.execute(
        "DELETE FROM tweaks WHERE round_id = :round AND id NOT IN "
        "(SELECT id FROM tweaks WHERE round_id = :round ORDER BY id DESC LIMIT 50)",
        {"round": round_id},
    )


def last_tweak(db: Database, round_id: int) -> tuple[int, str, dict[str, Any]] | None:
    """Return the newest tweak that can be undone: its id, its description, and the draft before it."""
    row = db.execute(
        "SELECT id, what, before FROM tweaks WHERE round_id = ? ORDER BY id DESC LIMIT 1", [round_id]
    ).fetchone()
    return (row[0], row[1], json.loads(row[2])) if row else None


def forget_tweak(db: Database, tweak_id: int) -> None:
    """Delete a tweak that was undone."""
    db.execute("DELETE FROM tweaks WHERE id = ?", [tweak_id])


def discard(db: Database, round_id: int, version: int) -> None:
    """Delete a draft. Raises Stale when somebody changed or published it meanwhile."""
    if not db.execute(
        "DELETE FROM rounds WHERE id = ? AND version = ? AND state = 'draft'", [round_id, version]
    ).rowcount:
        raise stale(db, round_id)


def freeze(db: Database, round_id: int, version: int, now: datetime) -> None:
    """Publish a draft, with everybody's organisation at this moment. Raises Stale."""
    _advance(db, round_id, version, "state = 'published', published_at = ?", [now.isoformat()])
    db.execute(
        "UPDATE seats SET organisation = (SELECT organisation FROM people WHERE id = person_id) "
        "WHERE match_id IN (SELECT id FROM matches WHERE round_id = ?)",
        [round_id],
    )
    db.execute("DELETE FROM tweaks WHERE round_id = ?", [round_id])


def close(db: Database, round_id: int, now: datetime) -> None:
    """Close a published round; closing it twice changes nothing."""
    db.execute(
        "UPDATE rounds SET state = 'closed', closed_at = ?, version = version + 1 WHERE id = ? AND state = 'published'",
        [now.isoformat(), round_id],
    )


def reopen(db: Database, round_id: int) -> None:
    """Undo `close`."""
    db.execute(
        "UPDATE rounds SET state = 'published', closed_at = NULL, version = version + 1 "
        "WHERE id = ? AND state = 'closed'",
        [round_id],
    )


def replace_matches(
    db: Database,
    round_id: int,
    version: int,
    dissolved: Collection[int],
    made: Sequence[tuple[int, ...]],
    now: datetime,
) -> list[int]:
    """Put new matches in place of some of a published round; returns their ids. Raises Stale when it changed."""
    if not db.execute(
        "UPDATE rounds SET version = version + 1 WHERE id = ? AND version = ? AND state = 'published'",
        [round_id, version],
    ).rowcount:
        raise Stale("Somebody else changed this round a moment ago. Look at it again; nothing was changed.")
    db.conn.executemany(
        "UPDATE matches SET cancelled_at = ? WHERE id = ?", [[now.isoformat(), match_id] for match_id in dissolved]
    )
    return [_seat(db, round_id, people, False) for people in made]


def sits_out(db: Database, round_id: int, person: int | None) -> None:
    """Record in the certificate whom a repair leaves without a match because the number is odd, if anybody."""
    if person is not None:
        db.execute(
            "UPDATE rounds SET certificate = json_set(certificate, '$.sits_out', ?) WHERE id = ?", [person, round_id]
        )


def say_met(db: Database, match_id: int, met: str | None) -> None:
    """Record the organiser's word on a match: 'yes', 'no', or None to go by the answers."""
    db.execute("UPDATE matches SET met_says_organiser = ? WHERE id = ?", [met, match_id])


def seats(db: Database, round_id: int) -> pd.DataFrame:
    """A table of a round's seats, by match and position, with details of each person.

    Columns: match, position, locked, met ('yes'|'no'|'unknown'), answers (count), disagree, person, name, email, phone,
    chat_id, organisation, shares (list), topics, language, role, cannot_reach, status. Missing text is ''. Replaced
    matches are left out.
    """
    known = ", ".join(f"coalesce(p.{name}, '') AS {name}" for name in _KNOWN)
    table = pd.read_sql_query(
        f"""SELECT m.id AS match, s.position, m.locked, o.met, o.answers, o.disagree, p.id AS person, {known},
            CASE WHEN r.state = 'draft' THEN p.organisation ELSE s.organisation END AS organisation,
            p.shares, p.status
        FROM matches m JOIN rounds r ON r.id = m.round_id JOIN seats s ON s.match_id = m.id
        JOIN people p ON p.id = s.person_id JOIN {OUTCOMES} o ON o.match_id = m.id
        WHERE m.round_id = ? ORDER BY m.id, s.position""",
        db.conn,
        params=[round_id],
    )
    table["shares"] = [json.loads(text) for text in table["shares"]]
    return table.astype({"locked": bool, "disagree": bool})


def history(db: Database) -> pd.DataFrame:
    """A table of seats in every published or closed round, oldest round first.

    Columns: round (number), match, person, organisation (at the time), met ('yes'|'no'|'unknown'), disagree, answered
    (by this person, about this match). Replaced matches are left out.
    """
    table = pd.read_sql_query(
        f"""SELECT r.number AS round, o.match_id AS match, s.person_id AS person, s.organisation, o.met, o.disagree,
            a.met IS NOT NULL AS answered
        FROM rounds r JOIN {OUTCOMES} o ON o.round_id = r.id JOIN seats s ON s.match_id = o.match_id
        LEFT JOIN answers a ON a.match_id = s.match_id AND a.person_id = s.person_id
        WHERE r.state != 'draft' ORDER BY r.number, o.match_id, s.position""",
        db.conn,
    )
    return table.astype({"disagree": bool, "answered": bool})


def sat_out(db: Database, before: float = inf) -> pd.DataFrame:
    """A table (round, person) of people without a match because the number was odd or nobody was free for them.

    People who were given a match after all are left out. Only published rounds with a number below `before` count.
    """
    found = db.execute(
        "SELECT number, person FROM (SELECT id, number, json_extract(certificate, '$.sits_out') AS person FROM rounds "
        "WHERE state != 'draft' "
        "UNION SELECT r.id, number, person_id FROM left_out JOIN rounds r ON r.id = round_id "
        f"WHERE why = '{NOBODY}') o WHERE number < ? AND person IS NOT NULL AND NOT EXISTS (SELECT 1 FROM seats "
        "JOIN matches m ON m.id = match_id WHERE m.round_id = o.id AND m.cancelled_at IS NULL AND person_id = person)",
        [before],
    ).fetchall()
    return pd.DataFrame(found, columns=["round", "person"]).astype(np.int64)


def _seat(db: Database, round_id: int, people: Sequence[int], locked: bool, match_id: int | None = None) -> int:
    cursor = db.execute("INSERT INTO matches (id, round_id, locked) VALUES (?, ?, ?)", [match_id, round_id, locked])
    match_id = int(cursor.lastrowid or 0)
    db.conn.executemany(
        "INSERT INTO seats (match_id, person_id, position, organisation) "
        "SELECT ?, id, ?, organisation FROM people WHERE id = ?",
        [[match_id, position, person] for position, person in enumerate(people, 1)],
    )
    return match_id


def _advance(db: Database, round_id: int, version: int, sets: str, values: Sequence[Any]) -> None:
    saved = db.execute(
        f"UPDATE rounds SET {sets}, version = version + 1 WHERE id = ? AND version = ? AND state = 'draft'",
        [*values, round_id, version],
    )
    if not saved.rowcount:
        raise stale(db, round_id)


def stale(db: Database, round_id: int) -> Stale:
    """Return the error for a draft that is not the newest."""
    now = get(db, round_id)
    if now.state != "draft":
        return Stale(f"Somebody else published round {now.number} a moment ago. Nothing was changed or sent twice.")
    tweak = last_tweak(db, round_id)
    what = f": {tweak[1]}" if tweak else ""
    return Stale(
        f"Somebody else changed this draft a moment ago{what}. Their version is shown now; yours was not saved. "
        "Make your change again if it is still needed."
    )
