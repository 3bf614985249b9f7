"""The newest round, as the overview shows it."""

from typing import Any

from sqlite_utils import Database

from coffee.scheme import opt_outs
from coffee.scheme.outcomes import OUTCOMES


def newest(db: Database) -> dict[str, Any]:
    """Count the newest round's matches, drafts included: number, state, matches, met, did_not_meet. Empty before round
    1.
    """
    rows = db.query(
        f"""SELECT r.number, r.state, count(*) AS matches, sum(met = 'yes') AS met, sum(met = 'no') AS did_not_meet
        FROM rounds r JOIN {OUTCOMES} o ON o.round_id = r.id
        WHERE r.number = (SELECT max(number) FROM rounds) GROUP BY r.id"""
    )
    return next(iter(rows), {})


def cannot(db: Database) -> dict[str, Any]:
    """Count people who cannot meet in the newest published round, with its number; empty when no round is out."""
    out = db.execute("SELECT id, number FROM rounds WHERE state = 'published' ORDER BY number DESC LIMIT 1").fetchone()
    return {"cannot": len(opt_outs.strand(db, out[0])), "cannot_in": out[1]} if out else {}
