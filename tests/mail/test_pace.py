"""Pausing, rate limits, reconnecting, a full disk, and the thread that does it all by itself."""

import itertools
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from coffee.mail.post import hold, outbox
from coffee.mail.post.hold import Trouble
from coffee.mail.post.locks import abandon_dead
from coffee.mail.post.postman import Postman, post
from coffee.mail.post.sending import send_due
from coffee.scheme import Scheme, Unwritable, messages, posting, settings
from coffee.watch import stop


def queue(scheme: Scheme, letters, now) -> None:
    with scheme.writing() as db:
        outbox.queue(db, letters, now)


def put(scheme: Scheme, name: str, value: object) -> None:
    with scheme.writing() as db:
        settings.put(db, name, value)


def states(scheme: Scheme) -> list[str]:
    with scheme.reading() as db:
        return [state for (state,) in db.execute("SELECT state FROM messages ORDER BY id")]


@dataclass(frozen=True)
class Machine:
    smtp_url: str | None
    letters_folder: Path


class Clock(threading.Event):
    """A clock that waiting moves on, so that a minute takes no time."""

    def __init__(self, start: datetime) -> None:
        super().__init__()
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def wait(self, timeout: float | None = None) -> bool:
        self.now += timedelta(seconds=timeout or 0)
        return self.is_set()


def test_letters_per_minute(scheme, mail, a_letter: Callable, now, tmp_path: Path) -> None:
    """With a limit of 30 a minute letters go out two seconds apart, on the one connection."""
    queue(scheme, [a_letter() for _ in range(10)], now)
    put(scheme, "letters_per_minute", 30)
    clock, sent = Clock(now), []
    mail.inbox.on["END"] = lambda *_: sent.append(clock.now)
    assert send_due(scheme, mail.server, tmp_path, clock=clock, stop=clock).sent == 10
    gaps = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(sent)]
    assert gaps == pytest.approx([2.0] * 9, abs=0.01)
    assert mail.inbox.connections == 1


def test_paused_in_the_middle(scheme, mail, a_letter: Callable, now, tmp_path: Path) -> None:
    """Pausing takes hold after the letter in hand; resuming sends the rest."""
    queue(scheme, [a_letter() for _ in range(5)], now)
    mail.inbox.on["RCPT"] = lambda inbox, _: put(scheme, "letters_paused", True) if inbox.seen["RCPT"] == 2 else None
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now).sent <= 3
    waiting = states(scheme).count("waiting")
    assert waiting >= 2
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now).sent == 0
    put(scheme, "letters_paused", False)
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now).sent == waiting


def test_stopped_in_the_middle(scheme, mail, a_letter: Callable, now, tmp_path: Path) -> None:
    """Stopping finishes the letter in hand; none is left in doubt."""
    queue(scheme, [a_letter() for _ in range(5)], now)
    stop = threading.Event()
    mail.inbox.on["END"] = lambda inbox, _: stop.set() if inbox.seen["END"] == 2 else None
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now, stop=stop).sent == 2
    assert states(scheme) == ["sent", "sent", "waiting", "waiting", "waiting"]


def test_reconnects_when_the_server_wants(scheme, mail, a_letter: Callable, now, tmp_path: Path) -> None:
    """A server that closes the conversation after every two letters is called again, and nothing is postponed."""
    queue(scheme, [a_letter() for _ in range(6)], now)
    mail.inbox.on["MAIL"] = lambda inbox, _: "hang up" if inbox.seen["MAIL"] % 3 == 0 else None
    report = send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert (report.sent, report.postponed, report.problem) == (6, 0, None)
    assert mail.inbox.connections == 3


class Disk(sqlite3.Connection):
    """SQLite on a disk that can fill up: a commit then fails with SQLite's own words."""

    full = False

    def commit(self) -> None:
        if Disk.full:
            raise sqlite3.OperationalError("database or disk is full")
        super().commit()


def test_full_disk(scheme, mail, a_letter: Callable, now, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk nothing new is begun, the sentence says what to do, and what was in hand is in doubt, not lost."""
    queue(scheme, [a_letter(str(n)) for n in range(6)], now)
    monkeypatch.setattr("coffee.scheme.connect.sqlite3.connect", partial(sqlite3.connect, factory=Disk))
    mail.inbox.on["END"] = lambda inbox, _: setattr(Disk, "full", inbox.seen["END"] == 3)
    with pytest.raises(Unwritable, match="full"):
        send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    Disk.full = False
    assert abandon_dead(scheme) == 1
    assert states(scheme) == ["sent", "sent", "in doubt", "waiting", "waiting", "waiting"]
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now).sent == 3
    assert len(mail.inbox.accepted) == 6


def test_problem_is_remembered_and_forgotten(scheme, mail, a_letter: Callable, now, tmp_path: Path) -> None:
    """The reason why letters wait is stored for the organiser, and cleared when letters go out again."""
    queue(scheme, [a_letter()], now)
    assert post(scheme, Machine("smtp://127.0.0.1:1?security=none", tmp_path), lambda: now).problem
    with scheme.reading() as db:
        assert "cannot be reached" in settings.get(db, "mail_problem")["said"]
    assert post(scheme, Machine(mail.url(), tmp_path), lambda: now).sent == 1
    with scheme.reading() as db:
        assert settings.get(db, "mail_problem") is None


def test_a_refused_account_is_left_alone(scheme, mail, a_letter: Callable, now, tmp_path: Path) -> None:
    """After a refused login no sender knocks for 15 minutes, then 30, then an hour each; any success begins anew."""
    queue(scheme, [a_letter()], now)
    mail.inbox.on["MAIL"] = lambda *_: "535 5.7.8 Bad password"

    def knocks(minutes: float) -> bool:
        """Return whether the server was called, this long after the beginning."""
        before = mail.inbox.connections
        report = send_due(scheme, mail.server, tmp_path, clock=lambda: now + timedelta(minutes=minutes))
        assert "Bad password" in str(report.problem)
        return mail.inbox.connections > before

    tried = [minute for minute in range(240) if knocks(minute)]
    assert tried == [0, 15, 45, 105, 165, 225]
    hold.forget(scheme)
    assert knocks(226)
    del mail.inbox.on["MAIL"]
    assert send_due(scheme, mail.server, tmp_path, clock=lambda: now + timedelta(minutes=250)).sent == 1
    queue(scheme, [a_letter()], now)
    mail.inbox.on["MAIL"] = lambda *_: "535 5.7.8 Bad password"
    assert [minute for minute in range(251, 280) if knocks(minute)] == [251, 266]


def test_a_server_that_is_down_is_tried_at_once(scheme, a_letter: Callable, now, tmp_path: Path) -> None:
    """Only a refusal holds the letters; a clock that was put back never does."""
    queue(scheme, [a_letter()], now)
    post(scheme, Machine("smtp://127.0.0.1:1?security=none", tmp_path), lambda: now)
    with scheme.reading() as db:
        known = hold.known(db)
    assert known
    assert not known.is_held(now)
    assert not Trouble("x", now, holds=1).is_held(now - timedelta(seconds=1))
    assert Trouble("x", now, holds=1).is_held(now)


def test_the_thread(scheme, mail, a_letter: Callable, tmp_path: Path) -> None:
    """The postman's thread sends what is queued while it runs, and stops when told."""
    arrived = threading.Semaphore(0)
    mail.inbox.on["ACCEPTED"] = lambda *_: arrived.release()
    postman = Postman(scheme, Machine(mail.url(), tmp_path))
    hold.note(scheme, "The password was wrong before this start.", True, datetime.now(UTC))
    postman.start()
    for _ in range(2):
        queue(scheme, [a_letter()], datetime.now(UTC))
        assert arrived.acquire(timeout=20)
    stop([postman])
    assert "postman" not in {thread.name for thread in threading.enumerate()}
    assert len(mail.inbox.accepted) == 2
    assert states(scheme) == ["sent", "sent"]


def test_links_do_not_stay_in_the_file(scheme, mail, a_letter: Callable, now, tmp_path: Path) -> None:
    """After a letter has gone, none of its links can be found in the scheme's files."""
    token = "t" * 43
    queue(scheme, [a_letter(str(n), body=f"https://coffee.example/p/me/{token}{n}") for n in range(3)], now)
    assert token.encode() in b"".join(
        path.read_bytes() for path in scheme.path.parent.glob("coffee.db*") if path.is_file()
    )
    send_due(scheme, mail.server, tmp_path, clock=lambda: now)
    assert all(token.encode() in letter for letter in mail.inbox.accepted)
    assert token.encode() not in b"".join(
        path.read_bytes() for path in scheme.path.parent.glob("coffee.db*") if path.is_file()
    )


@pytest.mark.parametrize(
    ("per_minute", "gap", "ago", "expected"),
    [
        (2, 30.0, 0.5, 2 / 60),  # just after a letter
        (2, 30.0, 29.5, 2 / 60),  # just before the next
        (600, 1.0, 0.5, 1.0),  # the server is slower than the limit
        (None, 0.1, 0.0, 10.0),
    ],
)
def test_the_time_left_goes_by_several_letters(
    scheme, a_letter: Callable, now, per_minute: int | None, gap: float, ago: float, expected: float
) -> None:
    """The pace is what the last letters took and what the limit allows, wherever between two letters one looks."""
    with scheme.writing() as db:
        for number in range(8):
            messages.add(db, a_letter(str(number)), now)
            letter = posting.claim(db, "me", now)
            assert letter
            posting.settle(db, "me", posting.Settled(letter.id, "sent", now + timedelta(seconds=gap * number)))
        look = now + timedelta(seconds=7 * gap + ago)
        assert posting.recent_pace(db, look, per_minute) == pytest.approx(expected, rel=0.15)


def test_before_anything_has_gone_the_limit_is_the_pace(scheme, now) -> None:
    """With neither letters nor a limit nobody can tell."""
    with scheme.reading() as db:
        assert posting.recent_pace(db, now, 30) == 0.5
        assert posting.recent_pace(db, now) == 0
