"""The ingest service, killed the moment after `wire.received` has a document of the feed that is named."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from copydesk.ingest.stage import STAGE
from copydesk.runtime.chassis import run
from copydesk.runtime.event import Out
from copydesk.runtime.stage import Port, Work

from tests.port import Interrupted

FEED = sys.argv[1]


async def die(records: Sequence[Out]) -> None:
    if any(("ce_feed", FEED.encode()) in record.headers for record in records):
        os.kill(os.getpid(), signal.SIGKILL)


@asynccontextmanager
async def _open(port: Port) -> AsyncIterator[Work]:
    async with STAGE.open(Interrupted(port, after=die)) as work:
        yield work


sys.exit(run(replace(STAGE, open=_open)))
