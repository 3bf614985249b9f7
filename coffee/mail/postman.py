"""The postman of a running app, and one run of it for the command line."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from coffee.mail import trouble
from coffee.mail.errors import MailError
from coffee.mail.run import SAMPLE, Clock, Report, send_due, utc_now
from coffee.mail.server import MailServer
from coffee.scheme import Scheme, SchemeError

__all__ = ["Postman", "Report", "Surroundings", "post"]


class Surroundings(Protocol):
    """What the postman needs to know about the machine; `coffee.environment.Environment` is one."""

    @property
    def smtp_url(self) -> str | None: ...
    @property
    def letters_folder(self) -> Path: ...


def post(
    scheme: Scheme, environment: Surroundings, clock: Clock = utc_now, stop: threading.Event | None = None
) -> Report:
    """Send what is due as the environment says, then return what became of it. Raises MailError and SchemeError."""
    server = MailServer.from_url(environment.smtp_url) if environment.smtp_url else None
    return send_due(scheme, server, environment.letters_folder, clock=clock, stop=stop)


class Postman:
    """A thread that sends what is due for as long as the app runs. It looks once a second and survives any fault.

    `first` is called with the time before each look: whatever it queues goes out at once.
    """

    PAUSES = (1.0, 5.0, 15.0, 60.0)  # seconds between runs, longer after each in a row that met a problem

    def __init__(
        self,
        scheme: Scheme,
        environment: Surroundings,
        clock: Clock = utc_now,
        first: Callable[[datetime], object] | None = None,
    ) -> None:
        self._scheme, self._environment, self._clock, self._first = scheme, environment, clock, first
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live, name="postman", daemon=True)

    def start(self) -> None:
        """Begin; letters queued from now on leave within about a second. A start is how COFFEE_SMTP_URL is mended, so
        nothing that held the letters before does so any more."""
        trouble.forget(self._scheme)
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Finish the letter in hand, if that takes no longer than `timeout` seconds, and end. The rest waits."""
        self._stop.set()
        self._thread.join(timeout)

    def _live(self) -> None:
        troubles = 0
        while not self._stop.wait(self.PAUSES[min(troubles, len(self.PAUSES) - 1)]):
            went_wrong = [self._went_wrong(self._do_first), self._went_wrong(self._post)]
            troubles = troubles + 1 if any(went_wrong) else 0

    def _do_first(self) -> bool:
        if self._first:
            self._first(self._clock())
        return False

    def _post(self) -> bool:
        return post(self._scheme, self._environment, self._clock, self._stop).problem not in (None, SAMPLE)

    def _went_wrong(self, work: Callable[[], bool]) -> bool:
        try:
            return work()
        except (SchemeError, MailError) as error:
            logging.getLogger(__name__).warning("Letters wait: %s", error)
        except Exception:
            logging.getLogger(__name__).exception("The postman stumbled; it goes on in a minute")
        return True
