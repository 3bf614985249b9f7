"""A thread that looks about once a second whether there is something to do, for as long as the app runs."""

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Collection


class Watch(ABC):
    """Looks, rests and looks again until it is stopped. It survives any fault."""

    PAUSES = (1.0, 5.0, 15.0, 60.0)  # seconds between looks, longer after each in a row that met a problem

    def __init__(self, name: str, expected: tuple[type[Exception], ...] = ()) -> None:
        """`expected` errors are logged as a sentence, any others with their traceback."""
        self._expected = expected
        self.stopped = threading.Event()
        self._thread = threading.Thread(target=self._live, name=name, daemon=True)

    @abstractmethod
    def look(self) -> bool:
        """Do what is to be done now; returns whether all went well. May raise anything."""

    def start(self) -> None:
        """Begin: what comes up from now on is done within about a second."""
        self._thread.start()

    def wait(self, timeout: float) -> None:
        """Wait at most so many seconds until it has ended, if it ever began."""
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _live(self) -> None:
        troubles = 0
        while not self.stopped.wait(self.PAUSES[min(troubles, len(self.PAUSES) - 1)]):
            troubles = 0 if self._went_well() else troubles + 1

    def _went_well(self) -> bool:
        log, name = logging.getLogger(__name__), self._thread.name
        try:
            return self.look()
        except self._expected as error:
            log.warning("The %s thread waits: %s", name, error)
        except Exception:
            log.exception("The %s thread stumbled; it goes on in a while", name)
        return False


def stop(watches: Collection[Watch], timeout: float = 10.0) -> None:
    """Tell them all to end before waiting for any; all together have `timeout` seconds to finish what is in hand."""
    deadline = time.monotonic() + timeout
    for watch in watches:
        watch.stopped.set()
    for watch in watches:
        watch.wait(max(0.0, deadline - time.monotonic()))
