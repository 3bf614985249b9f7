"""HTTP/1.1 over loopback with as little work as possible, so that the server is what is measured."""

import asyncio
import time
from collections.abc import Iterable
from typing import cast
from urllib.parse import urlencode


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def post(path: str, fields: dict[str, str]) -> bytes:
    body = urlencode(fields)
    kind = "Content-Type: application/x-www-form-urlencoded"
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{kind}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


class Line(asyncio.Protocol):
    """One connection that stays open."""

    @classmethod
    async def to(cls, port: int) -> "Line":
        return (await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port))[1]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def ask(self, request: bytes) -> "asyncio.Future[bytes]":
        """The whole answer."""
        self.heard, self.answer = bytearray(), asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.answer

    def data_received(self, data: bytes) -> None:
        self.heard += data
        head, end, body = self.heard.partition(b"\r\n\r\n")
        if end and len(body) == int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]):
            self.answer.set_result(bytes(self.heard))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.answer.done():
            self.answer.set_exception(exc or ConnectionResetError())


async def lines(port: int, count: int) -> list[Line]:
    """So many connections."""
    return [await Line.to(port) for _ in range(count)]


async def fetch(port: int, request: bytes) -> bytes:
    """The whole answer, over a connection of its own."""
    line = await Line.to(port)
    answer = await line.ask(request)
    line.transport.close()
    return answer


async def timed(line: Line, request: bytes) -> tuple[float, int]:
    """Seconds from sending a request to having the whole answer, and its status."""
    begin = time.perf_counter()
    answer = await line.ask(request)
    return time.perf_counter() - begin, int(answer.split(b" ", 2)[1])


async def answered(port: int, requests: Iterable[bytes], connections: int = 8) -> None:
    """Have these requests answered, over connections that stay open and ask again as soon as they have an answer."""
    supply = iter(requests)

    async def asking(line: Line) -> None:
        for request in supply:
            answer = await line.ask(request)
            assert answer.startswith(b"HTTP/1.1 200"), answer
        line.transport.close()

    await asyncio.gather(*map(asking, await lines(port, connections)))
