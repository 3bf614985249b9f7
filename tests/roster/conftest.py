"""Fixtures for the roster's tests."""

from collections.abc import Callable
from typing import Any

import pytest

from coffee.roster import Roster, guess, likeliest, open_file, read, table


@pytest.fixture
def roster() -> Callable[..., Roster]:
    """Reads bytes or text the way an upload is read."""

    def opened(data: bytes | str, filename: str = "people.csv", **choices: Any) -> Roster:
        raw = data.encode() if isinstance(data, str) else data
        found = table(likeliest(open_file(raw, filename)))
        return read(found, guess(found.headers, [cells for _, cells in found.lines]), **choices)

    return opened
