"""Tell whether a scheme file was changed."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from coffee.scheme import Scheme


@contextmanager
def version_of(scheme: Scheme) -> Iterator[Callable[[], int]]:
    """A function that returns a number which moves on whenever anybody changes the file."""
    with closing(sqlite3.connect(scheme.path)) as connection:
        yield lambda: int(connection.execute("PRAGMA data_version").fetchone()[0])
