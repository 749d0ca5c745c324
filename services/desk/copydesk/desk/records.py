"""Records of topics read between two offsets, or fetched by their place; without a consumer group."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from itertools import groupby, pairwise
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from copydesk.runtime.broker import client, connected
from copydesk.runtime.event import Event, as_event
from copydesk.runtime.records import read_leniently

Record: TypeAlias = "ConsumerRecord[bytes, bytes]"
Offsets = Mapping[int, int]
"""By partition."""

NOWHERE = -1
"""Place of what no record brought."""
OFFSET_BITS = 48
OFFSET = (1 << OFFSET_BITS) - 1

FETCH_BYTES = 8 << 20
NEAR = 200
"""Offsets that are so near are read in one go rather than sought one by one."""


def place(partition: int, offset: int) -> int:
    """Return the place of a record, partition and offset in one number; places of one partition are in its order."""
    return partition << OFFSET_BITS | offset


def partition_and_offset(where: int) -> tuple[int, int]:
    """Return what the place is made of."""
    return where >> OFFSET_BITS, where & OFFSET


def position(stated: str | None) -> int:
    """Return the place that `partition/offset` names, NOWHERE where it names none."""
    partition, _, offset = (stated or "").partition("/")
    if partition.isascii() and partition.isdigit() and offset.isascii() and offset.isdigit():
        return place(int(partition), int(offset))
    return NOWHERE


@asynccontextmanager
async def consumer_of(kafka: str) -> AsyncIterator[AIOKafkaConsumer]:
    """Give a consumer without a group and without an assignment, which commits nothing.

    Raises `Unavailable` where no broker lets us in, and says why.
    """
    read_leniently()
    consumer = AIOKafkaConsumer(
        **client(kafka),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=FETCH_BYTES,
    )
    async with connected(consumer, kafka):
        yield consumer


async def partitions_of(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    """Return the topic's partitions, none where the broker has no such topic."""
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        # A consumer without a subscription knows no topic until it is asked to look.
        await consumer._client.add_topic(topic)  # noqa: SLF001 - aiokafka has no public call for it
        numbers = consumer.partitions_for_topic(topic)
    return [TopicPartition(topic, number) for number in sorted(numbers or ())]


def place_of(record: Record) -> int:
    """Return where the record is."""
    return place(record.partition, record.offset)


async def end_offsets(consumer: AIOKafkaConsumer, topic: str) -> Offsets:
    """Return the end of each partition: one past its last record."""
    ends = await consumer.end_offsets(await partitions_of(consumer, topic))
    return {tp.partition: end for tp, end in ends.items()}


async def scan(consumer: AIOKafkaConsumer, topic: str, begins: Offsets, ends: Offsets) -> AsyncIterator[Record]:
    """Yield the topic's records from `begins` to before `ends`, those of each partition in their order."""
    left = {TopicPartition(topic, p): end for p, end in ends.items() if begins.get(p, 0) < end}
    consumer.assign(list(left))
    for tp in left:
        consumer.seek(tp, begins.get(tp.partition, 0))
    async for record in onward_to(consumer, left):
        yield record


async def onward_to(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> AsyncIterator[Record]:
    """Yield what the consumer's partitions hold from where it stands to before `ends`."""
    left = {tp: end for tp, end in ends.items() if await consumer.position(tp) < end}
    while left:
        for tp, records in (await consumer.getmany(*left, timeout_ms=500, max_records=5000)).items():
            for record in records:
                if record.offset < left[tp]:
                    yield record
        # Positions pass over transaction marks and over what compaction took, which are never handed out.
        for tp in [tp for tp, end in left.items() if await consumer.position(tp) >= end]:
            del left[tp]
            consumer.pause(tp)


async def fetch(consumer: AIOKafkaConsumer, topic: str, places: Iterable[int]) -> dict[int, Event]:
    """Return the records at these places; without those that are not there (any more)."""
    found = {}
    wanted = sorted(set(places))
    for partition, own in groupby(wanted, lambda p: partition_and_offset(p)[0]):
        for run in _runs(list(own)):
            begin, end = partition_and_offset(run[0])[1], partition_and_offset(run[-1])[1] + 1
            at = {partition_and_offset(each)[1]: each for each in run}
            async for record in scan(consumer, topic, {partition: begin}, {partition: end}):
                if record.offset in at:
                    found[at[record.offset]] = as_event(record)
    return found


def _runs(places: list[int]) -> list[list[int]]:
    runs = [[places[0]]]
    for before, after in pairwise(places):
        if after - before > NEAR:
            runs.append([])
        runs[-1].append(after)
    return runs
