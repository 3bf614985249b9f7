"""The organiser's work on people: import a roster and undo it, add, change, pause, erase."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pandas as pd

from coffee.child import ChildDied, in_child
from coffee.mail.letters.letter import Office
from coffee.mail.letters.partner_address import tell_partners
from coffee.mail.post.eml_files import forget_erased
from coffee.place import place, today
from coffee.roster import (
    Field,
    Preview,
    Reading,
    Roster,
    RosterError,
    Sheet,
    compare,
    is_workbook,
    left_out,
    likeliest,
    open_file,
    propose,
    read,
    table,
    with_choices,
)
from coffee.roster.by_hand import checked
from coffee.roster.delimited import AS_IT_SEEMS
from coffee.scheme import Scheme, SchemeError, Stale, erasure, imports, organisations, people, posting, room, settings
from coffee.scheme.imports import Undone
from coffee.scheme.typed_text import Place

_SHOWN = ("name", "organisation", "email", "status", "paused_until", "phone", "chat_id", "role")


@dataclass(frozen=True)
class Imported:
    """A roster's effect, the id of the import that saved it, or None, and sentences on how the file was read."""

    preview: Preview
    import_id: int | None
    notes: tuple[str, ...] = ()


def opened(data: bytes, filename: str, reading: Reading = AS_IT_SEEMS) -> list[Sheet]:
    """Return the sheets of a stranger's file, read where memory and time are limited. Raises RosterError."""
    if not is_workbook(data):
        return open_file(data, filename, reading)
    try:
        return in_child(open_file, data, filename)
    except ChildDied:
        raise RosterError(
            f"{filename} is too large to read. Delete what has strayed far from the people, or save the sheet with the "
            "people as CSV, and upload that."
        ) from None


@dataclass(frozen=True)
class Choices:
    """Answers to what a file leaves open: the organisation of everybody in it, and fields of columns by header."""

    organisation: str = ""
    columns: Mapping[str, Field] = field(default_factory=dict)


def import_roster(
    scheme: Scheme, data: bytes, filename: str, now: datetime, choices: Choices = Choices(), *, dry_run: bool = False
) -> Imported:
    """Read the likeliest sheet with the proposed columns and save its good rows, in one transaction.

    Raises RosterError when the file is no roster, Stale when somebody else changed the same people meanwhile.
    """
    roster_table = table(likeliest(opened(data, filename)))
    with scheme.reading() as db:
        silo, read_as, here = settings.get(db, "silo", "organisation"), organisations.read_as(db), place(db)
    proposal = propose(roster_table.headers, [cells for _, cells in roster_table.lines], silo)
    mapping = with_choices(roster_table.headers, proposal.fields, choices.columns)
    roster = read(roster_table, mapping, organisation=choices.organisation, place=here).renamed(read_as)
    preview = preview_of(scheme, roster, here.day(now))
    notes = (*roster.notes, *left_out(roster_table.headers, mapping, proposal))
    return Imported(preview, None if dry_run else confirm(scheme, preview, filename, now), notes)


def preview_of(scheme: Scheme, roster: Roster, day: date) -> Preview:
    """Return what the roster would change in the scheme as it is now. Writes nothing."""
    with scheme.reading() as db:
        return compare(roster, people.everyone(db, day).to_dict("records"), day)


def confirm(
    scheme: Scheme, preview: Preview, source: str, now: datetime, read_as: Mapping[str, str] | None = None
) -> int:
    """Save what the preview shows, in one transaction; return the import's id. Raises Stale, and saves nothing then.

    `read_as` maps the file's spellings of organisations to the names under which they are read from now on.
    """
    changed = [(changed.person_id, changed.version, changed.details) for changed in preview.changed]
    with scheme.writing() as db:
        organisations.remember(db, read_as or {})
        return imports.apply(db, source, [new.details for new in preview.new], changed, now)


def undo(scheme: Scheme, import_id: int, now: datetime) -> Undone:
    """Undo an import, except for people somebody changed since. Raises NotThere when it was undone already."""
    with scheme.writing() as db:
        return imports.undo(db, import_id, now)


def add(scheme: Scheme, typed: Mapping[str, str], now: datetime) -> str:
    """Add a person typed by hand; return a remark to check, or ''. Raises RosterError or SchemeError."""
    with scheme.writing() as db:
        details, remark = checked(typed, place(db).region)
        people.add(db, details, now=now)
    return remark


@dataclass(frozen=True)
class Edit:
    """An organiser's changes to one person, whom they read at `version`; `extra` replaces the extra columns."""

    person_id: int
    version: int
    name: str
    typed: Mapping[str, str]
    extra: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Saved:
    """The result of saved edits: remarks to check, people with a new address, and letters that tell it to their
    partners.
    """

    remark: str
    moved: tuple[int, ...] = ()
    told: int = 0


def change(scheme: Scheme, edits: Sequence[Edit], office: Office, now: datetime) -> Saved:
    """Save all edits or none, and tell new addresses to people who were given the old one.

    Raises RosterError naming every fault, Stale saying what others saved meanwhile, SchemeError for a taken email.
    """
    with scheme.reading() as db:
        wanted, remarks = _checked(edits, place(db).region)
    faults: list[SchemeError] = []
    moved = []
    with scheme.writing() as db:
        for edit, details in wanted:
            email = str(details.get("email", ""))
            if email and people.find(db, email) != edit.person_id:
                moved.append(edit.person_id)
            try:
                people.change(db, edit.person_id, edit.version, details)
            except SchemeError as error:
                faults.append(error)
        if faults:
            kind = Stale if any(isinstance(error, Stale) for error in faults) else SchemeError
            raise kind(" ".join(map(str, faults)))
        told = sum(tell_partners(db, office, person_id, now) for person_id in moved)
    return Saved(remarks, tuple(moved), told)


def _checked(edits: Sequence[Edit], region: str) -> tuple[list[tuple[Edit, dict[str, Any]]], str]:
    wanted: list[tuple[Edit, dict[str, Any]]] = []
    faults, remarks = [], []
    for edit in edits:
        try:
            details, remark = checked(edit.typed, region)
        except RosterError as error:
            faults.append(f"{edit.name}: {error}")
            continue
        wanted.append((edit, details | ({} if edit.extra is None else {"extra": dict(edit.extra)})))
        remarks.append(remark)
    if faults:
        raise RosterError(" ".join([*faults, "Nothing was saved; what you typed is still in the table."]))
    return wanted, " ".join(filter(None, remarks))


def again(scheme: Scheme, read: pd.DataFrame, today: date) -> pd.DataFrame:
    """Return the same people in the same order as they are now; people erased since stay as they were read.

    `read` has the columns of `coffee.scheme.people.everyone`.
    """
    with scheme.reading() as db:
        now = people.everyone(db, today).set_index("id", drop=False)
    rows = [now.loc[row["id"]] if row["id"] in now.index else row for _, row in read.iterrows()]
    return pd.DataFrame(rows, columns=read.columns).reset_index(drop=True).astype(read.dtypes.to_dict())


def meanwhile(read: pd.DataFrame, now: pd.DataFrame) -> str:
    """Describe what others saved between two readings of the same people, and say that the organiser's edits were not
    saved.
    """
    pairs = zip(read.to_dict("records"), now.to_dict("records"), strict=True)
    told = [_saved_by_others(old, new) for old, new in pairs if old["version"] != new["version"]]
    return " ".join([*told, "What you typed is not saved; it is still in the table. Save it if it is still right."])


def _saved_by_others(read: Mapping[Any, Any], now: Mapping[Any, Any]) -> str:
    before, after = _as_shown(read), _as_shown(now)
    told = [
        f"{what} is now {f'“{text}”' if text else 'empty'}" for what, text in after.items() if before.get(what) != text
    ]
    what = "; ".join(told) or "other details were changed"
    return f"Somebody else saved {read['name']} while you were editing: {what}."


def _as_shown(person: Mapping[Any, Any]) -> dict[str, str]:
    extra: dict[str, str] = person["extra"]
    return {people.WORDS.get(name, name.replace("_", " ")): person[name] for name in _SHOWN} | extra


def set_status(scheme: Scheme, ids: Collection[int], status: str, until: date | None = None) -> None:
    """Pause people (until a date, or until they are brought back), mark them as left, or make them active."""
    with scheme.writing() as db:
        match status:
            case "paused":
                people.pause(db, ids, until)
            case "left":
                people.leave(db, ids)
            case _:
                people.reactivate(db, ids)


def letters_come_back(scheme: Scheme, ids: Collection[int], come_back: bool) -> None:
    """Flag people whose letters came back by mail, which the app cannot notice itself, or clear the flag."""
    with scheme.writing() as db:
        people.cannot_reach(db, ids, posting.COME_BACK if come_back else None)


def let_in(scheme: Scheme, person_id: int, now: datetime) -> None:
    """Let in a person who gave another name in the room; repeating it changes nothing. Raises NotThere or Busy."""
    with scheme.writing() as db:
        room.let_in(db, person_id, now, today(db, now))


def erase(scheme: Scheme, ids: Collection[int], spared: Collection[Place] = ()) -> int:
    """Erase people from the scheme, its log and stored letters; return how many letters were stopped.

    Text in the places that are spared meant somebody else and stays. Raises NotThere or Busy.
    """
    with scheme.writing() as db:
        stopped = sum(erasure.erase(db, person_id, spared).letters_cancelled for person_id in ids)
    forget_erased(scheme)
    return stopped
