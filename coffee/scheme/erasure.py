"""Erasing a person (GDPR): what names them goes, the anonymous fact of a past match stays."""

import re
from dataclasses import dataclass

from sqlite_utils import Database

from coffee.scheme import room, settings
from coffee.scheme.errors import NotThere

_WHY = "names somebody who was erased"
_DOUBT = "It may or may not have arrived. It names somebody who was erased, so its text is gone."
_FREE_TEXT = ("why_not", "selling", "story", "comment")
_TO_ORGANISER = "('trouble', 'drawn', 'mended')"  # kinds of letters to the organiser that may name anybody
_THEIR_MATCHES = "SELECT match_id FROM seats WHERE person_id = :id"


@dataclass(frozen=True)
class Erased:
    """What an erasure meant for others: how many letters to them that named the person will not go out now."""

    letters_cancelled: int


def erase(db: Database, person_id: int) -> Erased:
    """Take all personal details out of every table; call `Scheme.wipe_traces` after the transaction.

    The person's row stays as 'erased' with their organisation, so that matches, whether they met, and ratings still
    count. Letters that name them lose their text, and cannot be sent any more; doubt about one stays. Raises NotThere
    when erased already.
    """
    row = db.execute(
        "SELECT identity, name, new_email FROM people WHERE id = ? AND status != 'erased'", [person_id]
    ).fetchone()
    if row is None:
        raise NotThere("This person is no longer in the scheme. Somebody may have erased them meanwhile.")
    identity, name, wanted = row
    _empty_person(db, person_id)
    for table in ("import_changes", "tokens"):
        db.execute(f"DELETE FROM {table} WHERE person_id = ?", [person_id])
    db.execute("DELETE FROM asked WHERE identity IN (?, ?)", [identity, (wanted or "").casefold()])
    db.execute("DELETE FROM apart WHERE :id IN (person_1, person_2)", {"id": person_id})
    room.forget_doubt(db, person_id)
    _empty_answers(db, person_id, name)
    _forget_troubles(db, name, identity)
    return Erased(_empty_letters(db, person_id, identity, name))


def _empty_person(db: Database, person_id: int) -> None:
    db.execute(
        """UPDATE people SET status = 'erased', version = version + 1, shares = '[]', extra = '{}', identity = NULL,
               name = NULL, email = NULL, phone = NULL, chat_id = NULL, role = NULL, topics = NULL, language = NULL,
               paused_until = NULL, skips_round = NULL, cannot_reach = NULL, unsubscribed_at = NULL,
               new_email = NULL
           WHERE id = ?""",
        [person_id],
    )


def _empty_answers(db: Database, person_id: int, name: str) -> None:
    """Their own free text goes; where their partners wrote their full name, it is replaced."""
    own = ", ".join(f"{column} = NULL" for column in _FREE_TEXT)
    db.execute(f"UPDATE answers SET {own}, story_may_be_shared = NULL WHERE person_id = ?", [person_id])
    theirs = ", ".join(f"{column} = replace({column}, :name, '[erased]')" for column in _FREE_TEXT)
    db.execute(
        f"UPDATE answers SET {theirs} WHERE :name != '' AND match_id IN ({_THEIR_MATCHES})",
        {"name": name, "id": person_id},
    )


def _forget_troubles(db: Database, name: str, identity: str) -> None:
    """What went wrong by itself, as it is kept for the organiser, may name anybody. What holds the letters stays."""
    if _names(str(settings.get(db, "month_troubles", {})), name, identity):
        db.execute("DELETE FROM settings WHERE name = 'month_troubles'")
    problem = settings.get(db, "mail_problem")
    if problem and _names(problem["said"], name, identity):
        said = re.sub(re.escape(identity), "somebody", problem["said"], flags=re.IGNORECASE)
        said = re.sub(_whole(name), "somebody", said) if name else said
        settings.put(db, "mail_problem", problem | {"said": said})


def _names(text: str, name: str, identity: str) -> bool:
    """Whether a text has the whole name, or the address, in it."""
    return identity in text.casefold() or bool(name and re.search(_whole(name), text))


def _whole(name: str) -> str:
    return rf"(?<!\w){re.escape(name)}(?!\w)"


def _empty_letters(db: Database, person_id: int, identity: str, name: str) -> int:
    to_them = "(person_id = :id OR lower(recipient) = :identity OR instr(lower(recipient), '<' || :identity || '>'))"
    about_them = f"match_id IN ({_THEIR_MATCHES})"
    ours = db.execute(f"SELECT id, letter FROM messages WHERE kind IN {_TO_ORGANISER}").fetchall()
    named = [message_id for message_id, letter in ours if _names(letter.decode(errors="replace"), name, identity)]
    of_ours = f"id IN ({', '.join(map(str, named))})"
    known = {"id": person_id, "identity": identity}
    cancelled = db.execute(
        f"SELECT count(*) FROM messages WHERE state = 'waiting' AND {about_them} AND NOT {to_them}", known
    ).fetchone()[0]
    db.execute(
        f"""UPDATE messages SET letter = x'', subject = '',
                why = CASE WHEN state IN ('sent', 'sending') THEN NULL WHEN state = 'in doubt' THEN '{_DOUBT}'
                    ELSE '{_WHY}' END,
                state = CASE WHEN state IN ('sent', 'sending', 'in doubt') THEN state ELSE 'cancelled' END
            WHERE {to_them} OR {about_them} OR {of_ours}""",
        known,
    )
    db.execute(
        f"UPDATE messages SET recipient = '', key = CASE WHEN instr(lower(key), :identity) THEN 'erased:' || id "
        f"ELSE key END WHERE {to_them}",
        known,
    )
    return int(cancelled)
