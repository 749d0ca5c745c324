"""faust's consumer, changed in one thing: an event is a fetched batch, not a record.

faust's cost is per event; with one event a batch it moves 15 times as many records. It keeps faust's agents, its consumer
thread, its rebalancing and its commits. What faust counts offset by offset (gaps, single acks) falls away: batches of a
partition are done in order, so one number a partition says what may be committed. faust extends its drivers by
inheritance, so these are the only subclasses of the chassis.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from copydesk.runtime.batch import Batch, Partition
from copydesk.runtime.event import Event
from copydesk.runtime.fetching import fetch_patiently
from copydesk.runtime.pace import Pace
from copydesk.runtime.quarantine import Note
from copydesk.runtime.records import read_leniently
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.retry import Abandoned
from faust.topics import Topic
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from mode.utils.futures import notify

PAUSED_POLL_S = 0.02
ANSWER_S = 10.0
"""The broker keeps a note, or tells of one, within this; else it is away."""

Answer = TypeVar("Answer")

read_leniently()
fetch_patiently()


class BatchConsumer(driver.Consumer):
    """Yields batches, and keeps how far each partition is done (`copydesk.runtime.batch.Offsets`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - faust's signature
        super().__init__(*args, **kwargs)
        self.done: dict[Partition, int] = {}
        """Next offset of each partition: everything below it is done."""
        self.advanced = time.monotonic()
        """When a partition last moved on."""
        self.pace = Pace()
        """How many events the stage does at once."""
        self._room = asyncio.Event()
        self._standing: dict[Partition, Note] = {}
        """Notes that go with the commits of their partitions, up to their ends."""

    @property
    def leaving(self) -> asyncio.Event:
        """Set from the moment that partitions are revoked or the worker stops until fetching resumes."""
        return self.suspend_flow

    def advance(self, batch: Batch, offset: int) -> None:
        """Note that everything of the batch's partition below the offset is done."""
        if self.holds(batch):
            self.done[batch.partition] = offset
            self.advanced = time.monotonic()

    def release(self, batch: Batch) -> None:
        """Let faust know that the batch is no longer worked on."""
        self.ack(batch.message)

    async def noted(self, batch: Batch) -> tuple[int, str]:
        """Return the partition's committed offset as the broker has it, and what stands beside it."""
        found = await self._of_broker(batch.generation, self._fetch_note, TopicPartition(*batch.partition))
        return (found.offset, found.metadata) if found else (batch.events[0].offset, "")

    async def note(self, generation: int, notes: Mapping[Partition, tuple[int, Note]]) -> None:
        """Commit offsets, or what was committed beyond them, each with its note (`copydesk.runtime.quarantine.Notes`)."""
        await self.maybe_wait_for_commit_to_finish()
        offsets = {TP(*tp): max(offset, self._committed_offset[TP(*tp)] or 0) for tp, (offset, _) in notes.items()}
        # First, so that faust has no reason to commit the same offsets again, and else commits them with their notes.
        self._committed_offset.update(offsets)
        self._standing |= {TP(*tp): note for tp, (_, note) in notes.items()}
        await self._of_broker(generation, self._commit_notes, self._with_notes(offsets))

    def _with_notes(self, offsets: Mapping[TP, int]) -> dict[TopicPartition, OffsetAndMetadata]:
        stated = {}
        for tp, offset in offsets.items():
            note = self._standing.get(tp)
            stated[TopicPartition(*tp)] = OffsetAndMetadata(offset, str(note) if note and offset < note.end else "")
        return stated

    async def _fetch_note(self, tp: TopicPartition) -> OffsetAndMetadata | None:
        found = await self._thread._ensure_consumer()._coordinator.fetch_committed_offsets([tp])  # noqa: SLF001
        return next(iter(found.values()), None)

    async def _commit_notes(self, notes: Mapping[TopicPartition, OffsetAndMetadata]) -> None:
        await self._thread._ensure_consumer().commit(notes)  # noqa: SLF001

    async def _of_broker(self, generation: int, ask: Callable[..., Awaitable[Answer]], *about: object) -> Answer:
        if generation != self.app.consumer_generation_id:
            raise Abandoned
        try:
            answer: Answer = await asyncio.wait_for(self._thread.call_thread(ask, *about), ANSWER_S)
        except (CommitFailedError, IllegalStateError) as gone:
            raise Abandoned from gone
        except (KafkaError, TimeoutError) as error:
            raise Unavailable(f"the broker keeps no offsets: {error!r}") from error
        return answer

    def holds(self, batch: Batch) -> bool:
        """Whether the batch was fetched since the partitions were dealt out last."""
        return bool(batch.generation == self.app.consumer_generation_id)

    def lag(self) -> dict[Partition, int]:
        """Return how many records of each assigned partition are not done yet, as far as the last fetch told."""
        assigned = self.assignment()
        return {tp: max(0, (self.highwater(tp) or 0) - self._next(tp)) for tp in assigned}

    def _next(self, tp: TP) -> int:
        state = self._thread._ensure_consumer()._subscription.subscription.assignment.state_value(tp)  # noqa: SLF001
        fetched = state.position if state and state.has_valid_position else 0
        return self.done.get(tp, fetched)

    # What faust calls, and what differs here.

    def ack(self, message: Any) -> bool:  # noqa: ANN401
        """Forget the message; offsets are kept by `advance`."""
        message.acked = True
        self._unacked_messages.discard(message)
        notify(self._waiting_for_ack)
        return True

    def _filter_committable_offsets(self, tps: object) -> dict[TP, int]:
        del tps
        return {TP(*tp): offset for tp, offset in self.done.items() if self._should_commit(TP(*tp), offset)}

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        stated = self._with_notes(offsets)
        if not any(noted.metadata for noted in stated.values()):
            return bool(await super()._commit(offsets))
        try:
            await self._of_broker(self.app.consumer_generation_id, self._commit_notes, stated)
        except (Abandoned, Unavailable) as error:
            self.log.warning("offsets not committed: %r", error)
            return False
        return True

    async def _add_gap(self, *_: object) -> None:
        """Nothing: offsets that were compacted away or belong to a transaction are passed over with their batch."""

    async def verify_all_partitions_active(self) -> None:
        """Nothing: the chassis' own health looks at offsets advancing, and raises no false alarms."""

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Forget what was done under the former generation: another worker may be further by now."""
        self.done.clear()
        self._standing.clear()
        self.advanced = time.monotonic()
        await super().on_partitions_assigned(assigned, generation_id)

    def on_buffer_drop(self, tp: TP) -> None:
        """Wake the fetcher, which waits for room."""
        super().on_buffer_drop(tp)
        self._room.set()

    async def _wait_next_records(self, timeout: float) -> Any:  # noqa: ANN401, ASYNC109 - faust's signature
        # faust sleeps a whole second where every partition is paused by a full buffer.
        while self.flow_active and not self.should_stop and self._buffered_partitions and not self._active_partitions:
            self._room.clear()
            await self.wait_first(self._room.wait(), self.suspend_flow.wait(), timeout=0.5)
        return await super()._wait_next_records(timeout)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:  # noqa: ASYNC109
        """Yield one message for each fetched batch."""
        # A paused partition may come back at any time: don't wait a second for the others.
        fetched, active = await self._wait_next_records(PAUSED_POLL_S if self._buffered_partitions else timeout)
        generation = self.app.consumer_generation_id
        if fetched is None or self.should_stop:
            return
        if not self.flow_active:
            await self._seek_back()
            return
        for tp, part in self._in_turn(self._wanted(fetched, active)):
            if not self.flow_active or self.app.consumer_generation_id != generation:
                return
            yield tp, self._message(tp, part)

    async def _seek_back(self) -> None:
        try:
            await self.perform_seek()
        except Exception as error:  # noqa: BLE001 - the rebalance under way seeks again at its end
            self.log.warning("seek while partitions are revoked: %r", error)

    def _wanted(
        self, fetched: Mapping[TP, Sequence[Any]], active: set[TP] | None
    ) -> Iterator[tuple[TP, Sequence[Any]]]:
        for tp, records in fetched.items():
            if active is not None and tp not in active and tp not in self._buffered_partitions:
                continue
            read = self._read_offset[tp]
            # What was fetched before a seek back may hold records from before the sought offset.
            wanted = records if read is None or not records or records[0].offset >= read else _from(records, read)
            if wanted:
                yield tp, wanted

    def _in_turn(self, wanted: Iterable[tuple[TP, Sequence[Any]]]) -> Iterator[tuple[TP, Sequence[Any]]]:
        """Yield a call's worth of one partition, then of the next: none waits for another's backlog."""
        left = deque((tp, records, 0) for tp, records in wanted)
        while left:
            tp, records, begin = left.popleft()
            end = begin + self.pace.events
            yield tp, records[begin:end]
            if end < len(records):
                left.append((tp, records, end))

    def _message(self, tp: TP, records: Sequence[Any]) -> Any:  # noqa: ANN401
        message: Any = self._to_message(tp, records[-1])
        message.key, message.headers = None, None
        events = [_event(record) for record in records]
        message.value = Batch(tp, self.app.consumer_generation_id, events, message)
        self.done.setdefault(tp, records[0].offset)
        return message


def _from(records: Sequence[Any], offset: int) -> list[Any]:
    return [record for record in records if record.offset >= offset]


def _event(record: Any) -> Event:  # noqa: ANN401
    # A header may come without a value; nobody downstream needs to tell that from an empty one.
    headers = tuple([(name, value or b"") for name, value in record.headers]) if record.headers else ()
    return Event(record.topic, record.partition, record.offset, record.key, record.value, headers, record.timestamp)


class BatchTransport(driver.Transport):
    """faust's name for what gives it a consumer."""

    Consumer = BatchConsumer


class BatchTopic(Topic):
    """A topic whose messages are batches: nothing to decode."""

    async def decode(self, message: Any, *, propagate: bool = False) -> Any:  # noqa: ANN401
        """Return the event whose message holds the batch."""
        del propagate
        return self._create_event(None, message.value, headers=None, message=message)
