"""How much waits in the pipeline, whichever stage is behind."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from copydesk.runtime.event import Out
from copydesk.runtime.lag import Pipeline, group
from copydesk.runtime.producer import Producer
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.topics import create_missing
from copydesk.schemas.topics import topics

from tests.conftest import Servers

SINK_READS = "article.enriched"


async def catch_up(servers: str, group: str, topic: str) -> None:
    """Commit the end of every partition for the group."""
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        parts = [TopicPartition(topic, number) for number in range(topics()[topic].partitions)]
        consumer.assign(parts)
        await consumer.commit(await consumer.end_offsets(parts))
    finally:
        await consumer.stop()


@pytest.mark.stack
def test_what_a_slow_sink_has_not_done_waits_in_the_pipeline(stack: Servers) -> None:
    async def scene() -> tuple[int, int, int]:
        await create_missing(stack.kafka)
        async with Producer(stack.kafka, "test") as producer, Pipeline(stack.kafka) as pipeline:
            await catch_up(stack.kafka, group("publish"), SINK_READS)
            before = await pipeline.waiting()
            await producer.send(
                [Out(SINK_READS, b"%d" % number, b'{"uri": "lag", "format": "text"}') for number in range(7)]
            )
            behind = await pipeline.waiting()
            await catch_up(stack.kafka, group("publish"), SINK_READS)
            return before, behind, await pipeline.waiting()

    before, behind, after = asyncio.run(scene())
    assert (behind - before, after - before) == (7, 0)


def test_a_broker_that_is_away_cannot_say() -> None:
    async def scene() -> None:
        async with Pipeline("127.0.0.1:1") as pipeline:
            for _ in range(2):
                with pytest.raises(Unavailable):
                    await pipeline.waiting()

    asyncio.run(scene())
