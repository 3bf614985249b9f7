"""A consistent copy of a scheme, made while others read and write it."""

import os
from pathlib import Path

from coffee.scheme.connect import Scheme, is_scheme
from coffee.scheme.errors import NotAScheme, Unwritable


def backup(scheme: Scheme, destination: Path) -> int:
    """Copy the scheme to `destination`, which appears whole or not at all; returns its size in bytes.

    An earlier backup there is replaced. Raises NotAScheme when something else is there, Unwritable when the copy
    cannot be written; the file that was there is kept then.
    """
    if destination.exists() and (destination.samefile(scheme.path) or not is_scheme(destination)):
        raise NotAScheme(
            f"{destination} is there already and is not a backup. Choose another name; nothing was copied."
        )
    part = destination.with_name(destination.name + ".part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        scheme.copy_to(part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(destination)
    except OSError as error:
        raise Unwritable(
            f"The backup cannot be written to {destination} ({error.strerror}). Choose another folder, or free some "
            "space; nothing was copied."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return destination.stat().st_size
