"""What the pipeline tests push, and how they look at what came out."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import psycopg
from aiokafka import AIOKafkaProducer
from copydesk.desk.letters import Letter, letters

KEY = "k-" + "0123456789abcdef" * 4
OTHER_KEY = "k-" + "fedcba9876543210" * 4
FEEDS = f"""
[feeds.northlight]
keys = ["{hashlib.sha256(KEY.encode()).hexdigest()}"]

[feeds.southlight]
keys = ["{hashlib.sha256(OTHER_KEY.encode()).hexdigest()}"]
providers = ["Southlight News"]

[feeds.brief]
keep_days = 31

[feeds.briefer]
keep_days = 40
"""
NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


def ninjs(number: int, run: str, headline: str, body: str, **stated: object) -> bytes:
    """Return a story as ninjs 3.1; its id is that of the run and the number, its time grows with the number.

    What is `stated` comes beside that, or in its place.
    """
    return json.dumps(
        {
            "standard": {"name": "ninjs", "version": "3.1"},
            "uri": f"urn:northlight:{run}:{number}",
            "type": "text",
            "language": "en",
            "versionCreated": (NOON + timedelta(seconds=number)).isoformat(),
            "provider": {"name": "Northlight News"},
            "headlines": [{"value": headline}],
            "bodies": [{"contentType": "text/plain", "value": body}],
            **stated,
        }
    ).encode()


def wire(number: int, run: str = "load") -> bytes:
    """Return one short story that no other number or run gives."""
    lead = f"BERGEN, March 12 (Northlight) - Ferry number {number} left Bergen on time on Thursday."
    return ninjs(
        number,
        run,
        f"Ferry {number} leaves Bergen on time",
        f'{lead}\n\n"We are proud," said captain Aslaug Fjelltveit.',
    )


def push(kafka: str, documents: Sequence[bytes], feed: str = "northlight") -> None:
    """Put documents into `wire.inbound` and return when the broker has them."""

    async def send() -> None:
        async with AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=5, max_request_size=2 << 20) as producer:
            await asyncio.gather(
                *[
                    await producer.send("wire.inbound", d, key=feed.encode(), headers=[("ce_feed", feed.encode())])
                    for d in documents
                ]
            )

    asyncio.run(send())


def until(holds: Callable[[], bool], seconds: float = 180) -> None:
    """Return as soon as it holds; fail where it does not within the time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"still not so after {seconds:.0f} s"
        time.sleep(0.1)


def count(database: str, query: str, *parameters: object) -> int:
    """Return the one number that the query gives."""
    with psycopg.connect(database) as store:
        row = store.execute(query, parameters).fetchone()
    assert row
    return int(row[0])


def dead(kafka: str) -> list[Letter]:
    """Return every dead letter."""
    return asyncio.run(letters(kafka))
