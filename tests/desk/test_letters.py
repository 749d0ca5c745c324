"""Dead letters as `wire.dead` holds them, on a real broker."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from copydesk.desk.letters import Letter, letters
from copydesk.desk.replaying import headers_of_replay
from copydesk.runtime.deadletter import TOPIC, dead_letter
from copydesk.runtime.event import Event, Out
from copydesk.runtime.producer import Producer
from copydesk.runtime.refusal import Refusal
from copydesk.runtime.topics import create_missing

from tests.conftest import Servers

FAILED_IN = f"00-{'a' * 32}-{'b' * 16}-01"


def failed(name: str, times: int, trace: str | None = None) -> Out:
    before = (("dead_attempts", str(times - 1).encode()),) if times > 1 else ()
    event = Event("wire.received", 0, times, name.encode(), b"wire", (("ce_id", name.encode()), *before))
    return dead_letter(event, "parse", Refusal("broken", "broken"), trace)


@pytest.mark.stack
@pytest.mark.parametrize("failures, stands", [(1, False), (2, True)])
def test_a_letter_that_fails_again_before_its_replay_is_noted_is_not_taken_for_mended(
    stack: Servers, failures: int, stands: bool
) -> None:
    name = uuid.uuid4().hex
    letter = failed(name, 1)
    identity = next(pair for pair in letter.headers if pair[0] == "dead_id")
    mark = Out(TOPIC, letter.key, None, (identity, ("dead_attempts", b"1"), ("dead_replayed", b"2026-03-12T12:00:00Z")))

    async def write_and_read() -> list[Letter]:
        await create_missing(stack.kafka)
        async with Producer(stack.kafka, "test") as producer:
            await producer.send([*(failed(name, times + 1) for times in range(failures)), mark])
        return [each for each in await letters(stack.kafka) if each.id == identity[1].decode()]

    assert [each.attempts for each in asyncio.run(write_and_read())] == ([2] if stands else [])


def _letter(*headers: tuple[str, bytes], trace: str | None = FAILED_IN) -> Event:
    event = Event("wire.received", 0, 1, b"key", b"wire", headers)
    out = dead_letter(event, "parse", Refusal("broken", "broken"), trace)
    return Event(out.topic, 0, 0, out.key, out.value, out.headers)


def test_a_replay_carries_its_own_trace_and_names_the_one_that_failed() -> None:
    first, own = ("traceparent", b"00-first"), f"00-{'c' * 32}-{'d' * 16}-01"
    headers = dict(headers_of_replay(_letter(("ce_id", b"e"), first), own))
    assert headers.keys() == {"ce_id", "traceparent", "dead_id", "dead_attempts", "dead_traceparent"}
    assert (headers["traceparent"], headers["dead_traceparent"]) == (own.encode(), FAILED_IN.encode())


def test_a_replay_by_a_desk_that_traces_nothing_lets_the_stage_begin_the_trace() -> None:
    headers = dict(headers_of_replay(_letter(("traceparent", b"00-first")), None))
    assert "traceparent" not in headers
    assert headers["dead_traceparent"] == FAILED_IN.encode()
    assert ("traceparent", b"00-first") in headers_of_replay(_letter(("traceparent", b"00-first"), trace=None), None)
