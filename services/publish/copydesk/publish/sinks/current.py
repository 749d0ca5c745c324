"""The compacted topic `article.current`: the newest usable version of each story, a tombstone while there is none.

What is newest is read from the store, which has the batch already. After writing, the store is asked again, and where it has
moved on meanwhile, what it says now is written: so a worker that was stopped between the two, and wakes to find its stories
in another's hands, mends what it overwrote. Whoever writes last has seen the store say the same after that.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from copydesk.publish.postgres.stories import newest_of
from copydesk.publish.postgres.versions import articles, stored_versions
from copydesk.publish.sink import Means, Sink, Write, Written, receipt
from copydesk.publish.version import Version
from copydesk.runtime.claim import claimed
from copydesk.runtime.database import Connection, unavailable_if_down
from copydesk.runtime.envelope import derived_id, headers
from copydesk.runtime.event import Out
from copydesk.schemas.article import shortened
from copydesk.schemas.receipt import Outcome

NAME = "current"
TOPIC = "article.current"
TYPE = "copydesk.article.current.v1"
OUTCOMES: dict[str, Outcome] = {
    "newest": "stored",
    "superseded": "superseded",
    "withheld": "withdrawn",
    "kill": "killed",
    "killed": "killed",
}

Newest = Mapping[str, str | None]
"""For each story, the event of its newest usable version, or None."""


@asynccontextmanager
async def _open(means: Means) -> AsyncIterator[Write]:
    async def write(versions: Sequence[Version]) -> list[Written]:
        with unavailable_if_down():
            async with means.database.connection() as store:
                await _bring_up_to_date(means, store, versions)
                stored = await stored_versions(store, [v.event for v in versions])
        return [receipt(NAME, v, OUTCOMES[stored[v.event].standing], stored[v.event].stored) for v in versions]

    yield write


async def _bring_up_to_date(means: Means, store: Connection, versions: Sequence[Version]) -> None:
    newest = await newest_of(store, list({v.story for v in versions}))
    # A newest version that is not in this batch was written with its own.
    at_hand = {v.event for v in versions}
    due = [story for story, event in newest.items() if event is None or event in at_hand]
    while due:
        records = await _records(store, {story: newest[story] for story in due}, versions)
        await means.port.send([claimed(record, shortened, means.archive) for record in records])
        now = await newest_of(store, due)
        due = [story for story in due if now[story] != newest[story]]
        newest = now


async def _records(store: Connection, newest: Newest, versions: Sequence[Version]) -> list[Out]:
    values = {v.event: v.value for v in versions}
    elsewhere = [event for event in newest.values() if event is not None and event not in values]
    if elsewhere:
        values |= await articles(store, elsewhere)
    latest = {v.story: v for v in versions}
    return [_record(latest[story], event, values[event] if event else None) for story, event in newest.items()]


def _record(version: Version, event: str | None, value: bytes | None) -> Out:
    stated = headers(
        id=derived_id("current", version.story, event or version.event),
        type=TYPE,
        source="copydesk/publish",
        time=version.processed,
        content_type="application/json" if value else None,
        traceparent=version.traceparent,
    )
    return Out(TOPIC, version.key, value, stated)


SINK = Sink(name=NAME, keeps="newest version", open=_open, after=("postgres",))
