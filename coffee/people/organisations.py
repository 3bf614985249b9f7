"""The organiser's work on organisations: find spellings that seem to be one, merge them, and undo that."""

from collections import Counter
from collections.abc import Collection

from coffee.roster import Roster
from coffee.roster.by_hand import checked
from coffee.roster.spellings import Alike, near_duplicates
from coffee.scheme import Scheme, organisations, people


def alike(scheme: Scheme, roster: Roster) -> list[Alike]:
    """Group organisations of the roster that seem to be one with each other or with one of the scheme's."""
    known = _counted(scheme)
    with scheme.reading() as db:
        here = people.identities(db)
    named = Counter(
        row.text("organisation")
        for row in roster.rows
        if not row.rejected and not (row.identity in here and row.text("organisation") in known)
    )
    groups = [group for group in near_duplicates(named + known, known) if not known.keys() >= set(group.names)]
    return _undecided(scheme, groups)


def alike_in_scheme(scheme: Scheme) -> list[Alike]:
    """Group organisations of the scheme that seem to be one."""
    return _undecided(scheme, near_duplicates(_counted(scheme)))


def read_as(scheme: Scheme) -> dict[str, str]:
    """Return the spellings that are read as another name, with that name."""
    with scheme.reading() as db:
        return organisations.read_as(db)


def tell_apart(scheme: Scheme, names: Collection[str]) -> None:
    """Remember that these similar names are different organisations."""
    with scheme.writing() as db:
        organisations.tell_apart(db, names)


def merge(scheme: Scheme, names: Collection[str], into: str) -> int:
    """Merge organisations, in past rounds and in rosters to come; return how many people changed."""
    details, _ = checked({"organisation": into})
    with scheme.writing() as db:
        return organisations.merge(db, names, details["organisation"])


def last_merge(scheme: Scheme) -> tuple[int, list[str], str] | None:
    """Return (id, merged names, new name) of the latest merge that can be undone, or None."""
    with scheme.reading() as db:
        return organisations.last_merge(db)


def undo_merge(scheme: Scheme, merge_id: int) -> int:
    """Undo a merge; return how many people have their organisation back."""
    with scheme.writing() as db:
        return organisations.undo_merge(db, merge_id)


def _undecided(scheme: Scheme, groups: list[Alike]) -> list[Alike]:
    with scheme.reading() as db:
        decided = [set(names) for names in organisations.different(db)]
    return [group for group in groups if not any(set(group.names) <= names for names in decided)]


def _counted(scheme: Scheme) -> Counter[str]:
    with scheme.reading() as db:
        return Counter(dict(organisations.organisations(db).itertuples(index=False, name=None)))
