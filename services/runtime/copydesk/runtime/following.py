"""A compacted topic as state: followed from its start by workers that share its partitions, and commit nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka.errors import KafkaError
from copydesk.runtime.broker import client, connected
from copydesk.runtime.event import Event, as_event
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.settings import Settings


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    def __init__(self, lost: Callable[[], None]) -> None:
        self._lost = lost

    async def on_partitions_revoked(self, revoked: Any) -> None:  # noqa: ANN401
        """Partitions go; those that stay are read again from the start too."""
        del revoked
        self._lost()

    async def on_partitions_assigned(self, assigned: Any) -> None:  # noqa: ANN401
        """Nothing was committed, so that each begins at its start."""


@dataclass(frozen=True)
class Following:
    """A place among the followers of a topic."""

    consumer: AIOKafkaConsumer

    async def more(self, wait_s: float) -> list[Event]:
        """Return what came, waiting at most so long. Raises `Unavailable` while the broker is away."""
        try:
            fetched = await self.consumer.getmany(timeout_ms=int(wait_s * 1000))
        except KafkaError as error:
            raise Unavailable(f"the broker does not hand out records: {error!r}") from error
        return [as_event(record) for records in fetched.values() for record in records]


@asynccontextmanager
async def following(settings: Settings, topic: str, group: str, lost: Callable[[], None]) -> AsyncIterator[Following]:
    """Join the group and follow its share of the topic, from the start.

    `lost` is called when the share changes: all that was read counts no more, and comes again as far as it is still ours. Raises
    `Unavailable` while no broker answers.
    """
    consumer = AIOKafkaConsumer(
        **client(settings.kafka),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=int(settings.session_timeout_s * 1000),
        heartbeat_interval_ms=int(settings.session_timeout_s * 250),
    )
    consumer.subscribe([topic], listener=_Listener(lost))
    async with connected(consumer, settings.kafka):
        yield Following(consumer)
