"""HTTP/1.1 over loopback with as little work as possible, so that the server is what is measured."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from typing import cast
from urllib.parse import urlencode


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def post(path: str, fields: dict[str, str]) -> bytes:
    body = urlencode(fields)
    kind = "Content-Type: application/x-www-form-urlencoded"
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{kind}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


async def timed(port: int, request: bytes) -> tuple[float, int]:
    """Seconds from connecting to the whole answer, and its status."""
    begin = time.perf_counter()
    answer = await Connection.fetch(port, request)
    return time.perf_counter() - begin, int(answer.split(b" ", 2)[1])


async def answered(port: int, requests: Iterable[bytes], connections: int = 8) -> None:
    """Have these requests answered, over connections that stay open and ask again as soon as they have an answer."""
    supply, loop = iter(requests), asyncio.get_running_loop()
    asking = [Asking(supply, loop.create_future()) for _ in range(connections)]
    for one in asking:
        await loop.create_connection(lambda one=one: one, "127.0.0.1", port)
    await asyncio.gather(*(one.done for one in asking))


class Asking(asyncio.Protocol):
    """One connection that makes requests until there are no more."""

    def __init__(self, requests: Iterator[bytes], done: asyncio.Future[None]) -> None:
        self.requests, self.done, self.missing = requests, done, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.line = cast(asyncio.Transport, transport)
        self.ask()

    def ask(self) -> None:
        if (request := next(self.requests, None)) is not None:
            self.line.write(request)
        else:
            self.line.close()

    def data_received(self, data: bytes) -> None:
        if not self.missing:
            head, _, data = data.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            self.missing = int(head.partition(b"content-length: ")[2].partition(b"\r")[0])
        self.missing -= len(data)
        if not self.missing:
            self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc) if exc else self.done.set_result(None)


class Connection:
    """One connection that stays open."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def __aenter__(self) -> "Connection":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def ask(self, request: bytes) -> bytes:
        """The whole answer."""
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        return head + await self.reader.readexactly(length)

    @classmethod
    async def fetch(cls, port: int, request: bytes) -> bytes:
        async with cls(port) as connection:
            return await connection.ask(request)
