"""The producer's promises, on a real broker."""

from __future__ import annotations

import asyncio

import pytest
from copydesk.runtime import producer as module
from copydesk.runtime.event import Out
from copydesk.runtime.producer import Producer
from copydesk.runtime.topics import create_missing

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
