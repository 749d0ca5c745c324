"""The dead letters as people look at them: one for each failed event, however often it failed, with where and why.

Of each letter only what is shown stays in memory, about a kilobyte; its bytes are read again where somebody wants them whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from aiokafka import AIOKafkaConsumer
from copydesk.desk.records import NOWHERE, consumer_of, end_offsets, fetch, place, position, scan
from copydesk.runtime.archive import DATAREF
from copydesk.runtime.deadletter import PREFIX, TOPIC, attempts
from copydesk.runtime.event import Event, as_event
from copydesk.runtime.refusal import Refusal
from copydesk.runtime.tracing import EARLIER

BEGINS_BYTES = 200
MESSAGE_CHARACTERS = 300
REPLAYED, ERASED = "dead_replayed", "dead_erased"
"""Headers of the records that follow a letter: it was sent again, or taken away for good."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One failed event, by its newest record in `wire.dead`."""

    id: str
    """Derived from the failed event, so that it stays the same when the event fails again."""
    stage: str
    """The stage that failed."""
    kind: str
    """The reason's name."""
    message: str
    """How the reason begins, in words."""
    topic: str
    """Where the stage read the event."""
    key: str
    """As the failed event: the story's, of `article.*`."""
    feed: str
    """Empty where the event names none."""
    named: str
    """What people know the document by: its feed and file, else its key."""
    document: str
    """The document's id; empty where the event names none."""
    attempts: int
    """How often it failed."""
    first_seen: datetime
    last_seen: datetime
    begins: bytes
    """How its bytes begin."""
    size: int
    """Bytes in the letter."""
    sha256: str
    """Of those bytes; where the letter has none, of the document, as the event says."""
    trace: str
    """`traceparent` of the trace in which it failed; empty where nobody traced."""
    place: int
    """Of its record in `wire.dead`."""
    replayed: bool = False
    """Sent again, and not failed again so far."""

    @property
    def reason(self) -> str:
        """Stage and reason, as groups of letters are named."""
        return f"{self.stage}/{self.kind}"


async def letters(kafka: str, *, replayed: bool = False) -> list[Letter]:
    """Return what stands in `wire.dead`, oldest first; with `replayed`, those too that were replayed and did not fail again."""
    found: dict[str, Letter] = {}
    erased = set()
    async with consumer_of(kafka) as consumer:
        async for record in scan(consumer, TOPIC, {}, await end_offsets(consumer, TOPIC)):
            event = as_event(record)
            id = _id(event)  # noqa: A001 - the letter's own name for it
            if event.header(ERASED):
                erased.add(id)
            elif event.header(REPLAYED):
                # The stage may be faster than the hand that marks: a failure of the replay itself stands.
                if (before := found.get(id)) and before.attempts <= attempts(event, otherwise=1):
                    found[id] = replace(before, replayed=True)
            else:
                found[id] = _letter(event, found.get(id))
    standing = (x for x in found.values() if x.id not in erased and (replayed or not x.replayed))
    return sorted(standing, key=lambda letter: letter.first_seen)


def chosen(among: Iterable[Letter], names: Sequence[str]) -> list[Letter]:
    """Return the letters whose id begins with one of the names, or whose `stage` or `stage/kind` is one; `all` is all."""
    return [x for x in among if any(n in {"all", x.stage, x.reason} or x.id.startswith(n) for n in names)]


async def record_of(consumer: AIOKafkaConsumer, letter: Letter) -> Event | None:
    """Return the letter's whole record; None where the topic does not keep it any more."""
    return (await fetch(consumer, TOPIC, [letter.place])).get(letter.place)


async def failed_events(consumer: AIOKafkaConsumer, among: Sequence[Letter]) -> dict[str, Event]:
    """Return the failed events by the letters' ids, with the letters' headers; without those that are not kept any more.

    Their bytes are the letter's own; else those of the record that the letter points to; else, where that is not kept any more,
    an archived document travels as a reference.
    """
    letters_there = await fetch(consumer, TOPIC, [letter.place for letter in among])
    found: dict[str, Event] = {}
    pointing: dict[str, Event] = {}
    for letter in among:
        event = letters_there.get(letter.place)
        if event is not None:
            pointer = event.header("dead_dataref")
            (pointing if pointer else found)[letter.id] = event
    for topic in {letter.topic for letter in among}:
        sources = {id: _source(event) for id, event in pointing.items() if _source_topic(event) == topic}  # noqa: A001
        there = await fetch(consumer, topic, [where for where in sources.values() if where != NOWHERE])
        for id, where in sources.items():  # noqa: A001
            with suppress(Refusal):
                found[id] = _with_bytes(pointing[id], there.get(where))
    return found


def _with_bytes(letter: Event, source: Event | None) -> Event:
    """Return the event that a letter points to. Refusal `not-kept` where neither topic nor archive has it."""
    if source is not None:
        own = tuple(pair for pair in source.headers if not pair[0].startswith(PREFIX))
        dead = tuple(pair for pair in letter.headers if pair[0].startswith(PREFIX))
        return letter._replace(key=source.key, value=source.value, headers=(*own, *dead))
    sha256 = letter.header("ce_sha256")
    if sha256 is None or letter.header("dead_offset") == "-1":
        raise Refusal("not-kept", "its source record is not kept any more")
    reference = (("ce_dataref", f"{DATAREF}{sha256}".encode()),) if not letter.header("ce_dataref") else ()
    return letter._replace(headers=(*letter.headers, *reference))


def _letter(event: Event, before: Letter | None) -> Letter:
    key = (event.key or b"").decode("utf-8", "replace")
    value = event.value or b""
    return Letter(
        id=_id(event),
        stage=event.header("dead_stage") or "?",
        kind=event.header("dead_error") or "?",
        message=(event.header("dead_message") or "")[:MESSAGE_CHARACTERS],
        topic=event.header("dead_topic") or "",
        key=key,
        feed=event.header("ce_feed") or "",
        named=" ".join(filter(None, [event.header("ce_feed") or key, event.header("ce_filename")])),
        document=event.header("ce_document") or event.header("ce_id") or "",
        attempts=attempts(event, otherwise=1),
        first_seen=before.first_seen if before else event.written,
        last_seen=event.written,
        begins=value[:BEGINS_BYTES],
        size=len(value),
        sha256=hashlib.sha256(value).hexdigest() if value else event.header("ce_sha256") or "",
        trace=event.header(EARLIER) or "",
        place=place(event.partition, event.offset),
    )


def _id(event: Event) -> str:
    return event.header("dead_id") or f"{event.partition}:{event.offset}"


def _source_topic(event: Event) -> str:
    return (event.header("dead_dataref") or "").rsplit("/", 2)[0]


def _source(event: Event) -> int:
    return position("/".join((event.header("dead_dataref") or "").rsplit("/", 2)[1:]))
