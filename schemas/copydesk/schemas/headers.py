"""Headers of the topics, as models: text as it travels, strict in what it must hold, open for extensions of others.

CloudEvents 1.0, Kafka binary mode: attributes are headers `ce_*`. `ce_type` ends in the schema's major version.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Identifier = Annotated[str, Field(min_length=1, max_length=200)]
SHA256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
EventType = Annotated[str, Field(pattern=r"^[a-z0-9]+(\.[a-z0-9]+)+\.v[1-9][0-9]*$")]
TraceParent = Annotated[str, Field(pattern=r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")]
Count = Annotated[int, Field(ge=0)]
Place = Annotated[int, Field(ge=-1)]
"""Partition or offset; -1 where a document was turned away at the door and no topic ever had it."""


class _Headers(BaseModel):
    # Headers are text: numbers and times are read out of it. Others may add their own.
    model_config = ConfigDict(frozen=True, extra="ignore")


class EventHeaders(_Headers):
    """What every event of copydesk's own services carries."""

    ce_specversion: Annotated[str, Field(pattern=r"^1\.0$")]
    ce_id: Identifier
    ce_type: EventType
    ce_source: Identifier
    ce_time: AwareDatetime
    traceparent: TraceParent | None = None


class ReceivedHeaders(EventHeaders):
    """Headers of `wire.received`: the document without its bytes."""

    ce_feed: Identifier
    ce_sha256: SHA256
    ce_size: Count
    """Bytes."""
    ce_received: AwareDatetime
    ce_position: str | None = None
    """The record of `wire.inbound` that this one accounts for: `partition/offset`."""
    ce_document: Identifier | None = None
    """The document's id, where it is not the event's."""
    ce_mediatype: str | None = None
    ce_filename: str | None = None
    ce_link: str | None = None
    """Where its source found it: an http or https URL."""
    ce_item: str | None = None
    """The provider's own name for it in the listing that led there."""
    ce_replay: str | None = None
    """Sent again on purpose."""
    ce_dataref: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None = None
    """The archived bytes, where the value is left out for its length."""
    ce_repeatof: Identifier | None = None
    """Of a repeat: the id of the document that it repeats."""


class ArticleHeaders(EventHeaders):
    """Headers of `article.parsed`, `article.enriched` and `article.held`."""

    ce_document: Identifier
    ce_feed: Identifier | None = None
    ce_index: Count
    """Which article of its document it is, from 0."""
    ce_count: Annotated[int, Field(ge=1)]
    """How many articles the document holds."""
    ce_until: AwareDatetime | None = None
    """Of a held article: the end of its embargo."""


class DeadHeaders(_Headers):
    """Headers that `wire.dead` has beside those of the failed event."""

    dead_id: Identifier
    """Derived; the same when the event fails again after a replay."""
    dead_stage: Identifier
    dead_error: Identifier
    """The refusal's kind, or the error's class."""
    dead_message: str
    dead_topic: Identifier
    dead_partition: Place
    dead_offset: Place
    dead_attempts: Annotated[int, Field(ge=1)]
    """How often it has come to this, replays counted."""
    dead_time: AwareDatetime
    dead_traceparent: TraceParent | None = None
    """The trace in which it failed, with the span of the stage that refused it."""
    dead_dataref: str | None = None
    """`topic/partition/offset` of the source record, where the bytes do not fit beside these headers."""
