"""A real mail server on loopback, and letters to send to it."""
# ruff: noqa: ARG002 (aiosmtpd decides what its handlers are given)

import secrets
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Protocol
from aiosmtpd.smtp import Envelope, Session

from coffee.mail.letters import Envelope as Cover
from coffee.mail.letters import Letter, Office, write
from coffee.mail.server import MailServer


@dataclass
class Inbox:
    """What a mail server accepted, and how it answers: `answers` maps a verb to what it says instead of yes."""

    accepted: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: dict[str, Callable[[Session], str | None]] = field(default_factory=dict)
    connections: int = 0

    async def handle_EHLO(
        self, server: Protocol, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._answer("MAIL", session, server) or "250 OK"

    async def handle_RCPT(
        self, server: Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        session.recipient = address  # type: ignore[attr-defined]
        refusal = self._answer("RCPT", session, server)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server: Protocol, session: Session, envelope: Envelope) -> str:
        refusal = self._answer("DATA", session, server)
        if refusal is None:
            self.accepted.append(envelope.original_content or b"")
            self.recipients += envelope.rcpt_tos
        return refusal or "250 OK"

    def messages(self) -> list[EmailMessage]:
        """What was accepted, as Python reads it."""
        return [BytesParser(policy=SMTP).parsebytes(content) for content in self.accepted]  # type: ignore[misc]

    def _answer(self, verb: str, session: Session, server: Protocol) -> str | None:
        answer = self.answers.get(verb, lambda _: None)(session)
        if answer == "hang up":
            server.transport.abort()
            return "421 Bye"
        return answer


@dataclass
class Mail:
    """A running server: its inbox, and the address to send to."""

    inbox: Inbox
    server: MailServer


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def mail() -> Iterator[Mail]:
    """A real SMTP server on a free loopback port."""
    inbox = Inbox()
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    controller.start()
    yield Mail(inbox, MailServer.from_url(f"smtp://127.0.0.1:{port}?security=none&timeout=5"))
    controller.stop()


@pytest.fixture
def office() -> Office:
    """An organiser whose name needs quoting."""
    return Office.of('"Lee, Ann" <ann@coffee.example>', "https://coffee.example", "Coffee across councils")


@pytest.fixture
def a_letter(office: Office, now: datetime) -> Callable[..., Letter]:
    """Write a plain letter: `a_letter(email="x@y.example", body="…")`."""

    def write_one(
        key: str | None = None,
        email: str = "sian@devon.example",
        name: str = "Siân",
        body: str = "Hello",
        **cover: object,
    ) -> Letter:
        envelope = Cover("notice", key or secrets.token_hex(8), name, email, "round-1", **cover)  # type: ignore[arg-type]
        return write(office, envelope, {"said": body}, now=now, mint=lambda: secrets.token_urlsafe(16), source=NOTICE)

    return write_one


NOTICE = "Subject: A notice\n\n{{ said }}\n"
