"""Sending what came before through parse or enrich again, so that newer versions of them say what they find.

`parse` reads the register and the archive, and needs no topic: years later it works as on the first day. `enrich` sends the
articles that `article.parsed` still keeps, and the documents of which it keeps none, or not all, from the archive.
Killed stories are passed over. Ids are derived, so that what the same versions find comes out under the ids that it has.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import numpy as np
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from copydesk.desk.balance import stored
from copydesk.desk.balance.columns import Columns
from copydesk.desk.balance.marks import article_mark, fingerprint
from copydesk.desk.balance.topics import number, text
from copydesk.desk.connection import Connection
from copydesk.desk.pacing import Pace
from copydesk.desk.records import consumer_of, end_offsets, place_of, scan
from copydesk.desk.replaying import producer_of
from copydesk.ingest.document import Document
from copydesk.ingest.records import INBOUND, received
from copydesk.runtime.archive import Archive, archive_at
from copydesk.runtime.database import connection, story_key
from copydesk.runtime.event import Event, Headers, Out, as_event

StageName = Literal["parse", "enrich"]

PARSED = "article.parsed"
REPLAY = b"reprocess"
"""What `ce_replay` says of what was sent again so."""

DOCUMENTS = """
select feed, sha256, size, received, filename, media_type from documents
where received >= %(since)s and received < %(until)s and (%(feed)s::text is null or feed = %(feed)s)
order by received
"""
KILLED = "select story, killed from stories where story = any (%s) and killed is not null"


@dataclass(frozen=True)
class Choice:
    """What is to be done again."""

    stage: StageName
    since: datetime
    until: datetime
    feed: str | None = None
    dry_run: bool = False
    rate: float | None = None
    """Documents or articles a second."""


@dataclass
class Tally:
    """What was sent, or would be."""

    documents: int = 0
    articles: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    """Documents and articles that were passed over, by the reason."""


@dataclass
class Kept:
    """Which articles `article.parsed` still has."""

    places: set[int] = field(default_factory=set)
    """Of each article, the place of its newest record."""
    whole: set[int] = field(default_factory=set)
    """Fingerprints of the documents of which all articles are there."""


@dataclass(frozen=True)
class _Tools:
    choice: Choice
    tally: Tally
    consumer: AIOKafkaConsumer
    producer: AIOKafkaProducer
    store: stored.Store
    archive: Archive


async def reprocess(where: Connection, choice: Choice) -> Tally:
    """Send again what was chosen; say how much, and what was passed over.

    Raises `Unavailable` where the archive is away, KafkaError or psycopg.Error where broker or store are.
    """
    async with (
        consumer_of(where.kafka) as consumer,
        producer_of(where.kafka) as producer,
        connection(where.database) as store,
    ):
        tools = _Tools(choice, Tally(), consumer, producer, store, archive_at(where.archive))
        kept = await _send_articles(tools) if choice.stage == "enrich" else Kept()
        await _send_documents(tools, kept)
        return tools.tally


async def _send_articles(tools: _Tools) -> Kept:
    """Send what `article.parsed` still has; return what it has."""
    ends = await end_offsets(tools.consumer, PARSED)
    records = Columns("document", "article", "count", "place")
    async for record in scan(tools.consumer, PARSED, {}, ends):
        stated = dict(record.headers)
        document = text(stated, "ce_document")
        mark = article_mark(document, text(stated, "ce_index"))
        records.add(fingerprint(document), mark, number(text(stated, "ce_count")), place_of(record))
    kept = newest_of(records)
    pace = Pace(tools.choice.rate)
    portion: list[Event] = []
    async for record in scan(tools.consumer, PARSED, {}, ends):
        if place_of(record) in kept.places:
            portion.append(as_event(record))
        if len(portion) >= pace.size:
            await pace.keep(len(portion))
            await _send_some_articles(tools, portion)
            portion = []
    await _send_some_articles(tools, portion)
    return kept


def newest_of(records: Columns) -> Kept:
    """Return the newest record of each article, and the documents of which every article has one.

    `records` has document, article, count and place of each record of `article.parsed`, fingerprints for the ids.
    """
    places, articles = records["place"], records["article"]
    order = np.lexsort((places, articles))
    ends = np.append(articles[order][1:] != articles[order][:-1], [True] * bool(len(order)))
    last = order[np.flatnonzero(ends)]
    documents, inverse = np.unique(records["document"][last], return_inverse=True)
    held = np.zeros(len(documents), dtype=np.int64)
    np.maximum.at(held, inverse, records["count"][last])
    whole = documents[np.bincount(inverse, minlength=len(documents)) >= held]
    return Kept(set(places[last].tolist()), set(whole.tolist()))


async def _send_some_articles(tools: _Tools, events: Sequence[Event]) -> None:
    articles = [(event, json.loads(event.value or b"{}")) for event in events]
    own = [(event, article) for event, article in articles if is_chosen(article, tools.choice)]
    stories = [story_key((event.key or b"").decode("utf-8", "replace")) for event, _ in own]
    cursor = await tools.store.execute(KILLED, [list(set(stories))])
    killed: dict[str, datetime] = {story: at async for story, at in cursor}
    going = []
    for (event, article), story in zip(own, stories, strict=True):
        if article.get("pubstatus") == "canceled":
            tools.tally.skipped["kills"] += 1
        elif story in killed and is_beaten(article, killed[story]):
            tools.tally.skipped["killed"] += 1
        else:
            going.append(Out(PARSED, event.key, event.value, _again(event)))
    tools.tally.articles += len(going)
    await _send(tools, going)


def is_chosen(article: Mapping[str, Any], choice: Choice) -> bool:
    """Say whether the article's document came within the choice's time, on its feed."""
    provenance = article.get("provenance") or {}
    came = moment_of(provenance.get("received"))
    if choice.feed is not None and provenance.get("feed") != choice.feed:
        return False
    return came is not None and choice.since <= came < choice.until


def is_beaten(article: Mapping[str, Any], killed: datetime) -> bool:
    """Say whether a kill of that time takes the article back; where it states no time, it does."""
    created = moment_of(article.get("versioncreated"))
    return created is None or created <= killed


def moment_of(stated: object) -> datetime | None:
    """Return the time that an article's JSON states, None where it states none."""
    return datetime.fromisoformat(stated) if isinstance(stated, str) else None


async def _send_documents(tools: _Tools, kept: Kept) -> None:
    """Send what the register has, but for what was sent as articles."""
    choice, pace = tools.choice, Pace(tools.choice.rate)
    named = {"since": choice.since, "until": choice.until, "feed": choice.feed}
    async with tools.store.cursor(name="register") as cursor:
        await cursor.execute(DOCUMENTS, named)
        while rows := await cursor.fetchmany(pace.size):
            documents = [_archived(*row) for row in rows]
            left = [each for each in documents if fingerprint(each.id) not in kept.whole]
            if left:
                await pace.keep(len(left))
                await _send_some_documents(tools, left)


def _archived(  # noqa: PLR0917 - the columns of the register, in their order
    feed: str, sha256: str, size: int, came: datetime, filename: str | None, media_type: str | None
) -> Document:
    return Document(feed, sha256, size, None, came, origin="", filename=filename, media_type=media_type)


async def _send_some_documents(tools: _Tools, documents: Sequence[Document]) -> None:
    locked = await stored.locked_in(tools.store, [each.sha256 for each in documents])
    going = []
    for document in documents:
        stories = locked.get(document.sha256)
        if stories and all(stories.values()):
            tools.tally.skipped["killed"] += 1
        elif tools.archive.size(document.sha256) is None:
            tools.tally.skipped["not archived"] += 1
        else:
            going.append(record_of(document))
    tools.tally.documents += len(going)
    await _send(tools, going)


def record_of(document: Document) -> Out:
    """Return the record of `wire.received` by which an archived document is parsed again: it accounts for no arrival."""
    record = received(document, Event(INBOUND, -1, -1, None, None, (("ce_replay", REPLAY),)))
    return record._replace(headers=tuple(pair for pair in record.headers if pair[0] != "ce_position"))


def _again(event: Event) -> Headers:
    return (*(pair for pair in event.headers if pair[0] != "ce_replay"), ("ce_replay", REPLAY))


async def _send(tools: _Tools, records: Sequence[Out]) -> None:
    if tools.choice.dry_run:
        return
    sent = [await tools.producer.send(r.topic, r.value, key=r.key, headers=list(r.headers)) for r in records]
    for each in sent:
        await each
