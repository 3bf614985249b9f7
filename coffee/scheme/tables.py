"""Tables for other programs: matches, messages and answers, one per row, with people named by email."""

import pandas as pd
from sqlite_utils import Database

from coffee.scheme import answers
from coffee.scheme.outcomes import OUTCOMES


def matches(db: Database) -> pd.DataFrame:
    """A table of matches, drafts too: round, email_1 … email_3, name_1 … 3, organisation_1 … 3, state, met, disagree.

    A pair has '' in the third place. `state` is the round's. Replaced matches are left out.
    """
    seats = ", ".join(
        f"max(CASE WHEN s.position = {n} THEN {value} END) AS {name}_{n}"
        for name, value in (("email", "p.email"), ("name", "p.name"), ("organisation", "s.organisation"))
        for n in (1, 2, 3)
    )
    return pd.read_sql_query(
        f"""SELECT r.number AS round, {seats}, r.state, o.met, o.disagree
        FROM rounds r JOIN matches m ON m.round_id = r.id JOIN seats s ON s.match_id = m.id
        JOIN people p ON p.id = s.person_id JOIN {OUTCOMES} o ON o.match_id = m.id
        GROUP BY m.id ORDER BY r.number, m.id""",
        db.conn,
    ).fillna("")


def messages(db: Database) -> pd.DataFrame:
    """A table of letters, oldest first: round, email, kind, state, why, subject, queued_at, sent_at, attempts, ID."""
    return pd.read_sql_query(
        """SELECT r.number AS round, m.recipient AS email, m.kind, m.state, m.why, m.subject, m.queued_at, m.sent_at,
            m.attempts, m.message_id
        FROM messages m LEFT JOIN rounds r ON r.id = m.round_id ORDER BY m.id""",
        db.conn,
        dtype={"round": "Int64"},
    ).fillna({"why": "", "sent_at": ""})


def answered(db: Database) -> pd.DataFrame:
    """A table of answers: round and email, then the columns of the answers table."""
    table = answers.all_answers(db).drop(columns=["match", "person"])
    return table[["round", "email", *(name for name in table.columns if name not in ("round", "email"))]]


READ = {"matches": matches, "messages": messages, "answers": answered}
