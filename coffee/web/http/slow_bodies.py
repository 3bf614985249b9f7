"""Refuse requests whose body arrives slowly or never; a thousand of them would use up all file descriptors."""

import asyncio
from collections import Counter

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coffee.web.http.client_address import network
from coffee.web.http.form import MAX_BODY
from coffee.web.http.query import question
from coffee.web.organisers.gate import is_open


class SlowBodies:
    """ASGI middleware that reads the body of a stranger's request before anything else sees it, up to a deadline.

    The whole body has to arrive `within` seconds. A request that is not complete after `slow_after` seconds is slow;
    each network may have `most` slow requests at a time. A full hall that presses one button together is quicker.
    Paths that only organisers may open have no deadline, because a roster may come over a slow line; the gate answers
    strangers there without reading the body.
    """

    def __init__(self, app: ASGIApp, within: float = 15.0, slow_after: float = 1.0, most: int = 100) -> None:
        self.app = app
        self.within = within
        self.slow_after = slow_after
        self.most = most
        self._slow: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(scope):
            await self.app(scope, receive, send)
        elif is_open(scope["path"]):
            await self._open(scope, receive, send)
        else:
            await self.app(scope, receive, _closing(send))

    async def _open(self, scope: Scope, receive: Receive, send: Send) -> None:
        reading = asyncio.create_task(_read(receive))
        try:
            status = await self._wait(reading, network(HTTPConnection(scope)))
        finally:
            reading.cancel()
        if status:
            await _refusal(scope, status)(scope, receive, _closing(send))
        else:
            await self._hand_on(reading.result(), scope, receive, send)

    async def _wait(self, reading: "asyncio.Task[Message]", where: str) -> int | None:
        """Wait for the body; return the status to refuse the request with, if it has to be."""
        if await _is_done(reading, self.slow_after):
            return None
        if self._slow[where] >= self.most:
            return 429
        self._slow[where] += 1
        try:
            return None if await _is_done(reading, self.within - self.slow_after) else 408
        finally:
            self._slow[where] -= 1
            if not self._slow[where]:
                del self._slow[where]

    async def _hand_on(self, body: Message, scope: Scope, receive: Receive, send: Send) -> None:
        unread = [body]

        async def replay() -> Message:
            return unread.pop() if unread else await receive()

        await self.app(scope, replay, _closing(send) if body.get("more_body") else send)


async def _is_done(reading: "asyncio.Task[Message]", timeout: float) -> bool:
    done, _ = await asyncio.wait({reading}, timeout=timeout)
    return bool(done)


async def _read(receive: Receive) -> Message:
    """Return the body as one message, or only its beginning if it is longer than a form may be."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return message
        body += message.get("body", b"")
        if not message.get("more_body") or len(body) > MAX_BODY:
            return {**message, "body": bytes(body)}


def _has_body(scope: Scope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )


def _closing(send: Send) -> Send:
    """Return a `send` that closes the connection after the answer, so that nobody waits for the rest of the body."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), (b"connection", b"close")]}
        await send(message)

    return sending


def _refusal(scope: Scope, status: int) -> PlainTextResponse:
    say = question(scope).language(None).say
    if status == 408:
        sentence = say("What you sent took too long to arrive. Nothing was changed. Go back and send it again.")
    else:
        sentence = say(
            "Too many slow requests are coming from your network. Nothing was changed. Wait a minute, then try again."
        )
    headers = {"Cache-Control": "no-store", "Retry-After": "60", "X-Content-Type-Options": "nosniff"}
    return PlainTextResponse(sentence, status, headers)
