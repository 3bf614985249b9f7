"""An app that runs in a process of its own, for tests."""

import itertools
import os
import socket
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class App:
    """A running app: where it is, its sign-in link, its scheme's file, and its process."""

    url: str
    link: str
    scheme: Path
    process: "subprocess.Popen[str]"


Start = Callable[..., App]


OURS = range(20_000, 32_000)  # below the ports that Linux and macOS give to outgoing connections
_ports = itertools.cycle(OURS[(os.getpid() * 131 + step) % len(OURS)] for step in range(len(OURS)))


def free_port() -> int:
    """Return a port that nobody listens on. Two processes that ask at once begin far from each other."""
    for port in _ports:
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
    raise AssertionError("unreachable")


def comes(condition: Callable[[], bool]) -> bool:
    """Return whether this becomes true within a minute."""
    pause = threading.Event()
    return any(condition() or pause.wait(0.1) for _ in range(600))
