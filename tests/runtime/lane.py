"""A topic in, a topic out, and a stage between them that runs as a process: what the tests of the chassis need."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from copydesk.runtime.event import Event, Out, as_event
from copydesk.runtime.lag import group
from copydesk.runtime.producer import Producer

from tests.backlog import Backlog

REPOSITORY = Path(__file__).parents[2]
Value = TypeVar("Value")


@dataclass
class Running:
    """A stage's process."""

    process: subprocess.Popen[bytes]
    log: Path
    ended: list[int] = field(default_factory=list)

    def records(self) -> list[dict[str, Any]]:
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def logged(self, event: str) -> list[dict[str, Any]]:
        return [record for record in self.records() if record["event"] == event]

    @property
    def port(self) -> int:
        return int(until(lambda: self.logged("starting"), "the stage to start")[0]["http_port"])

    def ask(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def stop(self, number: int = signal.SIGTERM, within_s: float = 10.0) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(within_s)


@dataclass
class Lane:
    """Topics of one test on the session's broker, and the processes that it started."""

    servers: str
    folder: Path
    name: str = field(default_factory=lambda: f"lane-{uuid.uuid4().hex[:8]}")
    started: list[Running] = field(default_factory=list)

    @property
    def source(self) -> str:
        return f"{self.name}.in"

    @property
    def target(self) -> str:
        return f"{self.name}.out"

    @property
    def flag(self) -> Path:
        return self.folder / "flag"

    def create(self) -> None:
        settings = {"max.message.bytes": str(1_179_648)}

        async def make() -> None:
            client = AIOKafkaAdminClient(bootstrap_servers=self.servers)
            await client.start()
            await client.create_topics([NewTopic(n, 4, 1, topic_configs=settings) for n in (self.source, self.target)])
            await client.close()

        asyncio.run(make())

    def start(self, work: str, **settings: str) -> Running:
        log = self.folder / f"stage-{len(self.started)}.log"
        environment = {
            **os.environ,
            "COPYDESK_KAFKA": self.servers,
            "LANE_STAGE": self.name,
            "LANE_IN": self.source,
            "LANE_OUT": self.target,
            "LANE_WORK": work,
            "LANE_FLAG": str(self.flag),
            **settings,
        }
        with log.open("wb") as out:
            command = [sys.executable, "-m", "tests.runtime.stages"]
            process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=out, stderr=out)
        self.started.append(Running(process, log))
        return self.started[-1]

    def push(self, records: Sequence[tuple[str, bytes]], headers: tuple[tuple[str, bytes], ...] = ()) -> None:
        async def write() -> None:
            async with Producer(self.servers, "test") as producer:
                await producer.send([Out(self.source, key.encode(), value, headers) for key, value in records])

        asyncio.run(write())

    def to_do(self) -> int:
        return asyncio.run(self._to_do())

    async def _to_do(self) -> int:
        async with Backlog(self.servers, group(self.name)) as backlog:
            return await backlog.of(self.source)

    def wait_until_done(self, within_s: float = 60.0) -> None:
        until(lambda: self.to_do() == 0, "the stage to commit everything", within_s)

    def come_out(self) -> list[Event]:
        return asyncio.run(read(self.servers, self.target))

    def dead(self) -> list[Event]:
        letters = asyncio.run(read(self.servers, "wire.dead"))
        return [letter for letter in letters if letter.header("dead_topic") == self.source]

    def close(self) -> None:
        for running in self.started:
            running.stop(signal.SIGKILL)


async def read(servers: str, topic: str) -> list[Event]:
    """Return every record of the topic that is there now, partition by partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False)
    await consumer.start()
    try:
        await consumer._client.add_topic(topic)
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)
        events: list[Event] = []
        while any([await consumer.position(p) < end for p, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                events += [as_event(record) for record in records]
        return events
    finally:
        await consumer.stop()


def until(question: Callable[[], Value], what: str, within_s: float = 30.0) -> Value:
    """Ask until the answer is true; fail after so many seconds."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if answer := question():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited {within_s:.0f} s for {what}")
