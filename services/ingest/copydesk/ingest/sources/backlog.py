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
    """Asked in the background, so that no document waits for the answer, and only while sources want to know."""

    door: Door
    limit: int
    now: int = field(default=0)
    _wanted: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def full(self) -> bool:
        """Whether more documents and articles wait than should, as of a moment ago."""
        self._wanted.set()
        return self.now > self.limit

    async def watch(self) -> None:
        """Ask on and on, but not of an idle door; while the broker cannot say, the last answer stands and sending itself will tell."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            with contextlib.suppress(Unavailable):
                self.now = await self.door.port.backlog()
            await asyncio.sleep(EVERY_S)
