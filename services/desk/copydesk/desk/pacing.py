"""Doing many things at a rate that leaves the pipeline room for what comes in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

AT_ONCE = 500
PORTIONS_A_SECOND = 4

Item = TypeVar("Item")


class Pace:
    """So many a second; without a rate, as fast as it goes."""

    def __init__(self, rate: float | None = None) -> None:
        self._rate = rate
        self._begun = time.monotonic()
        self._done = 0
        self.size = AT_ONCE if rate is None else max(1, min(AT_ONCE, int(rate / PORTIONS_A_SECOND)))
        """How many may be done at once."""

    async def keep(self, number: int) -> None:
        """Return when so many more may be done: by any moment no more than the rate allows, and the first portion."""
        if self._rate is not None:
            await asyncio.sleep(max(0.0, self._begun + self._done / self._rate - time.monotonic()))
        self._done += number

    async def portions(self, items: Sequence[Item]) -> AsyncIterator[Sequence[Item]]:
        """Yield the items a portion at a time, at the rate."""
        for begin in range(0, len(items), self.size):
            portion = items[begin : begin + self.size]
            await self.keep(len(portion))
            yield portion
