"""A web server on this machine that does what a test wants of it, good or bad, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """One request."""

    host: str
    path: str
    headers: dict[str, str]
    begun: float
    """Monotonic seconds."""


Reply = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    """Routes by path; what is asked for beside them is answered with 404."""

    port: int = 0
    routes: dict[str, Reply] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    def times(self, path: str) -> int:
        return self.paths().count(path)

    def last(self, path: str) -> Asked:
        return next(each for each in reversed(self.asked) if each.path == path)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:] if line)}
                asked = Asked(headers["host"], head[0].split(" ")[1], headers, time.monotonic())
                self.asked.append(asked)
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
                try:
                    await self.routes.get(asked.path, says(404))(asked, writer)
                    await writer.drain()
                finally:
                    self.at_once -= 1
        writer.close()


@asynccontextmanager
async def site(tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    at = Site()
    server = await asyncio.start_server(at.serve, "127.0.0.1", 0, ssl=tls)
    at.port = server.sockets[0].getsockname()[1]
    try:
        yield at
    finally:
        server.close()


def says(status: int, body: bytes | str = b"", **headers: str) -> Reply:
    """An answer with a length; header names with `_` for `-`."""
    data = body.encode() if isinstance(body, str) else body

    async def reply(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(head_of(status, {"Content-Length": str(len(data)), **headers}) + data)

    return reply


def unless_known(body: bytes | str, etag: str, **headers: str) -> Reply:
    """An answer that is 304 to whoever has this entity tag already."""

    async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
        known = asked.headers.get("if-none-match") == etag
        await (says(304, ETag=etag) if known else says(200, body, ETag=etag, **headers))(asked, writer)

    return reply


def in_turn(*replies: Reply) -> Reply:
    """The first answer to the first who asks, and so on; the last one for all that follow."""
    left = list(replies)

    async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(asked, writer)

    return reply


def moved(status: int, to: str) -> Reply:
    return says(status, b"", Location=to)


def head_of(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} X", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
