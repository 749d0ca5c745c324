"""Ingest: from whatever was pushed to `wire.inbound` to documents with a name, told apart from their repeats."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from copydesk.ingest.document import Document, read_inbound
from copydesk.ingest.door import Door
from copydesk.ingest.ledger import claimed
from copydesk.ingest.records import INBOUND, RECEIVED, received, repeat
from copydesk.ingest.settings import IngestSettings
from copydesk.ingest.source import sources
from copydesk.runtime.archive import Archive, archive_at
from copydesk.runtime.database import Pool, pool
from copydesk.runtime.event import Event, Out
from copydesk.runtime.feeds import Feeds
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.security import stated
from copydesk.runtime.stage import Outcome, Port, Stage, Work

VERSION = "1"


@asynccontextmanager
async def _open(port: Port) -> AsyncIterator[Work]:
    settings = stated(IngestSettings)
    archive = archive_at(port.settings.archive)
    door = Door(port, archive, Feeds(port.settings.feeds))
    async with AsyncExitStack() as held:
        database = await held.enter_async_context(
            pool(port.settings.database, name="copydesk-ingest", report=port.needs)
        )
        for source in sources():
            await held.enter_async_context(source.open(door, settings))
        yield work_on(port, archive, database, timedelta(days=settings.repeat_days))


def work_on(port: Port, archive: Archive, database: Pool, window: timedelta) -> Work:
    """Return ingest's work.

    The records are written here and not handed to the chassis, because the ledger may learn of a document only after the
    broker has it.
    """

    async def work(batch: Sequence[Event]) -> list[Outcome]:
        read = await asyncio.to_thread(_read_all, batch, archive)
        documents = [(d, event) for d, event in zip(read, batch, strict=True) if isinstance(d, Document)]
        leaders: dict[tuple[str, str], Document] = {}
        for document, _ in documents:
            leaders.setdefault(document.identity, document)
        async with claimed(database, list(leaders.values()), window) as new:
            firsts, repeats = _told_apart(documents, leaders, new)
            # Two writes, so that a first stands there before anything is called its repeat.
            for records in filter(None, (firsts, repeats)):
                await port.send(records)
        return [d if isinstance(d, Exception) else () for d in read]

    return work


def _read_all(batch: Sequence[Event], archive: Archive) -> list[Document | Exception]:
    """Read and archive a batch; in a thread, since disks are slow. `Unavailable` is the whole batch's."""
    if archive.at_once == 1:
        return [_read(event, archive) for event in batch]
    with ThreadPoolExecutor(archive.at_once) as threads:
        return list(threads.map(_read, batch, itertools.repeat(archive)))


def _read(event: Event, archive: Archive) -> Document | Exception:
    try:
        return read_inbound(event, archive)
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - a bad document never stops the stage
        return error


def _told_apart(
    documents: Sequence[tuple[Document, Event]],
    leaders: dict[tuple[str, str], Document],
    new: set[tuple[str, str]],
) -> tuple[list[Out], list[Out]]:
    """Return the records of first documents and those of repeats.

    Within a batch the first of equal documents leads; it alone was claimed, and the others are its repeats.
    """
    firsts, repeats = [], []
    for document, event in documents:
        leads = leaders[document.identity] is document and document.identity in new
        if leads or document.replay:
            firsts.append(received(document, event))
        else:
            repeats.append(repeat(document, event))
    return firsts, repeats


STAGE = Stage(name="ingest", version=VERSION, reads=(INBOUND,), writes=(RECEIVED,), open=_open)
