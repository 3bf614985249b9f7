"""The app as a process of its own: how it starts, how it refuses to, and what it answers to whom."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import streamlit
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from coffee.dashboard import frame
from coffee.scheme import open_scheme
from coffee.web.organisers.sessions import COOKIE
from tests.running import ROOT, App, Start, free_port

HTML = {"accept": "text/html,application/xhtml+xml,*/*"}
PASSWORD = "three random words"
NOUNS = list(frame.ICONS)
SCRIPT = next((Path(streamlit.__file__).parent / "static" / "static" / "js").glob("index.*.js")).name


def run(folder: Path, port: int | None = None, **settings: str) -> "subprocess.Popen[str]":
    """Start the app as a person would, with these settings and no others."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COFFEE_")}
    ours = {"COFFEE_SCHEME": str(folder / "coffee.db"), "STREAMLIT_SECRETS_FILES": str(folder / "secrets.toml")}
    return subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port or free_port())],
        cwd=ROOT, env=inherited | ours | settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def refusal(process: "subprocess.Popen[str]") -> str:
    """The one line on stderr of an app that will not start; it says nothing on stdout and exits with 1."""
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert "Traceback" not in err
    assert len(err.splitlines()) == 1
    return err.strip()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("COFFEE_SMTP_URL", "mail.example.org", "COFFEE_SMTP_URL is not the address of a mail server"),
        ("COFFEE_BASE_URL", "coffee.example", "COFFEE_BASE_URL is 'coffee.example', which is not a web address"),
        ("COFFEE_FROM", "Ann Lee", "COFFEE_FROM is 'Ann Lee', which has no email address in it"),
        ("COFFEE_SCHEME", "/dev/null/coffee.db", "/dev/null/coffee.db cannot be written"),
    ],
)
def test_a_broken_setting_is_told_in_a_sentence(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    """The app does not start, and says what to change."""
    assert sentence in refusal(run(tmp_path, None, **{name: value}))


def test_broken_secrets_are_told_in_a_sentence(tmp_path: Path) -> None:
    """With the line to mend."""
    (tmp_path / "secrets.toml").write_text('COFFEE_FROM = "Ann <ann@devon.gov.uk>"\n[auth\n')
    assert re.search(r"secrets\.toml is not valid TOML \(.*line 2.*\)", refusal(run(tmp_path)))


def test_a_file_that_is_no_scheme_is_left_alone(tmp_path: Path) -> None:
    """A spreadsheet somebody named by mistake, for example."""
    roster = tmp_path / "roster.csv"
    roster.write_text("name,email\nAnn,ann@devon.gov.uk\n" * 100)
    assert "roster.csv is not a scheme, or it is damaged" in refusal(run(tmp_path, COFFEE_SCHEME=str(roster)))
    assert roster.read_text() == "name,email\nAnn,ann@devon.gov.uk\n" * 100


def test_a_damaged_scheme_is_told_in_a_sentence(tmp_path: Path) -> None:
    """Half of it is missing; a backup is suggested."""
    path = open_scheme(tmp_path / "coffee.db").path
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "is damaged. Restore a backup" in refusal(run(tmp_path))


def test_a_scheme_from_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    """The older program does not touch what it does not understand."""
    with open_scheme(tmp_path / "coffee.db").writing() as db:
        row = next(iter(db.table("_sqlite_migrations").rows))
        db.table("_sqlite_migrations").insert(row | {"name": "from the future", "id": None})
    assert "was last opened by a newer version" in refusal(run(tmp_path))


def test_a_damaged_vault_is_told_in_a_sentence(tmp_path: Path) -> None:
    """With what deleting it means."""
    (tmp_path / "coffee.secrets").write_text("{")
    assert "coffee.secrets is damaged. Delete it and start again" in refusal(run(tmp_path))


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path) -> None:
    """Links in letters name the port, so another one is not taken silently."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert refusal(run(tmp_path, port)).endswith(f"Port {port} is not available")


@pytest.mark.parametrize("password", ["", PASSWORD])
def test_a_start_prints_one_line(tmp_path: Path, password: str) -> None:
    """Starting prints a one-time link, or the bare address when there is a password. No secret is on stderr."""
    port = free_port()
    process = run(tmp_path, port, COFFEE_PASSWORD=password)
    assert process.stdout is not None
    line = process.stdout.readline()
    where = r"" if password else r"/sign-in\?link=[\w-]{32}"
    assert re.fullmatch(rf"Sign in at http://localhost:{port}{where}\n", line)
    assert httpx.get(f"http://localhost:{port}/_stcore/health").text == "ok"
    assert httpx.get(line.split()[-1], headers=HTML, follow_redirects=True).status_code == 200
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=60) == ("", "")
    assert (tmp_path / "coffee.secrets").stat().st_mode & 0o077 == 0


@pytest.fixture(scope="module")
def app(start: Start) -> App:
    """One running app, with somebody in its scheme."""
    running = start()
    with open_scheme(running.scheme).writing() as db:
        now = datetime.now(UTC).isoformat()
        zaphod = {"identity": "z@x.example", "email": "z@x.example", "name": "Zaphod", "organisation": "Devon"}
        db.table("people").insert(zaphod | {"joined_at": now})
    return running


@pytest.fixture(scope="module")
def signed_in(app: App) -> Iterator[httpx.Client]:
    """A browser that used the printed link."""
    with httpx.Client(base_url=app.url, headers=HTML) as browser:
        assert browser.post("/sign-in", data=_form(app.link)).status_code == 303
        yield browser


def _form(link: str) -> dict[str, str]:
    return {"link": parse_qs(urlsplit(link).query)["link"][0]}


PATHS = """
/ /index.html /people/deep/path /%70eople /pages/people.py /coffee.db /app/static/x /~/+/people /robots.txt /favicon.ico
/_stcore/host-config /_stcore/metrics /_stcore/script-health-check /_stcore/stream /_stcore/health/
/people/_stcore/health /_stcore/message?hash=a /_stcore/bidi-components/a/b.js /_stcore/upload_file/a/b
/_stcore/agent/openapi.json /_stcore/agent/interact /_stcore/agent/mcp /component/a/index.html /media/a.csv /auth/login
/auth/logout /Sign-In /sign-in/ /sign-in/x /sign-out/ /join/x /P/x /.git/config /.streamlit/secrets.toml /data/coffee.db
"""
CLOSED = [
    *(("GET", path) for path in PATHS.split()),
    *(("GET", f"/{noun}{end}") for noun in NOUNS for end in ("", "/")),
    *((method, "/_stcore/upload_file/a/b") for method in ("PUT", "POST", "DELETE", "OPTIONS")),
    *(("POST", f"/_stcore/agent/{name}") for name in ("interact", "openapi.json", "mcp")),
    *((method, "/") for method in ("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")),
]


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_signed_out_nothing_of_the_organiser_s_is_answered(app: App, accept: str) -> None:
    """Every page and endpoint, opened directly by its address with nothing opened before."""
    with httpx.Client(base_url=app.url, headers={"accept": accept}) as browser:
        for method, path in CLOSED:
            answer = browser.request(method, path)
            assert answer.text in ("", "Sign in first."), (method, path)
            if answer.status_code == 303:
                assert answer.headers["location"].startswith("/sign-in?next="), (method, path)
            else:
                assert answer.status_code == 403, (method, path)


@pytest.mark.parametrize(
    "path", ["/static/../people", "/static/%2e%2e/_stcore/host-config", "/p/..%2fpeople", "//people"]
)
def test_no_spelling_of_an_address_gets_round_the_gate(app: App, path: str) -> None:
    """Sent as it is, without a browser's tidying."""
    url = urlsplit(app.url)
    with closing(socket.create_connection((url.hostname, url.port))) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: {url.netloc}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65536), b"")).decode()
    assert re.match(r"HTTP/1.1 (400|403|404)", answer), answer
    assert "allowedOrigins" not in answer
    assert "streamlit" not in answer.casefold().split("\r\n\r\n")[1]


def test_what_is_for_everybody_is_answered(app: App) -> None:
    """Participants' pages, the sign-in page, the dashboard's own scripts, and whether the server is well."""
    with httpx.Client(base_url=app.url) as browser:
        for path in ("/sign-in", "/join", "/p/privacy", "/_stcore/health", f"/static/js/{SCRIPT}"):
            assert browser.get(path).status_code == 200, path
        assert browser.get("/join").headers["Content-Encoding"] == "gzip"
        assert browser.get("/oauth2callback?state=a&code=b").headers["location"] == "/sign-in"


def socketed(app: App, cookie: str | None = None, origin: str | None = None) -> ClientConnection:
    """A websocket as the dashboard's script opens it."""
    headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
    return connect(
        f"ws{app.url.removeprefix('http')}/_stcore/stream",
        additional_headers=headers,
        origin=Origin(origin or app.url),
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
    )


@pytest.mark.parametrize("cookie", [None, "x", "IngiLg.x"])
def test_signed_out_the_websocket_is_refused(app: App, cookie: str | None) -> None:
    """Before it opens."""
    with pytest.raises(InvalidStatus, match="403"):
        socketed(app, cookie)


def shown(websocket: ClientConnection, page: str = "") -> str:
    """Everything the server says when the script runs for `page`."""
    websocket.send(BackMsg(rerun_script=ClientState(page_name=page)).SerializeToString())
    said = []
    while True:
        message = ForwardMsg.FromString(websocket.recv(timeout=60, decode=False))
        said.append(str(message))
        if message.WhichOneof("type") == "script_finished":
            return "".join(said)


def test_signed_in_pages_and_websocket_answer(app: App, signed_in: httpx.Client) -> None:
    """Each page's shell, and through the websocket what is on it."""
    for path in ("/", *(f"/{noun}" for noun in NOUNS)):
        answer = signed_in.get(path)
        assert answer.status_code == 200
        assert "<html" in answer.text
    with socketed(app, signed_in.cookies[COOKIE]) as websocket:
        for noun in NOUNS[1:]:
            assert f'body: "{noun.capitalize()}"' in shown(websocket, noun)


def test_another_site_s_script_opens_no_websocket(app: App, signed_in: httpx.Client) -> None:
    """Even if the browser sent the cookie along."""
    with pytest.raises(InvalidStatus, match="403"):
        socketed(app, signed_in.cookies[COOKIE], "https://evil.example")


def test_pages_carry_the_headers_that_protect_them(signed_in: httpx.Client) -> None:
    """No other site may frame them, guess their type, or learn where one came from."""
    for path in ("/", "/people", "/_stcore/host-config", "/sign-out", "/join"):
        headers = signed_in.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] in ("same-origin", "no-referrer")


def test_the_printed_link_works_once(app: App, signed_in: httpx.Client) -> None:
    """A used sign-in link does not work again."""
    late = httpx.post(f"{app.url}/sign-in", data=_form(app.link))
    assert late.status_code == 403
    assert "was used already" in late.text


@pytest.fixture(scope="module")
def guarded(start: Start, tmp_path_factory: pytest.TempPathFactory) -> App:
    """An app with a password, whose secrets.toml says other things than the environment."""
    folder = tmp_path_factory.mktemp("other")
    secrets = folder / "secrets.toml"
    secrets.write_text(f'COFFEE_SCHEME = "{folder / "other.db"}"\nCOFFEE_PASSWORD = "other"\n')
    return start(STREAMLIT_SECRETS_FILES=str(secrets), COFFEE_PASSWORD=PASSWORD)


@pytest.fixture
def known(guarded: App) -> Iterator[httpx.Client]:
    """A browser that gave the password."""
    with httpx.Client(base_url=guarded.url) as browser:
        assert browser.post("/sign-in", data={"password": PASSWORD}).status_code == 303
        yield browser


def test_a_session_that_was_signed_out_elsewhere_shows_nothing_more(guarded: App, known: httpx.Client) -> None:
    """An open websocket obeys no longer: its next run says so and shows nothing of the page."""
    with socketed(guarded, known.cookies[COOKIE]) as websocket:
        assert 'body: "People"' in shown(websocket, "people")
        assert known.post("/sign-out").status_code == 303
        said = shown(websocket, "people")
    assert "You are signed out" in said
    assert 'body: "People"' not in said


def test_what_the_environment_says_wins_in_the_pages_too(guarded: App, known: httpx.Client) -> None:
    """Streamlit copies secrets.toml over the environment; the pages must not turn to another scheme by that."""
    assert httpx.post(f"{guarded.url}/sign-in", data={"password": "other"}).status_code == 403
    with socketed(guarded, known.cookies[COOKIE]) as websocket:
        assert 'body: "Overview"' in shown(websocket)
    assert guarded.scheme.exists()
    assert not list(guarded.scheme.parent.parent.glob("other*/other.db"))


def test_behind_a_proxy_guessers_are_told_apart(guarded: App) -> None:
    """By the address that the proxy on this machine adds, not by what the visitor claims in front of it."""

    def guess(forwarded: str) -> int:
        headers = {"x-forwarded-for": forwarded}
        return httpx.post(f"{guarded.url}/sign-in", data={"password": "x"}, headers=headers).status_code

    assert {guess(f"192.0.2.{number}, 203.0.113.9") for number in range(10)} == {403}
    assert guess("192.0.2.99, 203.0.113.9") == 429
    assert guess("203.0.113.10") == 403


def test_a_page_that_cannot_read_the_scheme_says_why(start: Start) -> None:
    """In the sentence that other faults have, to whoever is signed in."""
    app = start(COFFEE_PASSWORD=PASSWORD)
    with httpx.Client(base_url=app.url, transport=httpx.HTTPTransport(retries=10)) as browser:
        assert browser.post("/sign-in", data={"password": PASSWORD}).status_code == 303
        with open_scheme(app.scheme).writing() as db:
            db.execute("ALTER TABLE messages RENAME TO gone")
        with socketed(app, browser.cookies[COOKIE]) as websocket:
            said = shown(websocket, "emails")
    assert "could not be used" in said
    assert "Something went wrong" not in said
