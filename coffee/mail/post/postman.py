"""The postman of a running app, and one run of it for the command line."""

import threading
from pathlib import Path
from typing import Protocol

from coffee.mail.post import hold
from coffee.mail.post.errors import MailError
from coffee.mail.post.sending import SAMPLE, Clock, Report, send_due, utc_now
from coffee.mail.post.server import MailServer
from coffee.scheme import Scheme, SchemeError
from coffee.watch import Watch

__all__ = ["Postman", "Report", "Surroundings", "post"]


class Surroundings(Protocol):
    """The settings of the machine that the postman needs; `coffee.config.environment.Environment` is one."""

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


class Postman(Watch):
    """Sends what is due for as long as the app runs."""

    def __init__(self, scheme: Scheme, environment: Surroundings, clock: Clock = utc_now) -> None:
        super().__init__("postman", expected=(SchemeError, MailError))
        self._scheme, self._environment, self._clock = scheme, environment, clock

    def start(self) -> None:
        """Begin. A start is how COFFEE_SMTP_URL is mended, so nothing that held the letters before does so any more."""
        hold.forget(self._scheme)
        super().start()

    def look(self) -> bool:
        """Send what is due, until all has gone, something is wrong, or the letter in hand when stopped has gone."""
        return post(self._scheme, self._environment, self._clock, self.stopped).problem in (None, SAMPLE)
