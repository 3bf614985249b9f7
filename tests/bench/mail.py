"""Letters: none lost, none sent twice, and how fast a durable queue is beside a bare loop over the same bytes."""
# ruff: noqa: ARG002 (aiosmtpd decides what its handlers are given)

import asyncio
import multiprocessing
import os
import random
import re
import secrets
import shutil
import signal
import smtplib
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path

import pandas as pd
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from coffee.mail.letters import template, wording
from coffee.mail.letters.languages import Texts
from coffee.mail.letters.letter import Letter, Office
from coffee.mail.letters.occasion import Occasion
from coffee.mail.letters.preview import Draft, invented, try_out
from coffee.mail.post import hold, outbox
from coffee.mail.post.sending import send_due
from coffee.mail.post.server import MailServer
from coffee.rounds import life
from coffee.scheme import Scheme, open_scheme
from coffee.scheme import people as kept_people
from tests.mail.conftest import Inbox, Serving
from tests.running import free_port

OFFICE = Office.of("Ann Lee <ann@coffee.example>", "https://coffee.example", "Coffee")
VERBS = ("EHLO", "MAIL", "RCPT", "DATA", "END", "ACCEPTED")
MODULES = ["coffee.mail.post.sending", "coffee.mail.post.server", "yagmail"]


def run() -> None:
    """Print one table."""
    print("| claim | asked | measured |\n| --- | --- | --- |")
    for claim, asked, measure in (
        ("200 kills while 2,000 letters go", "0 lost, 0 twice, in doubt ≤ kills", kills),
        ("line cut at each verb, 50 times each", "0 lost, in doubt only after DATA", cuts),
        ("a 4xx and a 5xx at each verb, 50 times each", "0 lost, none in doubt", refusals),
        ("two senders on one scheme, 100 runs", "0 twice", pairs),
        ("letters a second, durable, beside a bare loop", "≥ 0.5", pace),
        ("10,000 letters queued by one publish, beside composing them", "< 5 ×", publishing),
        ("SpamAssassin with local rules, every kind in every language", "< 1", spam),
    ):
        print(f"| {claim} | {asked} | {measure()} |", flush=True)


def kills(letters: int = 2_000, times: int = 200) -> str:
    """Kill senders at random moments while a server delays some of its answers; then send the rest."""
    chance = random.Random(8)
    with scheme_of(letters) as scheme, server(Slow(chance)) as (inbox, port):
        done = 0
        while done < times and waiting(scheme):
            sender = start(scheme, port)
            enough = len(inbox.accepted) + chance.randint(1, 12)
            while len(inbox.accepted) < enough and sender.is_alive():
                time.sleep(0.001)
            time.sleep(chance.uniform(0, 0.03))
            if sender.pid and sender.is_alive():
                os.kill(sender.pid, signal.SIGKILL)
                done += 1
            sender.join()
        inbox.slow = False
        send_due(scheme, local(port), scheme.path.parent)
        return f"{done} kills: {books(scheme, inbox.accepted)}"


def cuts(times: int = 50) -> str:
    """Cut the line at each verb; only after DATA may a letter be in doubt."""
    said = []
    for verb in VERBS:
        inbox, port = Inbox(), free_port()
        with scheme_of(times * 2) as scheme, running(Serving(inbox, hostname="127.0.0.1", port=port)):
            inbox.on[verb] = lambda inbox, _, verb=verb: (
                "hang up" if inbox.seen[verb] % 2 and inbox.seen[verb] < 2 * times else None
            )
            for _ in range(2 * times):
                send_due(scheme, local(port), scheme.path.parent)
                hurry(scheme)
            said.append(f"{verb}: {books(scheme, inbox.accepted)}")
    return "<br>".join([*said, f"BODY: {cut_inside(times)}"])


def cut_inside(times: int) -> str:
    """Cut the line in the middle of letters, then send the rest."""
    inbox, port = Inbox(on={"BODY": lambda *_: "hang up"}), free_port()
    with scheme_of(times * 2) as scheme, running(Serving(inbox, hostname="127.0.0.1", port=port)):
        while inbox.seen["BODY"] < times:
            send_due(scheme, local(port), scheme.path.parent)
            hurry(scheme)
        del inbox.on["BODY"]
        send_due(scheme, local(port), scheme.path.parent)
        return books(scheme, inbox.accepted)


def refusals(times: int = 50) -> str:
    """Refuse every other letter, for now or for good, at each verb; what can be tried again is."""
    said = []
    for answer in ("451 4.3.0 Later", "554 5.6.0 Not this one"):
        for verb in VERBS[1:-1]:
            inbox, port = Inbox(), free_port()
            with scheme_of(times * 2) as scheme, running(Serving(inbox, hostname="127.0.0.1", port=port)):
                inbox.on[verb] = lambda inbox, _, verb=verb, answer=answer: (
                    answer if inbox.seen[verb] % 2 and inbox.seen[verb] < 2 * times else None
                )
                for _ in range(2 * times):
                    hold.forget(scheme)
                    send_due(scheme, local(port), scheme.path.parent)
                    hurry(scheme)
                said.append(f"{verb} {answer[:3]}: {books(scheme, inbox.accepted)}")
    return "<br>".join(said)


def pairs(runs: int = 100, letters: int = 30) -> str:
    """Two processes at once."""
    twice = lost = 0
    for seed in range(runs):
        with scheme_of(letters) as scheme, server(Slow(random.Random(seed))) as (inbox, port):
            for sender in [start(scheme, port), start(scheme, port)]:
                sender.join()
            counts = Counter(inbox.accepted)
            twice += sum(count > 1 for count in counts.values())
            lost += letters - len(counts)
    return f"{twice} twice, {lost} lost"


def pace(letters: int = 2_000, rounds: int = 7) -> str:
    """The same bytes on one connection, with the outbox and without, in turns; the server is a process of its own."""
    context = multiprocessing.get_context("forkserver")
    port, stop = free_port(), context.Event()
    process = context.Process(target=serve_alone, args=(port, stop), daemon=True)
    process.start()
    written, ratios, speeds = compose(letters), [], []
    try:
        wait_for(port)
        for _ in range(rounds):
            bare = letters / timed(lambda: bare_loop(port, written))
            with scheme_of(0) as scheme:
                queue(scheme, written)
                ours = letters / timed(lambda: send_due(scheme, local(port), scheme.path.parent))
            ratios.append(ours / bare)
            speeds.append((ours, bare))
    finally:
        stop.set()
        process.join()
    ours, bare = (statistics.median(column) for column in zip(*speeds, strict=True))
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    return f"{statistics.median(ratios):.2f} of it ({ours:,.0f} and {bare:,.0f} a second; {spread})"


def publishing(people_count: int = 10_000) -> str:
    """Publish a round of so many people, as the page does: compose the letters, then queue all in one transaction."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        scheme = open_scheme(Path(folder) / "coffee.db")
        with scheme.writing() as db:
            for number in range(people_count):
                details = {
                    "name": f"Siân {number}",
                    "email": f"p{number}@x.example",
                    "organisation": f"Council {number % 300}",
                    "phone": "01632 960 001",
                    "role": "Planner",
                }
                kept_people.add(db, details, now=now)
        round_id = life.generate(scheme, now, seed=1)
        letters: list[Letter] = []
        composing = timed(lambda: letters.extend(life.introductions(scheme, round_id, OFFICE, now)))

        def release() -> None:
            with scheme.writing() as db:
                life.release(db, round_id, 2, letters, now)

        queueing = timed(release)
        queued = waiting(scheme)
    return f"{queueing / composing:.2f} × ({queued:,} queued in {queueing:.1f} s after {composing:.1f} s of composing)"


def spam() -> str:
    """The highest score of all kinds of letters in all languages they are written in; five is spam."""
    if not shutil.which("spamassassin"):
        return "not installed (apt-get install spamassassin)"
    now, scores = datetime.now(UTC), {}
    with tempfile.TemporaryDirectory() as folder, open_scheme(Path(folder) / "coffee.db").reading() as db:
        stage = invented(db, OFFICE)
    for kind in wording.KINDS:
        for language in template.languages(kind):
            letter = try_out(OFFICE, Draft(kind, None, language), stage, now).letter
            scores[f"{kind}, {language}"] = score(letter)
    both = compose(2)[0].letter
    scores["introduction, both"] = score(both)
    worst = max(scores, key=lambda name: scores[name])
    return f"{scores[worst]:.1f} ({len(scores)} letters; the highest is {worst})"


def score(letter: bytes) -> float:
    said = subprocess.run(["spamassassin", "-L", "-t"], input=letter, capture_output=True, check=True)
    found = re.search(rb"\((-?[\d.]+) points", said.stdout)
    return float(found[1]) if found else 99.0


class Slow:
    """A server that takes its time now and then, and remembers the Message-ID of all it accepted."""

    def __init__(self, chance: random.Random) -> None:
        self.accepted: list[str] = []
        self.slow = True
        self._chance = chance

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.slow and self._chance.random() < 0.3:
            await asyncio.sleep(self._chance.uniform(0, 0.03))
        self.accepted.append(message_id(envelope.original_content or b""))
        if self.slow and self._chance.random() < 0.3:
            await asyncio.sleep(self._chance.uniform(0, 0.03))
        return "250 OK"


def books(scheme: Scheme, accepted: list[str] | list[bytes]) -> str:
    """Compare the scheme's account of each letter with the server's."""
    arrived = Counter(message_id(one) if isinstance(one, bytes) else one for one in accepted)
    with scheme.reading() as db:
        said = dict(db.execute("SELECT message_id, state FROM messages").fetchall())
    doubt = sum(state == "in doubt" for state in said.values())
    failed = sum(state == "failed" and name not in arrived for name, state in said.items())
    lost = (
        sum(name not in arrived for name in said)
        - failed
        - sum(state == "in doubt" and name not in arrived for name, state in said.items())
    )
    refused = f", {failed} refused and told why" if failed else ""
    return f"{lost} lost, {sum(count > 1 for count in arrived.values())} twice, {doubt} in doubt{refused}"


def message_id(letter: bytes) -> str:
    return letter.partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode()


def compose(count: int) -> list[Letter]:
    rows = [
        {"match": i // 2, "position": i % 2 + 1, "person": i + 1, "name": f"Siân {i}", "email": f"p{i}@x.example",
         "organisation": f"Council {i % 12}", "phone": "01632 960 001", "chat_id": "", "shares": ["email", "phone"],
         "topics": "Bees", "role": "Planner"}
        for i in range(count)
    ]  # fmt: skip
    return outbox.to_matches(
        Texts("introduction"),
        outbox.matches_of(pd.DataFrame(rows)),
        Occasion.of_round(OFFICE, 1, 1, datetime.now(UTC)),
    ).letters()


@contextmanager
def scheme_of(letters: int) -> Iterator[Scheme]:
    """A scheme in a folder of its own with so many short letters waiting."""
    with tempfile.TemporaryDirectory() as folder:
        scheme = open_scheme(Path(folder) / "coffee.db")
        queue(scheme, [letter(number) for number in range(letters)])
        yield scheme


def letter(number: int) -> Letter:
    name = f"<{secrets.token_urlsafe(16)}@coffee.example>"
    content = f"From: ann@coffee.example\r\nSubject: {number}\r\nMessage-ID: {name}\r\n\r\nHello\r\n"
    return Letter(f"k{number}", "notice", f"p{number}@x.example", str(number), name, content.encode())


def queue(scheme: Scheme, letters: list[Letter]) -> None:
    people(scheme, len(letters))
    with scheme.writing() as db:
        db.execute("INSERT OR IGNORE INTO rounds (id, number, state, seed, drawn_at) VALUES (1, 1, 'published', 1, '')")
        db.conn.executemany(
            "INSERT OR IGNORE INTO matches (id, round_id) VALUES (?, 1)", [(i,) for i in range(len(letters))]
        )
        outbox.queue(db, letters, datetime.now(UTC))


def people(scheme: Scheme, count: int) -> None:
    with scheme.writing() as db:
        db.conn.executemany(
            "INSERT OR IGNORE INTO people (id, organisation, joined_at) VALUES (?, 'x', '')",
            [(i + 1,) for i in range(count)],
        )


def waiting(scheme: Scheme) -> int:
    with scheme.reading() as db:
        return int(db.execute("SELECT count(*) FROM messages WHERE state = 'waiting'").fetchone()[0])


def hurry(scheme: Scheme) -> None:
    """Let what is to be tried again be due at once."""
    with scheme.writing() as db:
        db.execute("UPDATE messages SET due_at = queued_at WHERE state = 'waiting'")


def start(scheme: Scheme, port: int) -> BaseProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(MODULES)
    process = context.Process(target=send_due, args=(scheme, local(port), scheme.path.parent))
    process.start()
    return process


def local(port: int) -> MailServer:
    return MailServer.from_url(f"smtp://127.0.0.1:{port}?security=none&timeout=10")


@contextmanager
def server(handler: Slow) -> Iterator[tuple[Slow, int]]:
    port = free_port()
    with running(Controller(handler, hostname="127.0.0.1", port=port)):
        yield handler, port


@contextmanager
def running(controller: Controller) -> Iterator[None]:
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def serve_alone(port: int, stop: "multiprocessing.synchronize.Event") -> None:
    with running(Controller(Fast(), hostname="127.0.0.1", port=port)):
        stop.wait()


class Fast:
    """A server that accepts at once."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "250 OK"


def bare_loop(port: int, letters: list[Letter]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for one in letters:
            connection.sendmail(OFFICE.address, [one.recipient], one.letter)


def wait_for(port: int) -> None:
    while True:
        try:
            smtplib.SMTP("127.0.0.1", port).quit()
        except OSError:
            time.sleep(0.05)
        else:
            return


def timed(step: Callable[[], object]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began
