"""The scheme: one SQLite file with its people, rounds, messages and answers. Only this package writes SQL."""

from coffee.scheme.backup import backup
from coffee.scheme.connect import Scheme, open_scheme
from coffee.scheme.errors import (
    Busy,
    FromNewerVersion,
    NotAScheme,
    NotThere,
    SchemeError,
    Stale,
    Unwritable,
)

__all__ = [
    "Busy",
    "FromNewerVersion",
    "NotAScheme",
    "NotThere",
    "Scheme",
    "SchemeError",
    "Stale",
    "Unwritable",
    "backup",
    "open_scheme",
]
