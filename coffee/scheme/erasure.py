"""Erasing a person (GDPR): everything that names them goes; the anonymous fact of a past match stays."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from coffee.scheme import letters_naming, replaced, room, typed_text
from coffee.scheme.errors import NotThere
from coffee.scheme.mentions import Mentions
from coffee.scheme.typed_text import Found, Place

_WHY = "names somebody who was erased"
_DOUBT = "It may or may not have arrived. It names somebody who was erased, so its text is gone."
_OWN_TEXT = ("why_not", "selling", "story", "comment")
_KNOWN = ("name", "email", "new_email", "phone", "chat_id")
_THEIR_MATCHES = "SELECT match_id FROM seats WHERE person_id = :id"
_TO_THEM = "(person_id = :id OR lower(recipient) = :identity OR instr(lower(recipient), '<' || :identity || '>'))"
_ABOUT_THEM = f"match_id IN ({_THEIR_MATCHES})"


@dataclass(frozen=True)
class Erased:
    """The result of an erasure: how many letters to others named the person and will not go out now."""

    letters_cancelled: int


def find(db: Database, people: Collection[int]) -> list[Found]:
    """List places in typed or imported text that mention these people, as `erase` would replace them."""
    found: dict[Place, Found] = {}
    for person_id in people:
        mentions = _mentions(db, person_id)
        for one in typed_text.find(db, person_id, mentions, people) + letters_naming.find(
            db, mentions, _theirs(db, people)
        ):
            before = found.get(one.place)
            found[one.place] = one._replace(without=mentions.replaced(before.without)) if before else one
    return list(found.values())


def erase(
    db: Database, person_id: int, spared: Collection[Place] = (), *, by_themselves: datetime | None = None
) -> Erased:
    """Remove all personal details from every table; call `Scheme.wipe_traces` after the transaction.

    The person's row stays as 'erased' with their organisation, so that matches, their outcomes and ratings still count.
    Letters to them and about their matches lose their text and can no longer be sent; letters in doubt stay in doubt.
    Mentions in other people's text are replaced, except in the places that are spared. For people who erase themselves,
    the time is given and these places are noted for the organiser. Raises NotThere when they were erased already.
    """
    row = db.execute(
        "SELECT identity, new_email FROM people WHERE id = ? AND status != 'erased'", [person_id]
    ).fetchone()
    if row is None:
        raise NotThere("This person is no longer in the scheme. Somebody may have erased them meanwhile.")
    identity, wanted = row
    mentions = _mentions(db, person_id)
    cancelled = _empty_letters(db, person_id, identity)
    _empty_person(db, person_id)
    for table in ("import_changes", "suggestions", "tokens", "edits"):
        db.execute(f"DELETE FROM {table} WHERE person_id = ?", [person_id])
    db.execute("DELETE FROM asked WHERE identity IN (?, ?)", [identity, (wanted or "").casefold()])
    db.execute("DELETE FROM apart WHERE :id IN (person_1, person_2)", {"id": person_id})
    room.forget_doubt(db, person_id)
    changed = typed_text.replace(db, person_id, mentions, spared)
    letters_naming.replace(db, mentions, spared, _WHY)
    if by_themselves and changed:
        replaced.note(db, changed, by_themselves)
    return Erased(cancelled)


def _mentions(db: Database, person_id: int) -> Mentions:
    """Collect a person's current and earlier names, addresses and numbers, without any that somebody else shares."""
    row = db.execute(f"SELECT {', '.join(_KNOWN)} FROM people WHERE id = ?", [person_id]).fetchone()
    known = [dict(zip(_KNOWN, row, strict=True))] if row else []
    before = db.execute("SELECT before FROM import_changes WHERE person_id = ? AND before IS NOT NULL", [person_id])
    known += [json.loads(text) for (text,) in before]
    others = db.execute("SELECT phone, chat_id, name FROM people WHERE id != ?", [person_id]).fetchall()
    shared = {value for row in others for value in row[:2]}

    def values(*columns: str) -> list[str]:
        found = (str(one.get(column) or "").strip() for column in columns for one in known)
        return sorted({value for value in found if value and value not in shared})

    handles = [value for value in values("chat_id") if _is_handle(value)]
    names = [row[2] for row in others if row[2]]
    return Mentions(values("name"), [*values("email", "new_email"), *handles], values("phone"), names)


def _is_handle(chat_id: str) -> bool:
    """Return whether a chat ID can belong to one person only: live:sian can, Teams cannot."""
    return len(chat_id) > 4 and not chat_id.isalpha() and len(chat_id.split()) == 1


def _theirs(db: Database, people: Collection[int]) -> set[int]:
    """Return the ids of letters to these people or about their matches. These lose their text in any case."""
    found = set()
    for person_id in people:
        row = db.execute("SELECT identity FROM people WHERE id = ?", [person_id]).fetchone()
        query = f"SELECT id FROM messages WHERE {_TO_THEM} OR {_ABOUT_THEM}"
        found |= {message for (message,) in db.execute(query, {"id": person_id, "identity": row and row[0]})}
    return found


def _empty_person(db: Database, person_id: int) -> None:
    db.execute(
        """UPDATE people SET status = 'erased', version = version + 1, shares = '[]', extra = '{}', identity = NULL,
               name = NULL, email = NULL, phone = NULL, chat_id = NULL, role = NULL, topics = NULL, language = NULL,
               paused_until = NULL, skips_round = NULL, cannot_reach = NULL, unsubscribed_at = NULL,
               new_email = NULL, still_asked_at = NULL, still_in_at = NULL
           WHERE id = ?""",
        [person_id],
    )
    own = ", ".join(f"{column} = NULL" for column in _OWN_TEXT)
    db.execute(f"UPDATE answers SET {own}, story_may_be_shared = NULL WHERE person_id = ?", [person_id])


def _empty_letters(db: Database, person_id: int, identity: str) -> int:
    """Empty letters to them and about their matches; return how many letters to others will not go."""
    known: dict[str, Any] = {"id": person_id, "identity": identity}
    cancelled = db.execute(
        f"SELECT count(*) FROM messages WHERE state = 'waiting' AND {_ABOUT_THEM} AND NOT {_TO_THEM}", known
    ).fetchone()[0]
    db.execute(
        f"""UPDATE messages SET letter = x'', subject = '',
                why = CASE WHEN state IN ('sent', 'sending') THEN NULL WHEN state = 'in doubt' THEN '{_DOUBT}'
                    ELSE '{_WHY}' END,
                state = CASE WHEN state IN ('sent', 'sending', 'in doubt') THEN state ELSE 'cancelled' END
            WHERE {_TO_THEM} OR {_ABOUT_THEM}""",
        known,
    )
    db.execute(
        "UPDATE messages SET recipient = '', mailbox = NULL, key = CASE WHEN instr(lower(key), :identity) "
        f"THEN 'erased:' || id ELSE key END WHERE {_TO_THEM}",
        known,
    )
    return int(cancelled)
