"""Sending dead letters again to the stage that failed, some at a time, at a rate."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import version

from aiokafka import AIOKafkaProducer
from copydesk.desk.letters import REPLAYED, Letter, failed_events
from copydesk.desk.pacing import Pace
from copydesk.desk.records import consumer_of, partition_and_offset
from copydesk.runtime.broker import client, connected
from copydesk.runtime.deadletter import PREFIX, TOPIC
from copydesk.runtime.event import Event
from copydesk.runtime.producer import RECORD_LIMIT
from copydesk.runtime.tracing import EARLIER, Tracing, configured

KEPT_ON_REPLAY = {"dead_id", "dead_attempts", EARLIER}
NOT_KEPT = "its source record is not kept any more"

Sent = asyncio.Future[object]


@asynccontextmanager
async def producer_of(kafka: str) -> AsyncIterator[AIOKafkaProducer]:
    """Give a producer that takes whatever a topic of ours holds."""
    producer = AIOKafkaProducer(
        **client(kafka), acks="all", enable_idempotence=True, linger_ms=5, max_request_size=3 * RECORD_LIMIT
    )
    async with connected(producer, kafka):
        yield producer


async def replay(kafka: str, among: Sequence[Letter], rate: float | None = None) -> list[tuple[Letter, str]]:
    """Send each event again to the topic that its stage read it from; return those that could not be sent, and why.

    `rate` is letters a second; None is as fast as the broker takes them. A letter is marked once the broker has its event: a
    crash in between repeats an event, with the same id.
    """
    failed: list[tuple[Letter, str]] = []
    tracing = configured("copydesk-desk", version("copydesk-desk"))
    async with consumer_of(kafka) as consumer, producer_of(kafka) as producer:
        async for some in Pace(rate).portions(sorted(among, key=lambda letter: letter.place)):
            events = await failed_events(consumer, some)
            sent = [letter for letter in some if letter.topic and letter.id in events]
            failed += [(letter, NOT_KEPT) for letter in some if letter.id not in events or not letter.topic]
            await _all([await _send(producer, tracing, letter.topic, events[letter.id]) for letter in sent])
            await _all([await mark(producer, letter, REPLAYED) for letter in sent])
    tracing.close()
    return failed


async def mark(producer: AIOKafkaProducer, letter: Letter, header: str) -> Sent:
    """Write what became of a letter, as it was after so many attempts: behind it, in its own partition."""
    stated = [
        ("dead_id", letter.id.encode()),
        ("dead_attempts", str(letter.attempts).encode()),
        (header, datetime.now(UTC).isoformat().encode()),
    ]
    key = (letter.key or letter.id).encode()
    partition, _ = partition_and_offset(letter.place)
    sent: Sent = await producer.send(TOPIC, None, key=key, headers=stated, partition=partition)
    return sent


def headers_of_replay(event: Event, trace: str | None) -> list[tuple[str, bytes]]:
    """Return the failed event's headers for another attempt, which is a trace of its own, linked to the one that failed.

    The event has its letter's headers beside its own.
    """
    kept = [(k, v) for k, v in event.headers if not k.startswith(PREFIX) or k in KEPT_ON_REPLAY]
    if trace is None and event.header(EARLIER) is None:  # a letter from before there were links
        return kept
    own = [("traceparent", trace.encode())] if trace else []  # else the stage begins one
    return [pair for pair in kept if pair[0] != "traceparent"] + own


async def _send(producer: AIOKafkaProducer, tracing: Tracing, topic: str, event: Event) -> Sent:
    # A record with neither key nor value is none to aiokafka.
    value = b"" if event.key is None and event.value is None else event.value
    with tracing.sending("replay", topic, earlier=event.header(EARLIER)) as trace:
        sent: Sent = await producer.send(topic, value, key=event.key, headers=headers_of_replay(event, trace))
    return sent


async def _all(sent: Sequence[Sent]) -> None:
    for each in sent:
        await each
