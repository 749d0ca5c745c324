"""`/healthz`, `/readyz` and `/metrics` of a service: they look at offsets advancing, not at the process being there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from copydesk.runtime import metrics
from copydesk.runtime.batch import Partition
from copydesk.runtime.consumer import BatchConsumer
from copydesk.runtime.conveyor import Conveyor
from copydesk.runtime.producer import Producer
from copydesk.runtime.refusal import Rejected, Unavailable
from faust.exceptions import ConsumerNotStarted
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

LOOK_EVERY_S = 2.0

log = structlog.get_logger(__name__)


class Health:
    """What the stage's offsets, its broker and its work say about it."""

    def __init__(self, stage: str, stall_s: float) -> None:
        self._stage = stage
        self._stall_s = stall_s
        self._idle_since = time.monotonic()
        self._away: Unavailable | None = None
        """What keeps us from the broker, as of the last look."""
        self._needed: dict[str, Unavailable] = {}
        """What the stage said that it lacks, by what it needs it for."""
        self._lag: dict[Partition, int] = {}
        self._consumer: BatchConsumer | None = None
        self._conveyor: Conveyor | None = None

    def watch(self, consumer: BatchConsumer, conveyor: Conveyor) -> None:
        """From now on the stage is running."""
        self._consumer, self._conveyor = consumer, conveyor

    async def keep_looking(self, producer: Producer) -> None:
        """Look at the broker and at the lag, for ever."""
        while True:
            self._heard(await producer.trouble())
            self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    def needs(self, what: str, trouble: Unavailable | None) -> None:
        """Note what keeps the stage from something that it needs; None once it has it."""
        self._needed.pop(what, None)
        if trouble is not None:
            self._needed[what] = trouble

    def _heard(self, trouble: Unavailable | None) -> None:
        if isinstance(trouble, Rejected) and str(trouble) != str(self._away):
            log.error("rejected", reason=str(trouble))
        self._away = trouble

    def look(self) -> None:
        """Take the lag of each partition, and note when there was nothing left to do."""
        former, self._lag = self._lag, self._lag_now()
        if not any(self._lag.values()):
            self._idle_since = time.monotonic()
        for topic, partition in former.keys() - self._lag.keys():
            metrics.LAG.remove(self._stage, topic, str(partition))
        for (topic, partition), records in self._lag.items():
            metrics.LAG.labels(self._stage, topic, str(partition)).set(records)
        metrics.ADVANCED.labels(self._stage).set(time.time() - self._still_for())

    def stalled(self) -> str | None:
        """Say why the stage hangs, None where it does not.

        A stage that waits for its store or its broker does not hang: starting it anew would not help.
        """
        still = self._still_for()
        waits = self._conveyor is not None and self._conveyor.waiting_for
        if still > self._stall_s and any(self._lag.values()) and not self._away and not waits:
            return f"{sum(self._lag.values())} records to do, and no offset advanced for {still:.0f} s"
        return None

    def unready(self) -> str | None:
        """Say why the stage cannot do its work just now, None where it can."""
        if self._consumer is None or self._conveyor is None:
            return self._lacks() or "starting"
        if lacking := self._lacks():
            return lacking
        if self._conveyor.waiting_for:
            return f"waiting: {self._conveyor.waiting_for}"
        if self._consumer.app.rebalancing or not self._consumer.flow_active:
            return "partitions are being dealt out"
        return self.stalled()

    def _lacks(self) -> str | None:
        lacking = [self._away, *self._needed.values()] if self._away else [*self._needed.values()]
        return f"waiting: {'; '.join(map(str, lacking))}" if lacking else None

    def _still_for(self) -> float:
        advanced = self._consumer.advanced if self._consumer else 0.0
        return time.monotonic() - max(advanced, self._idle_since)

    def _lag_now(self) -> dict[Partition, int]:
        try:
            return {(tp[0], tp[1]): lag for tp, lag in self._consumer.lag().items()} if self._consumer else {}
        except ConsumerNotStarted:
            return {}


def _answering(question: Callable[[], str | None]) -> Callable[[web.Request], object]:
    async def answer(_: web.Request) -> web.Response:
        trouble = question()
        return web.json_response({"ok": trouble is None, "reason": trouble}, status=503 if trouble else 200)

    return answer


async def _metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


@asynccontextmanager
async def endpoints(health: Health, host: str, port: int) -> AsyncIterator[int]:
    """Serve the three endpoints for as long as the context is open; gives the port (a free one where 0 is asked for)."""
    served = web.Application()
    served.router.add_get("/healthz", _answering(health.stalled))  # type: ignore[arg-type]
    served.router.add_get("/readyz", _answering(health.unready))  # type: ignore[arg-type]
    served.router.add_get("/metrics", _metrics)
    runner = web.AppRunner(served, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, shutdown_timeout=1.0)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
