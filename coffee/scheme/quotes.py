"""Stories that the organiser chose to share. Only those whose writers allow it are ever given out."""

from sqlite_utils import Database

from coffee.scheme import settings

NAME = "quotes"


def chosen(db: Database) -> set[tuple[int, int]]:
    """The (match, person) of each chosen story whose writer still allows it."""
    wanted = {(match, person) for match, person in settings.get(db, NAME, [])}
    allowed = db.execute("SELECT match_id, person_id FROM answers WHERE story_may_be_shared = 1 AND story IS NOT NULL")
    return wanted & {(match, person) for match, person in allowed.fetchall()}


def choose(db: Database, match_id: int, person_id: int, yes: bool) -> None:
    """Choose a story for sharing, or withdraw it. Stories whose writers do not allow sharing cannot be chosen."""
    wanted = {(match, person) for match, person in settings.get(db, NAME, [])} - {(match_id, person_id)}
    settings.put(db, NAME, sorted(wanted | ({(match_id, person_id)} if yes else set())))
