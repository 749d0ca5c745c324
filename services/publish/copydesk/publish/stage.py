"""Publish: every version of `article.enriched` into every sink, and a receipt for each on `article.published`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import get_args

from copydesk.publish.sink import Means, Sink, Write, Written, sinks
from copydesk.publish.version import Version, read_version
from copydesk.runtime import metrics
from copydesk.runtime.archive import archive_at
from copydesk.runtime.database import pool
from copydesk.runtime.envelope import derived_id, headers
from copydesk.runtime.event import Event, Out
from copydesk.runtime.feeds import Feeds
from copydesk.runtime.refusal import Refusal
from copydesk.runtime.stage import Outcome, Port, Stage, Work
from copydesk.schemas.receipt import Outcome as Did

NAME = "publish"
VERSION = "1"
READS = "article.enriched"
HELD = "article.held"
WRITES = "article.published"
TYPE = "copydesk.article.published.v1"


@asynccontextmanager
async def _open(port: Port) -> AsyncIterator[Work]:
    async with AsyncExitStack() as held:
        database = await held.enter_async_context(
            pool(port.settings.database, name="copydesk-publish", report=port.needs)
        )
        feeds = Feeds(port.settings.feeds)
        feeds.all()  # a broken file of feeds is found at the start
        means = Means(port, database, archive_at(port.settings.archive), feeds)
        opened = [(sink, await held.enter_async_context(sink.open(means))) for sink in sinks()]
        for sink, _ in opened:
            metrics.begin_sink(NAME, sink.name, get_args(Did))
        yield work_on(means, opened)


def work_on(means: Means, opened: Sequence[tuple[Sink, Write]]) -> Work:
    """Return publish's work: one sink after the other, since some follow others; receipts are the outcome.

    Of `article.held` only what is withheld concerns a sink: it takes the story back (docs/adr/0006-held.md).
    """

    async def work(batch: Sequence[Event]) -> list[Outcome]:
        outcomes: list[Outcome] = [()] * len(batch)
        left: list[tuple[int, Version]] = []
        for place, event in enumerate(batch):
            try:
                if event.topic == HELD and event.value is None:
                    continue  # its waiting has ended
                version = read_version(event, means.archive, means.feeds)
                if event.topic != HELD or version.article.pubstatus == "withheld":
                    left.append((place, version))
            except Exception as error:  # noqa: BLE001 - a bad event never stops the stage
                outcomes[place] = error
        for sink, write in opened:
            answers = await _timed(sink, write, [version for _, version in left]) if left else []
            for (place, version), answer in zip(left, answers, strict=True):
                outcomes[place] = _with(outcomes[place], _record(sink, version, answer))
            left = [(place, version) for place, version in left if isinstance(outcomes[place], tuple)]
        _count_ages([version for _, version in left])
        return outcomes

    return work


async def _timed(sink: Sink, write: Write, versions: Sequence[Version]) -> Sequence[Written]:
    begun = time.perf_counter()
    answers = await write(versions)
    metrics.SINK_SECONDS.labels(NAME, sink.name).observe(time.perf_counter() - begun)
    for did, share in Counter([answer.outcome for answer in answers if not isinstance(answer, Refusal)]).items():
        metrics.SINK_VERSIONS.labels(NAME, sink.name, did).inc(share)
    return answers


def _count_ages(versions: Sequence[Version]) -> None:
    now, ages = datetime.now(UTC), metrics.STORY_SECONDS.labels(NAME)
    for version in versions:
        if received := version.provenance.received:
            ages.observe(max(0.0, (now - received).total_seconds()))


def _record(sink: Sink, version: Version, answer: Written) -> Outcome:
    if isinstance(answer, Refusal):
        return answer
    stated = headers(
        id=derived_id("receipt", sink.name, version.event),
        type=TYPE,
        source="copydesk/publish",
        time=answer.at,
        content_type="application/json",
        traceparent=version.traceparent,
    )
    return (Out(WRITES, version.key, answer.to_json(), stated),)


def _with(before: Outcome, now: Outcome) -> Outcome:
    return now if isinstance(now, Exception) or isinstance(before, Exception) else (*before, *now)


STAGE = Stage(name=NAME, version=VERSION, reads=(READS, HELD), writes=(WRITES, "article.current"), open=_open)
