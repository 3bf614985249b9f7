"""The scheme file: opened, migrated and written by many at once."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from coffee.scheme import (
    FromNewerVersion,
    NotAScheme,
    Scheme,
    SchemeError,
    Unwritable,
    addresses,
    open_scheme,
    people,
    settings,
    tokens,
)
from coffee.scheme.connect import APPLICATION_ID
from coffee.scheme.migrations import migrations

ADD_ONE = """
import sys
from pathlib import Path
from coffee.scheme import open_scheme, settings
scheme = open_scheme(Path(sys.argv[1]))
for _ in range(50):
    with scheme.writing() as db:
        settings.put(db, "count", settings.get(db, "count", 0) + 1)
"""


def add_one(scheme: Scheme) -> None:
    with scheme.writing() as db:
        settings.put(db, "count", settings.get(db, "count", 0) + 1)


def test_all_tables_are_strict(scheme: Scheme) -> None:
    """SQLite itself refuses a value of the wrong type in every table of ours."""
    with scheme.reading() as db:
        loose = [
            row[1]
            for row in db.execute("PRAGMA table_list")
            if row[2] == "table" and not row[5] and not row[1].startswith(("sqlite_", "_sqlite"))
        ]
    assert loose == []


def test_foreign_keys_hold(scheme: Scheme) -> None:
    """A seat for a person who does not exist is refused."""
    with pytest.raises(sqlite3.IntegrityError), scheme.writing() as db:
        db.execute("INSERT INTO rounds (number, state, seed, drawn_at) VALUES (1, 'draft', 1, '')")
        db.execute("INSERT INTO matches (round_id) VALUES (1)")
        db.execute("INSERT INTO seats (match_id, person_id, position, organisation) VALUES (1, 999, 1, 'Devon')")


def test_a_failed_block_leaves_nothing(scheme: Scheme) -> None:
    """An error inside a write undoes all of it."""
    with pytest.raises(ZeroDivisionError), scheme.writing() as db:
        settings.put(db, "title", "half")
        _ = 1 / 0
    with scheme.reading() as db:
        assert settings.get(db, "title") is None


def test_threads_lose_no_change(scheme: Scheme) -> None:
    """Eight threads that read and then write lose none of 400 changes."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: add_one(scheme), range(400)))
    with scheme.reading() as db:
        assert settings.get(db, "count") == 400


def test_processes_starting_together_migrate_once_and_lose_no_change(tmp_path: Path) -> None:
    """Four processes that open a scheme that is not there yet make one scheme and lose none of 200 changes."""
    path = tmp_path / "new" / "coffee.db"
    running = [subprocess.Popen([sys.executable, "-c", ADD_ONE, str(path)]) for _ in range(4)]
    assert [process.wait(60) for process in running] == [0, 0, 0, 0]
    with open_scheme(path).reading() as db:
        assert settings.get(db, "count") == 200
        assert [m.name for m in migrations.applied(db)] == [m.name for m in migrations._migrations]


def test_opening_twice_changes_nothing(scheme: Scheme) -> None:
    """A scheme that is up to date is opened as it is."""
    before = scheme.path.read_bytes()
    open_scheme(scheme.path)
    assert scheme.path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"name,email\nAnn,ann@devon.gov.uk\n" * 100, b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_file_that_is_no_scheme_is_left_alone(tmp_path: Path, content: bytes) -> None:
    """A spreadsheet or a damaged file in the scheme's place is refused in a sentence and not touched."""
    path = tmp_path / "coffee.db"
    path.write_bytes(content)
    with pytest.raises(NotAScheme, match="COFFEE_SCHEME"):
        open_scheme(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    """A database of another program is refused in a sentence and not touched."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE invoices (id INTEGER)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(NotAScheme, match="another program"):
        open_scheme(path)
    assert path.read_bytes() == before


def test_a_scheme_from_a_newer_version_is_refused(scheme: Scheme) -> None:
    """A file with a migration that this version does not know is refused in a sentence."""
    with scheme.writing() as db:
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('coffee', '9999_from_the_future')")
    with pytest.raises(FromNewerVersion, match="newer version"):
        open_scheme(scheme.path)


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A scheme below something that is no folder is refused in a sentence."""
    (tmp_path / "file").write_text("")
    with pytest.raises(Unwritable, match="cannot be written"):
        open_scheme(tmp_path / "file" / "coffee.db")


def test_a_full_disk_is_said_in_a_sentence(scheme: Scheme) -> None:
    """The organiser reads a sentence when SQLite has no room, and nothing is half written."""
    with pytest.raises(Unwritable, match="full"), scheme.writing() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")
        settings.put(db, "title", "x" * 100_000)
    with scheme.reading() as db:
        assert settings.get(db, "title") is None


def lost(db: Database) -> None:
    db.conn.close()


def lost_and_asked(db: Database) -> None:
    db.conn.close()
    db.execute("SELECT 1")


def asked_wrongly(db: Database) -> None:
    db.execute("SELECT nothing")


@pytest.mark.parametrize("fault", [lost, lost_and_asked, asked_wrongly])
def test_whatever_fails_in_a_block_is_said_in_a_sentence(scheme: Scheme, fault: Callable[[Database], None]) -> None:
    """Also when the block cannot even be ended, as nothing can be asked of its connection any more."""
    for block in (scheme.reading, scheme.writing):
        with pytest.raises(SchemeError, match=r"could not be used .* Nothing was changed\."), block() as db:
            fault(db)


def test_while_it_is_held_open_no_write_empties_the_log(scheme: Scheme) -> None:
    """The write-ahead log stays until the last connection closes; what was written is in it, and then in the file."""
    log = scheme.path.with_name(f"{scheme.path.name}-wal")
    with scheme.held_open():
        with scheme.writing() as db:
            settings.put(db, "title", "new")
        assert log.stat().st_size
    assert not log.exists()
    with scheme.reading() as db:
        assert settings.get(db, "title") == "new"


def test_links_live_on_when_new_addresses_get_their_own(tmp_path: Path, now: datetime) -> None:
    """A file from before keeps every link but those of somebody who was changing their address, who asks again."""
    path = tmp_path / "coffee.db"
    db = Database(path, strict=True)
    migrations.apply(db, stop_before="0008_address_links")
    for number, new in ((1, None), (2, "new@x.example")):
        details = {"name": "P", "email": f"p{number}@x.example", "organisation": "Fife"}
        people.add(db, details, now=now)
        db.execute("UPDATE people SET new_email = ? WHERE id = ?", [new, number])
        for purpose in ("confirm", "me"):
            tokens.keep(db, f"{purpose} {number}", purpose, number, now=now)
    db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.conn.commit()
    db.close()
    with open_scheme(path).reading() as db:
        live = [
            (purpose, number)
            for number in (1, 2)
            for purpose in ("confirm", "me", "address")
            if tokens.find(db, purpose, f"{purpose} {number}", lambda: now)
        ]
        assert live == [("confirm", 1), ("me", 1), ("me", 2)]
        assert addresses.wanted(db, 2) is None
