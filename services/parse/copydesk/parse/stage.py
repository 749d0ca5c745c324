"""The parse stage: `wire.received` to `article.parsed`, one event for each article of the document."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

from copydesk.parse.format import known
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from copydesk.runtime.archive import DATAREF, Archive, archive_at
from copydesk.runtime.claim import claimed
from copydesk.runtime.envelope import derived_id, headers, trace_of
from copydesk.runtime.event import Event, Out
from copydesk.runtime.refusal import Refusal
from copydesk.runtime.stage import Port, Stage, Work, each
from copydesk.schemas.article import Article, shortened

VERSION = "1"
RECEIVED = "wire.received"
PARSED = "article.parsed"
REPEAT = ".wire.repeat."


def parsed(event: Event, archive: Archive) -> Iterator[Out]:
    """Yield the events of the document's articles, in order; none for a repeat.

    An article of a story that was killed after this document came is left out: its archived bytes are locked.
    """
    if REPEAT in (event.header("ce_type") or ""):
        return
    data = _bytes(event, archive)
    sha256 = event.header("ce_sha256") or ""
    killed = archive.locks(sha256) if sha256 else frozenset()
    articles = read(_raw(event, data), feed=event.header("ce_feed"))
    for index, article in enumerate(articles):
        if article.key not in killed or article.pubstatus == "canceled":
            yield claimed(_record(event, _placed(article, event), index, len(articles)), shortened, archive)


def _bytes(event: Event, archive: Archive) -> bytes:
    reference = event.header("ce_dataref")
    if event.value is None and reference and reference.startswith(DATAREF):
        return archive.get(reference.removeprefix(DATAREF))
    if event.value is None:
        raise Refusal("empty", "the event holds neither bytes nor a reference to archived ones")
    return event.value


def _raw(event: Event, data: bytes) -> Raw:
    return Raw(
        data,
        name=event.header("ce_filename"),
        media_type=event.header("ce_mediatype"),
        link=event.header("ce_link"),
        received=_received(event),
    )


def _received(event: Event) -> datetime:
    try:
        stated = datetime.fromisoformat(event.header("ce_received") or "")
    except ValueError:
        return event.written
    return stated.astimezone(UTC) if stated.tzinfo else event.written


def _document(event: Event) -> str:
    named = event.header("ce_document") or event.header("ce_id")
    return named or derived_id(event.topic, event.partition, event.offset)


def _placed(article: Article, event: Event) -> Article:
    """Say in its provenance which document the article is from, and when the stages had it."""
    if article.provenance is None:
        return article
    # The record's time, not the clock's: a document that is parsed again after a crash gives the same events.
    stages = {"ingest": _received(event), "parse": event.written}
    provenance = article.provenance.model_copy(update={"document": _document(event), "stages": stages})
    return article.model_copy(update={"provenance": provenance})


def _record(event: Event, article: Article, index: int, count: int) -> Out:
    document = _document(event)
    parser = article.provenance.parser if article.provenance else None
    return Out(
        PARSED,
        article.key.encode("utf-8", "replace"),
        article.to_json(),
        headers(
            id=derived_id(document, index, "parse", VERSION, parser),
            type=f"copydesk.{PARSED}.v1",
            source="copydesk/parse",
            time=event.written,
            content_type="application/json",
            traceparent=trace_of(event),
            document=document,
            feed=event.header("ce_feed"),
            index=index,
            count=count,
        ),
    )


@asynccontextmanager
async def _open(port: Port) -> AsyncIterator[Work]:
    known()  # formats are imported now, not under the first document
    yield each(partial(parsed, archive=archive_at(port.settings.archive)), threaded=True)


STAGE = Stage(name="parse", version=VERSION, reads=(RECEIVED,), writes=(PARSED,), open=_open)
