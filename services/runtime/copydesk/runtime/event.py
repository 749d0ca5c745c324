"""What travels: one record of a topic, read or to be written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from aiokafka import ConsumerRecord

Headers = tuple[tuple[str, bytes], ...]


class Event(NamedTuple):
    """One record as it was read from a topic. A named tuple: made four times as fast as a frozen dataclass."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    """None is a tombstone."""
    headers: Headers = ()
    timestamp_ms: int = 0
    """When the record was written, as the broker has it (Unix milliseconds)."""

    def header(self, name: str) -> str | None:
        """Return the last header of that name as text, None where there is none."""
        found = next((value for key, value in reversed(self.headers) if key == name), None)
        return None if found is None else found.decode("utf-8", "replace")

    @property
    def written(self) -> datetime:
        """When the record was written, UTC."""
        return datetime.fromtimestamp(self.timestamp_ms / 1000, UTC)


class Out(NamedTuple):
    """One record to be written."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


def as_event(record: ConsumerRecord[bytes, bytes]) -> Event:
    """Return the record as the chassis names its parts."""
    return Event(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=tuple(record.headers),
        timestamp_ms=record.timestamp,
    )
