"""The counts that say where a scheme stands."""

from datetime import date
from typing import Any

from sqlite_utils import Database

from coffee.scheme import wishes
from coffee.scheme.people import count_active
from coffee.scheme.rounds import MET, SAID


def counts(db: Database, today: date) -> dict[str, Any]:
    """People, active, organisations; number, state, matches, met, not_met of the newest round; letters to settle
    (failed or in doubt) and waiting (or sending); who cannot meet in the newest round that is out, and its number."""
    found: dict[str, Any] = {"active": count_active(db, today)} | _cannot(db)
    found |= _row(
        db,
        "SELECT count(*) AS people, "
        "count(DISTINCT CASE WHEN status != 'unconfirmed' THEN organisation END) AS organisations FROM people "
        "WHERE status NOT IN ('erased', 'left')",
    )
    found |= _row(
        db,
        """SELECT coalesce(sum(state IN ('failed', 'in doubt')), 0) AS letters_to_settle,
        coalesce(sum(state IN ('waiting', 'sending')), 0) AS letters_waiting FROM messages""",
    )
    return found | _row(
        db,
        f"""SELECT r.number, r.state, count(*) AS matches, coalesce(sum(met = 'yes'), 0) AS met,
            coalesce(sum(met = 'no'), 0) AS not_met
        FROM rounds r JOIN (SELECT m.round_id, {MET} AS met FROM matches m LEFT JOIN {SAID} a ON a.match_id = m.id
            WHERE m.cancelled_at IS NULL) ON round_id = r.id
        WHERE r.number = (SELECT max(number) FROM rounds) GROUP BY r.id""",
    )


def _cannot(db: Database) -> dict[str, Any]:
    out = db.execute("SELECT id, number FROM rounds WHERE state = 'published' ORDER BY number DESC LIMIT 1").fetchone()
    return {"cannot": len(wishes.strand(db, out[0])), "cannot_in": out[1]} if out else {}


def _row(db: Database, sql: str) -> dict[str, Any]:
    return next(iter(db.query(sql)), {})
