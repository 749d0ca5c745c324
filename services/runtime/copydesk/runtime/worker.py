"""The faust app of a stage: one agent, no web, no tables, no producer of its own."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable
from typing import Any

import faust
from copydesk.runtime.batch import Batch
from copydesk.runtime.broker import credentials
from copydesk.runtime.consumer import BatchConsumer, BatchTopic, BatchTransport
from copydesk.runtime.conveyor import Conveyor
from copydesk.runtime.lag import group
from copydesk.runtime.settings import Settings
from copydesk.runtime.stage import Stage
from faust.app.base import BootStrategy

BUFFERED_BATCHES = 8
"""Fetched batches that may wait for the stage; a partition is paused beyond."""
FETCH_BYTES = 4 << 20
"""Of one partition in one fetch; the records that wait in memory are a few times this for each partition."""


class _Boot(BootStrategy):
    enable_kafka_producer = False
    enable_web = False


class App(faust.App):
    """faust's app on the batching consumer. It writes no folder and starts no producer: the chassis has its own."""

    BootStrategy = _Boot

    def _new_transport(self) -> Any:  # noqa: ANN401
        return BatchTransport(self.conf.broker_consumer, self)

    def _create_directories(self) -> None:
        """Nothing to keep: there are no tables."""


def app(stage: Stage, settings: Settings) -> App:
    """Return the stage's faust app, without its agent."""
    return App(
        group(stage.name),
        broker_credentials=credentials(),
        broker=[f"aiokafka://{server.strip()}" for server in settings.kafka.split(",")],
        store="memory://",
        datadir=tempfile.gettempdir(),
        autodiscover=False,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        cython_optimizations=True,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=FETCH_BYTES,
        consumer_metadata_max_age_ms=60_000,
        stream_buffer_maxsize=BUFFERED_BATCHES,
        stream_wait_empty=True,
        broker_max_poll_records=4000,
        broker_commit_interval=settings.commit_interval_s,
        broker_session_timeout=settings.session_timeout_s,
        broker_heartbeat_interval=settings.session_timeout_s / 4,
        broker_rebalance_timeout=max(30.0, settings.session_timeout_s),
        broker_request_timeout=max(30.0, settings.session_timeout_s),
        loop=asyncio.get_running_loop(),
    )


def attach(app: App, topics: Iterable[str], conveyor: Conveyor) -> None:
    """Give the app its one agent, which carries every batch of the topics."""
    source = BatchTopic(app, topics=list(topics), key_serializer="raw", value_serializer="raw")

    @app.agent(source, name=app.conf.id)
    async def carry(stream: Any) -> None:  # noqa: ANN401
        async for event in stream.noack().events():
            batch: Batch = event.message.value
            await conveyor.carry(batch)


def consumer(app: App) -> BatchConsumer:
    """Return the app's consumer, which keeps its offsets."""
    return app.consumer  # type: ignore[return-value]
