"""Killing the app loses nothing that it has confirmed."""

import httpx

from coffee.scheme import Scheme
from tests.running import App, Start, comes
from tests.web.test_join import SIAN

FROM = "Olu <olu@coffee.example>"
WRITTEN = [("confirmation", "sent")]


def test_who_joined_just_before_a_kill_gets_the_letter(start: Start) -> None:
    """The letter is written after the answer, so the next start writes it if there was no time."""
    first = start(COFFEE_FROM=FROM)
    wait_until_healthy(first)
    answer = httpx.post(f"{first.url}/join", data=SIAN)
    first.process.kill()
    assert answer.status_code == 307
    start(COFFEE_FROM=FROM, COFFEE_SCHEME=str(first.scheme))
    assert comes(lambda: letters(first) == WRITTEN)


def wait_until_healthy(app: App) -> None:
    transport = httpx.HTTPTransport(retries=10)
    with httpx.Client(transport=transport) as client:
        assert client.get(f"{app.url}/_stcore/health").status_code == 200


def letters(app: App) -> list[tuple[str, str]]:
    with Scheme(app.scheme).reading() as db:
        return db.execute("SELECT kind, state FROM messages").fetchall()
