"""Reading topics as people do: from a point on, to the end or on and on, without a consumer group."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from copydesk.runtime.broker import client, connected
from copydesk.runtime.event import Event, as_event

Positions = dict[TopicPartition, int]


@asynccontextmanager
async def reading(kafka: str, *topics: str) -> AsyncIterator[AIOKafkaConsumer]:
    """Give a consumer that stands at the start of every partition of the topics, and commits nothing.

    Raises `Unavailable` where no broker lets us in, and says why.
    """
    consumer = AIOKafkaConsumer(
        **client(kafka),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    async with connected(consumer, kafka):
        parts = [part for topic in topics for part in await partitions_of(consumer, topic)]
        consumer.assign(parts)
        await consumer.seek_to_beginning(*parts)
        yield consumer


async def ends(consumer: AIOKafkaConsumer) -> Positions:
    """Return the end offset of every assigned partition: one past its last record."""
    found: Positions = await consumer.end_offsets(list(consumer.assignment()))
    return found


async def to_end(consumer: AIOKafkaConsumer) -> AsyncIterator[Event]:
    """Yield what is in the assigned partitions now, and stop there."""
    until = await ends(consumer)
    left = {tp for tp, end in until.items() if await consumer.position(tp) < end}
    while left:
        for tp, records in (await consumer.getmany(*left, timeout_ms=500)).items():
            for record in records:
                if record.offset < until[tp]:
                    yield as_event(record)
        # Positions pass over transaction marks, which are never handed out.
        left = {tp for tp in left if await consumer.position(tp) < until[tp]}


async def onward(consumer: AIOKafkaConsumer) -> AsyncIterator[Event]:
    """Yield what is there and what comes, for ever."""
    async for record in consumer:
        yield as_event(record)


async def partitions_of(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    """Return the topic's partitions, none where the broker has no such topic."""
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        # A consumer without a subscription knows no topic until it is asked to look.
        await consumer._client.add_topic(topic)  # noqa: SLF001 - aiokafka has no public call for it
        numbers = consumer.partitions_for_topic(topic)
    return [TopicPartition(topic, number) for number in sorted(numbers or ())]
