"""A thread that goes on whatever happens."""

import logging
import threading

import pytest

from coffee.scheme import Busy
from coffee.watch import Watch, stop


class Stumbling(Watch):
    """Meets a fault of each kind, and then sees that it still lives."""

    PAUSES = (0.0,) * 4

    def __init__(self) -> None:
        super().__init__("stumbling", expected=(Busy,))
        self.looks = [Busy("Somebody else is writing."), RuntimeError("a fault of ours"), False, True]
        self.done = threading.Event()

    def look(self) -> bool:
        found = self.looks.pop(0) if self.looks else True
        if not self.looks:
            self.done.set()
        if isinstance(found, Exception):
            raise found
        return found


def test_no_fault_ends_it(caplog: pytest.LogCaptureFixture) -> None:
    """Trouble with the file is logged in a line, an error of ours with its traceback, and watching goes on."""
    watch = Stumbling()
    with caplog.at_level(logging.WARNING):
        watch.start()
        assert watch.done.wait(20)
        stop([watch])
    assert [(record.getMessage(), bool(record.exc_info)) for record in caplog.records] == [
        ("The stumbling thread waits: Somebody else is writing.", False),
        ("The stumbling thread stumbled; it goes on in a while", True),
    ]
    assert "stumbling" not in {thread.name for thread in threading.enumerate()}


def test_it_looks_less_often_while_something_is_wrong() -> None:
    """A server that is down is not asked once a second; once all is well it is looked at as often as before."""
    rests: list[float] = []

    class Rests(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            rests.append(timeout or 0)
            return len(rests) == 7

    class Looking(Watch):
        def look(self) -> bool:
            return len(rests) > 5

    watch = Looking("looking")
    watch.stopped = Rests()
    watch.start()
    stop([watch])
    assert rests == [1, 5, 15, 60, 60, 60, 1]


def test_all_are_told_to_stop_before_any_is_waited_for() -> None:
    """One that takes its time keeps no other at work; one that never began is not waited for."""

    class Busy(Watch):
        def look(self) -> bool:
            looking.set()
            return other.stopped.wait(20)

    class Idle(Watch):
        def look(self) -> bool:
            return True

    looking, busy, other = threading.Event(), Busy("busy"), Idle("other")
    busy.start()
    assert looking.wait(20)
    stop([busy, other], 20)
    assert "busy" not in {thread.name for thread in threading.enumerate()}
