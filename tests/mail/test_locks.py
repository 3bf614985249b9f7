"""Senders that are killed, and several at once: nothing is lost, nothing goes twice."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from coffee.mail.post import outbox
from coffee.mail.post.locks import ABANDONED, abandon_dead, is_alive, living
from coffee.mail.post.sending import send_due
from coffee.scheme import Scheme

SENDER = """
import sys
from pathlib import Path
from coffee.mail.post.sending import send_due
from coffee.mail.post.server import MailServer
from coffee.scheme import open_scheme
send_due(open_scheme(Path(sys.argv[1])), MailServer.from_url(sys.argv[2]), Path(sys.argv[1]).parent)
"""


def start_sender(scheme: Scheme, url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", SENDER, str(scheme.path), url])


def queue(scheme: Scheme, letters: Iterable, now) -> None:
    with scheme.writing() as db:
        outbox.queue(db, letters, now)


def states(scheme: Scheme) -> dict[str, tuple[str, str | None]]:
    with scheme.reading() as db:
        return {id: (state, why) for id, state, why in db.execute("SELECT message_id, state, why FROM messages")}


def check_the_books(scheme: Scheme, accepted: Iterable, kills: int) -> None:
    """Compare what the scheme says with what the mail server has."""
    arrived = Counter(str(message["Message-ID"]) for message in accepted)
    said = {message_id: state for message_id, (state, _) in states(scheme).items()}
    assert set(said.values()) <= {"sent", "in doubt"}
    assert set(arrived.values()) <= {1}
    assert {id for id, state in said.items() if state == "sent"} <= arrived.keys() <= said.keys()
    assert sum(state == "in doubt" for state in said.values()) <= kills


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "END", "ACCEPTED"])
def test_killed_at_each_verb(scheme, mail, a_letter: Callable, now, verb: str) -> None:
    """A sender killed (SIGKILL) at any point leaves at most its one letter in doubt; all others arrive once."""
    queue(scheme, [a_letter(str(n)) for n in range(8)], now)
    mail.inbox.on[verb] = lambda inbox, _: os.kill(sender.pid, signal.SIGKILL) if inbox.seen[verb] == 4 else None
    sender = start_sender(scheme, mail.url())
    assert sender.wait(30) == -signal.SIGKILL
    send_due(scheme, mail.server, scheme.path.parent)
    check_the_books(scheme, mail.inbox.messages(), kills=1)
    if verb in ("END", "ACCEPTED"):
        assert ABANDONED in {why for _, why in states(scheme).values()}


def test_killed_again_and_again(scheme, mail, a_letter: Callable, now) -> None:
    """Five kills among forty letters: each kill costs at most one doubt, and every accepted letter is accounted for."""
    queue(scheme, [a_letter(str(n)) for n in range(40)], now)
    kills = 0
    for verb, nth in [("END", 5), ("DATA", 3), ("ACCEPTED", 7), ("RCPT", 2), ("MAIL", 6)]:
        mail.inbox.seen.clear()
        mail.inbox.on = {verb: lambda inbox, _, verb=verb, nth=nth: stop(inbox.seen[verb] == nth)}
        sender = start_sender(scheme, mail.url())

        def stop(now_is_the_time: bool, pid: int = sender.pid) -> None:
            if now_is_the_time:
                os.kill(pid, signal.SIGKILL)

        kills += sender.wait(30) == -signal.SIGKILL
    assert kills == 5
    mail.inbox.on = {}
    send_due(scheme, mail.server, scheme.path.parent)
    check_the_books(scheme, mail.inbox.messages(), kills)


def test_senders_share_the_work(scheme, mail, a_letter: Callable, now) -> None:
    """Two processes and two threads on one scheme send every letter once."""
    queue(scheme, [a_letter(str(n)) for n in range(60)], now)
    processes = [start_sender(scheme, mail.url()) for _ in range(2)]
    threads = [threading.Thread(target=send_due, args=(scheme, mail.server, scheme.path.parent)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [process.wait(30) for process in processes] == [0, 0]
    check_the_books(scheme, mail.inbox.messages(), kills=0)
    assert len(mail.inbox.accepted) == 60


def test_a_slow_sender_is_not_taken_for_dead(scheme, mail, a_letter: Callable, now) -> None:
    """A letter that takes very long is left alone by other senders while its sender lives."""
    queue(scheme, [a_letter("k")], now)
    arrived, go_on = threading.Event(), threading.Event()
    mail.inbox.on["END"] = lambda *_: arrived.set() or (go_on.wait(20) and None)
    sender = threading.Thread(target=send_due, args=(scheme, mail.server, scheme.path.parent))
    sender.start()
    assert arrived.wait(20)
    assert abandon_dead(scheme) == 0
    assert [state for state, _ in states(scheme).values()] == ["sending"]
    go_on.set()
    sender.join(20)
    assert [state for state, _ in states(scheme).values()] == ["sent"]


def test_alive_as_long_as_the_lock_is_held(scheme) -> None:
    """A sender is alive inside its block and dead after it, and leaves no file behind."""
    with living(scheme) as name:
        assert is_alive(scheme, name)
    assert not is_alive(scheme, name)
    assert list(scheme.path.with_name(scheme.path.name + ".senders").iterdir()) == []


def test_written_down_before_it_goes(scheme, mail, a_letter: Callable, now) -> None:
    """Another connection sees a letter as sending before its first byte reaches the server."""
    queue(scheme, [a_letter(str(n)) for n in range(5)], now)
    seen = []
    mail.inbox.on["END"] = lambda *_: seen.append(Counter(state for state, _ in states(scheme).values())["sending"])
    send_due(scheme, mail.server, scheme.path.parent)
    assert seen == [1] * 5
