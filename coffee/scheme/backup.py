"""Consistent backups of a scheme, made while others read and write it."""

from pathlib import Path

from coffee.scheme.connect import Scheme, is_scheme
from coffee.scheme.drafts import draft_of
from coffee.scheme.errors import NotAScheme, Unwritable
from coffee.scheme.lock import locked


def backup(scheme: Scheme, destination: Path) -> int:
    """Copy the scheme to `destination`, which appears whole or not at all; returns its size in bytes.

    An earlier backup there is replaced. Raises NotAScheme when something else is there, Unwritable when the copy
    cannot be written; the file that was there is kept then.
    """
    if destination.exists() and (destination.samefile(scheme.path) or not is_scheme(destination)):
        raise NotAScheme(
            f"{destination} is there already and is not a backup. Choose another name; nothing was copied."
        )
    try:
        with locked(destination.parent), draft_of(destination) as draft:
            scheme.copy_to(draft)
    except OSError as error:
        raise Unwritable(
            f"The backup cannot be written to {destination} ({error.strerror}). Choose another folder, or free some "
            "space; nothing was copied."
        ) from error
    return destination.stat().st_size
