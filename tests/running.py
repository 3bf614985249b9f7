"""What tests know of an app that runs in a process of its own."""

import socket
import subprocess
import threading
from collections.abc import Callable
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


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def comes(condition: Callable[[], bool]) -> bool:
    """Whether this becomes true within a minute."""
    pause = threading.Event()
    return any(condition() or pause.wait(0.1) for _ in range(600))
