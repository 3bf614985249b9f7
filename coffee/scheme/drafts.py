"""Files that appear complete or not at all. A killed process leaves only a draft beside the destination."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from coffee.scheme.lock import locked

ENDING = ".coffee-draft"


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """Yield an empty, private file to fill, then move it to `path`; delete it if the block fails.

    The caller holds the folder's lock. Drafts left there by killed processes are deleted first. Raises OSError.
    """
    draft = path.with_name(path.name + ENDING)
    _delete_drafts(path.parent)
    try:
        draft.touch(mode=0o600, exist_ok=False)
        yield draft
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def clear_drafts(folder: Path) -> None:
    """Delete the drafts that killed processes left in the folder, unless somebody is writing one there now."""
    with suppress(OSError), locked(folder, wait=False):
        _delete_drafts(folder)


def _delete_drafts(folder: Path) -> None:
    for left in folder.glob(f"*{ENDING}*"):  # SQLite's journal of a draft ends in -journal
        left.unlink(missing_ok=True)
