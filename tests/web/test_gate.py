"""The gate: the requests it lets through, and the answers it gives to the others."""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import Message, Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from coffee.web.organisers.gate import Gate

HTML = {"accept": "text/html,application/xhtml+xml"}
SIGNED_IN: set[str] = set()


def identify(cookies: Mapping[str, str]) -> str | None:
    """The organiser named in the cookie, if they are signed in."""
    return cookies.get("me") if cookies.get("me") in SIGNED_IN else None


async def show(request: Request) -> PlainTextResponse:
    """A page for organisers only."""
    own = {"Content-Security-Policy": "default-src 'none'"} if request.url.path.startswith("/p/") else {}
    answer = PlainTextResponse("secret", headers=own)
    if request.url.path == "/cookies":
        answer.headers.append("set-cookie", "_streamlit_xsrf=1; Path=/")
        answer.headers.append("set-cookie", "own=2; Secure; Path=/")
    return answer


async def echo(websocket: WebSocket) -> None:
    """Answer with the message received."""
    await websocket.accept()
    async for message in websocket.iter_bytes():
        await websocket.send_bytes(message)


@pytest.fixture
def browser() -> TestClient:
    """A signed-out browser in front of a gate."""
    SIGNED_IN.clear()
    routes = [WebSocketRoute("/{path:path}", echo), Route("/{path:path}", show, methods=["GET", "POST"])]
    gate = Middleware(Gate, identify=identify, only_look=b"look", base_url="https://coffee.example/coffee")
    return TestClient(Starlette(routes=routes, middleware=[gate]), follow_redirects=False)


def test_signed_out_people_are_sent_to_sign_in_and_back(browser: TestClient) -> None:
    """They return to the whole address they wanted, below a proxy's path."""
    answer = browser.get("/rounds?round=3&show=a%26b", headers=HTML)
    assert answer.status_code == 303
    there = urlsplit(answer.headers["location"])
    assert there.path == "/coffee/sign-in"
    assert parse_qs(there.query) == {"next": ["/coffee/rounds?round=3&show=a%26b"]}


def test_a_slash_behind_join_leads_to_the_form(browser: TestClient) -> None:
    """ "/join/" leads to the form, with the room's code, signed in or not. Other methods and longer paths do not."""
    for me in ("ann", "nobody"):
        SIGNED_IN.add("ann")
        answer = browser.get("/join/?room=a%26b", headers=HTML | {"cookie": f"me={me}"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/coffee/join?room=a%26b")
    for path in ("/join//", "/join/x", "/Join/"):
        assert browser.get(path).status_code == 403
    assert browser.post("/join/").status_code == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"])
def test_signed_out_programs_are_refused(browser: TestClient, method: str) -> None:
    """Every method is refused."""
    assert browser.request(method, "/_stcore/upload_file/a/b").status_code == 403


def answered(path: str) -> list[Message]:
    """The answer that a signed-out browser gets from a gate in front of an app that answers everything."""
    heard: list[Message] = []

    async def app(scope: Scope, receive: object, send: object) -> None:
        heard.append({"type": "reached"})

    async def send(message: Message) -> None:
        heard.append(message)

    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode("utf-8", "replace"),
        "query_string": b"", "headers": [],
    }  # fmt: skip
    asyncio.run(Gate(app, lambda _: None, b"", "http://localhost")(scope, None, send))  # type: ignore[arg-type]
    return heard


WORDS = "scripts / // . .. %2e %2f \\ ; p P static sign-in Sign-In organisation join _stcore health auth login x"
PIECES = st.sampled_from(WORDS.split())


@given(st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=20))
def test_no_spelling_of_a_path_gets_past(path: str) -> None:
    """Only the exact open paths, and those in the open folders, reach the app, which resolves no '..'."""
    opened = path in ("/sign-in", "/sign-in/organisation", "/oauth2callback", "/sign-out", "/join", "/_stcore/health")
    opened = opened or path.startswith(("/p/", "/static/", "/scripts/"))
    reached = {"type": "reached"} in answered(path)
    assert reached is opened


def test_organisers_reach_everything(browser: TestClient) -> None:
    """Organisers reach every path while they are signed in."""
    browser.cookies.set("me", "ann")
    assert browser.get("/people").status_code == 403
    SIGNED_IN.add("ann")
    assert browser.get("/people").text == "secret"
    SIGNED_IN.clear()
    assert browser.get("/people").status_code == 403


@pytest.mark.parametrize("path", ["/_stcore/stream", "/p/x", "/static/x", "/join"])
def test_no_websocket_opens_signed_out(browser: TestClient, path: str) -> None:
    """No websocket opens signed out, not even on the open paths."""
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect(path):
        pass


def test_a_websocket_obeys_only_while_its_organiser_is_signed_in(browser: TestClient) -> None:
    """After signing out elsewhere, its messages, such as a click on Publish, only refresh the page."""
    SIGNED_IN.add("ann")
    browser.cookies.set("me", "ann")
    with browser.websocket_connect("/_stcore/stream") as websocket:
        websocket.send_bytes(b"publish")
        assert websocket.receive_bytes() == b"publish"
        SIGNED_IN.clear()
        websocket.send_bytes(b"publish")
        assert websocket.receive_bytes() == b"look"
        websocket.send_text("publish")
        assert websocket.receive_bytes() == b"look"


@pytest.mark.parametrize("origin", ["http://localhost:9999", "http://evil.example", "null", "http://testserver:81"])
def test_no_page_of_another_origin_opens_a_websocket(browser: TestClient, origin: str) -> None:
    """Another program's page on this machine has the organiser's cookies, and is still refused."""
    SIGNED_IN.add("ann")
    browser.cookies.set("me", "ann")
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/_stcore/stream", headers={"origin": origin}):
        pass
    with browser.websocket_connect("/_stcore/stream", headers={"origin": "http://testserver"}) as websocket:
        websocket.send_bytes(b"x")
        assert websocket.receive_bytes() == b"x"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_page_of_another_origin_changes_anything(browser: TestClient, site: str) -> None:
    """A form on another host of the same organisation cannot post in the organiser's name."""
    SIGNED_IN.add("ann")
    browser.cookies.set("me", "ann")
    assert browser.post("/screen", headers={"sec-fetch-site": site}).status_code == 403
    assert browser.post("/screen", headers={"sec-fetch-site": "same-origin"}).status_code == 200
    assert browser.get("/rounds", headers={"sec-fetch-site": site}).status_code == 200


def test_what_organisers_see_is_kept_by_no_browser(browser: TestClient) -> None:
    """Signing out leaves no picture or download in the browser. The dashboard's scripts may stay."""
    SIGNED_IN.add("ann")
    browser.cookies.set("me", "ann")
    assert browser.get("/media/picture.png").headers["cache-control"] == "no-store"
    assert "cache-control" not in browser.get("/static/js/index.js").headers


def test_behind_https_everything_stays_encrypted(browser: TestClient) -> None:
    """Streamlit's cookies are Secure, and browsers use only TLS from then on."""
    SIGNED_IN.add("ann")
    browser.cookies.set("me", "ann")
    answer = browser.get("/cookies")
    assert answer.headers.get_list("set-cookie") == ["_streamlit_xsrf=1; Path=/; Secure", "own=2; Secure; Path=/"]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_every_answer_carries_the_headers(browser: TestClient) -> None:
    """Refusals carry them too, and an answer's own stricter policy stays."""
    SIGNED_IN.add("ann")
    for path, policy in {"/people": "frame-ancestors 'none'", "/p/x": "default-src 'none'"}.items():
        for me in ("ann", "nobody"):
            headers = browser.get(path, headers={"cookie": f"me={me}"}).headers
            assert headers["content-security-policy"] == policy or me == "nobody"
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["referrer-policy"] == "same-origin"
