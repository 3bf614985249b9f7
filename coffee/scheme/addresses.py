"""Another address for the same person: wanted first, used once whoever reads its letters has confirmed it."""

from datetime import datetime

from sqlite_utils import Database

from coffee.scheme import people, tokens
from coffee.scheme.errors import NotThere


def want(db: Database, person_id: int, email: str, since: datetime) -> None:
    """Note the address somebody wants to use, in place of an earlier wish; links to confirm that one stop working.

    The same wish again changes nothing while its link was made at `since` or later.
    """
    if email == wanted(db, person_id) and tokens.made_since(db, "address", person_id, since):
        return
    tokens.revoke(db, person_id, "address")
    db.execute("UPDATE people SET new_email = ? WHERE id = ? AND status != 'erased'", [email, person_id])


def wanted(db: Database, person_id: int) -> str | None:
    """Return the address that waits to be confirmed, or None."""
    row = db.execute("SELECT new_email FROM people WHERE id = ?", [person_id]).fetchone()
    return str(row[0]) if row and row[0] else None


def wanting(db: Database, identity: str) -> list[tuple[int, str]]:
    """People who want to use this case-folded address and have no link to confirm it yet: id, and the address as typed.

    Each wish gets one letter; otherwise a stranger who typed somebody else's address could have links sent there
    forever.
    """
    rows = db.execute(
        "SELECT id, new_email FROM people WHERE new_email IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM tokens WHERE person_id = people.id AND purpose = 'address')"
    ).fetchall()
    return [(person_id, email) for person_id, email in rows if email.casefold() == identity]


def take(db: Database, person_id: int) -> None:
    """Use the wanted address from now on. Links that went to the old one stop working.

    Raises NotThere when none waits, or it became somebody else's meanwhile.
    """
    email = wanted(db, person_id)
    if email is None or people.find(db, email) not in (None, person_id):
        raise NotThere("No new address waits to be confirmed, so nothing was changed.")
    db.execute(
        "UPDATE people SET email = ?, identity = ?, new_email = NULL, cannot_reach = NULL, version = version + 1 "
        "WHERE id = ?",
        [email, email.casefold(), person_id],
    )
    tokens.revoke_sent(db, person_id)


def forget(db: Database, person_id: int) -> None:
    """Forget the wanted address; a link to confirm it stops working."""
    tokens.revoke(db, person_id, "address")
    db.execute("UPDATE people SET new_email = NULL WHERE id = ?", [person_id])
