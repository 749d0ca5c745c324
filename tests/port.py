"""What the chassis lends to a stage, on the session's real broker, for tests that call a stage's work themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from copydesk.runtime.chassis import _Port
from copydesk.runtime.event import Out
from copydesk.runtime.lag import Pipeline
from copydesk.runtime.producer import Producer
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.settings import Settings
from copydesk.runtime.stage import Port
from copydesk.runtime.topics import create_missing
from copydesk.runtime.tracing import Tracing

from tests.conftest import Servers


@asynccontextmanager
async def port_on(servers: Servers, archive: Path) -> AsyncIterator[Port]:
    """Give a port on the real broker; its topics are there."""
    await create_missing(servers.kafka)
    settings = Settings(kafka=servers.kafka, database=servers.database, archive=str(archive))
    async with Producer(servers.kafka, "copydesk-test") as producer, Pipeline(servers.kafka) as pipeline:
        yield _Port(settings, producer, "test", pipeline)


@dataclass
class Interrupted:
    """A port at which something happens before or after each write, or other records wait than those that do."""

    port: Port
    before: Callable[[Sequence[Out]], Awaitable[None]] | None = None
    after: Callable[[Sequence[Out]], Awaitable[None]] | None = None
    waiting: Callable[[], int] | None = None

    @property
    def settings(self) -> Settings:
        return self.port.settings

    @property
    def tracing(self) -> Tracing:
        return self.port.tracing

    def needs(self, what: str, trouble: Unavailable | None) -> None:
        self.port.needs(what, trouble)

    async def send(self, records: Sequence[Out]) -> None:
        if self.before:
            await self.before(records)
        await self.port.send(records)
        if self.after:
            await self.after(records)

    async def backlog(self) -> int:
        return self.waiting() if self.waiting else await self.port.backlog()
