"""What a source hands its documents to: they are in once the broker has them, and refused in the open."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

import structlog
from copydesk.ingest.document import INLINE_BYTES, MAX_BYTES, document_id, shown_name
from copydesk.ingest.records import INBOUND, inbound
from copydesk.runtime.archive import Archive
from copydesk.runtime.deadletter import TOPIC as DEAD
from copydesk.runtime.deadletter import dead_letter
from copydesk.runtime.envelope import derived_id
from copydesk.runtime.event import Event, Out
from copydesk.runtime.feeds import Feeds
from copydesk.runtime.refusal import Refusal
from copydesk.runtime.stage import Port

log = structlog.get_logger()


@dataclass(frozen=True)
class Delivery:
    """A document as a source has it: its bytes, or a file of them."""

    feed: str
    sha256: str
    size: int
    data: bytes | None = None
    file: Path | None = None
    """Where the bytes are, when they are too many for a record; taken over by the archive when the document is taken."""
    filename: str | None = None
    media_type: str | None = None
    link: str | None = None
    """Where the source found it."""
    item: str | None = None
    """The provider's own name for it in the listing that led there."""
    trace: str | None = None
    """The sender's `traceparent`."""

    @property
    def document(self) -> str:
        """The id that the document will have."""
        return document_id(self.feed, self.sha256)


def delivery(feed: str, data: bytes, *, filename: str | None = None, media_type: str | None = None) -> Delivery:
    """Return the delivery of bytes that are in memory."""
    return Delivery(feed, hashlib.sha256(data).hexdigest(), len(data), data, None, filename, media_type)


@dataclass(frozen=True)
class Door:
    """The one way from a source to `wire.inbound`."""

    port: Port
    archive: Archive
    feeds: Feeds

    async def take(self, deliveries: Sequence[Delivery], source: str) -> None:
        """Put the documents onto `wire.inbound`; returns when the broker has them.

        A document too long for a record is archived first. Raises `Unavailable` while broker or archive are away.
        """
        with ExitStack() as told:
            traces = [told.enter_context(self._sending(INBOUND, each, source)) for each in deliveries]
            records = [await self._record(each, source, trace) for each, trace in zip(deliveries, traces, strict=True)]
            await self.port.send(records)

    async def refuse(self, refused: Delivery, why: Refusal, source: str) -> None:
        """Record in `wire.dead` that a document was turned away: with its bytes where they fit into a record.

        Hash and size stand there in any case. Raises `Unavailable` while the broker is away.
        """
        with contextlib.suppress(Refusal), self._sending(DEAD, refused, source) as trace:
            log.warning(
                "document_refused",
                feed=refused.feed,
                reason=why.kind,
                size=refused.size,
                sha256=refused.sha256,
                source=source,
                **({"trace_id": trace[3:35]} if trace else {}),
            )
            await self.port.send([refused_letter(refused, why, source, trace)])
            raise why  # for the span to end as failed

    def _sending(self, topic: str, sent: Delivery, source: str) -> AbstractContextManager[str | None]:
        about: dict[str, str | int] = {
            "messaging.message.id": sent.document,
            "messaging.message.body.size": sent.size,
            "copydesk.document": sent.document,
            "copydesk.feed": sent.feed,
            "copydesk.source": source,
        }
        return self.port.tracing.sending("push", topic, given=sent.trace, about=about)

    async def _record(self, taken: Delivery, source: str, trace: str | None) -> Out:
        data = taken.data if taken.size <= INLINE_BYTES else None
        if data is None:
            await asyncio.to_thread(self._archived, taken)
        return inbound(
            taken.feed,
            taken.document,
            data=data,
            sha256=taken.sha256,
            filename=taken.filename,
            media_type=taken.media_type,
            link=taken.link,
            item=taken.item,
            source=source,
            trace=trace,
        )

    def _archived(self, taken: Delivery) -> None:
        if taken.file is not None:
            self.archive.adopt(taken.file, taken.sha256)
        elif taken.data is not None:
            self.archive.put(taken.data, durable=True)


def refused_letter(refused: Delivery, why: Refusal, source: str, trace: str | None = None) -> Out:
    """Return the dead letter of a document that no topic ever had: with its bytes, or a pointer to nowhere in their place.

    Derived from what was sent and why it was refused: sent and refused again, it is the same letter.
    """
    record = inbound(
        refused.feed, refused.document, filename=refused.filename, media_type=refused.media_type, source=source
    )
    stated = {
        "ce_sha256": refused.sha256,
        "ce_size": str(refused.size),
        "dead_id": derived_id("refused", source, refused.document, shown_name(refused.filename), why.kind),
    }
    data = refused.data if refused.size <= INLINE_BYTES else None
    headers = (*record.headers, *((name, value.encode()) for name, value in stated.items()))
    letter = dead_letter(Event(INBOUND, -1, -1, record.key, data, headers), "ingest", why, trace)
    if data is not None:
        return letter
    return Out(letter.topic, letter.key, None, (*letter.headers, ("dead_dataref", f"{INBOUND}/-1/-1".encode())))


def check(candidate: Delivery) -> None:
    """Raise the Refusal of a document that no source may let in: `empty` or `too-large`."""
    if candidate.size == 0:
        raise Refusal("empty", "the document is empty")
    if candidate.size > MAX_BYTES:
        raise Refusal("too-large", f"{candidate.size} bytes; the limit is {MAX_BYTES}")
