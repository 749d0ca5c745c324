"""How far ingest is behind: sources hold back while it is too much."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field

from copydesk.ingest.door import Door
from copydesk.ingest.records import INBOUND
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
        """Whether more documents wait than should."""
        return self.now > self.limit

    async def watch(self) -> None:
        """Ask on and on; while the broker cannot say, the last answer stands and sending itself will tell."""
        while True:
            with contextlib.suppress(Unavailable):
                self.now = await self.door.port.backlog(INBOUND)
            await asyncio.sleep(EVERY_S)
