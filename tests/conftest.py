"""Fixtures for every test."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from coffee.scheme import Scheme, open_scheme
from tests.running import ROOT, App, Start, free_port

# How long an example takes says more about the machine than about the code.
settings.register_profile("without a stopwatch", deadline=None)
settings.load_profile("without a stopwatch")


@pytest.fixture
def now() -> datetime:
    """A fixed moment: Tuesday 3 March 2026, 09:00 UTC."""
    return datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def scheme(tmp_path: Path) -> Scheme:
    """A real, empty scheme file."""
    return open_scheme(tmp_path / "coffee.db")


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts the app on a free port, or this one, with a scheme of its own and these settings; stopped at the end."""
    running: list[subprocess.Popen[str]] = []

    def started(port: int | None = None, **settings: str) -> App:
        scheme = tmp_path_factory.mktemp("app") / "coffee.db"
        port = port or free_port()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COFFEE_")}
        settings = {
            "COFFEE_SCHEME": str(scheme),
            "STREAMLIT_SECRETS_FILES": str(scheme.with_name("none.toml")),
        } | settings
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT, env=inherited | settings, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        running.append(process)
        assert process.stdout is not None
        said = process.stdout.readline()
        link = re.search(r"http\S+", said)
        assert link, said
        return App(f"http://localhost:{port}", link[0], Path(settings["COFFEE_SCHEME"]), process)

    yield started
    for process in running:
        process.terminate()
    for process in running:
        process.communicate(timeout=30)
