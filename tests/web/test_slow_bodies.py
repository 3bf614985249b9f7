"""Slow request bodies: the app waits for them only so long, and only for a few from each network."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

import pytest
from starlette.types import Message, Receive, Scope, Send

from coffee.web.http.form import MAX_BODY
from coffee.web.http.slow_bodies import SlowBodies

SOON, LATE = 0.02, 0.1  # seconds: when a body is slow, and when it is given up
WHOLE = {"type": "http.request", "body": b"a=b", "more_body": False}
PART = {"type": "http.request", "body": b"a=", "more_body": True}


@dataclass
class Visitor:
    """A request that sends its body when the test says so, and the answer it gets."""

    where: str = "203.0.113.9"
    path: str = "/join"
    headers: list[tuple[bytes, bytes]] = field(default_factory=lambda: [(b"content-length", b"60000")])
    said: list[Message] = field(default_factory=list)
    _coming: "asyncio.Queue[Message]" = field(default_factory=asyncio.Queue)

    def sends(self, *messages: Message) -> "Visitor":
        for message in messages:
            self._coming.put_nowait(message)
        return self

    async def asks(self, app: Callable[[Scope, Receive, Send], Coroutine[None, None, None]]) -> int:
        """Send the request and return the status of the answer."""
        scope = {
            "type": "http", "method": "POST", "path": self.path, "query_string": b"", "headers": self.headers,
            "client": (self.where, 1),
        }  # fmt: skip

        async def send(message: Message) -> None:
            self.said.append(message)

        await app(scope, self._coming.get, send)
        return int(self.said[0]["status"])

    @property
    def is_last(self) -> bool:
        """Return whether the connection ends with this answer."""
        return (b"connection", b"close") in self.said[0]["headers"]


@dataclass
class Inside:
    """The application behind the middleware. It stores the body it reads."""

    heard: list[bytes] = field(default_factory=list)
    begun: int = 0

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        self.begun += 1
        body = b""
        message: Message = {**PART}
        while message.get("more_body") and len(body) <= MAX_BODY:
            message = await receive()
            body += message.get("body", b"")
        self.heard.append(body if message["type"] == "http.request" else b"broke off")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def inside() -> Inside:
    return Inside()


async def until(condition: Callable[[], bool]) -> None:
    """Let other tasks run until this is true."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)


def test_a_body_that_does_not_come_is_given_up(inside: Inside) -> None:
    """The application is not called, and a sentence in the visitor's language says that nothing was changed."""
    visitors = [Visitor().sends(PART), Visitor(headers=[(b"transfer-encoding", b"chunked")]), Visitor().sends(PART)]
    visitors[2].headers.append((b"accept-language", b"cy"))
    app = SlowBodies(inside, LATE, SOON)

    async def all_ask() -> list[int]:
        return await asyncio.gather(*(visitor.asks(app) for visitor in visitors))

    assert asyncio.run(all_ask()) == [408] * 3
    assert inside.begun == 0
    assert all(visitor.is_last for visitor in visitors)
    assert b"Nothing was changed" in visitors[0].said[1]["body"]
    assert b"Ni newidiwyd dim" in visitors[2].said[1]["body"]


def test_a_dribble_has_no_more_time_than_silence(inside: Inside) -> None:
    """The deadline is for the whole body, however often a byte arrives."""

    async def dribble() -> int:
        visitor = Visitor()
        asking = asyncio.create_task(visitor.asks(SlowBodies(inside, LATE, SOON)))
        async with asyncio.timeout(10):
            while not asking.done():
                visitor.sends(PART)
                await asyncio.sleep(SOON / 4)
        return asking.result()

    assert asyncio.run(dribble()) == 408


def test_each_network_may_be_slow_so_often_and_no_more(inside: Inside) -> None:
    """Other networks are still served, and so is this one when its slow requests end."""
    app = SlowBodies(inside, 30, SOON, most=3)

    async def attack() -> tuple[list[int], int, int]:
        held = [Visitor(f"2001:db8::{number}") for number in range(5)]
        asking = [asyncio.create_task(visitor.asks(app)) for visitor in held]
        await until(lambda: sum(task.done() for task in asking) == 2)
        other = Visitor("2001:db8:0:1::1")
        waiting = asyncio.create_task(other.asks(app))
        await until(lambda: app._slow.total() == 4)
        other.sends(WHOLE)
        for visitor in held:
            visitor.sends(PART, WHOLE)
        statuses = await asyncio.gather(*asking)
        return statuses, await waiting, await Visitor("2001:db8::1").sends(WHOLE).asks(app)

    statuses, other, afterwards = asyncio.run(attack())
    assert sorted(statuses) == [200, 200, 200, 429, 429]
    assert (other, afterwards) == (200, 200)
    assert sorted(inside.heard) == [b"a=a=b"] * 3 + [b"a=b"] * 2
    assert not app._slow


def test_a_hall_that_presses_at_once_is_not_slow(inside: Inside) -> None:
    """Three hundred whole forms at one moment get through, even if no slow request is allowed."""
    app = SlowBodies(inside, most=0)

    async def press() -> list[int]:
        return await asyncio.gather(*(Visitor().sends(PART, WHOLE).asks(app) for _ in range(300)))

    assert asyncio.run(press()) == [200] * 300


def test_a_server_that_is_busy_blames_nobody(inside: Inside) -> None:
    """A body that has arrived is not slow only because the server was too busy to read it."""
    app = SlowBodies(inside, LATE, SOON, most=0)

    async def busy() -> int:
        visitor = Visitor()
        asking = asyncio.create_task(visitor.asks(app))
        await until(lambda: visitor._coming._getters)  # type: ignore[attr-defined]
        visitor.sends(WHOLE)
        time.sleep(2 * SOON)
        return await asking

    assert asyncio.run(busy()) == 200


def test_an_organiser_s_upload_is_not_cut(inside: Inside) -> None:
    """Closed paths have neither deadline nor limit, because the gate refuses strangers there before reading."""
    app = SlowBodies(inside, 0, 0, most=0)

    async def upload() -> list[int]:
        slow = [Visitor(path="/_stcore/upload_file/a/b").sends(PART) for _ in range(3)]
        asking = [asyncio.create_task(visitor.asks(app)) for visitor in slow]
        await until(lambda: inside.begun == 3)
        for visitor in slow:
            visitor.sends(WHOLE)
        return await asyncio.gather(*asking)

    assert asyncio.run(upload()) == [200] * 3
    assert inside.heard == [b"a=a=b"] * 3


def test_what_is_longer_than_a_form_is_read_no_further(inside: Inside) -> None:
    """The page gets the beginning, so that it can say that the form is too long, and the connection ends."""
    visitor = Visitor().sends({"type": "http.request", "body": b"x" * (MAX_BODY + 1), "more_body": True})
    assert asyncio.run(visitor.asks(SlowBodies(inside))) == 200
    assert [len(body) for body in inside.heard] == [MAX_BODY + 1]
    assert visitor.is_last


def test_who_goes_away_is_not_waited_for(inside: Inside) -> None:
    """The page behind learns that the form was cut off."""
    visitor = Visitor().sends(PART, {"type": "http.disconnect"})
    asyncio.run(visitor.asks(SlowBodies(inside)))
    assert inside.heard == [b"broke off"]


@pytest.mark.parametrize("kind", ["websocket", "lifespan", "http"])
def test_what_has_no_body_passes_untouched(kind: str) -> None:
    """Websockets stay open for hours, and pages without a body cost nothing more."""
    passed: list[tuple[object, ...]] = []

    async def app(*given: object) -> None:
        passed.append(given)

    given = ({"type": kind, "path": "/join", "headers": [(b"content-length", b"0")]}, object(), object())
    asyncio.run(SlowBodies(app, 0, 0, most=0)(*given))  # type: ignore[arg-type]
    assert passed == [given]
