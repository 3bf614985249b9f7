"""HTTP/1.1 over loopback with as little work as possible, so that the server is what is measured."""

import asyncio
import time
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


async def rate(port: int, request: bytes, seconds: float = 1.0, connections: int = 8) -> float:
    """Answers a second over connections that stay open."""
    end = time.perf_counter() + seconds

    async def ask() -> int:
        count = 0
        async with Connection(port) as connection:
            while time.perf_counter() < end:
                await connection.ask(request)
                count += 1
        return count

    return sum(await asyncio.gather(*(ask() for _ in range(connections)))) / seconds


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
