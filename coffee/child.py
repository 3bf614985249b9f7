"""Run a function in a process of its own, with limits of memory and time, so that its death is not ours.

For libraries that hold the interpreter, take gigabytes for a small file, or abort the whole process.
"""

import os
import pickle
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, TypeVar

T = TypeVar("T")

ROOT = Path(__file__).parents[1]
MEMORY = 1 << 30  # bytes
SECONDS = 60
_AT_ONCE = 2  # children; further ones wait their turn
_INHERITED = ("HOME", "LANG", "PATH", "TMPDIR")  # never our settings: they hold passwords
_turns = BoundedSemaphore(_AT_ONCE)


class ChildDied(Exception):
    """The function took too much memory or time, or ended its process."""


def in_child(function: Callable[..., T], *arguments: Any, memory: int = MEMORY, seconds: int = SECONDS) -> T:
    """Return what `function` returns, or raise what it raises; a function of a module, of values that can be pickled.

    `memory` is what it may allocate, in bytes, and `seconds` its time. Raises ChildDied when either is not enough, or
    when it takes its process down.
    """
    # Python's own process pools would run the dashboard's script there once more.
    command = [sys.executable, "-c", "from coffee.child import answer; answer()", str(memory), str(seconds)]
    asked = pickle.dumps((function, arguments))
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    with _turns:
        try:
            done = subprocess.run(  # noqa: S603
                command, input=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment,
                timeout=seconds, check=True,
            )  # fmt: skip
        except subprocess.SubprocessError as error:
            raise ChildDied(f"{function.__name__} did not come to an end") from error
    result, fault = pickle.loads(done.stdout)  # noqa: S301  # from a process of our own
    if fault is not None:
        raise fault
    return result  # type: ignore[no-any-return]


def answer() -> None:
    """Take a function from standard input, call it within the limits, and write its result to standard output."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    # RLIMIT_AS would count what V8 only reserves, which is more than any machine has.
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 1, seconds + 1))  # should we die first
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold what people typed
    function, arguments = pickle.loads(sys.stdin.buffer.read())  # noqa: S301
    try:
        outcome: tuple[Any, Exception | None] = (function(*arguments), None)
    except MemoryError:
        sys.exit(1)
    except Exception as error:
        outcome = (None, error)
    sys.stdout.buffer.write(pickle.dumps(outcome))
