"""Strangers who hold a thousand requests open: everybody else is answered, and letters go out."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from select import POLLIN, poll
from urllib.parse import urlsplit

import httpx
import pytest

from coffee.scheme import link_requests, open_scheme, people
from tests.mail.conftest import Mail
from tests.running import App, Start, comes

HELD = 1_010
ATTACKERS, OTHERS = "203.0.113.9", "198.51.100.7"  # as a proxy on this machine names them


@pytest.fixture
def app(start: Start, mail: Mail) -> App:
    """A running app that can send letters, with Ann in its scheme."""
    running = start(COFFEE_SMTP_URL=mail.url(), COFFEE_FROM="Olu <olu@coffee.example>")
    with open_scheme(running.scheme).writing() as db:
        people.add(db, {"name": "Ann", "email": "ann@x.example", "organisation": "Fife"}, now=datetime.now(UTC))
    return running


@pytest.fixture
def slow(app: App) -> Iterator[list[socket.socket]]:
    """A thousand forms from one network, of which the beginning has come and nothing more does."""
    at = urlsplit(app.url)
    head = f"POST /join HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {ATTACKERS}\r\nContent-Length: 60000\r\n\r\na="
    with ExitStack() as lines:
        held = [lines.enter_context(socket.create_connection(("127.0.0.1", at.port))) for _ in range(HELD)]
        for line in held:
            line.sendall(head.encode())
        yield held


def refused(held: list[socket.socket]) -> int:
    """Count the strangers that got an answer or were hung up on."""
    looking = poll()
    for line in held:
        looking.register(line, POLLIN)
    return len(looking.poll(0))


def test_a_thousand_slow_forms_hold_up_nobody_else(app: App, slow: list[socket.socket], mail: Mail) -> None:
    """All but a hundred of them are refused; another network is answered, and the postman goes on, meanwhile."""
    assert comes(lambda: refused(slow) >= HELD - 100)
    with httpx.Client(base_url=app.url, headers={"X-Forwarded-For": OTHERS}) as browser:
        statuses = [browser.get("/join").status_code for _ in range(50)]
        statuses += [browser.post("/p/me", data={"email": "ann@x.example"}).status_code for _ in range(50)]
    assert sum(status in (200, 307) for status in statuses) >= 95
    assert comes(lambda: any(b"To: Ann <ann@x.example>" in letter for letter in mail.inbox.accepted))
    assert comes(lambda: refused(slow) == HELD)


def test_with_no_file_descriptor_left_it_waits_and_goes_on(app: App, mail: Mail) -> None:
    """While connections take every descriptor nothing can be answered or read; once they end, all is as before."""
    process, at = app.process.pid, ("127.0.0.1", urlsplit(app.url).port)
    few = len(list(Path(f"/proc/{process}/fd").iterdir())) + 20
    resource.prlimit(process, resource.RLIMIT_NOFILE, (few, few))
    with ExitStack() as lines:
        for _ in range(40):
            lines.enter_context(socket.create_connection(at))
        assert comes(lambda: not is_answered(app))
        with open_scheme(app.scheme).writing() as db:
            link_requests.ask(db, "ann@x.example", datetime.now(UTC))
    assert comes(lambda: is_answered(app))
    assert comes(lambda: any(b"To: Ann <ann@x.example>" in letter for letter in mail.inbox.accepted))


def is_answered(app: App) -> bool:
    """True when a page opens over a connection of its own."""
    try:
        return httpx.get(f"{app.url}/join").status_code == 200
    except httpx.HTTPError:
        return False
