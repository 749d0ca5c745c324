"""The release timer: lets embargoed articles go at their minute, and drops what the store says was overtaken.

See docs/adr/0006-held.md. At least once, under the id that the article was held with: a crash repeats an event, and loses none.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog
from copydesk.enrich.held import TOPIC, Held, Waiting, released, tombstone
from copydesk.runtime.background import running
from copydesk.runtime.database import Pool, columns, pool, story_key, unavailable_if_down
from copydesk.runtime.envelope import derived_id, headers
from copydesk.runtime.event import Event, Out
from copydesk.runtime.following import following
from copydesk.runtime.lag import group
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.stage import Port
from copydesk.schemas.newest import NEVER, NO_NUMBER
from copydesk.schemas.receipt import Receipt

ENRICHED = "article.enriched"
RECEIPTS = "article.published"
POLL_S = 1.0
"""How often the clock is looked at where nothing is due sooner: it may be set forward."""
LOOK_S = 5.0
"""How often the store is asked what of all that waits was overtaken."""
AT_ONCE = 2000
"""Articles in one question to the store, or one write."""
AWAY_S = 2.0

# Rows compare from left to right, as ranks do; what is absent ranks lowest. When it was enriched decides nothing here.
OVERTAKEN = """
select w.id
from unnest(%s::text[], %s::text[], %s::timestamptz[], %s::numeric[], %s::timestamptz[], %s::text[], %s::integer[])
    as w (id, story, versioncreated, version, received, sha256, idx)
    join stories s using (story)
where s.killed >= w.versioncreated
    or (s.head_granted
        and (coalesce(s.head_versioncreated, '-infinity'), coalesce(s.head_version, '-Infinity'),
             coalesce(s.head_received, '-infinity'), coalesce(s.head_sha256, ''), coalesce(s.head_idx, 0))
            > (w.versioncreated, w.version, w.received, w.sha256, w.idx))
"""

log = structlog.get_logger()


@asynccontextmanager
async def release_timer(port: Port) -> AsyncIterator[None]:
    """Run the timer until the block is left."""
    async with (
        pool(port.settings.database, size=1, name="copydesk-release", report=port.needs) as database,
        running(_keep_releasing(port, database), "release"),
    ):
        yield


async def _keep_releasing(port: Port, database: Pool) -> None:
    while True:
        try:
            await _release(port, database)
        except Unavailable as error:
            log.warning("release_waits", reason=str(error))
            await asyncio.sleep(AWAY_S)


async def _release(port: Port, database: Pool) -> None:
    """Follow the topic and let go what is due. Raises `Unavailable` where the topic is away; all is read again then."""
    waiting = Waiting()
    again: list[Out] = []
    looked = time.monotonic()
    async with following(port.settings, TOPIC, group("release"), waiting.forget) as topic:
        while True:
            came = await topic.more(waiting.seconds_left(datetime.now(UTC), POLL_S))
            again += [out for event in came if (out := _noted(waiting, event))]
            again += [_receipt(each) for each in waiting.beaten]
            waiting.beaten.clear()
            asked = waiting.due(datetime.now(UTC))
            if time.monotonic() - looked > LOOK_S:
                looked, asked = time.monotonic(), list(waiting.by_key.values())
            try:
                await port.send(again)
                again.clear()
                for begin in range(0, len(asked), AT_ONCE):
                    await _let_go(port, database, waiting, asked[begin : begin + AT_ONCE])
            except Unavailable as error:  # the store, or the broker's other topics: what waits goes on waiting
                log.warning("release_waits", reason=str(error))
                await asyncio.sleep(AWAY_S)


def _noted(waiting: Waiting, event: Event) -> Out | None:
    try:
        return waiting.note(event)
    except ValueError as error:  # not ours: nothing of copydesk's writes such a record
        log.warning("held_unreadable", partition=event.partition, offset=event.offset, reason=str(error)[:200])
        return None


async def _let_go(port: Port, database: Pool, waiting: Waiting, asked: Sequence[Held]) -> None:
    """Let those go that are due, and drop those that were overtaken."""
    beaten = await overtaken(database, asked)
    now = datetime.now(UTC)
    due = [each for each in asked if each.id not in beaten and each.until is not None and each.until <= now]
    dropped = [each for each in asked if each.id in beaten]
    # First where it goes, then that it waits no more: the broker must have the one before it has the other.
    await port.send([*(released(each, ENRICHED) for each in due), *(_receipt(each) for each in dropped)])
    await port.send([tombstone(each) for each in (*due, *dropped)])
    waiting.drop([*due, *dropped])
    for each in due:
        log.info("embargo_ended", story=each.story, event_id=each.id)
    for each in dropped:
        log.info("held_overtaken", story=each.story, event_id=each.id)


async def overtaken(database: Pool, asked: Sequence[Held]) -> set[str]:
    """Return the ids of those that a kill or a newer version has beaten. Raises `Unavailable`."""
    if not asked:
        return set()
    rows = [
        (
            each.id,
            story_key(each.story),
            "-infinity" if each.rank.versioncreated == NEVER else each.rank.versioncreated.isoformat(),
            "-Infinity" if each.rank.version == NO_NUMBER else str(each.rank.version),
            "-infinity" if each.rank.received == NEVER else each.rank.received.isoformat(),
            each.rank.sha256,
            each.rank.index,
        )
        for each in asked
    ]
    with unavailable_if_down():
        async with database.connection() as connection:
            cursor = await connection.execute(OVERTAKEN, columns(rows))
            return {str(found) for (found,) in await cursor.fetchall()}


def _receipt(each: Held) -> Out:
    # Superseded, were it by a kill: after a crash another may have overtaken it too, and the receipt must be the same again.
    article = each.article
    told = Receipt(
        uri=article.uri,
        provider=article.provider,
        version=article.version,
        event=each.id,
        document=each.event.header("ce_document"),
        index=each.rank.index,
        sink="held",
        outcome="superseded",
        at=each.rank.came,
    )
    stated = headers(
        id=derived_id("receipt", "held", each.id),
        type=f"copydesk.{RECEIPTS}.v1",
        source="copydesk/enrich",
        time=each.rank.came,
        content_type="application/json",
        traceparent=each.event.header("traceparent"),
    )
    return Out(RECEIPTS, each.event.key, told.to_json(), stated)
