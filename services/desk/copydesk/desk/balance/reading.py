"""One reading of a running pipeline: its offsets first, then what the topics say below them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from copydesk.desk.balance import stored, topics
from copydesk.desk.balance.articles import Parsed
from copydesk.desk.balance.columns import Cells
from copydesk.desk.balance.dead import DeadBook
from copydesk.desk.balance.documents import Received, Span
from copydesk.desk.balance.marks import fingerprint
from copydesk.desk.balance.offsets import READS, SLACK, Snapshot, offsets_since, snapshot, window_begin
from copydesk.desk.balance.receipts import Receipts
from copydesk.desk.records import Offsets, partitions_of, scan
from copydesk.runtime.archive import Archive


@dataclass(frozen=True)
class Tools:
    """What the audit works with."""

    consumer: AIOKafkaConsumer
    admin: AIOKafkaAdminClient
    store: stored.Store
    archive: Archive


@dataclass(frozen=True)
class Window:
    """From when to when."""

    since: datetime
    short: bool
    """Whether more was asked for than the topics keep."""
    until: datetime
    """The store's clock, before the ends of the topics were taken."""
    offsets: Snapshot

    @property
    def begin(self) -> datetime:
        """From when on records are looked at: what came at the window's begin may be stamped by another clock."""
        return self.since - SLACK


@dataclass
class Reading:
    """What the topics said."""

    window: Window
    cells: Cells
    book: DeadBook
    received: Received
    parsed: Parsed
    receipts: Receipts
    tail: list[int]
    """Fingerprints of the events that publish has yet to take up."""
    begins: Mapping[str, Offsets]
    """Of each topic, where the reading began."""


async def read(tools: Tools, asked: datetime | None) -> Reading:
    """Read the topics, as far back as they surely keep or as was asked."""
    until = await stored.clock(tools.store)
    offsets = await snapshot(tools.consumer, tools.admin)
    since = window_begin(asked, offsets.taken)
    window = Window(since, asked is not None and asked < since, until, offsets)
    firsts = await _begins(tools.consumer, "wire.inbound", since)
    done, ends = offsets.done["wire.inbound"], offsets.ends["wire.inbound"]
    spans = {p: Span(first, max(done[p], first), max(ends[p], first)) for p, first in firsts.items()}
    cells = Cells()
    received = Received(spans, offsets.done["wire.received"], cells.number("", offsets.taken.timestamp()))
    parsed = Parsed(offsets.done["article.parsed"])
    begins = {topic: await _begins(tools.consumer, topic, window.begin) for topic in offsets.ends}
    reading = Reading(window, cells, DeadBook(), received, parsed, Receipts(), [], begins)
    await _read_topics(tools.consumer, reading)
    return reading


async def _begins(consumer: AIOKafkaConsumer, topic: str, since: datetime) -> Offsets:
    return await offsets_since(consumer, await partitions_of(consumer, topic), since)


async def _read_topics(consumer: AIOKafkaConsumer, into: Reading) -> None:
    window, ends = into.window, into.window.offsets.ends
    begin = into.begins
    async for record in scan(consumer, "wire.dead", begin["wire.dead"], ends["wire.dead"]):
        topics.take_dead(record, into.book, into.cells, window.since.timestamp())
    async for record in scan(consumer, "wire.received", begin["wire.received"], ends["wire.received"]):
        topics.take_received(record, into.received, into.cells)
    async for record in scan(consumer, "article.parsed", begin["article.parsed"], ends["article.parsed"]):
        topics.take_parsed(record, into.parsed)
    async for record in scan(consumer, "article.held", {}, ends["article.held"]):
        topics.take_held(record, into.parsed)
    async for record in scan(consumer, "article.published", begin["article.published"], ends["article.published"]):
        topics.take_receipt(record, into.receipts, into.parsed)
    for topic in READS["publish"]:
        async for record in scan(consumer, topic, window.offsets.done[topic], ends[topic]):
            stated = dict(record.headers)
            into.parsed.tail.append(topics.article_of(stated))
            into.tail.append(fingerprint(topics.text(stated, "ce_id")))
