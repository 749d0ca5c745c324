"""One request's documents on their way through the door, a few at a time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from copydesk.ingest.document import INLINE_BYTES
from copydesk.ingest.door import Delivery, Door, check
from copydesk.ingest.sources.parts import Part
from copydesk.ingest.sources.spool import Spool
from copydesk.runtime.refusal import Refusal

AT_ONCE_BYTES = 4 * INLINE_BYTES
AT_ONCE = 500


@dataclass
class Intake:
    """Takes in what a request brings, and keeps account. `close` it in any case."""

    door: Door
    feed: str
    source: str
    trace: str | None = None
    """The request's `traceparent`."""
    accepted: list[Delivery] = field(default_factory=list)
    refused: list[tuple[Delivery, Refusal]] = field(default_factory=list)
    _waiting: list[Delivery] = field(default_factory=list)
    _spools: list[Spool] = field(default_factory=list)

    def spool(self) -> Spool:
        """Return a place for the next document's bytes."""
        self._spools.append(Spool(self.door.archive))
        return self._spools[-1]

    async def add(self, part: Part) -> None:
        """Take the document, or refuse it. Raises `Unavailable` while broker or archive are away."""
        candidate = replace(part.spool.delivery(self.feed, part.filename, part.media_type), trace=self.trace)
        try:
            check(candidate)
        except Refusal as why:
            await self._refuse(candidate, why)
            return
        self._waiting.append(candidate)
        if len(self._waiting) >= AT_ONCE or sum(d.size for d in self._waiting) >= AT_ONCE_BYTES:
            await self.flush()

    async def broken(self, why: Refusal, filename: str | None, media_type: str | None) -> None:
        """Refuse what was coming when the request broke."""
        spool = self._spools[-1] if self._spools else self.spool()
        await self._refuse(replace(spool.delivery(self.feed, filename, media_type), trace=self.trace), why)

    async def flush(self) -> None:
        """Put what waits onto `wire.inbound`."""
        if self._waiting:
            await self.door.take(self._waiting, self.source)
            self.accepted += [_without_bytes(d) for d in self._waiting]
            self._waiting = []
        self.close()

    def close(self) -> None:
        """Let go of the bytes."""
        for spool in self._spools:
            spool.close()
        self._spools = []

    async def _refuse(self, candidate: Delivery, why: Refusal) -> None:
        await self.door.refuse(candidate, why, self.source)
        self.refused.append((_without_bytes(candidate), why))


def _without_bytes(taken: Delivery) -> Delivery:
    return Delivery(taken.feed, taken.sha256, taken.size, None, None, taken.filename, taken.media_type)
