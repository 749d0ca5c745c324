"""The load: wires at a steady rate, through the HTTP door and the topic, to the pipeline under test and to the one without faults.

A feed sends a document until somebody took it: so does this. It runs on a thread of its own, beside the faults.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

import aiohttp
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from copydesk.desk.connection import Connection

from tests.chaos.wires import DOORS, KEYS, Wire

SENDERS = 16
"""How many documents may be on their way through one door at once; a feed that was kept waiting catches up no faster."""
PAUSE_S = 0.3
"""Before a document is sent again to which nobody answered."""
TURNED_BACK_S = 2.0
"""Before a document is sent again that was turned back; `Retry-After` asks for more, and a feed in a hurry gives less."""
PATIENCE_S = 20.0
TICK_S = 0.02
MEDIA_TYPE = "application/octet-stream"
MOST_WAITING = 1000
"""Documents that may wait before a door, more than an outage of a minute keeps back: where one is closed for longer, its feed makes no
more, and the rate shows it."""
TURNED_BACK = {429, 500, 502, 503, 504}
"""Answers after which a document is sent again; any other is the pipeline's last word."""


class Taken(NamedTuple):
    """A document that a door took."""

    at: float
    """Unix seconds."""
    kind: str
    feed: str
    sha256: str


@dataclass
class Side:
    """One pipeline's share of the load, and what became of it."""

    where: Connection
    acknowledged: dict[str, Taken] = field(default_factory=dict)
    """Every document that was taken, by its id; of repeats the first."""
    pushes: int = 0
    """How often a door took one, repeats counted."""
    answers: Counter[str] = field(default_factory=Counter)
    """What the doors said."""
    _http: aiohttp.ClientSession | None = None
    _producer: AIOKafkaProducer | None = None

    async def send(self, wire: Wire) -> None:
        """Send the document until it is taken."""
        attempt = self._by_http if wire.door == "http" else self._by_topic
        while True:
            answer = await attempt(wire)
            self.answers[answer] += 1
            if answer == "taken":
                self.pushes += 1
                self.acknowledged.setdefault(wire.document, Taken(time.time(), wire.kind, wire.feed, wire.sha256))
                return
            await asyncio.sleep(TURNED_BACK_S if answer.isdigit() else PAUSE_S)

    async def _by_http(self, wire: Wire) -> str:
        assert self._http is not None
        headers = {
            "Authorization": f"Bearer {KEYS[wire.feed]}",
            "Content-Type": MEDIA_TYPE,
            "X-Filename": wire.filename,
        }
        try:
            async with self._http.post(
                f"{self.where.http}/wire/{wire.feed}", data=wire.data, headers=headers
            ) as answer:
                await answer.read()
                return str(answer.status) if answer.status in TURNED_BACK else "taken"
        except (aiohttp.ClientError, TimeoutError):
            return "no answer"

    async def _by_topic(self, wire: Wire) -> str:
        assert self._producer is not None
        headers = [
            ("ce_feed", wire.feed.encode()),
            ("content-type", MEDIA_TYPE.encode()),
            ("ce_filename", wire.filename.encode()),
        ]
        try:
            await self._producer.send_and_wait("wire.inbound", wire.data, key=wire.document.encode(), headers=headers)
        except KafkaError:
            return "no broker"
        return "taken"

    async def open(self, held: AsyncExitStack) -> None:
        """Connect."""
        timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
        self._http = await held.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        producer = AIOKafkaProducer(
            bootstrap_servers=self.where.kafka, acks="all", linger_ms=2, max_request_size=3 << 20
        )
        self._producer = await held.enter_async_context(producer)


@dataclass
class Load:
    """The load of a run."""

    sides: tuple[Side, ...]
    wires: Iterator[Wire]
    rate: float
    """Documents a second."""
    kinds: Counter[str] = field(default_factory=Counter)
    begun: float = 0.0
    """Unix seconds."""
    ended: float = 0.0
    """Unix seconds: when no more wires were made."""
    taken: float = 0.0
    """Unix seconds: when the last of them was taken."""
    failure: BaseException | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="load", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Make no more wires; those that were made are still brought in."""
        self._stopping.set()

    def through(self) -> bool:
        """Whether every wire that was made is taken, or the load broke off."""
        return self._thread is not None and not self._thread.is_alive()

    def _run(self) -> None:
        try:
            asyncio.run(self._send_all())
            self.taken = time.time()
        except BaseException as failure:
            self.failure = failure
            raise

    async def _send_all(self) -> None:
        async with AsyncExitStack() as held:
            for side in self.sides:
                await side.open(held)
            # A queue for each door, so that a closed one does not hold up the other.
            queues = {door: [asyncio.Queue[Wire | None]() for _ in self.sides] for door in DOORS}
            async with asyncio.TaskGroup() as group:
                for each in queues.values():
                    for side, queue in zip(self.sides, each, strict=True):
                        for _ in range(SENDERS):
                            group.create_task(_sender(side, queue))
                await self._make(queues)
                for queue in chain(*queues.values()):
                    for _ in range(SENDERS):
                        queue.put_nowait(None)

    async def _make(self, queues: dict[str, list[asyncio.Queue[Wire | None]]]) -> None:
        self.begun = time.time()
        made = 0
        while not self._stopping.is_set():
            await asyncio.sleep(TICK_S)
            due = int((time.time() - self.begun) * self.rate)
            for _ in range(due - made):
                wire = next(self.wires)
                if all(queue.qsize() < MOST_WAITING for queue in queues[wire.door]):
                    self.kinds[wire.kind] += 1
                    for queue in queues[wire.door]:
                        queue.put_nowait(wire)
            made = max(made, due)
        self.ended = time.time()


async def _sender(side: Side, queue: asyncio.Queue[Wire | None]) -> None:
    while (wire := await queue.get()) is not None:
        await side.send(wire)
