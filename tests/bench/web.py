"""The speed of participants' pages, and proof that nothing is lost when many come at once."""

import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, islice, repeat
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import uvicorn
from sqlite_utils import Database
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from coffee.mail.letters.letter import Office
from coffee.mail.post.requested import AFTER, write_asked
from coffee.scheme import Scheme, open_scheme, tokens
from coffee.web.participants import routes as participants
from tests.bench.loopback import answered, fetch, get, lines, post, timed
from tests.bench.odd_requests import EXAMPLES, odd_requests
from tests.bench.pages import PASSWORD, cookie_of, finished, healthy
from tests.running import ROOT, free_port

OFFICE = Office("https://coffee.example", "Olu Organiser", "olu@coffee.example", "Coffee & Co")
PEOPLE = 150
ROUNDS = 7
ALONE = 3  # times that one connection sends as many forms as later come at once: some seconds, and all joins of an hour
TURNS = 41
TURN = 600  # requests

Round = tuple[float, float, list[int]]


def run() -> None:
    """Print a Markdown table of claim, figure and what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coffee.db"
        links = furnish(open_scheme(path))
        compared, weight, bare = asyncio.run(reading(path, links))
        open_page, at_work, kept = writing(path, links)
    rows = [
        ("feedback pages against a bare route with the same bytes in the app", "≥ 0.15", compared),
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
        ("p99 of those, the organiser at work on that page", "< 3 s", at_work),
        ("the same while nobody touches that page", "< 3 s", open_page),
        ("the same of a bare route that only reads the form", "–", bare),
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


async def reading(path: Path, links: list[str]) -> tuple[str, int, str]:
    """How feedback pages compare with the bare route, the bytes of one, and the bare route's p99 of many at once."""
    pages, bare = cycle([get(link) for link in links]), repeat(get("/p/bare"))
    with WholeApp(path, ("tests.bench.web",)) as app:
        weight = len(await fetch(app.port, get(links[0])))
        ratio = await against_bare(partial(rate, app.port), pages, bare)
        forms = [post("/p/bare", joiner("x"))] * 2 * PEOPLE
        return ratio, weight, slower([await alone_and_together(app.port, forms) for _ in range(ROUNDS)])


async def against_bare(
    measure: Callable[[Iterator[bytes]], Awaitable[float]], requests: Iterator[bytes], bare: Iterator[bytes]
) -> str:
    """The median ratio of requests a second to the bare route's, and the median rate of both.

    Both are in the app and hear from the same client, in short turns that alternate. The seconds are those that the
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
    return float((await fetch(port, get("/p/spent"))).rpartition(b"\r\n")[2])


def writing(path: Path, links: list[str]) -> tuple[str, str, str]:
    """The p99 of many at once, with an organiser's page open and with the organiser at work on it; and what was kept
    after kills. Medians of ROUNDS rounds each, of the whole app with its postman."""
    found = [asyncio.run(one_round(path, links, number, at_work=number % 2 == 1)) for number in range(2 * ROUNDS)]
    return slower(found[::2]), slower(found[1::2]), counted(path, [statuses for _, _, statuses in found])


def slower(found: list[Round]) -> str:
    """The median p99 of many at once, its range, and how it compares with one connection's."""
    alone, many, _ = zip(*found, strict=True)
    ratio = median(b / a for a, b in zip(alone, many, strict=True))
    return f"{median(many):.2f} s ({min(many):.2f} to {max(many):.2f} s; {ratio:.0f} × one connection's)"


async def one_round(path: Path, links: list[str], number: int, *, at_work: bool) -> Round:
    """p99 of one connection, p99 of many at once, and the statuses of the latter; the server is killed at the end.

    No letter waits from an earlier round. One connection goes on until the letters it asks for are written beside it,
    as they are in the app of every day.
    """
    write_letters(path)
    early = [form for turn in range(ALONE) for form in forms(links, f"early-{turn}", number)]
    with WholeApp(path) as app, app.organiser(at_work):
        found = await alone_and_together(app.port, early, forms(links, "many", number))
        app.process.kill()
    return found


async def alone_and_together(port: int, early: list[bytes], many: list[bytes] | None = None) -> Round:
    """These forms from one connection, one after the other, then those (or these again) from as many at once.

    All connections are open before the first form is sent: what is measured is the server, not how fast we connect.
    """
    (one,) = await lines(port, 1)
    alone = [await timed(one, form) for form in early]
    forms = many or early
    done = await asyncio.gather(*map(timed, await lines(port, len(forms)), forms))
    return p99([t for t, _ in alone]), p99([t for t, _ in done]), [status for _, status in done]


def forms(links: list[str], when: str, number: int) -> list[bytes]:
    """An answer of everybody, then as many who join."""
    answers = [post(link, {"met": "yes", "comment": f"{when} {number}"}) for link in links]
    return answers + [post("/join", joiner(f"{when}-{number}-{n}")) for n in range(PEOPLE)]


def counted(path: Path, statuses: list[list[int]]) -> str:
    """Count the accepted forms in the scheme, once the app has written the letters that were asked for.

    A later round's answer replaces an earlier one's.
    """
    write_letters(path)
    with open_scheme(path).reading() as db:
        answered = db.execute(f"SELECT count(*) FROM answers WHERE comment = 'many {len(statuses) - 1}'").fetchone()[0]
        joined = db.execute(
            "SELECT count(*), count(DISTINCT identity), count(DISTINCT messages.person_id), count(messages.id) "
            "FROM people LEFT JOIN messages ON person_id = people.id WHERE people.email LIKE 'many-%'"
        ).fetchone()
    accepted = statuses[-1][:PEOPLE].count(303), sum(each[PEOPLE:].count(307) for each in statuses)
    return (
        f"of {sum(map(len, statuses))} sent {sum(each.count(303) + each.count(307) for each in statuses)} accepted; "
        f"of the last round {answered} of {accepted[0]} answers, of all {joined[1]} of {accepted[1]} joins, "
        f"{joined[2]} with a letter; {joined[0] - joined[1]} twice"
    )


def write_letters(path: Path) -> None:
    """Every letter that was asked for, as the app does."""
    write_asked(open_scheme(path), lambda _: OFFICE, datetime.now(UTC) + AFTER)


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


class WholeApp:
    """The app as organisers start it, or by another command that takes a port at its end."""

    def __init__(self, path: Path, command: Sequence[str] = ("streamlit", "run", "app.py", "--server.port")) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        settings = {"COFFEE_SCHEME": str(path), "COFFEE_PASSWORD": PASSWORD, "COFFEE_BASE_URL": self.url}
        started = [sys.executable, "-m", *command, str(self.port)]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(started, cwd=ROOT, env=os.environ | settings, stdout=quiet, stderr=quiet)

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


def serve(port: int) -> None:
    """The app with a bare route beside its pages, until it is killed."""
    ours = participants.participant_routes
    said: dict[str, bytes] = {}

    async def bare(request: Request) -> Response:
        if request.method == "POST":
            await request.form()
            return RedirectResponse("/p/sent", 303)
        return HTMLResponse(said["page"])

    async def spent(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(time.process_time()))

    def routes(scheme: Scheme, *told: Any) -> list[BaseRoute]:
        said["page"] = sample_page(Starlette(routes=ours(scheme, *told)), scheme)
        return [Route("/p/bare", bare, methods=["GET", "POST"]), Route("/p/spent", spent), *ours(scheme, *told)]

    participants.participant_routes = routes
    from app import app

    uvicorn.run(app, port=port, log_level="error", access_log=False)


def sample_page(app: Starlette, scheme: Scheme) -> bytes:
    """The bytes of a feedback page, for the bare route to return."""
    from starlette.testclient import TestClient

    with scheme.writing() as db:
        token = tokens.new(db, "feedback", 1, 1, now=datetime.now(UTC))
    return TestClient(app).get(f"/p/feedback/{token}").content


if __name__ == "__main__":
    serve(int(sys.argv[1]))
