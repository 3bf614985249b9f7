"""Files that a failing disk, a careless copy or an earlier version left behind."""

import os
import random
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from coffee.automation import chores
from coffee.config.environment import Environment
from coffee.people import service
from coffee.scheme import NotAScheme, Scheme, backup, connect, open_scheme
from coffee.scheme.drafts import draft_of
from coffee.scheme.lock import locked


@pytest.fixture
def large(scheme: Scheme, now: datetime) -> Scheme:
    """A scheme of 300 people, all in its file, with nothing waiting in the log."""
    for start in range(0, 300, 100):
        text = "Name,Email,Org\n" + "".join(f"P {i},p{i}@x.example,Devon\n" for i in range(start, start + 100))
        service.import_roster(scheme, text.encode(), "p.csv", now)
    scheme.wipe_traces()
    return scheme


def damage(path: Path, seed: int) -> None:
    """Turn bytes of pages in the middle of the file."""
    data = bytearray(path.read_bytes())
    for at in random.Random(seed).sample(range(8192, len(data)), 200):
        data[at] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize("seed", range(8))
def test_no_backup_of_a_damaged_scheme_counts(large: Scheme, tmp_path: Path, seed: int) -> None:
    """Each copy that is called a backup passes SQLite's own whole check; what fails is said, and leaves nothing."""
    damage(large.path, seed)
    refused: list[str] = []
    for name, copy in {"file": lambda: backup(large, tmp_path / "b.db"), "bytes": large.copied}.items():
        try:
            made = copy()
        except NotAScheme as error:
            refused.append(str(error))
            continue
        path = tmp_path / f"{name}.db"
        path.write_bytes(made) if isinstance(made, bytes) else (tmp_path / "b.db").rename(path)
        with sqlite3.connect(path) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert all("Restore a backup" in sentence for sentence in refused)
    assert not (tmp_path / "b.db").exists()


def test_a_copy_in_memory_is_a_scheme(large: Scheme, tmp_path: Path) -> None:
    """A copy offered for download opens as the same scheme, and was never in a file of ours."""
    before = sorted(large.path.parent.iterdir())
    (tmp_path / "copy.db").write_bytes(large.copied())
    assert sorted(large.path.parent.iterdir()) == sorted({*before, tmp_path / "copy.db"})
    with open_scheme(tmp_path / "copy.db").reading() as db, large.reading() as original:
        asked = "SELECT identity FROM people ORDER BY id"
        assert db.execute(asked).fetchall() == original.execute(asked).fetchall()


def test_the_organiser_is_told_of_damage_by_letter(large: Scheme, now: datetime) -> None:
    """Once a day, in words that say what to do; a sound scheme is nothing to write about."""
    environment = Environment(large.path, "https://coffee.example", sender="Ann <ann@x.example>")
    chores.examine(large, environment, now)
    assert _letters(large) == []
    with large.writing() as db:  # an index that misses a row: pages go on, and quick_check is content
        db.conn.execute("PRAGMA writable_schema = ON")
        db.conn.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, '(organisation)', '(name)') WHERE name = 'people_organisation'"
        )
        db.conn.execute("PRAGMA writable_schema = OFF")
    for _ in range(2):
        chores.examine(large, environment, now)
    (letter,) = _letters(large)
    assert "damaged" in letter
    assert "Restore a backup" in letter


def _letters(scheme: Scheme) -> list[str]:
    with scheme.reading() as db:
        return [letter.decode() for (letter,) in db.execute("SELECT letter FROM messages WHERE kind = 'trouble'")]


def test_an_empty_file_is_no_new_scheme(tmp_path: Path) -> None:
    """A copy that failed is told, and stays as it is."""
    (tmp_path / "coffee.db").touch()
    with pytest.raises(NotAScheme, match="is empty"):
        open_scheme(tmp_path / "coffee.db")
    assert (tmp_path / "coffee.db").stat().st_size == 0


def test_a_start_that_was_killed_is_begun_again(tmp_path: Path) -> None:
    """A draft that a crash left is neither taken for the scheme nor left behind."""
    (tmp_path / "coffee.db.coffee-draft").write_bytes(b"SQLite format 3\0 and no more")
    open_scheme(tmp_path / "coffee.db")
    assert [path.name for path in tmp_path.iterdir() if "draft" in path.name] == []


def test_a_backup_that_was_killed_goes_with_the_next(scheme: Scheme, tmp_path: Path) -> None:
    """Whatever it was to be called, in its folder or beside the scheme; a file of somebody else's stays."""
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("monday.db.coffee-draft", "monday.db.coffee-draft-journal", "monday.db.part"):
        (folder / name).write_bytes(b"half a scheme")
    backup(scheme, folder / "tuesday.db")
    assert sorted(path.name for path in folder.iterdir()) == ["monday.db.part", "tuesday.db"]


def test_a_start_leaves_the_draft_that_is_being_written(scheme: Scheme) -> None:
    """A backup goes on while another process opens the scheme beside it."""
    with locked(scheme.path.parent), draft_of(scheme.path.with_name("backup.db")) as draft:
        open_scheme(scheme.path)
        assert draft.exists()


def test_a_letter_that_was_half_kept_goes_with_an_erasure(scheme: Scheme, now: datetime) -> None:
    """A half-kept letter names somebody, and no text is left from which to write it again."""
    service.import_roster(scheme, b"Name,Email,Org\nAnn,ann@x.example,Devon\n", "p.csv", now)
    half = scheme.path.parent / "letters" / "introduction-ann@x.example-4fJk.part"
    half.parent.mkdir()
    half.write_text("Dear Ann")
    service.erase(scheme, [1])
    assert not half.exists()


def test_nobody_else_may_read_the_scheme(tmp_path: Path, now: datetime) -> None:
    """Whatever the umask says: its folder, its file and what SQLite keeps beside it are their owner's alone, also when
    an earlier version made them."""
    before = os.umask(0o022)
    try:
        scheme = open_scheme(tmp_path / "new" / "coffee.db")
        scheme.path.chmod(0o644)
        with open_scheme(scheme.path).writing() as db:
            db.execute("DELETE FROM settings WHERE name = 'nothing'")
            modes = {file.name: file.stat().st_mode & 0o777 for file in scheme.path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"coffee.db": 0o600, "coffee.db-wal": 0o600, "coffee.db-shm": 0o600}
    assert scheme.path.parent.stat().st_mode & 0o777 == 0o700


def test_the_folder_that_git_made_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else may read the default folder of schemes; a folder that is shared on purpose is left alone."""
    (tmp_path / "data").mkdir(mode=0o755)
    open_scheme(tmp_path / "data" / "shared.db")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o755
    monkeypatch.setattr(connect, "OWN_FOLDER", tmp_path / "data")
    open_scheme(tmp_path / "data" / "coffee.db")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
