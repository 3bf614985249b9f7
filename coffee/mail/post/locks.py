"""Locks that show which senders are alive.

Each sender holds a lock on a file beside the scheme, and the operating system frees it the moment the sender dies, for
whatever reason. So nothing has to be guessed from the time that a letter has been on its way.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from coffee.scheme import Scheme, Unwritable, posting

ABANDONED = (
    "The program or the machine stopped while this letter was on its way, before the mail server confirmed it. It may "
    "or may not have arrived."
)


@contextmanager
def living(scheme: Scheme) -> Iterator[str]:
    """Be a sender for as long as the block lasts; yields a name that no other sender ever had.

    Raises Unwritable when the lock cannot be made.
    """
    name = uuid.uuid4().hex
    path = _lock_of(scheme, name)
    try:
        path.parent.mkdir(exist_ok=True)
        lock = FileLock(path, timeout=0, thread_local=False, fallback_to_soft=False)
        lock.acquire()
    except OSError as error:
        raise Unwritable(
            f"Letters cannot be sent, because {path.parent} cannot be written ({error.strerror}). Nothing was lost."
        ) from error
    try:
        yield name
    finally:
        lock.release()
        path.unlink(missing_ok=True)


def is_alive(scheme: Scheme, name: str) -> bool:
    """Return whether this sender still holds its lock."""
    path = _lock_of(scheme, name)
    if not path.exists():
        return False
    try:
        with FileLock(path, timeout=0, thread_local=False, fallback_to_soft=False):
            path.unlink(missing_ok=True)
    except Timeout:
        return True
    return False


def abandon_dead(scheme: Scheme) -> int:
    """Put the letters of dead senders in doubt; returns how many."""
    with scheme.reading() as db:
        names = posting.senders(db)
    dead = [name for name in names if not is_alive(scheme, name)]
    if not dead:
        return 0
    with scheme.writing() as db:
        return sum(posting.abandon(db, name, ABANDONED) for name in dead)


def _lock_of(scheme: Scheme, name: str) -> Path:
    return scheme.path.with_name(scheme.path.name + ".senders") / f"{name}.lock"
