"""Letters that must not go any more, because their reader, their match or their text is gone."""

from sqlite_utils import Database

from coffee.scheme import messages
from coffee.scheme.posting import AWAITED

# Who asks for the link to their page gets it, and who may have lost it hears, whatever they think of our other letters.
_REASON = f"""CASE
    WHEN m.letter = x'' THEN 'It named somebody who was erased, so this letter does not go.'
    WHEN x.cancelled_at IS NOT NULL THEN 'The match was replaced, so this letter does not go.'
    WHEN m.kind IN {AWAITED} OR m.kind = 'address changed' THEN NULL
    WHEN m.kind = 'confirmation reminder' AND p.status != 'unconfirmed'
        THEN 'This person has confirmed their address, so this reminder does not go.'
    WHEN p.unsubscribed_at IS NOT NULL THEN 'This person wants no more letters, so this one does not go.'
    WHEN p.status = 'left' THEN 'This person has left, so this letter does not go.' END"""


def cancel(db: Database) -> int:
    """Cancel waiting and failed letters that must not go any more; return how many. Letters on their way are left
    alone.
    """
    letters = to_cancel(db)
    for message_id, reason in letters:
        messages.conclude(db, message_id, reason)
    return len(letters)


def to_cancel(db: Database) -> list[tuple[int, str]]:
    """List waiting and failed letters that must not go any more: id and reason."""
    return db.execute(
        f"SELECT m.id, {_REASON} AS reason FROM messages m LEFT JOIN people p ON p.id = m.person_id "
        "LEFT JOIN matches x ON x.id = m.match_id WHERE m.state IN ('waiting', 'failed') AND reason IS NOT NULL"
    ).fetchall()
