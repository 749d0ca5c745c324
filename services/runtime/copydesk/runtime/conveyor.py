"""From a batch to its offsets: work, write, and only when the broker has every record of it, advance.

Several writes are on their way at once; they are settled in the order in which they were begun, so that an offset never
overtakes an earlier one of its partition.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from copydesk.runtime import metrics
from copydesk.runtime.batch import Batch, Offsets
from copydesk.runtime.deadletter import TOPIC as DEAD
from copydesk.runtime.deadletter import dead_letter, kind
from copydesk.runtime.event import Event, Out
from copydesk.runtime.logs import about, waiting
from copydesk.runtime.pace import Pace
from copydesk.runtime.producer import Producer, check_size
from copydesk.runtime.refusal import Refusal, Unavailable
from copydesk.runtime.retry import Abandoned, persist
from copydesk.runtime.stage import Outcome, Work
from copydesk.runtime.tracing import UNTRACED, Tracing

IN_FLIGHT = 8
"""Calls of the work whose records may be on their way to the broker at once."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Step:
    """Part of a batch whose records were handed to the producer."""

    batch: Batch
    events: Sequence[Event]
    written: asyncio.Future[Any]
    records: Sequence[Out]
    last: bool


class Conveyor:
    """Carries the batches of one stage, one after the other."""

    def __init__(  # noqa: PLR0917 - each is what one part of the chassis needs
        self,
        stage: str,
        work: Work,
        producer: Producer,
        offsets: Offsets,
        pace: Pace,
        tracing: Tracing = UNTRACED,
    ) -> None:
        self._stage = stage
        self._work = work
        self._producer = producer
        self._offsets = offsets
        self._pace = pace
        self._tracing = tracing
        self._steps: asyncio.Queue[_Step] = asyncio.Queue(IN_FLIGHT)
        self.waiting_for: str | None = None
        """What the stage waits for, where something that it needs is away."""

    async def carry(self, batch: Batch) -> None:
        """Do the batch, or as much of it as can be done before the worker has to let go of it.

        Never raises: what ends the worker is raised by `settle`, since faust would pass over it.
        """
        try:
            await self._carry(batch)
        except Exception as error:  # noqa: BLE001
            await self._steps.put(_Step(batch, (), _resolved(error), (), last=True))

    async def _carry(self, batch: Batch) -> None:
        begun = 0
        try:
            while begun < len(batch.events) and not self._offsets.leaving.is_set():
                part = batch.events[begun : begun + self._pace.events]
                records = await self._done(part)
                written = await self._producer.write(records)
                begun += len(part)
                await self._steps.put(_Step(batch, part, written, records, last=begun == len(batch.events)))
        except Abandoned:
            log.info("batch let go", **about(batch.events[begun]))
        if begun < len(batch.events):
            await self._steps.put(_Step(batch, (), _resolved(), (), last=True))

    async def settle(self) -> None:
        """Advance over what is written, for ever. Raises where the broker refuses for good: the worker must start anew."""
        while True:
            step = await self._steps.get()
            await step.written
            if step.events:
                self._offsets.advance(step.batch, step.events[-1].offset + 1)
                self._count(step)
            if step.last:
                self._offsets.release(step.batch)

    async def _done(self, events: Sequence[Event]) -> list[Out]:
        traced = self._tracing.begin(events)

        def waits(error: Unavailable, seconds: float) -> None:
            self._wait_for(error, seconds)
            traced.waited(str(error))

        found = await persist(lambda: self._outcomes(traced.events), self._offsets.leaving, waits)
        self._resume()
        outcomes = [_fitting(outcome) for outcome in found]
        traced.end(outcomes)
        return list(self._records(events, traced.events, outcomes))

    async def _outcomes(self, events: Sequence[Event]) -> Sequence[Outcome]:
        try:
            return await self._checked(events)
        except Unavailable:
            raise
        except Exception as error:
            if len(events) == 1:
                return [error]
            log.exception("work failed as a whole; each event is tried by itself", events=len(events))
        return [(await self._outcomes([event]))[0] for event in events]

    async def _checked(self, events: Sequence[Event]) -> Sequence[Outcome]:
        begun = time.perf_counter()
        outcomes = await self._work(events)
        took = time.perf_counter() - begun
        self._pace.learn(len(events), took)
        metrics.WORK_SECONDS.labels(self._stage).observe(took)
        metrics.WORK_EVENTS.labels(self._stage).observe(len(events))
        if len(outcomes) != len(events):
            raise TypeError(f"{len(outcomes)} outcomes for {len(events)} events")
        for outcome in outcomes:
            if isinstance(outcome, Unavailable):
                raise outcome
        return outcomes

    def _records(self, events: Sequence[Event], traced: Sequence[Event], outcomes: Sequence[Outcome]) -> Iterator[Out]:
        for event, seen, outcome in zip(events, traced, outcomes, strict=True):
            if isinstance(outcome, tuple):
                yield from outcome
            else:
                yield self._dead(event, seen, outcome)

    def _dead(self, event: Event, seen: Event, error: Exception) -> Out:
        """Return the letter of the event as it was read; the stage saw it with its trace."""
        metrics.DEAD.labels(self._stage, kind(error)).inc()
        log.warning("dead letter", error=kind(error), reason=str(error)[:500], **about(seen))
        return dead_letter(event, self._stage, error, seen.header("traceparent"))

    def _wait_for(self, error: Unavailable, seconds: float) -> None:
        self.waiting_for = str(error)
        metrics.WAITING.labels(self._stage).set(1)
        metrics.RETRIES.labels(self._stage).inc()
        waiting(log, error, seconds)

    def _resume(self) -> None:
        if self.waiting_for is not None:
            self.waiting_for = None
            metrics.WAITING.labels(self._stage).set(0)
            log.info("no longer waiting")

    def _count(self, step: _Step) -> None:
        written = Counter([record.topic for record in step.records])
        for topic, records in written.items():
            metrics.WRITTEN.labels(self._stage, topic).inc(records)
        dead = written[DEAD]
        metrics.EVENTS.labels(self._stage, "dead").inc(dead)
        metrics.EVENTS.labels(self._stage, "done").inc(len(step.events) - dead)
        age = time.time() - step.events[-1].timestamp_ms / 1000
        metrics.AGE_SECONDS.labels(self._stage).observe(max(0.0, age))


def _fitting(outcome: Outcome) -> Outcome:
    """Return the outcome, or the refusal of a record of it that is too large for its topic."""
    try:
        for record in outcome if isinstance(outcome, tuple) else ():
            check_size(record)
    except Refusal as refusal:
        return refusal
    return outcome


def _resolved(error: Exception | None = None) -> asyncio.Future[Any]:
    resolved: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    if error is None:
        resolved.set_result(None)
    else:
        resolved.set_exception(error)
    return resolved
