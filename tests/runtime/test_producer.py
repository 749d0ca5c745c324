"""The producer's promises, on a real broker."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka import TopicPartition
from copydesk.runtime import producer as module
from copydesk.runtime.event import Out
from copydesk.runtime.partitioner import partition_of
from copydesk.runtime.producer import Producer
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.topics import create_missing
from copydesk.schemas.topics import topics

from tests.conftest import Servers

REQUEST_MS = 500


@pytest.mark.stack
def test_records_wait_for_a_leader_however_long_there_is_none(stack: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REQUEST_TIMEOUT_MS", REQUEST_MS)

    async def scene() -> None:
        await create_missing(stack.kafka)
        async with Producer(stack.kafka, "test") as producer:
            await producer.send([Out("wire.received", b"key", b"first")])
            with pytest.MonkeyPatch.context() as leaderless:
                leaderless.setattr(producer._client._metadata, "leader_for_partition", lambda _: -1)
                written = await producer.write([Out("wire.received", b"key", b"second")])
                await asyncio.sleep(4 * REQUEST_MS / 1000)
                assert not written.done()
            await asyncio.wait_for(written, 30)

    asyncio.run(scene())


@pytest.mark.stack
def test_a_hole_in_the_sequence_ends_the_producer_whoever_wrote_last(stack: Servers) -> None:
    async def scene() -> None:
        await create_missing(stack.kafka)
        async with Producer(stack.kafka, "test") as producer:
            record = Out("wire.received", b"key", b"value")
            await producer.send([record])
            ended = asyncio.create_task(producer.failed())
            partition = TopicPartition(record.topic, partition_of(b"key", topics()[record.topic].partitions))
            producer._client._txn_manager.increment_sequence_number(partition, 5)
            assert not ended.done()
            with pytest.raises(Unavailable):
                await producer.send([record])
            await asyncio.wait_for(ended, 10)

    asyncio.run(scene())
