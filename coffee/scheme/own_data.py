"""The part of the scheme that one person may see: their own matches, and all data about them."""

import json
from typing import Any, NamedTuple

from sqlite_utils import Database

_ROUND = "JOIN matches ON matches.id = match_id JOIN rounds ON rounds.id = round_id"
_LEFT_OUT = """SELECT number FROM left_out JOIN rounds ON rounds.id = round_id
    WHERE person_id = ? AND state != 'draft' ORDER BY number"""
_AS_STORED = {
    "imports": """SELECT at, source, undone_at, before FROM import_changes JOIN imports ON imports.id = import_id
        WHERE person_id = ? ORDER BY import_id""",
    "answers": f"SELECT number AS round, answers.* FROM answers {_ROUND} WHERE person_id = ? ORDER BY number",
    "edited_by_organiser": f"""SELECT number AS round, field, at, removed FROM edits {_ROUND}
        WHERE person_id = ? ORDER BY at""",
    "letters": """SELECT kind, subject, recipient, state, queued_at, sent_at FROM messages
        WHERE person_id = ? AND kind != 'new address'""",
}


class Partner(NamedTuple):
    """A person's partner, with the contact details they agreed to share."""

    name: str
    organisation: str
    role: str
    topics: str
    email: str
    phone: str
    chat_id: str


class OwnMatch(NamedTuple):
    """One of a person's matches. An erased partner's `name` is ''."""

    id: int
    round: int
    is_out: bool
    published_at: str
    cannot: bool
    met: str | None
    partners: tuple[Partner, ...]


def matches(db: Database, person_id: int) -> list[OwnMatch]:
    """List a person's matches in published and closed rounds, newest first. Replaced matches are left out."""
    rows = db.execute(
        "SELECT m.id, r.number, r.state = 'published', r.published_at, s.cannot_at IS NOT NULL, a.met FROM seats s "
        "JOIN matches m ON m.id = s.match_id JOIN rounds r ON r.id = m.round_id "
        "LEFT JOIN answers a ON a.match_id = s.match_id AND a.person_id = s.person_id "
        "WHERE s.person_id = ? AND r.state != 'draft' AND m.cancelled_at IS NULL ORDER BY r.number DESC, m.id DESC",
        [person_id],
    ).fetchall()
    return [
        OwnMatch(row[0], row[1], bool(row[2]), row[3], bool(row[4]), row[5], partners(db, row[0], person_id))
        for row in rows
    ]


def partners(db: Database, match_id: int, person_id: int) -> tuple[Partner, ...]:
    """Return the other people in a match."""
    rows = db.execute(
        "SELECT name, seats.organisation, role, topics, shares, email, phone, chat_id FROM seats "
        "JOIN people ON people.id = person_id WHERE match_id = ? AND person_id != ? ORDER BY position",
        [match_id, person_id],
    )
    return tuple(_partner(*row) for row in rows)


def _partner(
    name: str | None, organisation: str, role: str | None, topics: str | None, shares: str, *ways: str | None
) -> Partner:
    agreed = json.loads(shares)
    shown = [way or "" if kind in agreed else "" for kind, way in zip(("email", "phone", "chat_id"), ways, strict=True)]
    return Partner(name or "", organisation, role or "", topics or "", *shown)


def everything(db: Database, person_id: int) -> dict[str, Any]:
    """Collect all data about a person for them to take away: details, matches, replaced ones too, answers, letters …

    It tells how many people they were set apart from, but not whom: the other person may have asked for it. It omits
    letters to a new address they asked for, because those would reveal whether somebody else has that address.
    """
    details = next(iter(db.query("SELECT * FROM people WHERE id = ?", [person_id])))
    details |= {name: json.loads(details[name]) for name in ("shares", "extra")}
    details.pop("version")
    apart = db.execute("SELECT count(*) FROM apart WHERE ? IN (person_1, person_2)", [person_id]).fetchone()
    typed = db.execute("SELECT at, typed FROM suggestions WHERE person_id = ?", [person_id])
    return {
        "details": details,
        "matches": _all_matches(db, person_id),
        "rounds_left_out_of": [row[0] for row in db.execute(_LEFT_OUT, [person_id])],
        "set_apart_from_people": apart[0],
        "typed_when_joining_again": [{"at": at, "details": json.loads(text)} for at, text in typed],
    } | {name: list(db.query(query, [person_id])) for name, query in _AS_STORED.items()}


def _all_matches(db: Database, person_id: int) -> list[dict[str, Any]]:
    rows = db.query(
        "SELECT m.id, r.number AS round, s.organisation, position AS seat, cannot_at, met_says_organiser, "
        "cancelled_at AS replaced_at FROM seats s JOIN matches m ON m.id = s.match_id "
        "JOIN rounds r ON r.id = m.round_id WHERE s.person_id = ? AND r.state != 'draft' ORDER BY r.number, m.id",
        [person_id],
    )
    return [
        row | {"with": [f"{one.name} ({one.organisation})" for one in partners(db, row.pop("id"), person_id)]}
        for row in rows
    ]
