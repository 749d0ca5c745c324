"""Reads fetched records of which aiokafka cannot make out the headers: any producer may have written them.

A header's name is text to Kafka, but the broker lets any bytes pass; aiokafka raises on those that are not UTF-8, before anybody
sees the record, each time that it is fetched, and one such record would hold up its partition for ever. Here its bad bytes are
replaced (U+FFFD). Format of a batch: https://kafka.apache.org/documentation/#recordbatch
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy, _DefaultRecordPy
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import decode_varint

_OVERHEAD = 12
"""Bytes of a batch before those that its length counts: base offset and the length itself."""


class Fetched:
    """What a fetch brought of one partition, batch by batch: aiokafka's `MemoryRecords` by another name."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._begin = 0
        self._batches = MemoryRecords(data)

    def size_in_bytes(self) -> int:
        """Return the bytes of all batches."""
        return len(self._data)

    def has_next(self) -> bool:
        """Whether there is another whole batch."""
        return bool(self._batches.has_next())

    def next_batch(self) -> _Batch | None:
        """Return the next batch, None after the last one."""
        batch = self._batches.next_batch()
        if batch is None:
            return None
        begin = self._begin
        length = int.from_bytes(self._data[begin + 8 : begin + _OVERHEAD])
        self._begin = begin + _OVERHEAD + length
        return _Batch(batch, memoryview(self._data)[begin : self._begin])


class _Batch:
    def __init__(self, batch: Any, data: memoryview) -> None:  # noqa: ANN401 - aiokafka has no types
        self._batch = batch
        self._data = data

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._batch, name)

    def __next__(self) -> Any:  # noqa: ANN401
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        read = 0
        try:
            for record in self._batch:
                yield record
                read += 1
        except UnicodeDecodeError:
            yield from islice(_leniently(self._data), read, None)


def _leniently(data: memoryview) -> Iterator[Any]:
    batch = _DefaultRecordBatchPy(data)
    batch._maybe_uncompress()  # noqa: SLF001
    octets, at = bytes(batch._buffer), batch._pos  # noqa: SLF001
    for _ in range(batch._num_records):  # noqa: SLF001
        record, at = _record(batch, octets, at)
        yield record


def _record(batch: Any, octets: bytes, at: int) -> tuple[Any, int]:  # noqa: ANN401
    _, at = decode_varint(octets, at)  # its length
    delta, at = decode_varint(octets, at + 1)  # after a byte of attributes, of which there are none
    place, at = decode_varint(octets, at)
    key, at = _nullable(octets, at)
    value, at = _nullable(octets, at)
    count, at = decode_varint(octets, at)
    headers = []
    for _ in range(count):
        name, at = _nullable(octets, at)
        content, at = _nullable(octets, at)
        headers.append(((name or b"").decode("utf-8", "replace"), content))
    by_broker = batch.timestamp_type == batch.LOG_APPEND_TIME
    timestamp = batch.max_timestamp if by_broker else batch.first_timestamp + delta
    record = _DefaultRecordPy(batch.base_offset + place, timestamp, batch.timestamp_type, key, value, headers)
    return record, at


def _nullable(octets: bytes, at: int) -> tuple[bytes | None, int]:
    length, at = decode_varint(octets, at)
    return (None, at) if length < 0 else (octets[at : at + length], at + length)


def read_leniently() -> None:
    """Have every aiokafka consumer of this process read so."""
    fetcher.MemoryRecords = Fetched
