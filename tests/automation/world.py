"""A scheme that lives for years by the clock, with people who do what people do, and two programs that keep it."""

import os
import random
import re
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.utils import parseaddr
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from starlette.applications import Starlette
from starlette.testclient import TestClient

from coffee.automation import state, steps
from coffee.automation.chores import do
from coffee.automation.run import take_due_steps
from coffee.automation.schedule import Plan
from coffee.config.environment import Environment
from coffee.config.sender import office_of_pages
from coffee.mail.post.postman import post
from coffee.rounds import life
from coffee.scheme import Scheme, automation, open_scheme, people, set_apart, settings
from coffee.scheme import rounds as kept
from coffee.web.participants.routes import participant_routes
from tests.mail.conftest import Inbox, Serving
from tests.running import free_port

A_DAY = timedelta(days=1)
LINK = re.compile(r"/p/(me|feedback|cannot|unsubscribe|confirm)/([\w-]{20,})")
PROCESSES = get_context("forkserver")  # a copy of a program that has loaded everything begins at once
PROCESSES.set_forkserver_preload(["tests.automation.world", steps.__name__])  # which are loaded late otherwise

# How often somebody does what in a day, of so many days on which they could.
HABITS = {"skip": 0.0018, "pause": 0.0012, "leave": 0.0003, "stop": 0.0002, "erase": 0.0001, "moves away": 0.0007}
RETURNS = {"back": 0.01, "letters": 0.01, "mended": 0.03}


def drawn_alike() -> Any:
    """Draw with the same seed every time, so that a world depends on its own seed alone, whichever program draws."""
    return patch("coffee.pairing.draw.secrets", SimpleNamespace(randbits=lambda _: 7))


def _beside(line: Connection, path: Path, environment: Environment) -> None:
    """The second program: keeps the month at every moment it is told of."""
    scheme = open_scheme(path)
    with drawn_alike():
        while (now := line.recv()) is not None:
            line.send([(outcome.said, outcome.went_wrong) for outcome in take_due_steps(scheme, environment, now)])


@dataclass
class Beside:
    """The second program, which can be killed at any moment and started again."""

    path: Path
    environment: Environment
    restarts: int = 0

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.line, theirs = PROCESSES.Pipe()
        self.process = PROCESSES.Process(target=_beside, args=(theirs, self.path, self.environment), daemon=True)
        self.process.start()
        theirs.close()

    def heard(self) -> list[tuple[str, bool]]:
        """The outcomes of the steps it took, except those it was killed before reporting."""
        try:
            return list(self.line.recv())
        except (EOFError, ConnectionResetError):
            return []

    def start_again(self) -> None:
        """After it was killed."""
        self.process.join()
        self.process.close()
        self.line.close()
        self.restarts += 1
        self.start()

    def stop(self) -> None:
        self.line.send(None)
        self.process.join()
        self.process.close()
        self.line.close()


@dataclass
class World:
    """A scheme, its people and its clock. `said` counts what was said to have been done, `faults` what went wrong."""

    scheme: Scheme
    environment: Environment
    inbox: Inbox
    now: datetime
    chance: random.Random
    newcomers: float
    beside: Beside
    said: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    links: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    dead: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    to_answer: set[str] = field(default_factory=set)
    to_stay: set[str] = field(default_factory=set)
    checked: set[int] = field(default_factory=set)
    races: int = 0
    won: int = 0
    read: int = 0
    count: int = 0

    def live(self, until: datetime) -> None:
        """Let time pass: each step at its very moment, and every day what people do."""
        app = Starlette(
            routes=participant_routes(self.scheme, lambda db: office_of_pages(db, self.environment), lambda: self.now)
        )
        with TestClient(app, follow_redirects=False) as self.browser:
            while self.now < until:
                tomorrow = (self.now + A_DAY).replace(hour=12, minute=self.chance.randrange(60))
                due = self._due()
                if due and due <= tomorrow:
                    self.now = max(due, self.now + timedelta(seconds=1))
                else:
                    self.now = tomorrow
                    self._a_day()
                self._tend()

    def rounds(self) -> int:
        """The number of rounds drawn."""
        return len(self._courses())

    def people(self) -> int:
        """The number of people who were ever in the scheme."""
        with self.scheme.reading() as db:
            return int(db.execute("SELECT count(*) FROM people").fetchone()[0])

    def letters(self) -> list[tuple[str, int]]:
        """The number of letters of each kind."""
        with self.scheme.reading() as db:
            return db.execute("SELECT kind, count(*) FROM messages GROUP BY kind").fetchall()

    def check_the_end(self) -> None:
        """Every date of the plan had its round, each round but the last two went its whole way, every letter and step
        came once, and nothing went wrong."""
        assert self.faults == []
        courses = self._courses()
        with self.scheme.reading() as db:
            plan = state.chosen(db)
            wrong = db.execute("SELECT count(*) FROM messages WHERE kind = 'trouble'").fetchone()[0]
            seats = "SELECT person_id FROM messages WHERE kind = 'introduction' AND state != 'cancelled' "
            twice = db.execute(f"{seats} GROUP BY round_id, match_id, person_id HAVING count(*) > 1").fetchall()
        assert plan
        dates = [each.at for each in islice(plan.dates(), len(courses) + 1) if each.at]
        assert [course.drawn_at for course in courses] == [at for at in dates if at <= self.now]
        for course in courses[:-2]:
            assert course.state == "closed"
            assert set(course.done) == {"draw", "publish", "remind", "ask", "close", "report"}, course
        assert wrong == 0
        assert twice == []
        steps = {said: count for said, count in self.said.items() if re.match(r"Round \d+( is |: \d)", said)}
        assert set(steps.values()) == {1}, steps
        ids = Counter(re.findall(rb"^Message-ID: (\S+)", b"\n".join(self.inbox.accepted), re.MULTILINE | re.IGNORECASE))
        assert set(ids.values()) == {1}

    def _courses(self) -> list[automation.RoundProgress]:
        with self.scheme.reading() as db:
            return automation.progress_of_rounds(db)

    def _due(self) -> datetime | None:
        with self.scheme.reading() as db:
            seen = state.agenda_of(db, self.now)
        return min((step.at for step in seen.steps if step.key not in seen.troubles), default=None) if seen else None

    def _tend(self) -> None:
        """Run the app and the program beside it at the same time, then the postman's round."""
        with self.scheme.reading() as db:
            seen = state.agenda_of(db, self.now)
        if seen and seen.due(self.now):
            self._race()
        else:
            do(self.scheme, self.environment, self.now, after=timedelta())
        post(self.scheme, self.environment, lambda: self.now)
        self._read_letters()
        self._check_rounds()

    def _race(self) -> None:
        self.races += 1
        self.beside.line.send(self.now)
        kill = self.races % 4 == 0  # about twice a month
        killer = Thread(target=self._kill, args=(self.chance.random() * 0.06,)) if kill else None
        if killer:
            killer.start()
        mine = [(outcome.said, outcome.went_wrong) for outcome in do(self.scheme, self.environment, self.now)]
        if killer:
            killer.join()
        theirs = self.beside.heard()
        if kill:
            self.beside.start_again()
            self.scheme = open_scheme(self.scheme.path)
        self.won += bool(theirs)
        for said, went_wrong in [*mine, *theirs]:
            self.said[said] += 1
            if went_wrong:
                self.faults.append(f"{self.now:%d %b %Y}: {said}")

    def _kill(self, after: float) -> None:
        time.sleep(after)  # no condition to wait for: the moment is to be any
        if self.beside.process.pid:
            os.kill(self.beside.process.pid, signal.SIGKILL)

    def _read_letters(self) -> None:
        """People find the links in what has come."""
        for content in self.inbox.accepted[self.read :]:
            message = message_from_bytes(content)
            body = next(part for part in message.walk() if part.get_content_type() == "text/plain")
            to = parseaddr(message["To"])[1].casefold()
            text = bytes(body.get_payload(decode=True) or b"").decode()
            found = dict(LINK.findall(text))
            self.links[to] |= found
            if "feedback" in found and "cannot" not in found and to not in self.silent:
                self.to_answer.add(to)
            if "/still" in text and self.chance.random() < 0.6:
                self.to_stay.add(to)
        self.read = len(self.inbox.accepted)

    def _press(self, email: str, purpose: str, then: str = "", **fields: str) -> int:
        """Somebody presses a button behind a link from a letter; the answer's status, 0 without a link."""
        token = self.links[email.casefold()].get(purpose)
        if token is None:
            return 0
        status = self.browser.post(f"/p/{purpose}/{token}{then}", data=fields).status_code
        assert status < 500, (purpose, then, status)
        return status

    def _a_day(self) -> None:
        with self.scheme.reading() as db:
            everyone = people.everyone(db, self.now.date()).to_dict("records")
            hurry = 1 if kept.draft_id(db) is None else 12  # a draft waits to go out, which is when it hurts
        for person in everyone:
            self._do_something(person, hurry)
        for email in sorted(self.to_stay):
            if self.chance.random() < 0.05:  # some only after they were paused
                self.to_stay.discard(email)
                self._press(email, "me", "/still")
        for email in sorted(self.to_answer):
            if self.chance.random() < 0.2:
                self.to_answer.discard(email)
                met = self.chance.choices(["yes", "not yet", "no"], [7, 1, 1])[0]
                self._press(email, "feedback", met=met, comment="Good talk")
        if self.chance.random() < self.newcomers:
            self._join()
        self._organise(everyone)

    def _do_something(self, person: dict[Any, Any], hurry: int) -> None:
        email = person["email"]

        def happens(odds: float) -> bool:
            return self.chance.random() < odds

        if person["status"] == "unconfirmed":
            self._press(email, "confirm")
        elif person["status"] in ("paused", "left") or person["unsubscribed_at"]:
            if happens(RETURNS["letters" if person["unsubscribed_at"] else "back"]):
                self._press(email, "me", "/letters" if person["unsubscribed_at"] else "/back")
        elif person["cannot_reach"] and happens(RETURNS["mended"]):
            self.count += 1
            with self.scheme.writing() as db:
                people.change(db, person["id"], person["version"], {"email": f"new{self.count}@devon.example"})
        else:
            until = (self.now.date() + timedelta(days=self.chance.randrange(3, 70))).isoformat()
            acts: dict[str, Callable[[], object]] = {
                "skip": lambda: self._press(email, "me", "/skip"),
                "pause": lambda: self._press(email, "me", "/pause", until=until),
                "leave": lambda: self._press(email, "me", "/leave"),
                "stop": lambda: self._press(email, "unsubscribe"),
                "erase": lambda: self._press(email, "me", "/erase", sure="yes"),
                "moves away": lambda: self.dead.add(email.casefold()),
            }
            for name, act in acts.items():
                if happens(HABITS[name] * hurry):
                    act()
                    return
            if happens(0.001):
                self._press(email, "cannot")

    def _join(self) -> None:
        self.count += 1
        name, email = f"Newcomer {self.count}", f"n{self.count}@kent.example"
        if self.chance.random() < 0.2:
            self.silent.add(email)
        organisation = f"Council {self.chance.randrange(7)}"
        fields = {"name": name, "email": email, "organisation": organisation, "agree": "yes", "shares": "email"}
        answer = self.browser.post("/join", data=fields)
        assert answer.status_code < 400, answer.text

    def _organise(self, everyone: list[dict[Any, Any]]) -> None:
        """Now and then the organiser sets two people apart, or locks a match of the draft."""
        if self.chance.random() < 0.01 and len(everyone) > 2:
            one, other = sorted(person["id"] for person in self.chance.sample(everyone, 2))
            with self.scheme.writing() as db:
                if one in people.ids(db) and other in people.ids(db):
                    set_apart.set_apart(db, one, other)
        with self.scheme.reading() as db:
            draft = kept.draft_id(db)
            if draft is None or self.chance.random() < 0.5:
                return
            version, current = kept.get(db, draft).version, life.draft(db, draft)
        match = self.chance.choice(current.matches)
        what = "locked a match"
        life.tweak(self.scheme, draft, version, what, lambda d: d.lock(match), self.now)

    def _check_rounds(self) -> None:
        for course in self._courses():
            if course.state != "draft" and course.id not in self.checked:
                self.checked.add(course.id)
                self.faults += [f"Round {course.number}: {name} is lost" for name in self._lost(course.id)]

    def _lost(self, round_id: int) -> Iterator[str]:
        """Everybody active who is neither in a match nor told that they sit out, nor named to the organiser."""
        with self.scheme.reading() as db:
            seated = set(kept.seats(db, round_id)["person"])
            told = {
                row[0]
                for row in db.execute(
                    "SELECT person_id FROM messages WHERE kind = 'sits out' AND round_id = ?", [round_id]
                )
            }
            over = {name for name, _, why in kept.left_over(db, round_id) if why == "by hand"}
            ours = "SELECT letter FROM messages WHERE round_id = ? AND kind IN ('drawn', 'mended')"
            named = b"".join(row[0] for row in db.execute(ours, [round_id])).decode()
            everyone = people.everyone(db, self.now.date())
        named = named.replace("=\r\n", "")
        for person in everyone[everyone["status"] == "active"].to_dict("records"):
            if person["id"] not in seated | told and person["name"] not in over and f"{person['name']} " not in named:
                yield person["name"]


@contextmanager
def world(folder: Path, size: int, seed: int, newcomers: float, **rules: bool) -> Iterator[World]:
    """A scheme of `size` people that runs by itself from Tuesday 6 January 2026 on, with a real mail server."""
    inbox, port = Inbox(), free_port()
    server = Serving(inbox, hostname="127.0.0.1", port=port)
    server.start()
    scheme, now = open_scheme(folder / "coffee.db"), datetime(2026, 1, 5, 12, tzinfo=UTC)
    url = f"smtp://127.0.0.1:{port}?security=none&timeout=20"
    environment = Environment(scheme.path, "https://coffee.example", smtp_url=url, sender="Ann <ann@coffee.example>")
    with scheme.writing() as db:
        for number in range(size):
            details = {
                "name": f"Person {number}",
                "email": f"p{number}@devon.example",
                "organisation": f"Council {number % 7}",
            }
            people.add(db, details, now=now)
        state.choose(db, Plan(first=date(2026, 1, 6), since=now, on=True, approval=False, still=True))
        settings.put(db, "rules", rules)
    beside = Beside(scheme.path, environment)
    found = World(scheme, environment, inbox, now, random.Random(seed), newcomers, beside)
    found.silent = {f"p{number}@devon.example" for number in range(0, size, 5)}
    inbox.on["RCPT"] = lambda _, to: "550 5.1.1 No such mailbox" if to.casefold() in found.dead else None
    try:
        with drawn_alike():
            yield found
    finally:
        beside.stop()
        server.stop()
