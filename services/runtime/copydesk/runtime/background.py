"""Work that runs beside the stage for as long as it is open."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog

log = structlog.get_logger()


@asynccontextmanager
async def running(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Run the work until the block is left. Work that ends by an error ends the process: a source must not die unseen."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_ended)
    try:
        yield
    finally:
        # `asyncio.wait_for` before Python 3.12 loses a cancellation that comes as what it waits for is done: ask until it ends.
        while not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=1)


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("background_work_failed", work=task.get_name(), exc_info=error)
        os._exit(70)
