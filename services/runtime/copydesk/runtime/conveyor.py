"""From batches to their offsets: work, write, and only when the broker has every record of them, advance.

What waits of several partitions is worked on in one call: under a light load each has an event or two, and a call costs the
same round trips for one as for fifty. Several writes are on their way at once; they are settled in the order in which they
were begun, so that an offset never overtakes an earlier one of its partition.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from copydesk.runtime import metrics
from copydesk.runtime.batch import Batch, Offsets
from copydesk.runtime.deadletter import TOPIC as DEAD
from copydesk.runtime.deadletter import dead_letter, kind
from copydesk.runtime.envelope import trace_of
from copydesk.runtime.event import Event, Out
from copydesk.runtime.logs import about, waiting
from copydesk.runtime.pace import Pace
from copydesk.runtime.producer import Producer, check_size
from copydesk.runtime.quarantine import Quarantine
from copydesk.runtime.refusal import Refusal, Unavailable
from copydesk.runtime.retry import Abandoned, Answer, persist
from copydesk.runtime.stage import Outcome, Work
from copydesk.runtime.tracing import UNTRACED, Tracing

IN_FLIGHT = 8
"""Calls of the work whose records may be on their way to the broker at once."""
WAITING = 8
"""Batches that may wait for the next call."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Share:
    """What a batch has in a call: some of its events, or none where it is let go."""

    batch: Batch
    events: Sequence[Event]
    last: bool
    """Whether nothing of the batch comes after it."""


@dataclass(frozen=True)
class _Step:
    """A call whose records were handed to the producer."""

    shares: Sequence[_Share]
    written: asyncio.Future[Any]
    records: Sequence[Out]


class Conveyor:
    """Carries the batches of one stage."""

    def __init__(  # noqa: PLR0917 - each is what one part of the chassis needs
        self,
        stage: str,
        work: Work,
        producer: Producer,
        offsets: Offsets,
        pace: Pace,
        quarantine: Quarantine,
        tracing: Tracing = UNTRACED,
    ) -> None:
        self._stage = stage
        self._work = work
        self._producer = producer
        self._offsets = offsets
        self._pace = pace
        self._quarantine = quarantine
        self._tracing = tracing
        self._waiting: asyncio.Queue[Batch] = asyncio.Queue(WAITING)
        self._steps: asyncio.Queue[_Step] = asyncio.Queue(IN_FLIGHT)
        self.waiting_for: str | None = None
        """What the stage waits for, where something that it needs is away."""

    async def carry(self, batch: Batch) -> None:
        """Take the batch over, as soon as there is room for it."""
        await self._waiting.put(batch)

    async def work(self) -> None:
        """Do what was taken over, for ever; let go of it where the worker has to."""
        while True:
            taken = await self._taken()
            for batch in taken:
                if not self._offsets.holds(batch):
                    self._offsets.release(batch)
            if ours := [batch for batch in taken if self._offsets.holds(batch)]:
                await self._work_on(ours)

    async def _taken(self) -> list[Batch]:
        """Return the batch that waited longest, and others with it as long as they fit into its call."""
        taken = [await self._waiting.get()]
        while not self._waiting.empty() and sum(len(batch.events) for batch in taken) < self._pace.events:
            taken.append(self._waiting.get_nowait())
        return taken

    async def _work_on(self, batches: Sequence[Batch]) -> None:
        left = deque(_Share(batch, batch.events, last=True) for batch in batches)
        shares: list[_Share] = []
        try:
            await self._persist(lambda: self._quarantine.take(batches))
            while left and not self._offsets.leaving.is_set():
                shares = list(_cut_off(left, self._pace.events, self._quarantine.apart))
                await self._call(shares)
        except Abandoned:
            log.info("batches let go", **about(batches[0].events[0]))
            left.extendleft(share for share in reversed(shares) if share.last)
        if left:
            await self._steps.put(_Step([_Share(share.batch, (), last=True) for share in left], _resolved(), ()))

    async def _call(self, shares: Sequence[_Share]) -> None:
        """Do one call's worth. What is done apart is done while nothing else is, or is on its way."""
        apart = self._quarantine.apart(shares[0].batch)
        if apart:
            await self._steps.join()
        records = await self._done(shares)
        await self._steps.put(_Step(shares, await self._producer.write(records), records))
        if apart:
            await self._steps.join()
            with suppress(Abandoned):  # it is done all the same; what comes after it is let go
                await self._persist(lambda: self._quarantine.outlived(shares[0].batch, shares[0].events[0]))

    async def settle(self) -> None:
        """Advance over what is written, for ever. Raises where the broker refuses for good: the worker must start anew."""
        while True:
            step = await self._steps.get()
            await step.written
            for share in step.shares:
                if share.events:
                    self._offsets.advance(share.batch, share.events[-1].offset + 1)
                if share.last:
                    self._offsets.release(share.batch)
            self._count(step)
            self._steps.task_done()

    async def _done(self, shares: Sequence[_Share]) -> list[Out]:
        events = [event for share in shares for event in share.events]
        traced = self._tracing.begin(events)
        found = await self._persist(lambda: self._watched(shares, traced.events), traced.waited)
        outcomes = [_fitting(outcome) for outcome in found]
        traced.end(outcomes)
        return list(self._records(events, traced.events, outcomes))

    async def _persist(
        self, attempt: Callable[[], Awaitable[Answer]], tell: Callable[[str], None] = lambda _reason: None
    ) -> Answer:
        def waits(error: Unavailable, seconds: float) -> None:
            self._wait_for(error, seconds)
            tell(str(error))

        answer = await persist(attempt, self._offsets.leaving, waits)
        self._resume()
        return answer

    async def _watched(self, shares: Sequence[_Share], events: Sequence[Event]) -> Sequence[Outcome]:
        """Return the outcomes, with the quarantine knowing what is being done."""
        call = [(share.batch, share.events) for share in shares]
        try:
            await self._quarantine.begin(call)
        except Refusal as refusal:
            return [refusal]
        try:
            return await self._outcomes(events)
        except Unavailable:
            await self._quarantine.came_back(call)
            raise

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
        return dead_letter(event, self._stage, error, trace_of(seen))

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
        events = [event for share in step.shares for event in share.events]
        if not events:
            return
        written = Counter([record.topic for record in step.records])
        for topic, records in written.items():
            metrics.WRITTEN.labels(self._stage, topic).inc(records)
        dead = written[DEAD]
        metrics.EVENTS.labels(self._stage, "dead").inc(dead)
        metrics.EVENTS.labels(self._stage, "done").inc(len(events) - dead)
        age = time.time() - events[-1].timestamp_ms / 1000
        metrics.AGE_SECONDS.labels(self._stage).observe(max(0.0, age))


def _cut_off(left: deque[_Share], most: int, apart: Callable[[Batch], bool]) -> Iterator[_Share]:
    """Take so many events off what is left, in its order; of a batch whose events are done apart one, and of no other then."""
    alone = apart(left[0].batch)
    most = 1 if alone else most
    while left and most > 0 and (alone or not apart(left[0].batch)):
        share = left.popleft()
        now, later = share.events[:most], share.events[most:]
        if later:
            left.appendleft(_Share(share.batch, later, last=True))
        most -= len(now)
        yield _Share(share.batch, now, last=not later)


def _fitting(outcome: Outcome) -> Outcome:
    """Return the outcome, or the refusal of a record of it that is too large for its topic."""
    try:
        for record in outcome if isinstance(outcome, tuple) else ():
            check_size(record)
    except Refusal as refusal:
        return refusal
    return outcome


def _resolved() -> asyncio.Future[Any]:
    resolved: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    resolved.set_result(None)
    return resolved
