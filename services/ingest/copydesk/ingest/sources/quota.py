"""How fast a feed may push over HTTP: a bucket of tokens a feed, a document each (`rate` in the file of feeds)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

BURST_S = 10.0
"""A feed that was silent may send what so many seconds allow at once."""


@dataclass
class Quota:
    """What each feed has left. One worker's own: with N workers a feed may send N times its rate."""

    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def wait(self, feed: str, rate: float | None) -> int:
        """Return the seconds, rounded up, that the feed has to wait; 0 where it may send now."""
        left = self._now(feed, rate) if rate else 1.0
        return 0 if left > 0 or not rate else max(1, math.ceil(-left / rate))

    def spend(self, feed: str, rate: float | None, documents: int) -> None:
        """Take note of what the feed sent; a request may overdraw, and the next one waits for it."""
        if rate:
            self._left[feed] = (self._now(feed, rate) - documents, self.clock())

    def _now(self, feed: str, rate: float) -> float:
        most = max(1.0, rate * BURST_S)
        left, at = self._left.get(feed, (most, self.clock()))
        return min(most, left + (self.clock() - at) * rate)
