"""How much one consumer group has yet to do, asked of the broker: over all of its workers, without joining it."""

from __future__ import annotations

from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from copydesk.runtime.broker import client, start
from copydesk.runtime.refusal import Unavailable


class Backlog:
    """A look at the offsets of one group."""

    def __init__(self, servers: str, group: str) -> None:
        self._servers = servers
        self._client = AIOKafkaConsumer(
            **client(servers), group_id=group, enable_auto_commit=False, auto_offset_reset="earliest"
        )

    async def __aenter__(self) -> Self:
        """Connect. Raises `Unavailable` while no broker answers, `Rejected` where one turns us away."""
        await start(self._client, self._servers)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect; the group does not notice."""
        await self._client.stop()

    async def of(self, topic: str) -> int:
        """Return the records of the topic that the group has not committed. Raises `Unavailable` while the broker is away."""
        return sum(last - done for done, last in (await self.offsets(topic)).values())

    async def offsets(self, topic: str) -> dict[int, tuple[int, int]]:
        """Return for each partition the group's next offset (the first there is, where it never committed) and the end."""
        try:
            numbers = self._client.partitions_for_topic(topic) or await self._found(topic)
            partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
            ends = await self._client.end_offsets(partitions)
            begins = await self._client.beginning_offsets(partitions)
            done = {p: await self._client.committed(p) for p in partitions}
        except KafkaError as error:
            raise Unavailable(f"the broker does not say how far {topic} is: {error!r}") from error
        return {p.partition: (max(begins[p], done[p] or 0), ends[p]) for p in partitions}

    async def _found(self, topic: str) -> set[int]:
        await self._client._client.add_topic(topic)
        return self._client.partitions_for_topic(topic) or set()
