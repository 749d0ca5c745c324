"""Small stages for the tests of the chassis, each run as a process of its own: `python -m tests.runtime.stages`.

Names, topics and behaviour come from the environment: `LANE_STAGE`, `LANE_IN`, `LANE_OUT`, `LANE_WORK`, `LANE_FLAG`.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from copydesk.runtime.chassis import run
from copydesk.runtime.event import Event, Out
from copydesk.runtime.refusal import Refusal, Unavailable
from copydesk.runtime.stage import Outcome, Port, Stage, Work, each

OUT = os.environ["LANE_OUT"]
FLAG = Path(os.environ.get("LANE_FLAG", "/nonexistent"))


def same(event: Event) -> list[Out]:
    if event.value == b"refuse me":
        raise Refusal("no-good", "it says so itself")
    if event.value == b"break me":
        raise ZeroDivisionError("broken")
    return [Out(OUT, event.key, event.value, event.headers)]


def slowly(event: Event) -> list[Out]:
    time.sleep(0.02)
    return same(event)


def deadly(event: Event) -> list[Out]:
    if event.value == b"kill me":
        ctypes.string_at(0)  # a fault in C: no exception, no goodbye
    if event.value == b"hang me":
        time.sleep(3600)
    return slowly(event)


def computing(event: Event) -> list[Out]:
    until = time.monotonic() + 1.0
    while time.monotonic() < until:
        sum(range(1000))
    return same(event)


def growing(event: Event) -> list[Out]:
    return [Out(OUT, event.key, (event.value or b"") * 3)]


def when_there(event: Event) -> list[Out]:
    if not FLAG.exists():
        raise Unavailable("the flag is not there")
    return same(event)


async def together(batch: Sequence[Event]) -> list[Outcome]:
    if any(event.value == b"break me" for event in batch):
        raise RuntimeError("one of these broke the whole call")
    return [tuple(same(event)) for event in batch]


async def hanging(batch: Sequence[Event]) -> list[Outcome]:
    import asyncio

    await asyncio.sleep(3600)
    return [()] * len(batch)


WORKS: dict[str, Callable[[], Work]] = {
    "same": lambda: each(same),
    "deadly": lambda: each(deadly, threaded=True),
    "slowly": lambda: each(slowly, threaded=True),
    "computing": lambda: each(computing, threaded=True),
    "growing": lambda: each(growing),
    "when_there": lambda: each(when_there),
    "together": lambda: together,
    "hanging": lambda: hanging,
}


@asynccontextmanager
async def _open(port: Port) -> AsyncIterator[Work]:
    yield WORKS[os.environ["LANE_WORK"]]()
    if FLAG.parent.exists():
        (FLAG.parent / "closed").touch()


if __name__ == "__main__":
    sys.exit(
        run(Stage(os.environ["LANE_STAGE"], "1", (os.environ["LANE_IN"],), (OUT,), _open)),
    )
