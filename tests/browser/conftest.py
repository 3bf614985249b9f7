"""The real app in a process of its own, and a real browser in front of it."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass(frozen=True)
class App:
    """A running app: where it is, its sign-in link, and its scheme's file."""

    url: str
    link: str
    scheme: Path


Start = Callable[..., App]


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts the app on a free port with a scheme of its own and these settings; all are stopped at the end."""
    running: list[subprocess.Popen[str]] = []

    def started(**settings: str) -> App:
        scheme = tmp_path_factory.mktemp("app") / "coffee.db"
        port = free_port()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COFFEE_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT, env=inherited | {"COFFEE_SCHEME": str(scheme)} | settings, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        running.append(process)
        assert process.stdout is not None
        said = process.stdout.readline()
        link = re.search(r"http\S+", said)
        assert link, said
        return App(f"http://localhost:{port}", link[0], scheme)

    yield started
    for process in running:
        process.terminate()
    for process in running:
        process.communicate(timeout=30)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        yield browser
        browser.close()


def settled(page: Page) -> None:
    """Wait until the page's script has run and nothing is being redrawn."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible(timeout=30_000)
    expect(page.locator('[data-stale="true"]')).to_have_count(0, timeout=30_000)


@pytest.fixture
def sign_in(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Signs a new browser in, by the app's link or with a password; the keywords are Playwright's (viewport …)."""
    contexts = []

    def signed_in(app: App, *, password: str | None = None, **screen: object) -> Page:
        context = chromium.new_context(**screen)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto(app.link)
        if password:
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Overview")).to_be_visible(timeout=30_000)
        settled(page)
        return page

    yield signed_in
    for context in contexts:
        context.close()


def serious(page: Page) -> list[str]:
    """What axe-core finds serious or critical, in words."""
    return [
        f"{found['id']}: {found['help']} {node['html'][:120]}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]
