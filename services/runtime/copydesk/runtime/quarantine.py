"""Events over which the process dies: found out by what stands beside the committed offset, and sent to `wire.dead`.

An exception is an event's own outcome. A crash of the interpreter (a fault in a C library, no memory left) is not: it takes the
process along, and the next one reads the same event. What outlives a process that may write no file is the metadata of its
committed offsets, and it goes with the partition to whichever worker has it next (docs/adr/0012-quarantine.md).

- For some seconds after a worker took a partition it notes up to where it has begun, before each call; the note goes with its commits, until
  one reaches as far.
- A worker that finds a note does the events up to there one at a time, and notes of each that it begins it.
- An event over which `DEATHS` workers have died, alone, is done no more.

So an event costs nothing but in those seconds, and behind a crash.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import structlog
from copydesk.runtime.batch import Batch, Partition
from copydesk.runtime.event import Event
from copydesk.runtime.logs import about
from copydesk.runtime.refusal import Refusal

DEATHS = 3
"""So many workers die over an event before it is refused. One may have been killed by somebody else, at that very moment."""

NOTED_S = 5.0
"""A worker that starts behind an event that kills comes to it within this: at most a second's work lies between."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Note:
    """What stands beside a committed offset."""

    end: int = 0
    """The events from the offset to before this one were begun, and nothing says that a worker came back from them; 0: none."""
    deaths: int = 0
    """So many workers began the first of them, and nothing else, and did not come back."""

    def __str__(self) -> str:
        return f"copydesk end={self.end} deaths={self.deaths}" if self.end else ""


Call = Sequence[tuple[Batch, Sequence[Event]]]
"""The events that are given to the work at once, by the batch that each comes from."""

NOTHING = Note()
_NOTE = re.compile(r"copydesk end=(\d{1,18}) deaths=(\d{1,9})")


def read_note(metadata: str | None) -> Note:
    """Return the note; what is none of ours says nothing."""
    found = _NOTE.fullmatch(metadata or "")
    return Note(int(found[1]), int(found[2])) if found else NOTHING


class Notes(Protocol):
    """Keeps notes beside committed offsets; each call may raise `Unavailable`, and `Abandoned` once the partitions are not ours."""

    async def noted(self, batch: Batch) -> tuple[int, str]:
        """Return where the batch's partition stands, by the broker: the offset and what is beside it."""

    async def note(self, generation: int, notes: Mapping[Partition, tuple[int, Note]]) -> None:
        """Commit offsets, all before which must be done, each with its note, which goes with later commits up to its end.

        Returns once the broker has them. What was committed further meanwhile stays so.
        """


@dataclass(frozen=True)
class _Held:
    """How a partition stands, under one generation of the group."""

    generation: int
    since: int
    """All before this offset is done."""
    note: Note
    until: float
    """Until then (of the monotonic clock) what is begun is noted."""
    apart: bool = False
    """The events up to the note's end are done one at a time: a worker died in them."""


class Quarantine:
    """What one worker does and notes so that no event takes the next worker along too."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._held: dict[Partition, _Held] = {}

    async def take(self, batches: Sequence[Batch]) -> None:
        """Find out how the batches' partitions stand, where that is not known yet."""
        for batch in batches:
            held = self._held.get(batch.partition)
            if held is None or held.generation != batch.generation:
                since, metadata = await self._notes.noted(batch)
                note = read_note(metadata)
                apart = since < note.end
                self._held[batch.partition] = _Held(batch.generation, since, note, _a_while(), apart)
                if apart:
                    log.warning("a worker died here", topic=batch.partition[0], begin=since, end=note.end)

    def apart(self, batch: Batch) -> bool:
        """Whether the next event of the batch must be done alone, with everything before it done."""
        return self._held[batch.partition].apart

    async def begin(self, call: Call) -> None:
        """Note that these events are begun; one alone where it is done apart.

        Raises `Refusal` where too many workers died over that one.
        """
        if self.apart(call[0][0]):
            ((batch, (event,)),) = call
            await self._begin_apart(batch, event)
            return
        begun: dict[Partition, _Held] = {}
        for batch, events in call:
            held = self._held[batch.partition]
            if time.monotonic() < held.until:
                begun[batch.partition] = replace(held, note=Note(events[-1].offset + 1))
        await self._write(begun)

    async def _begin_apart(self, batch: Batch, event: Event) -> None:
        held = self._held[batch.partition]
        if held.note.deaths >= DEATHS:
            raise Refusal(
                "crashes-worker", f"{held.note.deaths} workers died over this event, and did nothing else then"
            )
        if held.note.deaths:
            log.warning("workers died over this event", workers=held.note.deaths, **about(event))
        note = replace(held.note, deaths=held.note.deaths + 1)
        await self._write({batch.partition: replace(held, note=note)})

    async def came_back(self, call: Call) -> None:
        """Note that the work answered, if only that something is away: nobody has died."""
        lighter: dict[Partition, _Held] = {}
        for partition in {batch.partition for batch, _ in call}:
            held = self._held[partition]
            if held.apart:
                lighter[partition] = replace(held, note=replace(held.note, deaths=held.note.deaths - 1))
            elif held.note != NOTHING:
                lighter[partition] = replace(held, note=NOTHING)
        await self._write(lighter)

    async def outlived(self, batch: Batch, event: Event) -> None:
        """Note that the event which was done apart is done, and all before it."""
        held, done = self._held[batch.partition], event.offset + 1
        apart = done < held.note.end
        held = _Held(held.generation, done, Note(held.note.end) if apart else NOTHING, _a_while(), apart)
        self._held[batch.partition] = held
        await self._write({batch.partition: held})

    async def _write(self, changed: Mapping[Partition, _Held]) -> None:
        if not changed:
            return
        generation = next(iter(changed.values())).generation
        await self._notes.note(generation, {tp: (held.since, held.note) for tp, held in changed.items()})
        self._held |= changed


def _a_while() -> float:
    return time.monotonic() + NOTED_S
