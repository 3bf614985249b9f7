"""Every text in the file that somebody typed or imported: find mentions of a person in it and replace them.

Looks at every text column of every table, so that no later table is forgotten. `_LEFT` lists the exceptions: other
people's names, and texts that the software itself needs.
"""

import json
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

from sqlite_utils import Database

from coffee.scheme.mentions import ERASED, Mentions

_CALLED = {"name", "identity", "email", "new_email", "phone", "chat_id", "language", "status", "shares"}
_LEFT = {
    "people": _CALLED,
    "messages": {"key", "kind", "recipient", "subject", "message_id", "state", "sender", "letter"},
    "sign_ins": {"who"},
    "rounds": {"state"},
    "left_out": {"why"},
    "answers": {"met"},
}
_LEFT_SETTINGS = {  # the organiser's own name and address sign every letter
    "from", "id", "country", "zone", "month", "month_drawn", "month_changes", "month_offered",
}  # fmt: skip
_OWN = {"people": "id"}  # the column by which rows are somebody's own, where it is not person_id
_ORGANISATION = {"organisation", "into_name"}
_DEEPEST = 30  # levels of JSON that is taken apart; ours has six, and what somebody typed may have thousands


class Place(NamedTuple):
    """The place of a text: a row by its primary key and, for JSON, the names that lead to the text, joined by /.

    An organisation's name is in many rows but is one place: its table is '' and its key that name.
    """

    table: str
    key: tuple[Any, ...]
    column: str
    path: str = ""


class Found(NamedTuple):
    """A place, its description, its text, and the text without the mention."""

    place: Place
    where: str
    text: str
    without: str

    @property
    def begins(self) -> int:
        """The position of the first mention in the text."""
        pairs = zip(self.text, self.without, strict=False)
        return next((place for place, (old, new) in enumerate(pairs) if old != new), 0)


Change = Callable[[Place, str], str]


def find(db: Database, person_id: int, mentions: Mentions, own: Collection[int]) -> list[Found]:
    """List places that mention a person, except rows of the people `own`, who are being erased too."""
    mentioned: dict[Place, Found] = {}

    def note(place: Place, text: str) -> str:
        without = _without(db, person_id, mentions, place, text)
        if without != text:
            mentioned[place] = Found(place, where(db, place), text, without)
        return text

    for table, key, column, value in _texts(db, own):
        _changed(Place(table, key, column), value, note)
    return list(mentioned.values())


def replace(db: Database, person_id: int, mentions: Mentions, spared: Collection[Place] = ()) -> list[Place]:
    """Replace every mention of a person except in the places that are spared; return the places."""
    done: dict[Place, None] = {}

    def swap(place: Place, text: str) -> str:
        without = text if place in spared else _without(db, person_id, mentions, place, text)
        if without != text:
            left = place._replace(key=(without,)) if not place.table else place
            done[left._replace(path=mentions.replaced(place.path))] = None
        return without

    for table, key, column, value in _texts(db, [person_id]):
        changed = _changed(Place(table, key, column), value, swap)
        if changed != value:
            _save(db, table, key, column, changed)
    return list(done)


def text_at(db: Database, place: Place) -> str | None:
    """Return a place's text, or None when it is gone."""
    if not place.table:
        return place.key[0] if ERASED in place.key[0] else None
    names = _columns(db, place.table)
    if place.column not in names:
        return None
    keys = _primary_key(db, place.table)
    row = db.execute(
        f"SELECT [{place.column}] FROM [{place.table}] WHERE {' AND '.join(f'[{key}] = ?' for key in keys)}", place.key
    ).fetchone()
    texts: dict[str, str] = {}

    def note(mentioned: Place, text: str) -> str:
        texts[mentioned.path] = text
        return text

    if row is not None and isinstance(row[0], str):
        _changed(place._replace(path=""), row[0], note)
    return texts.get(place.path)


def where(db: Database, place: Place) -> str:
    """Describe a place: “Line manager” of Bob Lee."""
    last = place.path.rpartition("/")[2].removesuffix("#")
    match place.table:
        case "":
            return "The name of an organisation"
        case "answers":
            number = db.execute(
                "SELECT number FROM rounds JOIN matches m ON round_id = rounds.id WHERE m.id = ?", [place.key[0]]
            ).fetchone()
            what = {"why_not": "Why they did not meet", "selling": "About selling"}.get(place.column)
            return f"{what or place.column.capitalize()}, by {_name(db, place.key[1])} about round {number[0]}"
        case "people":
            what = f"“{last}”" if last else place.column.replace("_", " ").capitalize()
            return f"{what} of {_name(db, place.key[0])}"
        case "import_changes":
            what = last if place.path.count("/") < 2 else f"“{last}”"
            return f"{what.capitalize()} of {_name(db, place.key[1])}, as it was before an import"
        case "imports":
            return "The file name of an import"
        case "settings":
            return f"Settings: {place.key[0].replace('_', ' ').replace(':', ' ')}"
        case "messages":
            return "A letter to somebody else" if place.column == "letter" else "What became of a letter"
    return f"{place.table.replace('_', ' ').capitalize()}: {place.column.replace('_', ' ')}"


def _name(db: Database, person_id: int) -> str:
    row = db.execute("SELECT name FROM people WHERE id = ?", [person_id]).fetchone()
    return str((row and row[0]) or "somebody erased")


def _without(db: Database, person_id: int, mentions: Mentions, place: Place, text: str) -> str:
    if not place.table:
        return mentions.replaced(text, one_word=False)
    if not mentions.spans(text, first_name=place.table == "answers"):
        return text
    own_match = place.table == "answers" and _sat_in(db, person_id, place.key[0])
    return mentions.replaced(text, first_name=own_match)


def _sat_in(db: Database, person_id: int, match_id: int) -> bool:
    query = "SELECT 1 FROM seats WHERE match_id = ? AND person_id = ?"
    return db.execute(query, [match_id, person_id]).fetchone() is not None


def _texts(db: Database, own: Collection[int]) -> Iterator[tuple[str, tuple[Any, ...], str, str]]:
    """Yield (table, primary key, column, text) for each text; for people in `own`, only their organisations."""
    for table in db.table_names():
        names, keys = _columns(db, table), _primary_key(db, table)
        columns = [name for name in names if not (name in keys or name in _LEFT.get(table, ()) or _is_time(name))]
        if table.startswith(("_", "sqlite_")) or not columns or not keys:
            continue
        owner = _OWN.get(table, "person_id")
        mine, values = f"[{owner}] IN (SELECT value FROM json_each(?))", [json.dumps(list(own))]
        if owner not in _columns(db, table, "INTEGER"):
            mine, values = "0", []
        wanted = ", ".join(f"[{name}]" for name in (*keys, *columns))
        for is_own, *row in db.execute(f"SELECT {mine}, {wanted} FROM [{table}]", values).fetchall():
            key = tuple(row[: len(keys)])
            if table == "settings" and key[0] in _LEFT_SETTINGS:
                continue
            for name, text in zip(columns, row[len(keys) :], strict=True):
                if text and (not is_own or name in _ORGANISATION):
                    yield table, key, name, text


def _is_time(column: str) -> bool:
    return column.rpartition("_")[2] in ("at", "since", "until")


def _columns(db: Database, table: str, kind: str = "TEXT") -> list[str]:
    return [column.name for column in db.table(table).columns if column.type == kind]


def _primary_key(db: Database, table: str) -> list[str]:
    keys = sorted((column.is_pk, column.name) for column in db.table(table).columns if column.is_pk)
    return [name for _, name in keys]


def _changed(place: Place, text: str, change: Change) -> str:
    """Change each text within a column, also inside JSON and inside JSON within it."""
    value = _parsed(text)
    if isinstance(value, dict | list | str) and value != text:
        changed = _within(place, value, change)
        return text if changed == value else json.dumps(changed, ensure_ascii=False)
    return change(_of_organisation(place, text), text)


def _within(place: Place, value: Any, change: Change) -> Any:
    match value:
        case str():
            return _changed(place, value, change)
        case list():
            return [_within(_inside(place, str(number)), item, change) for number, item in enumerate(value)]
        case dict():
            left = _CALLED if place.table == "import_changes" and not place.path else ()
            return {
                _renamed(place, key, change): item if key in left else _within(_inside(place, key), item, change)
                for key, item in value.items()
            }
    return value


def _renamed(place: Place, key: str, change: Change) -> str:
    inside = _inside(place, f"{key}#")
    return change(_of_organisation(inside, key), key)


def _inside(place: Place, name: str) -> Place:
    return place._replace(path=f"{place.path}/{name}")


def _of_organisation(place: Place, text: str) -> Place:
    names = {place.column, place.path.strip("/")}
    of_settings = place.table == "settings" and str(place.key[0]).startswith("organisations")
    if names & _ORGANISATION or place.table == "merges" or of_settings:
        return Place("", (text,), "")
    return place


def _parsed(text: str) -> Any:
    """Return the value of JSON that can be taken apart and written back; otherwise the text."""
    if text[:1] not in ("{", "[", '"'):
        return text
    try:
        value = json.loads(text)
        if r"\ud" in text.casefold():  # half a character can be read, and not be written
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return text
    return text if _is_deep(value) else value


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        inside = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level = [one for values in inside for one in values]
    return bool(level)


def _save(db: Database, table: str, key: tuple[Any, ...], column: str, text: str) -> None:
    """Save a text, unless the table allows only certain words there.

    Somebody who is editing this person will be warned, and an import that added them can still be undone.
    """
    rows = " AND ".join(f"[{name}] = ?" for name in _primary_key(db, table))
    db.execute(f"UPDATE OR IGNORE [{table}] SET [{column}] = ? WHERE {rows}", [text, *key])
    if table == "people":
        db.execute(
            "UPDATE import_changes SET after_version = after_version + 1 WHERE person_id = ? AND after_version = "
            "(SELECT version FROM people WHERE id = ?)",
            [*key, *key],
        )
        db.execute("UPDATE people SET version = version + 1 WHERE id = ?", key)
