"""Retention by feed: the bytes of documents that their feeds keep no longer leave the archive, and their rows and hashes stay.

What is kept for how long stands in the file of feeds (`keep_days`). The archive knows bytes and no feeds, so the register decides:
bytes go once no feed that ever brought them keeps them still.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import repeat

from copydesk.desk.connection import Connection
from copydesk.runtime.archive import Archive, archive_at
from copydesk.runtime.database import connection
from copydesk.runtime.feeds import Feed

AT_ONCE = 1000
FRESH = timedelta(days=1)
"""Bytes that came again within this are let be, whatever the register says: ingest archives first and registers after that."""

# A feed without a limit keeps what it brought for ever.
_OVERDUE = """
with limits (feed, until) as (select * from unnest(%(feeds)s::text[], %(until)s::timestamptz[]))
select {columns} from documents d join limits using (feed)
where d.received < limits.until and d.pruned is null and not exists (
    select from documents o left join limits l on l.feed = o.feed
    where o.sha256 = d.sha256 and (l.until is null or o.received >= l.until))
"""
COUNT = _OVERDUE.format(columns="d.feed, count(*), sum(d.size)::bigint") + "group by d.feed order by d.feed"
HASHES = _OVERDUE.format(columns="d.feed, d.sha256, d.size")
MARK = """
with limits (feed, until) as (select * from unnest(%(feeds)s::text[], %(until)s::timestamptz[]))
update documents d set pruned = clock_timestamp() from limits
where d.feed = limits.feed and d.received < limits.until and d.sha256 = any (%(hashes)s)
"""


@dataclass
class Share:
    """What of one feed's documents goes, or went."""

    keep_days: int
    documents: int = 0
    size: int = 0
    """Bytes."""

    def add(self, documents: int, size: int) -> None:
        """Count more."""
        self.documents += documents
        self.size += size


def _shares(feeds: Mapping[str, Feed]) -> dict[str, Share]:
    return {name: Share(feed.keep_days) for name, feed in sorted(feeds.items()) if feed.keep_days is not None}


async def overdue(where: Connection, feeds: Mapping[str, Feed], now: datetime) -> dict[str, Share]:
    """Return what `prune` would take away, of each feed that keeps its documents for some time only.

    Raises `Unavailable` where the store is away.
    """
    of = _shares(feeds)
    async with connection(where.database, autocommit=True) as store:
        for feed, documents, size in await (await store.execute(COUNT, _limits(of, now))).fetchall():
            of[str(feed)].add(_int(documents), _int(size))
    return of


async def prune(where: Connection, feeds: Mapping[str, Feed], now: datetime) -> dict[str, Share]:
    """Take away what is kept no longer; return what that was.

    Safe to do again where it was interrupted. Raises `Unavailable` where archive or store are away.
    """
    of = _shares(feeds)
    archive, limits = archive_at(where.archive), _limits(of, now)
    async with (
        connection(where.database, autocommit=True) as marking,
        connection(where.database) as reading,
        reading.cursor(name="overdue") as cursor,
    ):
        await cursor.execute(HASHES, limits)
        while rows := await cursor.fetchmany(AT_ONCE):
            some = [(str(feed), str(sha256), _int(size)) for feed, sha256, size in rows]
            gone = await asyncio.to_thread(_forget, archive, [sha256 for _, sha256, _ in some], now - FRESH)
            await marking.execute(MARK, {**limits, "hashes": sorted(gone)})
            for feed, sha256, size in some:
                if sha256 in gone:
                    of[feed].add(1, size)
    return of


def _forget(archive: Archive, hashes: Sequence[str], before: datetime) -> set[str]:
    with ThreadPoolExecutor(archive.at_once) as threads:
        went = threads.map(archive.forget, hashes, repeat(before))
        return {sha256 for sha256, gone in zip(hashes, went, strict=True) if gone}


def _limits(of: Mapping[str, Share], now: datetime) -> dict[str, object]:
    return {"feeds": list(of), "until": [now - timedelta(days=share.keep_days) for share in of.values()]}


def _int(column: object) -> int:
    return int(str(column))


def in_words(of: Mapping[str, Share]) -> Iterator[tuple[str, str, str, str]]:
    """Yield feed, days, documents and megabytes, as people read them."""
    for feed, share in of.items():
        yield feed, f"{share.keep_days:,}", f"{share.documents:,}", f"{share.size / 1e6:,.1f}"
