"""The running app is told to stop while a letter leaves."""

import signal
import subprocess
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from coffee.mail.letters.letter import Letter
from coffee.mail.post import outbox
from coffee.scheme import open_scheme
from tests.mail.conftest import Mail
from tests.running import Start


def test_the_letter_in_hand_is_finished(start: Start, mail: Mail, a_letter: Callable[..., Letter]) -> None:
    """The app waits for the mail server's yes before it ends, so nothing is left in doubt."""
    handed, go = threading.Event(), threading.Event()

    def slowly(*_: object) -> None:
        handed.set()
        go.wait(60)

    mail.inbox.on["END"] = slowly
    app = start(COFFEE_SMTP_URL=mail.url(60))
    scheme = open_scheme(app.scheme)
    with scheme.writing() as db:
        outbox.queue(db, [a_letter()], datetime.now(UTC))
    assert handed.wait(60)
    app.process.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        app.process.wait(3)
    go.set()
    app.process.wait(60)
    with scheme.reading() as db:
        assert [row[0] for row in db.execute("SELECT state FROM messages")] == ["sent"]
    assert len(mail.inbox.accepted) == 1
