"""How fast the chassis moves: an identity stage beside a bare loop of aiokafka that packs its batches, on the same work.

The work of a message is 3 kB of JSON, read and checked by pydantic and written again. Rounds are interleaved, each contender
is a process of its own and reads the topic from its beginning; medians are printed, with the CPU that the process spent.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from copydesk.runtime.chassis import run
from copydesk.runtime.event import Event, Out
from copydesk.runtime.producer import BATCH_BYTES, Producer
from copydesk.runtime.settings import Settings
from copydesk.runtime.stage import Port, Stage, Work, each
from copydesk.runtime.worker import FETCH_BYTES
from copydesk.schemas.article import Article

SOURCE, TARGET = "bench.moving.in", "bench.moving.out"
PARTITIONS = 4
ENVIRONMENT = ("BENCH_KAFKA", "BENCH_GROUP", "BENCH_MESSAGES", "BENCH_MARK")


class Watch:
    """Writes when the first and the last message were worked on, and the CPU seconds between."""

    def __init__(self, messages: int, mark: Path) -> None:
        self._messages, self._mark, self._count = messages, mark, 0

    def tick(self) -> None:
        self._count += 1
        if self._count == 1:
            self._begun = time.perf_counter(), time.process_time()
        if self._count == self._messages:
            ended = time.perf_counter(), time.process_time()
            seconds, cpu = (e - b for e, b in zip(ended, self._begun, strict=True))
            self._mark.write_text(json.dumps({"seconds": seconds, "cpu": cpu}))


def work(value: bytes) -> bytes:
    return Article.model_validate_json(value).to_json()


def message(number: int) -> bytes:
    words = [
        "the",
        "ferry",
        "between",
        "two",
        "islands",
        "ran",
        "again",
        "on",
        "Tuesday",
        "after",
        "a",
        "week",
        "of",
        "storms",
    ]
    body = " ".join(words[(number + place) % len(words)] for place in range(500))
    return Article(
        uri=f"bench:{number}", format="text", provider="Bench", headline="Ferry runs again", body=body
    ).to_json()


def chassis(kafka: str, group: str, watch: Watch) -> None:
    def step(event: Event) -> tuple[Out, ...]:
        out = Out(TARGET, event.key, work(event.value or b""))
        watch.tick()
        return (out,)

    @asynccontextmanager
    async def opened(port: Port) -> AsyncIterator[Work]:
        yield each(step)

    sys.exit(run(Stage(group, "1", (SOURCE,), (TARGET,), opened), Settings(kafka=kafka)))


async def bare(kafka: str, group: str, watch: Watch) -> None:
    consumer = AIOKafkaConsumer(
        SOURCE,
        bootstrap_servers=kafka,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=FETCH_BYTES,
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka,
        acks="all",
        enable_idempotence=True,
        max_batch_size=BATCH_BYTES,
        max_request_size=1 << 20,
    )
    await consumer.start()
    await producer.start()
    while True:
        fetched = await consumer.getmany(timeout_ms=300, max_records=4000)
        written = []
        for partition, records in fetched.items():
            batch = producer.create_batch()
            for record in records:
                value = work(record.value)
                watch.tick()
                if batch.append(key=record.key, value=value, timestamp=None) is None:
                    written.append(await producer.send_batch(batch, TARGET, partition=partition.partition))
                    batch = producer.create_batch()
                    batch.append(key=record.key, value=value, timestamp=None)
            written.append(await producer.send_batch(batch, TARGET, partition=partition.partition))
        for future in written:
            await future
        if fetched:
            await consumer.commit()


def contend(name: str) -> None:
    kafka, group, messages, mark = (os.environ[variable] for variable in ENVIRONMENT)
    watch = Watch(int(messages), Path(mark))
    if name == "chassis":
        chassis(kafka, group, watch)
    else:
        asyncio.run(bare(kafka, group, watch))


async def fill(kafka: str, messages: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in (SOURCE, TARGET)])
    await admin.close()
    async with Producer(kafka, "bench") as producer:
        for start in range(0, messages, 1000):
            numbers = range(start, min(messages, start + 1000))
            await (await producer.write([Out(SOURCE, b"bench|%d" % n, message(n)) for n in numbers]))


def race(name: str, kafka: str, messages: int, folder: Path) -> dict[str, float]:
    group = f"bench-{uuid.uuid4().hex[:8]}"
    mark = folder / group
    environment = dict(zip(ENVIRONMENT, (kafka, group, str(messages), str(mark)), strict=True))
    with (folder / f"{group}.log").open("wb") as log:
        command = [sys.executable, __file__, name]
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=log)
        try:
            end = time.monotonic() + 120
            while not mark.exists() and time.monotonic() < end:
                time.sleep(0.1)
            return dict(json.loads(mark.read_text()))
        finally:
            process.terminate()
            process.wait(30)


def moved(kafka: str, messages: int, rounds: int) -> float:
    """Print what both move, and return their ratio."""
    found: dict[str, list[dict[str, float]]] = {"chassis": [], "aiokafka": []}
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(fill(kafka, messages))
        for _ in range(rounds):
            for name, runs in found.items():
                runs.append(race(name, kafka, messages, Path(folder)))
    rates = {}
    for name, runs in found.items():
        rates[name] = messages / statistics.median(run["seconds"] for run in runs)
        cpu = statistics.median(run["cpu"] for run in runs) / messages * 1e6
        print(f"{name:10} {rates[name]:8.0f} messages/s {cpu:6.1f} µs CPU a message", flush=True)
    return rates["chassis"] / rates["aiokafka"]


if __name__ == "__main__":
    contend(sys.argv[1])
