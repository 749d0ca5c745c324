"""The enrich stage: `article.parsed` to `article.enriched`, or to `article.held` where it is not yet for others to see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial

from copydesk.enrich.enrich import enrich
from copydesk.enrich.enricher import known
from copydesk.enrich.held import TOPIC as HELD
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.enrich.release import ENRICHED, RECEIPTS, release_timer
from copydesk.runtime.archive import Archive, archive_at
from copydesk.runtime.claim import claimed, claimed_value, claims_of
from copydesk.runtime.envelope import derived_id, headers, trace_of
from copydesk.runtime.event import Event, Out
from copydesk.runtime.feeds import Feeds
from copydesk.runtime.refusal import Refusal
from copydesk.runtime.stage import Port, Stage, Work, each
from copydesk.schemas.article import IDENTITY, Article, shortened
from pydantic import ValidationError

VERSION = "1"
SPECIMEN = Article(
    uri="urn:copydesk:specimen",
    format="text",
    type="text",
    pubstatus="usable",
    headline="Ferry leaves on time",
    body='BERGEN, Norway, March 12 (Northlight) - The ferry left on Thursday. "It was on time," said Ada Holm, its captain.',
)
"""An article in which every enricher has something to do."""


@dataclass(frozen=True)
class Means:
    """What an article is enriched with, beside the enrichers."""

    knowledge: Knowledge
    archive: Archive
    feeds: Feeds


def enriched(event: Event, means: Means) -> Iterator[Out]:
    """Yield the event of the enriched article. Refusal `not-granted` where its feed may not take the story back."""
    article = enrich(_article(event, means.archive), means.knowledge)
    if article.pubstatus != "usable" and not means.feeds.grants(article.feed or "", article.provider):
        raise Refusal("not-granted", f"the feed {article.feed} may not take back stories of {article.provider}")
    if article.provenance:
        # The record's time, not the clock's: an article that is enriched again after a crash gives the same event.
        stages = {**article.provenance.stages, "enrich": event.written}
        # An enricher may be new and have had nothing to do here: what tells two events of an article apart is this label.
        ran = [f"enrich@{VERSION}+{_version()[:8]}", *article.provenance.enrichers]
        provenance = article.provenance.model_copy(update={"stages": stages, "enrichers": ran})
        article = article.model_copy(update={"provenance": provenance})
    record = out(event, article, now=datetime.now(UTC))
    yield claimed(record, shortened, means.archive, claims_of(event))


def out(event: Event, article: Article, now: datetime) -> Out:
    """Return the record of the article: `article.held` while it is withheld or under embargo, else `article.enriched`.

    A kill is never held back; of a story under embargo it says only which one is killed.
    """
    embargoed = article.embargoed is not None and article.embargoed > now
    if article.pubstatus == "canceled":
        shown = article.only(IDENTITY) if embargoed else article
        return _record(event, ENRICHED, shown)
    if embargoed or article.pubstatus == "withheld":
        return _record(event, HELD, article)
    return _record(event, ENRICHED, article)


def _article(event: Event, archive: Archive) -> Article:
    value = claimed_value(event, archive)
    if value is None:
        raise Refusal("empty", "the event holds no article")
    try:
        return Article.model_validate_json(value)
    except ValidationError as error:
        raise Refusal("bad-article", str(error)) from error


def _record(event: Event, topic: str, article: Article) -> Out:
    parent = event.header("ce_id") or derived_id(event.topic, event.partition, event.offset)
    document = event.header("ce_document")
    until = article.embargoed if topic == HELD else None
    return Out(
        topic,
        article.key.encode(),
        article.to_json(),
        headers(
            id=derived_id(parent, "enrich", _version()),
            type=f"copydesk.{topic}.v1",
            source="copydesk/enrich",
            time=event.written,
            content_type="application/json",
            traceparent=trace_of(event),
            document=document,
            feed=event.header("ce_feed"),
            index=event.header("ce_index"),
            count=event.header("ce_count"),
            until=until.isoformat() if until else None,
        ),
    )


@cache
def _version() -> str:
    """The stage's version and those of its enrichers: where one changes, the same article is another event."""
    return derived_id(VERSION, *(enricher.label for enricher in known()))


@asynccontextmanager
async def _open(port: Port) -> AsyncIterator[Work]:
    known()  # enrichers are imported now, not under the first article
    feeds = Feeds(port.settings.feeds)
    feeds.all()  # a broken file of feeds is found at the start
    knowledge = Knowledge()
    # Loaded now: the first article should neither wait for it, nor be blamed where the worker has no memory for it.
    await asyncio.to_thread(enrich, SPECIMEN, knowledge)
    means = Means(knowledge, archive_at(port.settings.archive), feeds)
    async with release_timer(port):
        yield each(partial(enriched, means=means), threaded=True)


STAGE = Stage(name="enrich", version=VERSION, reads=("article.parsed",), writes=(ENRICHED, HELD, RECEIPTS), open=_open)
