"""How fast participants' pages are, and whether anything is lost when many come at once."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, islice, repeat
from pathlib import Path
from statistics import median, quantiles

import uvicorn
from sqlite_utils import Database
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from coffee.environment import Environment
from coffee.office import office_of_pages
from coffee.scheme import Scheme, open_scheme, settings, tokens
from coffee.web.lane import MOST_KEPT
from coffee.web.participants import participant_routes
from tests.bench.loopback import Connection, answered, get, post, timed
from tests.bench.odd_requests import EXAMPLES, odd_requests
from tests.bench.pages import PASSWORD, cookie_of, finished, healthy
from tests.running import ROOT, free_port

PEOPLE = 150
ROUNDS = 3
TURNS = 41
TURN = 600  # requests

Round = tuple[float, float, list[int]]


def run() -> None:
    """Print a Markdown table of claim, figure and what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coffee.db"
        links = furnish(open_scheme(path))
        again, first, changed, weight = asyncio.run(reading(path, links))
        open_page, at_work, kept = writing(path, links)
    rows = [
        (
            "feedback pages against a bare route with the same bytes, looked at again while nothing changes",
            "≥ 0.5",
            again,
        ),
        ("the same, the first look at each page", "≥ 0.5", first),
        ("the same, each look the first since somebody changed the scheme", "–", changed),
        (
            "weight of the blank feedback page, one request, before it is compressed",
            "< 15 KB",
            f"{weight / 1024:.1f} KB",
        ),
        (
            f"forms from {2 * PEOPLE} connections at once, an organiser's page open, app killed after its last answer",
            "all kept, none twice",
            kept,
        ),
        ("p99 of those against a single connection's, the organiser at work on that page", "≤ 10 ×", at_work),
        ("the same while nobody touches that page", "–", open_page),
    ]
    rows.append((f"{EXAMPLES:,} fuzzed requests", "no 5xx, no traceback, no change without a link", odd_requests()))
    print("| claim | figure | measured |\n| --- | --- | --- |")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def furnish(scheme: Scheme) -> list[str]:
    """A published round of PEOPLE in pairs; returns everybody's feedback link."""
    now = datetime.now(UTC)
    with scheme.writing() as db:
        db.table("rounds").insert(
            {"number": 1, "state": "published", "seed": 1, "drawn_at": now.isoformat(), "published_at": now.isoformat()}
        )
        for number in range(1, PEOPLE + 1):
            email = f"person{number}@example.org"
            row = {
                "identity": email,
                "name": f"Person {number}",
                "email": email,
                "organisation": f"Council {number % 12}",
            }
            db.table("people").insert(row | {"joined_at": now.isoformat()})
            if number % 2:
                db.table("matches").insert({"round_id": 1})
            seat = {"match_id": (number + 1) // 2, "person_id": number, "position": 1, "organisation": "Council"}
            db.table("seats").insert(seat)
        return linked(db)


def linked(db: Database) -> list[str]:
    """A new feedback link for everybody."""
    now = datetime.now(UTC)
    return [
        f"/p/feedback/{tokens.new(db, 'feedback', number, (number + 1) // 2, now=now)}"
        for number in range(1, PEOPLE + 1)
    ]


async def reading(path: Path, links: list[str]) -> tuple[str, str, str, int]:
    """How feedback pages compare with the bare route when looked at again, first, and after a change; bytes of one."""
    again, bare = cycle([get(link) for link in links]), repeat(get("/bare"))
    with open_scheme(path).writing() as db:  # more than are kept, so that none is still kept when its turn comes again
        first = cycle([get(link) for _ in range(2 * MOST_KEPT // PEOPLE + 1) for link in linked(db)])
    with Server(path) as port, open_scheme(path).writing_often() as writing:
        weight = len(await Connection.fetch(port, get(links[0])))
        changed = partial(rate, port, turn=TURN // 6, connections=1)
        return (
            await against_bare(partial(rate, port), again, bare),
            await against_bare(partial(rate, port), first, bare),
            await against_bare(changed, each_after_a_change(writing, again), each_after_a_change(writing, bare)),
            weight,
        )


def each_after_a_change(
    writing: Callable[[], AbstractContextManager[Database]], requests: Iterator[bytes]
) -> Iterator[bytes]:
    """These requests, with a change to the scheme made by this process before each."""
    for number, request in enumerate(requests):
        with writing() as db:
            settings.put(db, "bench", number)
        yield request


async def against_bare(
    measure: Callable[[Iterator[bytes]], Awaitable[float]], requests: Iterator[bytes], bare: Iterator[bytes]
) -> str:
    """The median ratio of requests a second to the bare route's, and the median rate of both.

    Both are in one server and hear from the same client, in short turns that alternate. The seconds are those that the
    server's process was at work: whatever else the machine does hardly shows.
    """
    turns = [(await measure(requests), await measure(bare)) for _ in range(TURNS)][1:]  # one warms up
    ratio, (ours, theirs) = median(a / b for a, b in turns), map(median, zip(*turns, strict=True))
    return f"{ratio:.2f} ({ours:,.0f} and {theirs:,.0f} a second)"


async def rate(port: int, requests: Iterator[bytes], *, turn: int = TURN, connections: int = 8) -> float:
    """Requests a second of the server's own time."""
    began = await spent(port)
    await answered(port, islice(requests, turn), connections)
    return turn / (await spent(port) - began)


async def spent(port: int) -> float:
    """Seconds that the server's process has been at work."""
    return float((await Connection.fetch(port, get("/spent"))).rpartition(b"\r\n")[2])


def writing(path: Path, links: list[str]) -> tuple[str, str, str]:
    """How the p99 of many at once compares with one connection's, with an organiser's page open and with the organiser
    at work on it; and what was kept after kills. Medians of three rounds each, of the whole app with its postman."""
    found = [asyncio.run(one_round(path, links, number, at_work=number % 2 == 1)) for number in range(2 * ROUNDS)]
    return slower(found[::2]), slower(found[1::2]), counted(path, [statuses for _, _, statuses in found])


def slower(found: list[Round]) -> str:
    """The median ratio of many at once to one connection, and the medians of both p99."""
    alone, many, _ = zip(*found, strict=True)
    ratio = median(b / a for a, b in zip(alone, many, strict=True))
    return f"{ratio:.1f} × ({median(many) * 1000:.0f} and {median(alone) * 1000:.0f} ms)"


async def one_round(path: Path, links: list[str], number: int, *, at_work: bool) -> Round:
    """p99 of one connection, p99 of many at once, and the statuses of the latter; the server is killed at the end."""
    with WholeApp(path) as app, app.organiser(at_work):
        jobs = [post(link, {"met": "not yet"}) for link in links[:50]]
        jobs += [post("/join", joiner(f"early-{number}-{n}")) for n in range(50)]
        alone = [await timed(app.port, job) for job in jobs]
        jobs = [post(link, {"met": "yes", "comment": f"number {number}"}) for link in links]
        jobs += [post("/join", joiner(f"many-{number}-{n}")) for n in range(PEOPLE)]
        done = await asyncio.gather(*(timed(app.port, job) for job in jobs))
        app.process.kill()
    return p99([t for t, _ in alone]), p99([t for t, _ in done]), [status for _, status in done]


def counted(path: Path, statuses: list[list[int]]) -> str:
    """How many of the accepted forms are in the scheme. A later round's answer replaces an earlier one's."""
    with open_scheme(path).reading() as db:
        answered = db.execute(f"SELECT count(*) FROM answers WHERE comment = 'number {len(statuses) - 1}'").fetchone()[
            0
        ]
        joined = db.execute(
            "SELECT count(*), count(DISTINCT identity), count(DISTINCT messages.person_id), count(messages.id) "
            "FROM people LEFT JOIN messages ON person_id = people.id WHERE people.email LIKE 'many-%'"
        ).fetchone()
    accepted = statuses[-1][:PEOPLE].count(303), sum(each[PEOPLE:].count(303) for each in statuses)
    return (
        f"{answered} of {accepted[0]} answers; {joined[1]} of {accepted[1]} joins, {joined[2]} with a letter; "
        f"{joined[0] - joined[1]} twice"
    )


def p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98]


def joiner(name: str) -> dict[str, str]:
    return {
        "name": name,
        "email": f"{name}@example.org",
        "organisation": "Council 1",
        "shares": "email",
        "agree": "yes",
    }


class Server:
    """The pages on uvicorn in a process of their own, with a bare route beside them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> int:
        port = free_port()
        self.process = subprocess.Popen([sys.executable, "-m", "tests.bench.web", str(self.path), str(port)])
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
            except OSError:
                time.sleep(0.05)
            else:
                return port

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


class WholeApp:
    """The app as organisers start it."""

    def __init__(self, path: Path) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        settings = {"COFFEE_SCHEME": str(path), "COFFEE_PASSWORD": PASSWORD, "COFFEE_BASE_URL": self.url}
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=quiet, stderr=quiet)

    def __enter__(self) -> "WholeApp":
        while not healthy(self.url):
            time.sleep(0.05)
        return self

    @contextmanager
    def organiser(self, at_work: bool) -> Iterator[None]:
        """An organiser signed in, with Feedback open; `at_work` it is run again and again as they choose something."""
        cookie = "; ".join(f"{name}={value}" for name, value in cookie_of(self.url).items())
        ask, stop = BackMsg(), threading.Event()
        ask.rerun_script.page_name = "feedback"

        address = f"ws://localhost:{self.port}/_stcore/stream"
        with connect(address, additional_headers={"Cookie": cookie}) as page:

            def choose() -> None:
                page.send(ask.SerializeToString())
                finished(page)

            def work() -> None:
                with suppress(ConnectionClosed):
                    while at_work and not stop.wait(0.1):
                        choose()

            choose()
            worker = threading.Thread(target=work)
            worker.start()
            yield
            stop.set()
            worker.join()

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()


def serve(path: Path, port: int) -> None:
    """Run until killed."""
    scheme = open_scheme(path)
    environment = Environment(path, "https://coffee.example", sender="Olu Organiser <olu@coffee.example>")
    routes = participant_routes(scheme, lambda db: office_of_pages(db, environment), lambda: datetime.now(UTC))
    said: dict[str, bytes] = {}

    async def bare(request: Request) -> HTMLResponse:
        return HTMLResponse(said["page"])

    async def spent(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(time.process_time()))

    app = Starlette(routes=[Route("/bare", bare), *routes, Route("/spent", spent)])
    said["page"] = sample_page(app, scheme)
    uvicorn.run(app, port=port, log_level="error", access_log=False)


def sample_page(app: Starlette, scheme: Scheme) -> bytes:
    """The bytes of a feedback page, for the bare route to return."""
    from starlette.testclient import TestClient

    with scheme.writing() as db:
        token = tokens.new(db, "feedback", 1, 1, now=datetime.now(UTC))
    return TestClient(app).get(f"/p/feedback/{token}").content


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
