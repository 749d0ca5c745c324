"""Runs one stage as one process: consuming, retries, dead letters, health, and a graceful end."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import structlog
from copydesk.runtime import broker, logs, metrics, topics, worker
from copydesk.runtime.conveyor import Conveyor
from copydesk.runtime.deadletter import TOPIC as DEAD
from copydesk.runtime.event import Out
from copydesk.runtime.health import Health, endpoints
from copydesk.runtime.lag import Pipeline, group
from copydesk.runtime.producer import Producer
from copydesk.runtime.quarantine import Quarantine
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.retry import Abandoned, persist
from copydesk.runtime.security import BadSettings, DatabaseSecurity, stated
from copydesk.runtime.settings import Settings
from copydesk.runtime.stage import Stage, Work
from copydesk.runtime.tracing import UNTRACED, Tracing, configured

EXIT_FAILED = 70
"""EX_SOFTWARE: a fault that a fresh process may mend; whoever supervises the service should start it again."""

EXIT_CONFIG = 78
"""EX_CONFIG: a setting is wrong; starting again will not help."""

FAILED_GRACE_S = 3.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Port:
    """What a stage is lent (`copydesk.runtime.stage.Port`)."""

    settings: Settings
    producer: Producer
    stage: str
    pipeline: Pipeline
    needs: Callable[[str, Unavailable | None], None] = lambda _what, _trouble: None
    tracing: Tracing = UNTRACED

    async def send(self, records: Sequence[Out]) -> None:
        await self.producer.send(records)
        for topic, share in Counter(record.topic for record in records).items():
            metrics.WRITTEN.labels(self.stage, topic).inc(share)

    async def backlog(self) -> int:
        return await self.pipeline.waiting()


def run(stage: Stage, settings: Settings | None = None) -> int:
    """Run the stage until SIGTERM or SIGINT; return the process's exit status: 0, or 70 where it failed.

    Settings that no wait will mend end it at once, with status 78 and one line that names them.
    """
    try:
        settings = settings or stated(Settings)
        logs.configure(stage.name, settings.log_level)
        broker.client(settings.kafka), stated(DatabaseSecurity)
        tracing = configured(group(stage.name), stage.version)
        status = asyncio.run(_serve(stage, settings, tracing))
        tracing.close()
    except BadSettings as wrong:
        logs.configure(stage.name, "info")
        log.critical("bad settings", reason=str(wrong))
        return EXIT_CONFIG
    return status


async def _serve(stage: Stage, settings: Settings, tracing: Tracing) -> int:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _stop, stopping, settings.stop_timeout_s)
    health = Health(stage.name, settings.stall_s)
    metrics.begin(stage.name, stage.version, {*stage.writes, DEAD})
    try:
        async with AsyncExitStack() as held:
            http_port = await held.enter_async_context(endpoints(health, settings.http_host, settings.http_port))
            log.info("starting", version=stage.version, reads=stage.reads, http_port=http_port)
            producer = await persist(lambda: _connected(held, stage, settings), stopping, partial(_report, health))
            health.needs("broker", None)
            pipeline = await held.enter_async_context(Pipeline(settings.kafka))
            port = _Port(settings, producer, stage.name, pipeline, health.needs, tracing)
            work = await held.enter_async_context(stage.open(port))
            await _consume(worker.app(stage, settings), stage, work, port, health, stopping)
    except Abandoned:
        log.info("stopped before anything was begun")
    except BadSettings:
        raise
    except Exception:
        log.exception("failed")
        _end_within(FAILED_GRACE_S)
        return EXIT_FAILED
    log.info("stopped")
    return 0


async def _connected(held: AsyncExitStack, stage: Stage, settings: Settings) -> Producer:
    await topics.create_missing(settings.kafka, {*stage.reads, *stage.writes, DEAD}, settings.replication)
    return await held.enter_async_context(Producer(settings.kafka, group(stage.name)))


async def _consume(  # noqa: PLR0917 - each is what one part of the chassis needs
    app: worker.App, stage: Stage, work: Work, port: _Port, health: Health, stopping: asyncio.Event
) -> None:
    """Consume until told to stop. Raises what ended it otherwise."""
    consumer, producer = worker.consumer(app), port.producer
    conveyor = Conveyor(stage.name, work, producer, consumer, consumer.pace, Quarantine(consumer), port.tracing)
    worker.attach(app, stage.reads, conveyor)
    await app.start()
    health.watch(consumer, conveyor)
    _spare_the_collector()
    tasks = [
        asyncio.create_task(stopping.wait()),
        asyncio.create_task(_crash(app)),
        asyncio.create_task(_failure(producer)),
        asyncio.create_task(conveyor.work()),
        asyncio.create_task(conveyor.settle()),
        asyncio.create_task(health.keep_looking(producer)),
    ]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
        log.info("stopping")
        await app.stop()  # the conveyor still lets go and settles what is on its way
    finally:
        for task in tasks:
            task.cancel()


def _spare_the_collector() -> None:
    """Keep what was loaded at the start out of Python's garbage collection, and look at young objects less often.

    Each full collection would go through libraries and knowledge that stay anyway: a tenth of the CPU of moving alone.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


async def _crash(app: worker.App) -> None:
    await app._crashed.wait()  # noqa: SLF001 - mode has no public way to wait for it
    raise RuntimeError("faust crashed") from app.crash_reason


async def _failure(producer: Producer) -> None:
    await producer.failed()
    raise RuntimeError("the producer can write no more")


def _report(health: Health, error: Unavailable, seconds: float) -> None:
    health.needs("broker", error)
    logs.waiting(log, error, seconds)


def _stop(stopping: asyncio.Event, within_s: float) -> None:
    stopping.set()
    _end_within(within_s)


def _end_within(seconds: float) -> None:
    """Make sure that the process ends, whatever hangs: what it held is done again by the next worker."""
    watchdog = threading.Timer(seconds, os._exit, (EXIT_FAILED,))
    watchdog.daemon = True
    watchdog.start()
