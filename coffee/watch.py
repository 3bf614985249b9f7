"""A thread that calls a function about once a second for as long as the app runs."""

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Collection


class Watch(ABC):
    """Calls `look` at intervals on a thread until it is stopped; logs every exception and goes on.

    An exception of a type in `expected` is logged as one sentence, any other with its traceback.
    """

    PAUSES = (1.0, 5.0, 15.0, 60.0)  # seconds between calls, longer after each problem in a row

    def __init__(self, name: str, expected: tuple[type[Exception], ...] = ()) -> None:
        self.stopped = threading.Event()
        self._expected = expected
        self._thread = threading.Thread(target=self._live, name=name, daemon=True)

    @abstractmethod
    def look(self) -> bool:
        """Do the work that is due and return True when all went well. May raise anything."""

    def start(self) -> None:
        """Begin calling `look`."""
        self._thread.start()

    def wait(self, timeout: float) -> None:
        """Wait until the thread has ended, `timeout` seconds at most; return at once if it never began."""
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
    """Tell every watch to end, then wait for them; together they have `timeout` seconds to finish their work."""
    deadline = time.monotonic() + timeout
    for watch in watches:
        watch.stopped.set()
    for watch in watches:
        watch.wait(max(0.0, deadline - time.monotonic()))
