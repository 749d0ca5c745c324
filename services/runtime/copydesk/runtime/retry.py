"""Trying again, with growing waits, for as long as something that is needed stays away."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from copydesk.runtime.refusal import Unavailable

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 5.0
"""Short enough that work resumes soon after an outage ends."""

Answer = TypeVar("Answer")


class Abandoned(Exception):  # noqa: N818 - nothing went wrong
    """The wait was ended from outside: the worker stops, or its partitions go to another one."""


async def persist(
    attempt: Callable[[], Awaitable[Answer]],
    leave: asyncio.Event,
    report: Callable[[Unavailable, float], None],
) -> Answer:
    """Return what `attempt` answers, repeated while it raises `Unavailable`.

    `report` gets each failure and the seconds until the next attempt. Raises `Abandoned` once `leave` is set.
    """
    wait = FIRST_WAIT_S
    while True:
        try:
            return await attempt()
        except Unavailable as error:
            report(error, wait)
            if await _set_within(leave, wait * random.uniform(0.8, 1.2)):  # noqa: S311 - spreads the load, hides nothing
                raise Abandoned from error
            wait = min(wait * 2, LONGEST_WAIT_S)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
