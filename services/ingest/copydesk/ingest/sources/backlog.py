"""How far the pipeline is behind, whichever stage is the slow one: sources hold back while it is too much."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field

from copydesk.ingest.door import Door
from copydesk.runtime.refusal import Unavailable

EVERY_S = 2.0


@dataclass
class Backlog:
    """Asked in the background, so that no document waits for the answer."""

    door: Door
    limit: int
    now: int = field(default=0)

    @property
    def full(self) -> bool:
        """Whether more documents and articles wait than should."""
        return self.now > self.limit

    async def watch(self) -> None:
        """Ask on and on; while the broker cannot say, the last answer stands and sending itself will tell."""
        while True:
            with contextlib.suppress(Unavailable):
                self.now = await self.door.port.backlog()
            await asyncio.sleep(EVERY_S)
