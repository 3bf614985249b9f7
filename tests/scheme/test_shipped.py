"""Files of every schema there was: opened today, they have the tables of a new file, and nothing in them is lost.

`shipped/` has the statements of each migration as it ran; a name that ends in .2 was edited after .1 had shipped.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest

from coffee.scheme import open_scheme
from coffee.scheme.connect import APPLICATION_ID
from coffee.scheme.migrations import migrations

SHIPPED = Path(__file__).with_name("shipped")
MARKS = """CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT);
CREATE UNIQUE INDEX idx__sqlite_migrations_migration_set_name ON _sqlite_migrations (migration_set, name);"""
CONTENT = """INSERT INTO people (id, identity, name, email, organisation, joined_at)
VALUES (1, 'ann@devon.gov.uk', 'Ann', 'Ann@devon.gov.uk', 'Devon', '2026-01-01'), (2, NULL, NULL, NULL, 'Kent', '');
INSERT INTO rounds (id, number, state, seed, drawn_at) VALUES (1, 1, 'published', 7, '2026-01-02');
INSERT INTO matches (id, round_id) VALUES (1, 1);
INSERT INTO seats (match_id, person_id, position, organisation) VALUES (1, 1, 1, 'Devon'), (1, 2, 2, 'Kent');
INSERT INTO tokens (hash, purpose, person_id, match_id, made_at) VALUES (x'01', 'feedback', 1, 1, '2026-01-02');
INSERT INTO messages (key, kind, round_id, match_id, person_id, recipient, subject, message_id, letter, state, why,
queued_at, due_at) VALUES ('k', 'introduction', 1, 1, 1, 'Ann@devon.gov.uk', 'S', '<1@x>', x'FF00', 'sent', 'kept as '
|| 'a file', '2026-01-02', '2026-01-02');"""
TABLES = ("people", "rounds", "matches", "seats", "tokens", "messages")


def editions(name: str) -> list[Path]:
    return sorted(SHIPPED.glob(f"{name}.*.sql"))


def names() -> list[str]:
    """The migrations that shipped, in order. Making early files whole is no part of any of them."""
    return [migration.name for migration in migrations._migrations if migration.name != "0001_made_whole"]


def histories() -> Iterator[tuple[Path, ...]]:
    """Every way a file can have come to be: as far as each migration, with each edition of those edited."""
    for end in range(1, len(names()) + 1):
        for history in product(*(editions(name) for name in names()[:end])):
            if end < 9 or history[0].name != "0001_first_scheme.1.sql":  # the ninth failed on the very first file
                yield history


def called(history: tuple[Path, ...]) -> str:
    return f"{history[-1].stem[:4]} of {'-'.join(step.stem[-1] for step in history)}"


def made(path: Path, history: tuple[Path, ...]) -> None:
    """Write a file as those migrations left it, with something in each of the tables that were ever rebuilt."""
    first, *later = (step.read_text("utf-8") + mark(step) for step in history)
    with closing(sqlite3.connect(path)) as db:
        db.executescript("\n".join([
            "BEGIN;", MARKS, first, CONTENT, *later, f"PRAGMA application_id = {APPLICATION_ID};", "COMMIT;",
        ]))  # fmt: skip


def mark(step: Path) -> str:
    name = step.name.removesuffix(".sql")[:-2]
    return f"INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('coffee', '{name}', '');"


def schema(path: Path) -> dict[tuple[str, str], object]:
    """Every table and index of ours: its SQL without comments, spacing and quotes, its columns and references."""
    with closing(sqlite3.connect(path)) as db:
        found: dict[tuple[str, str], object] = {}
        ours = "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name != '_sqlite_migrations'"
        for kind, name, sql in db.execute(ours).fetchall():
            asked = ("table_xinfo", "foreign_key_list") if kind == "table" else ("index_xinfo",)
            looks = [db.execute(f"PRAGMA {pragma}({name})").fetchall() for pragma in asked]
            found[kind, name] = re.sub(r'--[^\n]*|["\s]', "", sql or ""), looks
        return found


def content(path: Path) -> dict[str, list[dict[str, object]]]:
    """Return the filled tables of a file by column, without empty columns."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return {
            table: [
                {column: row[column] for column in row.keys() if row[column] is not None}  # noqa: SIM118  # a Row
                for row in db.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
            ]
            for table in TABLES
        }


@pytest.fixture(scope="module")
def todays(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], object]:
    path = tmp_path_factory.mktemp("new") / "coffee.db"
    open_scheme(path)
    return schema(path)


@pytest.mark.parametrize("history", histories(), ids=called)
def test_a_file_of_every_schema_becomes_a_new_ones(
    history: tuple[Path, ...], todays: dict[tuple[str, str], object], tmp_path: Path
) -> None:
    """Tables, columns and their order, checks, references and indexes are a new file's, and the content is the same."""
    path = tmp_path / "coffee.db"
    made(path, history)
    before = content(path)
    open_scheme(path)
    assert schema(path) == todays
    assert content(path) == before
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_every_migration_is_kept_as_it_shipped() -> None:
    """A migration comes with its statements in shipped/NAME.1.sql, so that an edit to it is noticed ever after."""
    assert [name for name in names() if not editions(name)] == []
