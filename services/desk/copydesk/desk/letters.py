"""The dead letters as people look at them: one for each failed event, however often it failed, with where and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from copydesk.desk.topics import as_event, reading, to_end
from copydesk.runtime.broker import client, connected
from copydesk.runtime.deadletter import PREFIX, TOPIC
from copydesk.runtime.event import Event
from copydesk.runtime.tracing import EARLIER, configured

KEPT_ON_REPLAY = {"dead_id", "dead_attempts", EARLIER}


@dataclass(frozen=True)
class Letter:
    """One failed event."""

    event: Event
    """Its newest record in `wire.dead`."""
    first_seen: datetime
    replayed: bool = False

    @property
    def id(self) -> str:
        """Derived from the failed event, so that it stays the same when the event fails again."""
        return self.event.header("dead_id") or f"{self.event.partition}:{self.event.offset}"

    @property
    def stage(self) -> str:
        """The stage that failed."""
        return self.event.header("dead_stage") or "?"

    @property
    def kind(self) -> str:
        """The reason's name."""
        return self.event.header("dead_error") or "?"

    @property
    def message(self) -> str:
        """The reason in words."""
        return self.event.header("dead_message") or ""

    @property
    def attempts(self) -> int:
        """How often it failed."""
        return int(self.event.header("dead_attempts") or 1)

    @property
    def named(self) -> str:
        """What people know the document by: its feed and file, else its key."""
        key = (self.event.key or b"").decode("utf-8", "replace")
        return " ".join(filter(None, [self.event.header("ce_feed") or key, self.event.header("ce_filename")]))


async def letters(kafka: str, *, replayed: bool = False) -> list[Letter]:
    """Return what stands in `wire.dead`, oldest first; with `replayed`, those too that were replayed and did not fail again."""
    found: dict[str, Letter] = {}
    async with reading(kafka, TOPIC) as consumer:
        async for event in to_end(consumer):
            letter = Letter(event, event.written)
            before = found.get(letter.id)
            if event.header("dead_replayed"):
                # The stage may have failed again before the mark was written: it counts for the attempt that it names.
                if before and (event.header("dead_attempts") is None or letter.attempts >= before.attempts):
                    found[letter.id] = replace(before, replayed=True)
            else:
                found[letter.id] = Letter(event, before.first_seen if before else event.written)
    return sorted((x for x in found.values() if replayed or not x.replayed), key=lambda x: x.first_seen)


def chosen(among: Iterable[Letter], names: Sequence[str]) -> list[Letter]:
    """Return the letters whose id begins with one of the names, or whose `stage` or `stage/kind` is one; `all` is all."""
    return [x for x in among if any(n in ("all", x.stage, f"{x.stage}/{x.kind}") or x.id.startswith(n) for n in names)]


async def content(kafka: str, letter: Letter) -> bytes | None:
    """Return the failed event's bytes: the letter's own, else those of the source record that it points to."""
    pointer = letter.event.header("dead_dataref")
    if not pointer:
        return letter.event.value
    source = await _record(kafka, *_place(pointer))
    return source.value if source else None


async def replay(kafka: str, among: Sequence[Letter]) -> list[tuple[Letter, str]]:
    """Send each event again to the topic that its stage read it from; return those that could not be sent, and why."""
    failed = []
    tracing = configured("copydesk-desk", version("copydesk-desk"))
    sending = AIOKafkaProducer(**client(kafka), acks="all", max_request_size=3 << 20)
    async with connected(sending, kafka) as producer:
        for letter in among:
            topic = letter.event.header("dead_topic") or ""
            data = await content(kafka, letter)
            if not topic or (data is None and letter.event.header("dead_dataref")):
                failed.append((letter, "its source record is not kept any more"))
                continue
            with tracing.sending("replay", topic, earlier=letter.event.header(EARLIER)) as trace:
                headers = headers_of_replay(letter, trace)
                await producer.send_and_wait(topic, data, key=letter.event.key, headers=headers)
            mark = [
                ("dead_id", letter.id.encode()),
                ("dead_attempts", str(letter.attempts).encode()),
                ("dead_replayed", datetime.now(UTC).isoformat().encode()),
            ]
            # The same partition as the letter's, so that the mark stands behind it.
            await producer.send_and_wait(
                TOPIC, None, key=letter.event.key, headers=mark, partition=letter.event.partition
            )
    tracing.close()
    return failed


def headers_of_replay(letter: Letter, trace: str | None) -> list[tuple[str, bytes]]:
    """Return the failed event's headers for another attempt, which is a trace of its own, linked to the one that failed."""
    kept = [(k, v) for k, v in letter.event.headers if not k.startswith(PREFIX) or k in KEPT_ON_REPLAY]
    if trace is None and letter.event.header(EARLIER) is None:  # a letter from before there were links
        return kept
    own = [("traceparent", trace.encode())] if trace else []  # else the stage begins one
    return [pair for pair in kept if pair[0] != "traceparent"] + own


def _place(pointer: str) -> tuple[str, int, int]:
    topic, partition, offset = pointer.rsplit("/", 2)
    return topic, int(partition), int(offset)


async def _record(kafka: str, topic: str, partition: int, offset: int) -> Event | None:
    if offset < 0:  # turned away at the door: no topic ever had it
        return None
    part = TopicPartition(topic, partition)
    async with connected(AIOKafkaConsumer(**client(kafka), enable_auto_commit=False), kafka) as consumer:
        consumer.assign([part])
        start, end = (await consumer.beginning_offsets([part]))[part], (await consumer.end_offsets([part]))[part]
        if not start <= offset < end:
            return None
        consumer.seek(part, offset)
        return as_event(await consumer.getone(part))
