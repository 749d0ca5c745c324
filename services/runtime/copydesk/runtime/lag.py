"""How much the stages' consumer groups have yet to do, asked of the broker: over all of their workers, without joining them."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from copydesk.runtime.broker import client, connected
from copydesk.runtime.refusal import Unavailable
from copydesk.schemas.topics import SERVICES, topics


def group(stage: str) -> str:
    """Return the consumer group of a stage."""
    return f"copydesk-{stage}"


class Pipeline:
    """A look at the offsets of every stage at once, over connections that are kept. A slow sink is seen as well as a slow door."""

    def __init__(self, servers: str) -> None:
        self._servers = servers
        self._held: contextlib.AsyncExitStack | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Connect later, when first asked."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        await self._hang_up()

    async def waiting(self) -> int:
        """Return how many records stand between the stages that some stage has not done yet.

        A stage that never committed anything is none of this pipeline. Raises `Unavailable` while the broker is away.
        """
        async with self._turn:
            try:
                return await self._waiting()
            # aiokafka looks for the error of a whole answer where that of one partition is bad.
            except (KafkaError, AttributeError) as error:
                await self._hang_up()
                raise Unavailable(f"the broker does not say how much waits: {error!r}") from error

    async def _waiting(self) -> int:
        if self._held is None:
            await self._connect()
        done: dict[TopicPartition, int] = {}
        for stage in SERVICES:
            read = {topic.name for topic in topics().values() if stage in topic.readers}
            committed = await self._admin.list_consumer_group_offsets(group(stage))
            done |= {part: stated.offset for part, stated in committed.items() if part.topic in read}
        ends = await self._reader.end_offsets(list(done)) if done else {}
        begins = await self._reader.beginning_offsets(list(done)) if done else {}
        return sum(max(0, end - max(done[part], begins[part])) for part, end in ends.items())

    async def _connect(self) -> None:
        async with contextlib.AsyncExitStack() as held:
            how = client(self._servers)
            self._admin = await held.enter_async_context(connected(AIOKafkaAdminClient(**how), self._servers))
            reader = AIOKafkaConsumer(**how, enable_auto_commit=False)
            self._reader = await held.enter_async_context(connected(reader, self._servers))
            self._held = held.pop_all()

    async def _hang_up(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            await held.aclose()
