"""Draws both balances of a running pipeline: offsets, topics, the store, and then the ids of what differs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from aiokafka.admin import AIOKafkaAdminClient
from copydesk.desk.balance import naming, stored
from copydesk.desk.balance.accounts import Account, Cell, Difference, joined
from copydesk.desk.balance.articles import balance_articles
from copydesk.desk.balance.dead import numbers
from copydesk.desk.balance.documents import balance_documents
from copydesk.desk.balance.marks import Numbers, unique
from copydesk.desk.balance.offsets import snapshot
from copydesk.desk.balance.reading import Reading, Tools, Window, read
from copydesk.desk.balance.receipts import beside_rows
from copydesk.desk.connection import Connection
from copydesk.desk.records import consumer_of
from copydesk.runtime import database
from copydesk.runtime.archive import archive_at
from copydesk.runtime.broker import client, connected

LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Drawn:
    """Both balances."""

    window: Window
    cells: list[Cell]
    documents: Account
    articles: Account
    outside: int
    """Articles of documents that came before the window; they are in no balance."""
    differences: list[Difference]

    def counts(self) -> tuple[Numbers, Numbers]:
        """Return cells by terms: of documents, and of articles."""
        return self.documents.counts(len(self.cells)), self.articles.counts(len(self.cells))


async def draw(where: Connection, since: datetime | None = None, wait_s: float = 0) -> Drawn:
    """Draw both balances of the documents that came since then, or of all that the topics surely keep.

    Waits first, for at most `wait_s` seconds, until nothing is in flight. Raises `Unavailable` where broker or store let nobody in.
    """
    async with _tools(where) as tools:
        await _settled(tools, wait_s)
        return await _balanced(tools, await read(tools, since))


@asynccontextmanager
async def _tools(where: Connection) -> AsyncIterator[Tools]:
    async with AsyncExitStack() as held:
        consumer = await held.enter_async_context(consumer_of(where.kafka))
        admin = await held.enter_async_context(connected(AIOKafkaAdminClient(**client(where.kafka)), where.kafka))
        store = await held.enter_async_context(database.connection(where.database, autocommit=True))
        yield Tools(consumer, admin, store, archive_at(where.archive))


async def _settled(tools: Tools, seconds: float) -> None:
    """Return when every stage has done all that there is, or after so many seconds."""
    end = time.monotonic() + seconds
    while seconds and (await snapshot(tools.consumer, tools.admin)).in_flight:
        if time.monotonic() >= end:
            return
        await asyncio.sleep(LOOK_SECONDS)


async def _balanced(tools: Tools, reading: Reading) -> Drawn:
    window = reading.window
    rows = await stored.rows_since(tools.store, window.begin, window.since, window.until)
    documents = balance_documents(reading.received, reading.book, unique(reading.parsed.records["document"]))
    articles = balance_articles(reading.parsed, documents, reading.book, rows)
    excused = np.append(numbers(reading.tail), numbers(death.event for death in reading.book.of("publish")))
    unmatched = beside_rows(reading.receipts, rows, excused, int(window.since.timestamp() * 1_000_000))
    # Up to here fingerprints; from here on ids, and only those of what differs.
    lost = await naming.lost_by_ingest(tools, reading, documents.lost)
    left_out = await naming.left_out(tools, reading, documents, articles)
    differences = [
        *lost.differences,
        *await naming.lost_by_parse(tools, reading, documents.account),
        *await naming.repeats_of_nothing(tools, documents),
        *left_out.differences,
        *await naming.lost_articles(tools, reading, articles.account),
        *await naming.orphans(tools, window, rows.event[articles.orphans]),
        *await naming.receipts(tools, window, reading.receipts, unmatched, rows),
        *await naming.doubled_rows(tools, window),
    ]
    return Drawn(
        window,
        reading.cells.all(),
        joined([documents.account, lost.account]),
        joined([articles.account, left_out.account]),
        articles.outside,
        differences,
    )
