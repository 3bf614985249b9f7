"""People who have been silent for several rounds, and the question whether they still want to take part."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlite_utils import Database

from coffee.scheme import people

ANSWER_WITHIN = timedelta(days=14)  # of the question whether somebody still wants to take part
AFTER = 3  # rounds, until the organiser chooses another number in the setting "silent_after"

# What somebody said of a match: an answer, or that they cannot.
_SPOKE = "(cannot_at IS NOT NULL OR EXISTS (SELECT 1 FROM answers a WHERE a.match_id = m.id AND a.person_id = p.id))"


class Silent(NamedTuple):
    """A silent person. `asked_at` is when they were last asked, None for never."""

    id: int
    name: str
    organisation: str
    asked_at: datetime | None


def silent(db: Database, after: int) -> list[Silent]:
    """List active people who said nothing in their last `after` closed rounds, by name.

    Rounds before they last said that they are still in do not count. Somebody who has answered since, in a round that
    is open, is not silent.
    """
    rows = db.conn.execute(
        f"""SELECT id, name, organisation, asked FROM (
            SELECT p.id, p.name, p.organisation, still_asked_at AS asked, {_SPOKE} AS spoke,
                row_number() OVER (PARTITION BY p.id ORDER BY r.number DESC) AS back
            FROM people p JOIN seats s ON s.person_id = p.id JOIN matches m ON m.id = s.match_id
            JOIN rounds r ON r.id = m.round_id
            WHERE p.status = 'active' AND p.unsubscribed_at IS NULL AND m.cancelled_at IS NULL
            AND (r.state = 'closed' OR r.state = 'published' AND {_SPOKE})
            AND r.published_at > coalesce(still_in_at, '') AND r.id NOT IN (SELECT round_id FROM past_rounds))
        WHERE back <= ? GROUP BY id HAVING count(*) = ? AND NOT max(spoke) ORDER BY name COLLATE NOCASE, id""",
        [after, after],
    )
    return [
        Silent(person, name, organisation, datetime.fromisoformat(at) if at else None)
        for person, name, organisation, at in rows
    ]


def asked(db: Database, person_id: int, now: datetime) -> None:
    """Note that a letter asks somebody whether they still want to take part."""
    db.execute("UPDATE people SET still_asked_at = ? WHERE id = ?", [now.isoformat(), person_id])


def still_in(db: Database, person_id: int, now: datetime) -> None:
    """Record that somebody is still in, which also ends a pause; repeating it changes nothing."""
    db.execute(
        "UPDATE people SET still_in_at = ?, still_asked_at = NULL, paused_until = NULL, version = version + 1, "
        "status = iif(status = 'paused', 'active', status) WHERE id = ? AND status != 'erased'",
        [now.isoformat(), person_id],
    )


def pause(db: Database, silent: Collection[int]) -> None:
    """Pause people who did not answer. That ends the question, so that people who return are not paused again."""
    people.pause(db, silent)
    db.conn.executemany("UPDATE people SET still_asked_at = NULL WHERE id = ?", [[person] for person in silent])


def unanswered(db: Database) -> list[tuple[int, datetime]]:
    """List active people who have said nothing since they were asked, with the time, earliest first."""
    rows = db.conn.execute(
        "SELECT id, still_asked_at FROM people p WHERE still_asked_at IS NOT NULL AND status = 'active' "
        "AND NOT EXISTS (SELECT 1 FROM answers WHERE person_id = p.id AND answered_at > still_asked_at) "
        "AND NOT EXISTS (SELECT 1 FROM seats WHERE person_id = p.id AND cannot_at > still_asked_at) "
        "ORDER BY still_asked_at, id"
    )
    return [(person, datetime.fromisoformat(at)) for person, at in rows]
