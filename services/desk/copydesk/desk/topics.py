"""Reading topics as people do: from a point on, to the end or on and on, without a consumer group."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from copydesk.desk.records import consumer_of, onward_to, partitions_of
from copydesk.runtime.event import Event, as_event

Positions = dict[TopicPartition, int]


@asynccontextmanager
async def reading(kafka: str, *topics: str) -> AsyncIterator[AIOKafkaConsumer]:
    """Give a consumer that stands at the start of every partition of the topics, and commits nothing.

    Raises `Unavailable` where no broker lets us in, and says why.
    """
    async with consumer_of(kafka) as consumer:
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
    async for record in onward_to(consumer, await ends(consumer)):
        yield as_event(record)


async def onward(consumer: AIOKafkaConsumer) -> AsyncIterator[Event]:
    """Yield what is there and what comes, for ever."""
    async for record in consumer:
        yield as_event(record)
