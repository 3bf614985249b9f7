"""Fixtures for the roster's tests."""

from collections.abc import Callable, Collection
from typing import Any

import pytest

from coffee.roster import Field, Roster, guess, likeliest, open_file, read, table


@pytest.fixture
def roster() -> Callable[..., Roster]:
    """Reads bytes or text the way an upload is read."""

    def opened(data: bytes | str, filename: str = "people.csv", keep: Collection[str] = (), **choices: Any) -> Roster:
        raw = data.encode() if isinstance(data, str) else data
        found = table(likeliest(open_file(raw, filename)))
        guessed = guess(found.headers, [cells for _, cells in found.lines])
        ticked: dict[int, Field] = {i: "extra" for i, header in enumerate(found.headers) if header in keep}
        return read(found, guessed | ticked, **choices)

    return opened
