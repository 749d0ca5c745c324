"""Where the topics begin and end, and how far each stage is: taken in the order that makes a reading of a live system whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from copydesk.desk.records import Offsets, partitions_of
from copydesk.runtime.lag import group
from copydesk.schemas.topics import topics

READS: Mapping[str, tuple[str, ...]] = {
    "ingest": ("wire.inbound",),
    "parse": ("wire.received",),
    "enrich": ("article.parsed",),
    "publish": ("article.enriched", "article.held"),
}
ENDS = (
    "wire.dead",  # a replay sends the event first and marks the letter after that
    "article.held",  # the timer releases an article first and takes it from here after that
    "wire.inbound",
    "wire.received",
    "article.parsed",
    "article.enriched",
    "article.published",
)
"""The order in which ends are taken: of two topics that one hand writes one after the other, the later written comes first."""
SLACK = timedelta(hours=1)
"""How far the clocks of producers, broker and store may be apart."""


@dataclass(frozen=True)
class Snapshot:
    """One look at the offsets."""

    taken: datetime
    done: Mapping[str, Offsets]
    """Of each topic that a stage reads, the next offset of its group; where it has none, the first that there is."""
    ends: Mapping[str, Offsets]

    @property
    def in_flight(self) -> int:
        """How many records no stage has taken up yet."""
        return sum(max(0, self.ends[t][p] - offset) for t, parts in self.done.items() for p, offset in parts.items())


async def snapshot(consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> Snapshot:
    """Take the groups' offsets first and the ends after that: what is committed has its outcome below these ends."""
    parts = {topic: await partitions_of(consumer, topic) for topic in ENDS}
    done = {}
    for stage, names in READS.items():
        committed = await admin.list_consumer_group_offsets(group(stage))
        for topic in names:
            begins = await consumer.beginning_offsets(parts[topic])
            offsets = {tp: max(committed[tp].offset, begins[tp]) if tp in committed else begins[tp] for tp in begins}
            done[topic] = {tp.partition: offset for tp, offset in offsets.items()}
    ends = {}
    for topic in ENDS:
        ends[topic] = {tp.partition: end for tp, end in (await consumer.end_offsets(parts[topic])).items()}
    return Snapshot(datetime.now(UTC), done, ends)


def window_begin(asked: datetime | None, now: datetime) -> datetime:
    """Return from when on documents are audited: as asked, but no further back than all topics surely keep."""
    kept = min(days for topic in ENDS if (days := topics()[topic].retention_days) is not None)
    sure = now - timedelta(days=kept) + SLACK
    return sure if asked is None else max(asked, sure)


async def offsets_since(consumer: AIOKafkaConsumer, parts: Sequence[TopicPartition], since: datetime) -> Offsets:
    """Return for each partition the first offset that was written at that time or later; its end, where there is none."""
    moment = int(since.timestamp() * 1000)
    found = await consumer.offsets_for_times(dict.fromkeys(parts, moment))
    ends = await consumer.end_offsets(list(parts))
    return {tp.partition: at.offset if (at := found.get(tp)) else ends[tp] for tp in parts}
