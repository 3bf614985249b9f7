"""README says that the dashboard asks no other host: watch the sockets of the app, and the requests of the browser."""

import json
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from coffee.dashboard import frame
from coffee.web.organisers.sessions import COOKIE
from tests.browser.conftest import App, Start, settled
from tests.running import comes
from tests.web.test_join import SIAN

# Python runs this before the app, and before each process that the app starts.
WATCH = """
import json, os, sys

_seen = os.open(os.environ["SOCKETS_SEEN"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

def _watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        os.write(_seen, (json.dumps([event, arguments[1]], default=str) + "\\n").encode())
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        os.write(_seen, (json.dumps([event, [arguments[0]]], default=str) + "\\n").encode())

sys.addaudithook(_watch)
"""


def is_elsewhere(address: object) -> bool:
    """Return whether a socket's address, or a name that is looked up, is not this machine."""
    if not isinstance(address, list) or address[0] in (None, "", "localhost"):
        return False  # a path is the socket of another program on this machine
    try:
        return not ip_address(str(address[0])).is_loopback
    except ValueError:
        return True


def asked(seen: Path) -> list[str]:
    """The addresses of other machines that were asked for, or looked up."""
    lines = [json.loads(line) for line in seen.read_text("utf-8").splitlines()] if seen.exists() else []
    return [f"{event} {address}" for event, address in lines if is_elsewhere(address)]


@pytest.fixture
def seen(tmp_path: Path) -> Path:
    """The file to which a watched app writes the addresses it asks for."""
    (tmp_path / "sitecustomize.py").write_text(WATCH, "utf-8")
    return tmp_path / "seen"


def test_neither_app_nor_browser_asks_another_host(start: Start, sign_in: Callable[..., Page], seen: Path) -> None:
    """Not while each page of the organiser and of a participant is open, nor when a strange page's script knocks."""
    app = start(PYTHONPATH=str(seen.parent), SOCKETS_SEEN=str(seen))
    page = sign_in(app)
    hosts: set[str] = set()
    page.context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("websocket", lambda socket: hosts.add(urlsplit(socket.url).netloc))
    page.get_by_role("button", name="Open the sample scheme").click()
    expect(page.get_by_role("button", name="Go to my own scheme")).to_be_visible(timeout=60_000)
    for noun in frame.ICONS:
        page.goto(f"{app.url}/{'' if noun == 'overview' else noun}?scheme=sample")
        expect(page.get_by_role("heading", name=noun.capitalize(), exact=True)).to_be_visible(timeout=60_000)
        settled(page)
    for path in ("/join", "/p/me", "/p/privacy", "/p/poster"):
        page.goto(f"{app.url}{path}")
    knock(app, page)
    assert hosts - {""} == {urlsplit(app.url).netloc}
    assert asked(seen) == []


def knock(app: App, page: Page) -> None:
    """Open a websocket, and post, as a page of another site would, with the organiser's cookie and without."""
    cookie = next(each["value"] for each in page.context.cookies() if each["name"] == COOKIE)
    for headers in ({}, {"Cookie": f"{COOKIE}={cookie}"}):
        for origin in ("https://evil.example", "http://localhost:1"):
            with pytest.raises(InvalidStatus, match="403"):
                connect(
                    f"ws{app.url.removeprefix('http')}/_stcore/stream", origin=Origin(origin),
                    additional_headers=headers, subprotocols=[Subprotocol("streamlit")],
                )  # fmt: skip
            httpx.post(f"{app.url}/screen", headers=headers | {"Origin": origin, "Sec-Fetch-Site": "cross-site"})


def test_the_watch_sees_what_an_app_asks_for(start: Start, seen: Path) -> None:
    """Letters leave through the mail server that was named, and its name is what the watch reports."""
    app = start(
        PYTHONPATH=str(seen.parent), SOCKETS_SEEN=str(seen), COFFEE_PASSWORD="three random words",
        COFFEE_SMTP_URL="smtp://mail.invalid:25?security=none", COFFEE_FROM="Ann <ann@coffee.example>",
    )  # fmt: skip
    httpx.post(f"{app.url}/join", data=SIAN)
    assert comes(lambda: any("mail.invalid" in line for line in asked(seen)))
