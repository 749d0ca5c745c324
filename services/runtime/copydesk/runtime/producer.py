"""Writes records: packed into one batch a partition, acknowledged by every replica in sync.

aiokafka's `send` costs more a record than all else that the chassis does; a batch packed here and handed over whole does not.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from itertools import count
from math import inf
from typing import Any, Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError
from copydesk.runtime.broker import client, start
from copydesk.runtime.broker_access import trouble
from copydesk.runtime.event import Out
from copydesk.runtime.partitioner import partition_of
from copydesk.runtime.refusal import Refusal, Unavailable

RECORD_LIMIT = 1 << 20
"""Bytes that key, value and headers of one record may have together."""
BATCH_BYTES = 512 << 10
"""A batch is closed at this size; a single larger record makes a batch of its own."""
SEND_TIMEOUT_S = 10.0
REQUEST_TIMEOUT_MS = 30_000
STOP_TIMEOUT_S = 10.0


def size(record: Out) -> int:
    """Return the bytes of the record that count against `RECORD_LIMIT`."""
    headers = sum([len(name) + len(value) for name, value in record.headers]) if record.headers else 0
    return len(record.key or b"") + len(record.value or b"") + headers


def check_size(record: Out) -> None:
    """Refusal `too-large` where the record is over `RECORD_LIMIT`."""
    if (octets := size(record)) > RECORD_LIMIT:
        raise Refusal("too-large", f"a record of {octets} bytes for {record.topic}; {RECORD_LIMIT} are the limit")


class Producer:
    """An idempotent producer: a batch that it repeats after a lost answer is not doubled, and order in a partition holds."""

    def __init__(self, servers: str, name: str) -> None:
        self._servers = servers
        self._client = AIOKafkaProducer(
            **client(servers),
            client_id=name,
            acks="all",
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES,
            max_request_size=RECORD_LIMIT + BATCH_BYTES,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            metadata_max_age_ms=60_000,
        )
        # aiokafka gives a batch up that finds no leader for as long as a request may take, idempotent or not: after an outage
        # that would end the process, just when the brokers are back and are about to choose one.
        self._client._message_accumulator._batch_ttl = inf  # noqa: SLF001
        self._turns = count()
        self._broken = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Connect. Raises `Unavailable` while no broker answers, `Rejected` where one turns us away."""
        await start(self._client, self._servers)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Wait for what is on its way, within bounds, and leave."""
        try:
            await asyncio.wait_for(self._client.stop(), STOP_TIMEOUT_S)
        except TimeoutError:
            await self._client.client.close()

    async def write(self, records: Sequence[Out]) -> asyncio.Future[Any]:
        """Hand the records over, in their order; the future is done when the broker has every one of them.

        Waits here while the broker is away or slower than we are. Records must be within `RECORD_LIMIT`: a batch that the
        broker refuses leaves a hole in the producer's sequence, and ends it.
        """
        written: list[asyncio.Future[Any]] = []
        for topic, shares in (await self._by_partition(records)).items():
            for partition, share in enumerate(shares):
                for batch in self._packed(share) if share else ():
                    written.append(await self._hand_over(batch, topic, partition))  # noqa: PERF401 - one after the other
        return asyncio.gather(*written)

    async def send(self, records: Sequence[Out]) -> None:
        """Write the records and return when the broker has them.

        Raises `Unavailable` where that takes too long, and Refusal `too-large` where one is over the limit.
        """
        for record in records:
            check_size(record)
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await (await self.write(records))
        except TimeoutError as error:
            raise Unavailable(f"the broker did not take {len(records)} records in {SEND_TIMEOUT_S:.0f} s") from error
        except KafkaError as error:
            # A batch was given up: what follows it has a hole before it, and would be refused for ever.
            self._broken.set()
            raise Unavailable(f"the broker did not take {len(records)} records: {error!r}") from error

    async def trouble(self, within_s: float = 3.0) -> Unavailable | None:
        """Ask a broker for the cluster's metadata; return None where it answers, else what keeps us from it."""
        with contextlib.suppress(TimeoutError, KafkaError):
            if await asyncio.wait_for(self._client.client.force_metadata_update(), within_s):
                return None
        return await trouble(self._servers)

    async def failed(self) -> None:
        """Return when the producer can write no more, whatever is tried: the process must start anew."""
        broken = asyncio.create_task(self._broken.wait())
        try:
            # The sender ends on some fatal errors, and says so nowhere.
            await asyncio.wait([self._client._sender.sender_task, broken], return_when=asyncio.FIRST_COMPLETED)  # noqa: SLF001
        finally:
            broken.cancel()

    async def _by_partition(self, records: Sequence[Out]) -> dict[str, list[list[Out]]]:
        shares: dict[str, list[list[Out]]] = {}
        keyless = next(self._turns)
        for record in records:
            topic, key, _, _ = record
            if topic not in shares:
                shares[topic] = [[] for _ in range(await self._partitions(topic))]
            among = shares[topic]
            among[keyless % len(among) if key is None else partition_of(key, len(among))].append(record)
        return shares

    async def _partitions(self, topic: str) -> int:
        known = self._client.client.cluster.partitions_for_topic(topic)
        while not known:
            try:
                known = await self._client.partitions_for(topic)
            except KafkaError:  # not there yet, or nobody to ask
                await asyncio.sleep(0.2)
        return len(known)

    def _packed(self, records: Sequence[Out]) -> list[Any]:
        batch = self._client.create_batch()
        batches = [batch]
        for _, key, value, stated in records:
            headers = list(stated) if stated else None
            # The builder takes its first record whatever its size, and answers None once it is full.
            if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
                batch = self._client.create_batch()
                batches.append(batch)
                batch.append(key=key, value=value, timestamp=None, headers=headers)
        batch.close()
        return batches

    async def _hand_over(self, batch: Any, topic: str, partition: int) -> asyncio.Future[Any]:  # noqa: ANN401 - aiokafka has no types
        while True:
            try:
                return await self._client.send_batch(batch, topic, partition=partition)  # type: ignore[no-any-return]
            except KafkaTimeoutError:  # the partition's former batch still waits for a broker; this one was not taken
                continue
