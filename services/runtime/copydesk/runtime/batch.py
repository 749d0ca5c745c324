"""A fetched batch of one partition, and what the chassis asks of whoever keeps its offsets."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from copydesk.runtime.event import Event

Partition = tuple[str, int]
"""Topic and number; faust's `TP` is one."""


@dataclass(frozen=True)
class Batch:
    """Records of one partition, in order, as they were fetched."""

    partition: Partition
    generation: int
    """Of the consumer group: what was fetched under an older one counts no more."""
    events: Sequence[Event]
    message: Any = field(repr=False, default=None)
    """faust's own message, which stands for the whole batch."""


class Offsets(Protocol):
    """Keeps how far each partition is done."""

    @property
    def leaving(self) -> asyncio.Event:
        """Set while the worker stops or gives its partitions back: finish what is begun, begin nothing."""

    def holds(self, batch: Batch) -> bool:
        """Whether the batch still counts: it was fetched since the partitions were dealt out last."""

    def advance(self, batch: Batch, offset: int) -> None:
        """Everything of the batch's partition below the offset is done. Called in order for each partition."""

    def release(self, batch: Batch) -> None:
        """The batch is no longer worked on. What was not advanced over will be fetched again."""
