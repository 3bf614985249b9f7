"""One SQLite file is one scheme: open it, read it, write it.

A connection is opened for each read or write and closed after it; opening one costs 0.2 ms, sharing one between threads
corrupts. Every write transaction begins IMMEDIATE, so that it waits its turn instead of failing half way.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from coffee.scheme.drafts import clear_drafts, draft_of
from coffee.scheme.errors import Busy, FromNewerVersion, NotAScheme, SchemeError, Unwritable
from coffee.scheme.lock import locked
from coffee.scheme.migrations import migrations

APPLICATION_ID = 0x52435431  # "RCT1", so that another program's database is recognised as such
_OF_THE_FILE = (sqlite3.Error, OSError, UnicodeDecodeError)
_DAMAGE = ("not a database", "malformed", "could not decode")  # as SQLite words it, or Python when its words are none
OWN_FOLDER = Path(__file__).parents[2] / "data"  # where a scheme is by default
PATIENCE = 30.0  # seconds to wait for another process's transaction


@dataclass(frozen=True)
class Scheme:
    """A scheme file with up-to-date tables. It holds only the path, so it is cheap to pass around."""

    path: Path

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """Open one consistent view of the file for the length of the block."""
        with _connected(self.path) as db, _in_plain_english(self.path):
            db.conn.execute("BEGIN")
            yield db
            db.conn.rollback()  # raises when the connection was lost meanwhile

    @contextmanager
    def held_open(self) -> Iterator[None]:
        """Keep a connection open, so that others need not empty the write-ahead log into the file when they close.

        Closing the last connection does, and makes a write take three times as long.
        """
        with _connected(self.path):
            yield

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """Open a transaction that saves the whole block or nothing.

        Raises Busy when another process writes for longer than `PATIENCE` seconds, Unwritable when the disk is full.
        """
        with _connected(self.path) as db, _transaction(db, self.path):
            yield db

    @contextmanager
    def writing_often(self) -> Iterator[Callable[[], AbstractContextManager[Database]]]:
        """Open one connection for a thread that writes many times in a row; each transaction costs a quarter of
        `writing`.
        """
        with _connected(self.path) as db:
            yield lambda: _transaction(db, self.path)

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy to a new file at `path`.

        Raises Unwritable when there is no room for it, NotAScheme when the scheme, and so its copy, is damaged.
        """
        with _connected(self.path) as db, _in_plain_english(path):
            db.conn.execute("VACUUM INTO ?", [str(path)])
        with _connected(path) as db, _in_plain_english(self.path):
            _refuse_damage(db, self.path)

    def copied(self) -> bytes:
        """Return a consistent copy without writing it to disk. Raises NotAScheme when the scheme is damaged."""
        with closing(sqlite3.connect(":memory:")) as memory:
            with _connected(self.path) as db, _in_plain_english(self.path):
                db.conn.backup(memory)
                _refuse_damage(Database(memory), self.path)
            return memory.serialize()

    def damage(self) -> str | None:
        """Describe damage to the file in a sentence that says what to do; return None when all is well.

        Reads the whole file: the quicker `PRAGMA quick_check` overlooks damage in indexes.
        """
        try:
            with self.reading() as db:
                _refuse_damage(db, self.path)
        except NotAScheme as error:
            return str(error)
        return None

    def wipe_traces(self) -> None:
        """Empty the write-ahead log into the file, so that erased text is in neither.

        Waits for readers that still need the log; raises Busy when they do not finish.
        """
        deadline = time.monotonic() + PATIENCE
        with _connected(self.path) as db, _in_plain_english(self.path):
            while db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                if time.monotonic() > deadline:
                    raise Busy(
                        "The details are erased, but a copy is still in the scheme's log because the file is being "
                        "read. Try again in a minute."
                    )
                time.sleep(0.05)


def open_scheme(path: Path) -> Scheme:
    """Open the scheme file, creating it or bringing its tables up to date as needed.

    Only its owner can read it and the files that SQLite keeps beside it. Safe with several processes at once: the first
    migrates, the others wait. Raises NotAScheme, FromNewerVersion, Unwritable or Busy, and leaves the file unchanged
    then.
    """
    path = path.absolute()
    with _in_plain_english(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        clear_drafts(path.parent)
        if not path.exists():
            _make(path)
        _close_to_others(path)
        _refuse_nothing(path)
        with _connected(path, foreign_keys=False) as db:
            _refuse_strangers(db, path)
            _write_ahead(db)
            if migrations.pending(db):
                _migrate(db)
    return Scheme(path)


def _make(path: Path) -> None:
    """Create an empty scheme; the file appears complete or not at all."""
    with locked(path.parent):
        if path.exists():
            return
        with draft_of(path) as draft, _connected(draft, foreign_keys=False) as db:
            _migrate(db)


def _close_to_others(path: Path) -> None:
    """Remove read permissions left by an earlier version, or by a copy made with a generous umask."""
    if path.parent == OWN_FOLDER:  # made by git, which keeps no modes of folders
        path.parent.chmod(0o700)
    for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        if file.exists() and file.stat().st_mode & 0o077 and file.stat().st_uid == os.getuid():
            file.chmod(0o600)


def _refuse_nothing(path: Path) -> None:
    """Refuse a file of 0 bytes: a failed copy leaves one, and it would pass for a new scheme."""
    if path.stat().st_size == 0:
        raise NotAScheme(
            f"{path} is empty: a copy or a disk may have failed. Restore a backup in its place, or delete it to begin "
            "a new scheme; nothing was changed."
        )


def is_scheme(path: Path) -> bool:
    """Return whether the file is marked as one of our schemes. Never raises for its contents."""
    with path.open("rb") as file:
        head = file.read(72)
    return head[:16] == b"SQLite format 3\0" and int.from_bytes(head[68:72], "big") == APPLICATION_ID


@contextmanager
def _connected(path: Path, *, foreign_keys: bool = True) -> Iterator[Database]:
    with _in_plain_english(path):
        connection = sqlite3.connect(path, timeout=PATIENCE)
    with closing(connection):
        with _in_plain_english(path):
            connection.execute(f"PRAGMA foreign_keys = {foreign_keys:d}")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
        yield Database(connection, strict=True)


@contextmanager
def _transaction(db: Database, path: Path) -> Iterator[Database]:
    with _in_plain_english(path):
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.conn.commit()
        except BaseException:
            db.conn.rollback()
            raise


def _refuse_strangers(db: Database, path: Path) -> None:
    ours = db.conn.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    if not ours and db.conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        raise NotAScheme(
            f"{path} is a database of another program, not a scheme. Set COFFEE_SCHEME to another path; "
            "nothing was changed."
        )
    known = {migration.name for migration in migrations.pending(db)} | {m.name for m in migrations.applied(db)}
    if known - {migration.name for migration in migrations._migrations}:
        raise FromNewerVersion(
            f"{path} was last opened by a newer version of this software. Install that version or a later one; "
            "nothing was changed."
        )


def _migrate(db: Database) -> None:
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(db)
        db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.conn.commit()
    except BaseException:
        db.conn.rollback()
        raise


def _write_ahead(db: Database) -> None:
    """Switch to write-ahead logging. SQLite reports a lock at once here instead of waiting, so retry until the
    deadline.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            db.conn.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


class _in_plain_english:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        _explain(error, self._path)


def _refuse_damage(db: Database, path: Path) -> None:
    found = db.conn.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise _damaged(path)


def _damaged(path: Path) -> NotAScheme:
    return NotAScheme(
        f"{path} is not a scheme, or it is damaged. Restore a backup, or set COFFEE_SCHEME to another path."
    )


def _explain(error: BaseException | None, path: Path) -> None:
    if isinstance(error, OSError) and isinstance(error.__cause__, sqlite3.Error):
        error = error.__cause__  # pandas wraps it in an OSError of its own
    if isinstance(error, (sqlite3.Error, OSError, UnicodeDecodeError)) and not isinstance(
        error, sqlite3.IntegrityError
    ):
        raise _explained(error, path) from error


def _explained(error: Exception, path: Path) -> SchemeError:
    problem = str(error).lower()
    if isinstance(error, UnicodeDecodeError) or any(words in problem for words in _DAMAGE):
        return _damaged(path)
    if "locked" in problem or "busy" in problem:
        return Busy(
            "Another program is writing to the scheme and has not finished. Nothing was changed; try again in a minute."
        )
    if "full" in problem:
        return Unwritable(f"The disk that holds {path} is full. Free some space and try again; nothing was changed.")
    if isinstance(error, OSError) or "readonly" in problem or "unable to open" in problem or "read-only" in problem:
        return Unwritable(
            f"The scheme at {path} cannot be written. Check that the folder exists and that you may write to it, "
            "or set COFFEE_SCHEME to another path."
        )
    return SchemeError(f"The scheme at {path} could not be used ({error}). Nothing was changed.")
