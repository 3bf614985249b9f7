"""What an organiser does with people: import a roster and undo it, add, change, erase, export."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from coffee.roster import Preview, Roster, compare, guess, likeliest, open_file, read, table
from coffee.roster.by_hand import checked
from coffee.roster.export import people_table
from coffee.roster.organisations import Alike, near_duplicates
from coffee.scheme import Scheme, erasure, imports, people, settings
from coffee.scheme.erasure import Erased
from coffee.scheme.imports import Undone


@dataclass(frozen=True)
class Imported:
    """What a roster would do, and the import that did it; None when nothing was written."""

    preview: Preview
    import_id: int | None


def import_roster(scheme: Scheme, data: bytes, filename: str, now: datetime, *, dry_run: bool = False) -> Imported:
    """Read the likeliest sheet with the likeliest columns and save its good rows, in one transaction.

    Raises RosterError when the file is no roster, Stale when somebody else changed the same people meanwhile.
    """
    found = table(likeliest(open_file(data, filename)))
    with scheme.reading() as db:
        silo = settings.get(db, "silo", "organisation")
    roster = read(found, guess(found.headers, [cells for _, cells in found.lines], silo))
    preview = preview_of(scheme, roster, now.date())
    return Imported(preview, None if dry_run else confirm(scheme, preview, filename, now))


def preview_of(scheme: Scheme, roster: Roster, today: date) -> Preview:
    """What the roster would do to the scheme as it is now. Writes nothing."""
    with scheme.reading() as db:
        return compare(roster, people.everyone(db, today).to_dict("records"))


def alike(scheme: Scheme, roster: Roster) -> list[Alike]:
    """Organisations of the roster that seem to be one with each other or with one of the scheme's."""
    known = _counted(scheme)
    named = Counter(row.text("organisation") for row in roster.rows if not row.rejected)
    return [group for group in near_duplicates(named + known, known) if not known.keys() >= set(group.names)]


def alike_in_scheme(scheme: Scheme) -> list[Alike]:
    """Organisations already in the scheme that seem to be one."""
    return near_duplicates(_counted(scheme))


def confirm(scheme: Scheme, preview: Preview, source: str, now: datetime) -> int:
    """Save what the preview shows, in one transaction; returns the import's id. Raises Stale: nothing is saved then."""
    changed = [(changed.person_id, changed.version, changed.details) for changed in preview.changed]
    with scheme.writing() as db:
        return imports.apply(db, source, [new.details for new in preview.new], changed, now)


def undo(scheme: Scheme, import_id: int, now: datetime) -> Undone:
    """Take an import back, except for people somebody changed since. Raises NotThere when it was undone already."""
    with scheme.writing() as db:
        return imports.undo(db, import_id, now)


def add(scheme: Scheme, typed: Mapping[str, str], now: datetime) -> str:
    """Add a person typed by hand; returns what to look at all the same, or ''. Raises RosterError or SchemeError."""
    details, remark = checked(typed)
    with scheme.writing() as db:
        people.add(db, details, now=now)
    return remark


def change(scheme: Scheme, person_id: int, version: int, typed: Mapping[str, str]) -> str:
    """Save the columns that were typed, for whoever read `version`; returns what to look at, or ''.

    Raises RosterError for a fault, Stale when somebody else saved the person first, SchemeError for a taken email.
    """
    details, remark = checked(typed)
    with scheme.writing() as db:
        people.change(db, person_id, version, details)
    return remark


def erase(scheme: Scheme, person_id: int) -> Erased:
    """Erase a person from the scheme and from its write-ahead log, for good. Raises NotThere or Busy."""
    with scheme.writing() as db:
        erased = erasure.erase(db, person_id)
    scheme.wipe_traces()
    return erased


def exported(scheme: Scheme, today: date) -> pd.DataFrame:
    """Everybody as a table to export with `coffee.roster.export`; a roster made of it imports again unchanged."""
    with scheme.reading() as db:
        return people_table(people.everyone(db, today))


def _counted(scheme: Scheme) -> Counter[str]:
    with scheme.reading() as db:
        return Counter(dict(people.organisations(db).itertuples(index=False, name=None)))
