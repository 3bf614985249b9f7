"""What every test may ask for."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from coffee.scheme import Scheme, open_scheme


@pytest.fixture
def now() -> datetime:
    """A fixed moment: Tuesday 3 March 2026, 09:00 UTC."""
    return datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def scheme(tmp_path: Path) -> Scheme:
    """A real, empty scheme file."""
    return open_scheme(tmp_path / "coffee.db")
