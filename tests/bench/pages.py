"""The organiser's pages against an empty Streamlit app with the same server settings, side by side."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
from playwright.sync_api import Browser, expect, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from coffee.mail.letters.letter import Office
from coffee.rounds import life
from coffee.scheme import Scheme, answers, open_scheme, people, posting, tokens
from coffee.scheme import rounds as kept
from coffee.scheme.answers import Answer
from tests.browser.conftest import ARGS
from tests.running import ROOT, free_port

TIMES = 7
PASSWORD = "three random words"
NOUNS = ["overview", "people", "rounds", "emails", "connections", "feedback", "settings"]
EMPTY = 'import altair\nimport pandas\nimport streamlit as st\n\nst.title("Empty")\n'
OFFICE = Office("http://localhost:8501", "Ann Lee", "ann.lee@devon.gov.uk", "Coffee trial")


def run() -> None:
    """Print the three tables."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        months, crowd, empty = Path(folder, "months"), Path(folder, "crowd"), Path(folder, "empty")
        fill(months, people_count=500, months=12)
        fill(crowd, people_count=5000, months=0)
        make_empty(empty)
        first_page(browser, empty, months)
        with server(ROOT, months) as ours, server(empty) as bare:
            warm_reruns(ours, bare)
        with server(ROOT, crowd) as ours, server(empty) as bare:
            opening_rounds(browser, ours, bare)
        browser.close()


def first_page(browser: Browser, empty: Path, scheme: Path) -> None:
    """From starting the process to a page that can be used."""
    print("| start to first usable page | seconds | ratio |\n| --- | --- | --- |")
    bare, fresh, ours = [], [], []
    for number in range(5):
        new = scheme.with_name(f"new-{number}")
        bare.append(timed(lambda: started(browser, empty, None, "Empty")))
        fresh.append(timed(lambda new=new: started(browser, ROOT, new, "Overview")))
        ours.append(timed(lambda: started(browser, ROOT, scheme, "Overview")))
    print(f"| empty app | {median(bare):.2f} | 1 |")
    print(f"| ours, a new scheme | {median(fresh):.2f} | {median(fresh) / median(bare):.2f} (at most 1.3) |")
    print(
        f"| ours, 500 people and 12 rounds | {median(ours):.2f} | {median(ours) / median(bare):.2f} (at most 1.3) |\n"
    )


def started(browser: Browser, app: Path, scheme: Path | None, heading: str) -> None:
    with server(app, scheme) as url:
        opened(browser, url, "", heading, cookie_of(url) if scheme else {})


def warm_reruns(ours: str, bare: str) -> None:
    """One rerun over the websocket, from asking to the script's end, after three to warm up."""
    print("| warm rerun, 500 people and 12 rounds | ms | ratio (at most 3) |\n| --- | --- | --- |")
    yardstick = reruns(bare, "", {})
    print(f"| empty page | {1000 * yardstick:.1f} | 1 |")
    cookie = cookie_of(ours)
    for noun in NOUNS:
        took = reruns(ours, "" if noun == "overview" else noun, cookie)
        print(f"| {noun} | {1000 * took:.1f} | {took / yardstick:.1f} |")
    print()


def reruns(url: str, page: str, cookies: dict[str, str]) -> float:
    """The median seconds of a rerun of one page in one session."""
    ask = BackMsg()
    ask.rerun_script.page_name = page
    header = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    where = f"{url.replace('http', 'ws')}/_stcore/stream"
    took = []
    with connect(where, additional_headers=header, max_size=None) as socket:
        for _ in range(3 + 3 * TIMES):
            began = time.perf_counter()
            socket.send(ask.SerializeToString())
            finished(socket)
            took.append(time.perf_counter() - began)
    return median(took[3:])


def finished(socket: ClientConnection) -> None:
    while True:
        message = ForwardMsg()
        message.ParseFromString(socket.recv())
        if message.WhichOneof("type") == "script_finished":
            return


def opening_rounds(browser: Browser, ours: str, bare: str) -> None:
    """From going to the address to a page that is drawn and still, in Chromium."""
    print("| opening a page in Chromium | seconds | ratio |\n| --- | --- | --- |")
    cookie = cookie_of(ours)
    opened(browser, ours, "rounds", "Rounds", cookie)
    opened(browser, bare, "", "Empty", {})
    empty, crowd = [], []
    for _ in range(TIMES):
        empty.append(timed(lambda: opened(browser, bare, "", "Empty", {})))
        crowd.append(timed(lambda: opened(browser, ours, "rounds", "Rounds", cookie)))
    print(f"| empty page | {median(empty):.2f} | 1 |")
    ratio = median(crowd) / median(empty)
    print(f"| Rounds with a draft of 5,000 people | {median(crowd):.2f} | {ratio:.2f} (at most 3) |")


def opened(browser: Browser, url: str, path: str, heading: str, cookies: dict[str, str]) -> None:
    with browser.new_context() as context:
        context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        page = context.new_page()
        page.goto(f"{url}/{path}")
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible(timeout=60_000)
        expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible(timeout=60_000)


def timed(step: Callable[[], None]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


@contextmanager
def server(app: Path, scheme: Path | None = None) -> Iterator[str]:
    """The app in this folder on a free port."""
    port = free_port()
    settings = {"COFFEE_SCHEME": str(scheme / "coffee.db"), "COFFEE_PASSWORD": PASSWORD} if scheme else {}
    # Compiled modules are kept, as on any machine where nobody forbids it; Streamlit's own always are.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=app, env=inherited | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://localhost:{port}"
    while not healthy(url):
        time.sleep(0.01)
    yield url
    process.terminate()
    process.wait()


def healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/_stcore/health").status_code == 200
    except httpx.TransportError:
        return False


def cookie_of(url: str) -> dict[str, str]:
    """The cookie of an organiser who has just signed in."""
    with httpx.Client() as client:
        client.post(f"{url}/sign-in", data={"password": PASSWORD})
        return dict(client.cookies)


def make_empty(folder: Path) -> None:
    """An app with one title, with our server settings."""
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit", ignore=shutil.ignore_patterns("secrets.toml"))
    (folder / "app.py").write_text('import streamlit as st\n\napp = st.App("main.py")\n')
    (folder / "main.py").write_text(EMPTY)


def fill(folder: Path, *, people_count: int, months: int) -> None:
    """A scheme of so many people of 40 organisations, with so many published rounds and a draft."""
    scheme = open_scheme(folder / "coffee.db")
    start = datetime.now(UTC) - timedelta(days=28 * (months + 1))
    with scheme.writing() as db:
        for index in range(people_count):
            details = {
                "name": f"Person {index}", "email": f"p{index}@devon.gov.uk", "organisation": f"Council {index % 40}"
            }  # fmt: skip
            people.add(db, details, now=start)
    for month in range(months):
        play(scheme, start + timedelta(days=28 * month), month)
    life.generate(scheme, datetime.now(UTC), seed=months)


def play(scheme: Scheme, when: datetime, seed: int) -> None:
    round_id = life.generate(scheme, when, seed=seed)
    life.publish(scheme, round_id, 2, OFFICE, when)
    with scheme.writing() as db:
        for letter in posting.due(db, when, 100_000):
            posting.mark_kept(db, letter.id, "Sent long ago", tokens.without_links(letter.letter), when)
        for match, person in kept.seats(db, round_id)[["match", "person"]].itertuples(index=False, name=None):
            if (match + person) % 3:
                answers.save(
                    db, int(match), int(person), Answer("yes" if match % 4 else "no", useful=match % 5 + 1), when
                )


if __name__ == "__main__":
    run()
