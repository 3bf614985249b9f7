"""The thread behind the postman and the chores."""

import logging
import threading

import pytest

from coffee.watch import Watch, stop


class Stumbling(Watch):
    """Raises an expected error, then an unexpected one, then reports trouble, then does well."""

    PAUSES = (0.0,) * 4

    def __init__(self) -> None:
        super().__init__("stumbling", expected=(TimeoutError,))
        self.looks: list[Exception | bool] = [
            TimeoutError("Somebody else is writing."),
            RuntimeError("a fault of ours"),
            False,
            True,
        ]
        self.done = threading.Event()

    def look(self) -> bool:
        result = self.looks.pop(0) if self.looks else True
        if not self.looks:
            self.done.set()
        if isinstance(result, Exception):
            raise result
        return result


def test_no_fault_ends_it(caplog: pytest.LogCaptureFixture) -> None:
    """An expected error is logged in one line, any other with its traceback, and the thread goes on."""
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


def test_calls_come_further_apart_while_something_is_wrong() -> None:
    """Calls come further apart while something is wrong, and as often as before once all is well."""
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
    """A slow watch keeps no other from stopping, and one that never began is not waited for."""

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
