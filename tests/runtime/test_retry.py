from __future__ import annotations

import asyncio

import pytest
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.retry import LONGEST_WAIT_S, Abandoned, persist


def test_waits_grow_up_to_a_limit_until_the_answer_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.runtime.retry.FIRST_WAIT_S", 0.001)
    monkeypatch.setattr("copydesk.runtime.retry.LONGEST_WAIT_S", 0.008)
    waits: list[float] = []
    answers = iter([False] * 6 + [True])

    async def attempt() -> str:
        if not next(answers):
            raise Unavailable("away")
        return "here"

    async def main() -> str:
        return await persist(attempt, asyncio.Event(), lambda _, wait: waits.append(wait))

    assert asyncio.run(main()) == "here"
    assert waits == [0.001, 0.002, 0.004, 0.008, 0.008, 0.008]
    assert LONGEST_WAIT_S <= 5


def test_a_wait_ends_at_once_when_the_worker_leaves() -> None:
    async def attempt() -> None:
        raise Unavailable("away")

    async def main() -> None:
        leave = asyncio.Event()
        asyncio.get_running_loop().call_later(0.01, leave.set)
        async with asyncio.timeout(2):
            await persist(attempt, leave, lambda _, __: None)

    with pytest.raises(Abandoned):
        asyncio.run(main())


def test_other_errors_are_not_tried_again() -> None:
    async def attempt() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(persist(attempt, asyncio.Event(), lambda _, __: None))
