"""The records that ingest writes: onto `wire.inbound` by its sources, onto `wire.received` by the stage."""

from __future__ import annotations

from copydesk.ingest.document import LONGEST_ITEM, Document, printable, shown_name, web_address
from copydesk.runtime.archive import DATAREF
from copydesk.runtime.envelope import derived_id, headers, trace_of
from copydesk.runtime.event import Event, Out

INBOUND = "wire.inbound"
RECEIVED = "wire.received"
TYPE_INBOUND = "copydesk.wire.inbound.v1"
TYPE_RECEIVED = "copydesk.wire.received.v1"
TYPE_REPEAT = "copydesk.wire.repeat.v1"


def inbound(
    feed: str,
    document: str,
    *,
    data: bytes | None = None,
    sha256: str | None = None,
    filename: str | None = None,
    media_type: str | None = None,
    link: str | None = None,
    item: str | None = None,
    source: str = "copydesk/ingest",
    trace: str | None = None,
) -> Out:
    """Return the record that brings a document in: its bytes, or the hash under which the archive has them.

    The key is the document's id, so that equal documents meet in one partition and one worker tells them apart. `trace` is the
    `traceparent` of the push.
    """
    return Out(
        INBOUND,
        document.encode(),
        data,
        headers(
            id=document,
            type=TYPE_INBOUND,
            source=source,
            content_type=printable(media_type),
            traceparent=trace,
            feed=feed,
            filename=shown_name(filename),
            link=web_address(link),
            item=printable(item, LONGEST_ITEM),
            dataref=f"{DATAREF}{sha256}" if data is None and sha256 else None,
        ),
    )


def received(document: Document, event: Event) -> Out:
    """Return the record of a document that came for the first time: its bytes, or `ce_dataref` where they are many.

    `ce_position` names the record of `wire.inbound` that it accounts for, `partition/offset`.
    """
    return Out(
        RECEIVED,
        document.id.encode(),
        document.data,
        headers(
            id=document.id,
            type=TYPE_RECEIVED,
            source=f"copydesk/ingest/{document.feed}",
            time=document.received,
            content_type=document.media_type or "application/octet-stream",
            traceparent=trace_of(event),
            feed=document.feed,
            sha256=document.sha256,
            size=document.size,
            mediatype=document.media_type,
            filename=document.filename,
            link=document.link,
            item=document.item,
            received=document.received.isoformat(),
            position=document.origin,
            replay=event.header("ce_replay"),
            dataref=f"{DATAREF}{document.sha256}" if document.data is None else None,
        ),
    )


def repeat(document: Document, event: Event) -> Out:
    """Return the record of a repeat: no body, `ce_repeatof` names the first, whose id these bytes have on this feed."""
    return Out(
        RECEIVED,
        document.id.encode(),
        None,
        headers(
            id=derived_id("repeat", document.id, document.origin),
            type=TYPE_REPEAT,
            source=f"copydesk/ingest/{document.feed}",
            time=document.received,
            traceparent=trace_of(event),
            feed=document.feed,
            sha256=document.sha256,
            size=document.size,
            filename=document.filename,
            received=document.received.isoformat(),
            position=document.origin,
            repeatof=document.id,
        ),
    )
