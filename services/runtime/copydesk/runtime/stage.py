"""What a stage is: a function from a batch of events to what becomes of each, and a declaration of its topics."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from copydesk.runtime.event import Event, Out
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.settings import Settings
from copydesk.runtime.tracing import Tracing

Outcome = tuple[Out, ...] | Exception
"""What became of one event: the records to write for it, or why there are none (it then goes to `wire.dead`)."""

Work = Callable[[Sequence[Event]], Awaitable[Sequence[Outcome]]]
"""One outcome for each event of the batch, in its order. Raises `Unavailable` where the whole batch must be tried again."""


class Port(Protocol):
    """What the chassis lends to a stage beside its events."""

    @property
    def settings(self) -> Settings:
        """The service's settings."""

    @property
    def tracing(self) -> Tracing:
        """What the service tells of its work."""

    async def send(self, records: Sequence[Out]) -> None:
        """Write records; returns when the broker has them. Raises `Unavailable` while it is away."""

    def needs(self, what: str, trouble: Unavailable | None) -> None:
        """Say that something which the stage needs (its store) is away, and None once it is there: `/readyz` tells."""

    async def backlog(self) -> int:
        """Return how many records stand between the stages of the pipeline that some stage has not done yet."""


@dataclass(frozen=True)
class Stage:
    """One step of the pipeline. The chassis alone knows how it is run (faust, batches, offsets, retries, health).

    `open` gives the work function for as long as the stage runs, so that a stage can hold a database pool, an HTTP server
    or a timer beside its events; it is entered before the first event and left after the last one was acknowledged.
    """

    name: str
    version: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    open: Callable[[Port], AbstractAsyncContextManager[Work]]


def each(step: Callable[[Event], Iterable[Out]], *, threaded: bool = False) -> Work:
    """Return the work that applies `step` to one event after the other; what one of them raises is its own outcome.

    `threaded` runs it on a thread, for steps that may compute for long: health, rebalancing and what is on its way to the
    broker go on beside it. `Unavailable` ends the batch, to be tried again.
    """

    async def work(batch: Sequence[Event]) -> list[Outcome]:
        return await asyncio.to_thread(_outcomes, step, batch) if threaded else _outcomes(step, batch)

    return work


def _outcomes(step: Callable[[Event], Iterable[Out]], batch: Sequence[Event]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for event in batch:
        try:
            outcomes.append(tuple(step(event)))
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a bad event never stops the stage
            outcomes.append(error)
    return outcomes
