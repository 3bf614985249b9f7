"""A real browser in front of the real app."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.running import App, Start, free_port

__all__ = ["App", "Start", "free_port"]
RUNS = Path(__file__).with_name("runs.js")
POLICY = "Content Security Policy"
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Not for the whole session: Playwright keeps an event loop running while it is there."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        yield browser
        browser.close()


def settled(page: Page) -> None:
    """Wait until the page's script has run for all that was done, and nothing is being redrawn."""
    page.wait_for_function("() => !window.owedARun?.()", timeout=30_000)
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible(timeout=30_000)
    expect(page.locator('[data-stale="true"]')).to_have_count(0, timeout=30_000)


@pytest.fixture
def sign_in(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Signs a new browser in, by the app's link or with a password; the keywords are Playwright's (viewport …).

    At the end nothing of any page was against the pages' content security policy.
    """
    contexts, refused = [], []

    def signed_in(app: App, *, password: str | None = None, **screen: object) -> Page:
        context = chromium.new_context(**screen)  # type: ignore[arg-type]
        context.add_init_script(path=RUNS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: refused.append(message.text) if POLICY in message.text else None)
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
    assert refused == []


def serious(page: Page) -> list[str]:
    """What axe-core finds serious or critical, in words."""
    return [
        f"{found['id']}: {found['help']} {node['html'][:120]}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]
