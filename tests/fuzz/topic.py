"""The topic `wire.inbound`, to which a stranger may write whatever a record can hold."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaProducer

from tests.fuzz.bending import NAMES, mutant
from tests.fuzz.tally import Tally

if TYPE_CHECKING:
    from copydesk.desk.embedded.stack import Stack

JUNK = (
    b"", b"\xff\xfe", b"x" * 5000, b"\x00", b"../x", b"sha256:" + b"0" * 64, b"sha256:", b"sha256:../../etc/passwd", b"1e9", b"-1",
    b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-01", b"copydesk.wire.repeat.v1", b"{}", "\u202e".encode(),
)  # fmt: skip
HEADERS = (
    "ce_feed", "feed", "ce_filename", "filename", "content-type", "ce_datacontenttype", "ce_dataref", "ce_replay", "ce_id", "ce_type",
    "ce_time", "ce_document", "ce_sha256", "ce_received", "traceparent", "dead_id", "dead_attempts", "dead_topic", "x" * 3000, "",
)  # fmt: skip


def fuzz(stack: Stack, inputs: int, seed: int) -> Tally:
    """Write so many records; what became of them is for the audit to say."""
    asyncio.run(_written(stack.connection.kafka, inputs, random.Random(seed)))
    return Tally(inputs=inputs)


async def _written(kafka: str, inputs: int, dice: random.Random) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=5, max_request_size=2 << 20) as producer:
        pending = []
        for number in range(inputs):
            key, value, headers = record(dice)
            if number % 997 == 0:
                value = dice.randbytes(1_000_000)
            pending.append(await producer.send("wire.inbound", value, key=key, headers=headers))
            if len(pending) == 500:
                await asyncio.gather(*pending)
                pending = []
        await asyncio.gather(*pending)


def record(dice: random.Random) -> tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]:
    """Return a key, a value and headers."""
    value = dice.choice((mutant(dice), mutant(dice), mutant(dice), None, b""))
    names = dice.sample(HEADERS, dice.choice((0, 0, 0, 1, 2, 8)))
    junk = (*JUNK, *(name.encode("utf-8", "replace") for name in NAMES), mutant(dice)[:300])
    headers = [(name, dice.choice(junk)) for name in names]
    key = dice.choice((None, b"", b"fuzz", dice.randbytes(40), b"k" * 10_000))
    return key if value is not None else key or b"", value, headers  # aiokafka sends no record of nothing at all
