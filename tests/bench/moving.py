"""How fast the chassis moves: an identity stage beside a bare loop of aiokafka that packs its batches, and beside its peers.

The work of a message is the same for all (`tests/bench/peers/work.py`). Rounds are interleaved, each contender
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
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from copydesk.desk.embedded.places import cache_folder
from copydesk.runtime.chassis import run
from copydesk.runtime.event import Event, Out
from copydesk.runtime.producer import BATCH_BYTES, Producer
from copydesk.runtime.settings import Settings
from copydesk.runtime.stage import Port, Stage, Work, each
from copydesk.runtime.worker import FETCH_BYTES
from copydesk.schemas.article import Article

from tests.bench.peers.work import SOURCE, TARGET, Race, Watch, race, work

PARTITIONS = 4
REPOSITORY = Path(__file__).parents[2]
PEERS = REPOSITORY / "tests" / "bench" / "peers"
PATIENCE_S = 180


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
    told = race()
    watch = Watch(told.messages, told.mark)
    if name == "chassis":
        chassis(told.kafka, told.group, watch)
    else:
        asyncio.run(bare(told.kafka, told.group, watch))


async def fill(kafka: str, messages: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in (SOURCE, TARGET)])
    await admin.close()
    async with Producer(kafka, "bench") as producer:
        for start in range(0, messages, 1000):
            numbers = range(start, min(messages, start + 1000))
            await (await producer.write([Out(SOURCE, b"bench|%d" % n, message(n)) for n in numbers]))


def run_one(name: str, command: Sequence[str], kafka: str, messages: int, folder: Path) -> dict[str, float]:
    """Let one contender move everything; return its seconds, on the wall and of CPU."""
    told = Race(kafka, f"bench-{uuid.uuid4().hex[:8]}", messages, folder / uuid.uuid4().hex)
    path = folder / f"{name}.log"
    with path.open("wb") as log:
        process = subprocess.Popen(
            [*command, name], cwd=REPOSITORY, env={**os.environ, **told.environment()}, stdout=log, stderr=log
        )
        try:
            end = time.monotonic() + PATIENCE_S
            while not told.mark.exists():
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"{name} did not move the messages: {path.read_text()[-2000:]}")
                time.sleep(0.1)
            return dict(json.loads(told.mark.read_text()))
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def contenders() -> dict[str, Sequence[str]]:
    """Return how each is started. Peers run in a locked environment of their own, and are left out where there can be none."""
    ours = (sys.executable, "-m", "tests.bench.moving")
    environment = cache_folder() / "bench-peers"
    sync = (os.environ.get("UV", "uv"), "sync", "--quiet", "--frozen", "--project", str(PEERS))
    done = subprocess.run(sync, env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(environment)}, check=False)
    if done.returncode:
        print("the peers could not be installed, and are left out", flush=True)
    names = () if done.returncode else ("quixstreams", "bytewax", "faststream")
    theirs = (str(environment / "bin" / "python"), str(PEERS / "contend.py"))
    return {"chassis": ours, "aiokafka": ours, **dict.fromkeys(names, theirs)}


def moved(kafka: str, messages: int, rounds: int) -> float:
    """Print what each moves, and return the chassis' rate by that of aiokafka."""
    commands = contenders()
    found: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(fill(kafka, messages))
        for _ in range(rounds):
            for name, command in commands.items():
                found[name].append(run_one(name, command, kafka, messages, Path(folder)))
    rates = {}
    for name, runs in found.items():
        rates[name] = messages / statistics.median(run["seconds"] for run in runs)
        cpu = statistics.median(run["cpu"] for run in runs) / messages * 1e6
        print(f"{name:12} {rates[name]:8.0f} messages/s {cpu:6.1f} µs CPU a message", flush=True)
    return rates["chassis"] / rates["aiokafka"]


if __name__ == "__main__":
    contend(sys.argv[1])
