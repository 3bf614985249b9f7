"""What every test may ask for."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from coffee.scheme import Scheme, open_scheme


@pytest.fixture
def now() -> datetime:
    """A fixed moment: Tuesday 3 March 2026, 09:00 UTC."""
    return datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def scheme(tmp_path: Path) -> Scheme:
    """A real, empty scheme file."""
    return open_scheme(tmp_path / "coffee.db")


@pytest.fixture
def open_page(scheme: Scheme, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], AppTest]:
    """Opens an organiser page by its noun, among all pages, on the real scheme file of this test."""
    monkeypatch.setenv("COFFEE_SCHEME", str(scheme.path))

    def opened(noun: str) -> AppTest:
        pages = f"[st.Page(frame.PAGES / f'{{n}}.py', default=n == {noun!r}) for n in frame.ICONS]"
        script = f"import streamlit as st\nfrom coffee import frame\nst.navigation({pages}).run()"
        return AppTest.from_string(script, default_timeout=30).run()

    return opened
