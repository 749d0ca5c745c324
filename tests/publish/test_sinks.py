"""What every sink promises, tried on every sink of the installation over the real broker and the real database.

A new sink adds how its content is read back to `HELD`.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from copydesk.publish.sink import Means, Sink, Write, sinks
from copydesk.publish.version import Version
from copydesk.runtime.archive import FolderArchive
from copydesk.runtime.database import pool
from copydesk.runtime.feeds import Feeds
from copydesk.schemas.article import Article
from copydesk.schemas.newest import state_of
from copydesk.schemas.receipt import Receipt

from tests.conftest import Servers
from tests.port import port_on
from tests.publish.stories import as_version, version
from tests.runtime.lane import read

pytestmark = pytest.mark.stack

Content = dict[str, str | None]
"""Body by event id; None where the sink has the version but not its body."""


async def in_postgres(servers: Servers, story: str) -> Content:
    async with await psycopg.AsyncConnection.connect(servers.database) as connection:
        rows = await connection.execute("select event, article ->> 'body' from versions where story = %s", [story])
        return dict(await rows.fetchall())


async def in_current(servers: Servers, story: str) -> Content:
    last = [e for e in await read(servers.kafka, "article.current") if e.key == story.encode()][-1]
    if last.value is None:
        return {}
    article = Article.model_validate_json(last.value)
    assert article.provenance is not None
    assert article.provenance.sha256 is not None
    return {article.provenance.sha256[:32]: article.body}


HELD: dict[str, Callable[[Servers, str], Awaitable[Content]]] = {"postgres": in_postgres, "current": in_current}


@asynccontextmanager
async def opened(sink: Sink, servers: Servers, archive: Path) -> AsyncIterator[Write]:
    """Give what writes into the sink and, before it, into those that it follows."""
    chain = [s for s in sinks() if s.name in sink.after] + [sink]
    async with port_on(servers, archive) as port, pool(servers.database) as database:
        means = Means(port, database, FolderArchive(archive), Feeds())
        async with chain[0].open(means) as first, chain[-1].open(means) as last:

            async def write(versions: Sequence[Version]) -> Sequence[object]:
                if len(chain) > 1:
                    await first(versions)
                return await last(versions)

            yield write  # type: ignore[misc]


def a_life(uri: str, seed: int) -> list[Version]:
    """Return versions of one story: some usable, one withheld, sometimes killed, some without a time."""
    dice = random.Random(seed)
    events = [
        version(
            uri,
            dice.choice([None, 1, 2, 3, 4]),
            dice.choices(["usable", "withheld", "canceled"], [6, 1, 1 if seed % 2 else 0])[0],
            dice.choice([None, "1", "2", "10"]),
            number,
            body=f"Take {number}.",
        )
        for number in range(5)
    ]
    return [as_version(event) for event in events]


def expected(sink: Sink, versions: list[Version]) -> Content:
    state = state_of([v.candidate for v in versions])
    bodies = {
        v.event: v.article.body
        if v.article.pubstatus == "usable" and state.standing(v.candidate) in {"newest", "superseded"}
        else None
        for v in versions
    }
    return bodies if sink.keeps == "every version" else {e: bodies[e] for e in [state.newest] if e is not None}


@pytest.mark.parametrize("sink", sinks(), ids=lambda s: s.name)
def test_every_order_batching_and_repetition_ends_with_the_same(sink: Sink, servers: Servers, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened(sink, servers, tmp_path) as write:
            for seed in range(12):
                uri = f"{seed}-{uuid.uuid4().hex}"
                versions = a_life(uri, seed)
                dice = random.Random(seed)
                arriving = versions + dice.sample(versions, 3)
                dice.shuffle(arriving)
                cut = dice.randrange(1, len(arriving))
                for batch in (arriving[:cut], arriving[cut:]):
                    await write(batch)
                assert await HELD[sink.name](servers, versions[0].story) == expected(sink, versions), f"seed {seed}"

    asyncio.run(scene())


@pytest.mark.parametrize("sink", sinks(), ids=lambda s: s.name)
def test_the_same_batch_again_gives_the_same_receipts(sink: Sink, servers: Servers, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened(sink, servers, tmp_path) as write:
            uri = uuid.uuid4().hex
            versions = [as_version(version(uri, minute)) for minute in (2, 1, 3)]
            first = await write(versions)
            await write([as_version(version(uri, 4, "canceled"))])
            assert list(await write(versions)) == list(first)
            assert all(isinstance(r, Receipt) and r.sink == sink.name for r in first)

    asyncio.run(scene())


@pytest.mark.parametrize("sink", sinks(), ids=lambda s: s.name)
def test_a_killed_story_has_no_body_left_nor_gets_one_later(sink: Sink, servers: Servers, tmp_path: Path) -> None:
    async def scene() -> None:
        async with opened(sink, servers, tmp_path) as write:
            uri = uuid.uuid4().hex
            before, late = as_version(version(uri, 1)), as_version(version(uri, 2, body="A late take."))
            kill = as_version(version(uri, 3, "canceled", body=None))
            for each in (before, kill, late):
                await write([each])
            assert not any((await HELD[sink.name](servers, before.story)).values())
            locked = [FolderArchive(tmp_path).locks(str(v.provenance.sha256)) for v in (before, late)]
            assert locked == [{before.story}, {before.story}]
            again = as_version(version(uri, 4, body="Written anew."))
            await write([again])
            assert list((await HELD[sink.name](servers, before.story)).values()).count("Written anew.") == 1

    asyncio.run(scene())
