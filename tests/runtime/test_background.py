from __future__ import annotations

import asyncio

from copydesk.runtime.background import running


def test_work_that_loses_a_cancellation_is_cancelled_again() -> None:
    cancelled = []

    async def stubborn() -> None:
        while len(cancelled) < 2:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                cancelled.append(True)

    async def scene() -> None:
        async with asyncio.timeout(10), running(stubborn(), "stubborn"):
            await asyncio.sleep(0)

    asyncio.run(scene())
    assert len(cancelled) == 2
