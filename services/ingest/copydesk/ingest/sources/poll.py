"""Polling: URLs that the file of feeds names are asked for news, politely; what is new goes through the door like a push.

A feed's `poll` names listings: what a URL serves is pushed as it is, or, with `pages = true`, the page of each of its items, once
for each state of the item. Which worker asks whom and when is written down in PostgreSQL: docs/adr/0004-polling.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version

import httpx2
import structlog
from copydesk.ingest.door import Door
from copydesk.ingest.settings import IngestSettings
from copydesk.ingest.source import Source
from copydesk.ingest.sources.backlog import Backlog
from copydesk.ingest.sources.polling.book import Book
from copydesk.ingest.sources.polling.fetch import Fetcher
from copydesk.ingest.sources.polling.guard import Guard
from copydesk.ingest.sources.polling.hosts import Hosts
from copydesk.ingest.sources.polling.poller import Poller
from copydesk.ingest.sources.polling.robots import TOKEN
from copydesk.ingest.sources.polling.transport import Resolve, client, resolved
from copydesk.ingest.sources.spool import Spool
from copydesk.runtime.background import running
from copydesk.runtime.database import pool

KEEP_EVERY_S = 10.0

log = structlog.get_logger()


@asynccontextmanager
async def poller(door: Door, settings: IngestSettings, resolve: Resolve = resolved) -> AsyncIterator[Poller]:
    """Give a poller for the door's feeds, not yet running."""
    async with AsyncExitStack() as held:
        database = await held.enter_async_context(
            pool(door.port.settings.database, size=settings.poll_requests + 2, name="copydesk-poll")
        )
        guard = Guard(settings.poll_allow, settings.poll_ports)
        timeout = httpx2.Timeout(settings.poll_silence_s)
        asking = await held.enter_async_context(client(guard, timeout, {"User-Agent": user_agent(settings)}, resolve))
        hosts = Hosts(database, settings.poll_delay_s)
        fetcher = Fetcher(asking, guard, hosts, lambda: Spool(door.archive), settings.poll_timeout_s)
        yield Poller(
            door, Book(database), hosts, fetcher, Backlog(door, settings.backlog_limit), settings.poll_requests
        )


def user_agent(settings: IngestSettings) -> str:
    """Return how we introduce ourselves: `copydesk/0.1.0 (+https://desk.example/about-our-bot)`."""
    contact = f" (+{settings.poll_contact})" if settings.poll_contact else ""
    return f"{TOKEN}/{version('copydesk-ingest')}{contact}"


async def _every(work: Callable[[], Awaitable[None]], seconds: float) -> None:
    while True:
        await work()
        await asyncio.sleep(seconds)


@asynccontextmanager
async def _open(door: Door, settings: IngestSettings) -> AsyncIterator[None]:
    async with AsyncExitStack() as held:
        polling = await held.enter_async_context(poller(door, settings))
        if polling.listings() and not settings.poll_contact:
            log.warning("poll_without_contact", hint="set COPYDESK_POLL_CONTACT to a URL or mail address of yours")
        await held.enter_async_context(running(polling.backlog.watch(), "poll: backlog"))
        await held.enter_async_context(running(_every(polling.look_after, KEEP_EVERY_S), "poll: leases"))
        await held.enter_async_context(running(polling.run(), "poll"))
        yield


SOURCE = Source(name="poll", open=_open)
