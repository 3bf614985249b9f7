"""A real mail server on loopback, and letters to send to it."""
# ruff: noqa: ARG002 (aiosmtpd decides what its handlers are given)

import asyncio
import secrets
import ssl
from collections import Counter
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

from coffee.mail.letters.letter import Envelope as Cover
from coffee.mail.letters.letter import Letter, Office, write
from coffee.mail.post.server import MailServer
from tests.running import free_port

NOTICE = "Subject: A notice\n\n{{ said }}\n"

# What a server does instead of saying yes: an answer such as "550 No", or one of these.
HANG_UP, SILENCE = "hang up", "silence"
Behaviour = Callable[["Inbox", str], str | None]


@dataclass
class Inbox:
    """A mail server's accepted letters, and its behaviour at each verb.

    The verbs are EHLO, MAIL, RCPT, DATA (before 354), BODY and END. `on[verb]` is called with the inbox and the
    recipient, and returns None for yes.
    """

    accepted: list[bytes] = field(default_factory=list)
    on: dict[str, Behaviour] = field(default_factory=dict)
    connections: int = 0
    seen: Counter[str] = field(default_factory=Counter)

    async def answer(self, verb: str, server: Protocol, recipient: str = "") -> str | None:
        self.seen[verb] += 1
        said = self.on.get(verb, lambda *_: None)(self, recipient)
        if said == SILENCE:
            await asyncio.Event().wait()
        if said == HANG_UP:
            server.transport.abort()
            await asyncio.Event().wait()
        return said

    async def handle_EHLO(
        self, server: Protocol, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        said = await self.answer("EHLO", server)
        return [said] if said else responses

    async def handle_MAIL(
        self, server: Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self.answer("MAIL", server) or "250 OK"

    async def handle_RCPT(
        self, server: Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = await self.answer("RCPT", server, address)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server: Protocol, session: Session, envelope: Envelope) -> str:
        refusal = await self.answer("END", server, envelope.rcpt_tos[0])
        if refusal is None:
            self.accepted.append(envelope.original_content or b"")
            await self.answer("ACCEPTED", server, envelope.rcpt_tos[0])
        return refusal or "250 OK"

    def messages(self) -> list[EmailMessage]:
        """The accepted letters, parsed by Python."""
        return [BytesParser(policy=SMTP).parsebytes(content) for content in self.accepted]  # type: ignore[misc]


class Server(Protocol):
    """aiosmtpd's server, which can also stop at the DATA command and in the middle of a letter."""

    async def smtp_DATA(self, arg: str) -> None:
        refusal = await self.event_handler.answer("DATA", self)
        if refusal:
            await self.push(refusal)
        elif "BODY" in self.event_handler.on:
            await self.push("354 Go on")
            await self._reader.readline()
            await self.event_handler.answer("BODY", self)
        else:
            await super().smtp_DATA(arg)


class Serving(Controller):
    """Runs `Server` in a thread."""

    def factory(self) -> Protocol:
        return Server(self.handler, **self.SMTP_kwargs)


@dataclass
class Mail:
    """A running server: its inbox, and the address to send to."""

    inbox: Inbox
    port: int
    server: MailServer

    def url(self, timeout: float = 5) -> str:
        return f"smtp://127.0.0.1:{self.port}?security=none&timeout={timeout}"

    def impatient(self) -> MailServer:
        """The same server, given up on after a moment."""
        return MailServer.from_url(self.url(0.2))


@pytest.fixture
def serve() -> Iterator[Callable[..., Mail]]:
    """Start mail servers: `serve(tls_context=…, require_starttls=True, …)`."""
    running = []

    def start(ssl_context: ssl.SSLContext | None = None, **how: object) -> Mail:
        inbox, port = Inbox(), free_port()
        controller = Serving(
            inbox, hostname="127.0.0.1", port=port, ssl_context=ssl_context, enable_SMTPUTF8=True, **how
        )
        controller.start()
        running.append(controller)
        return Mail(inbox, port, MailServer.from_url(f"smtp://127.0.0.1:{port}?security=none&timeout=5"))

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def mail(serve: Callable[..., Mail]) -> Mail:
    """A real SMTP server on a free loopback port."""
    return serve()


@pytest.fixture
def office() -> Office:
    """An organiser whose name needs quoting."""
    return Office.of('"Lee, Ann" <ann@coffee.example>', "https://coffee.example", "Coffee across councils")


@pytest.fixture
def a_letter(office: Office, now: datetime) -> Callable[..., Letter]:
    """Write a plain letter: `a_letter("key", email="x@y.example", body="…")`."""

    def write_one(
        key: str | None = None, email: str = "sian@devon.example", body: str = "Hello", **cover: object
    ) -> Letter:
        envelope = Cover("notice", key or secrets.token_hex(8), "Siân", email, "round-1", **cover)  # type: ignore[arg-type]
        return write(office, envelope, {"said": body}, now=now, mint=lambda: secrets.token_urlsafe(16), source=NOTICE)

    return write_one
