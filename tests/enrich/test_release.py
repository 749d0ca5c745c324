"""The release timer on the real broker and the real store."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from copydesk.enrich.held import TOPIC
from copydesk.enrich.release import release_timer
from copydesk.publish.migrate import migrate
from copydesk.runtime.envelope import derived_id, headers
from copydesk.runtime.event import Event, Out
from copydesk.runtime.stage import Port
from copydesk.schemas.article import Article, Provenance
from copydesk.schemas.receipt import Receipt

from tests.conftest import Servers
from tests.port import port_on
from tests.runtime.lane import read

pytestmark = pytest.mark.stack


@pytest.fixture(scope="session")
def servers(stack: Servers) -> Servers:
    migrate(stack.database)
    return stack


def in_(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def held(uri: str, until: datetime | None, minute: int = 0) -> Out:
    article = Article(
        uri=uri,
        format="text",
        provider="Harbour Press",
        pubstatus="usable" if until else "withheld",
        versioncreated=datetime(2026, 3, 3, 9, minute, tzinfo=UTC),
        embargoed=until,
        body=f"The budget, take {minute}.",
        provenance=Provenance(received=datetime(2026, 3, 3, 9, minute, tzinfo=UTC)),
    )
    told = headers(
        id=derived_id(uri, minute), type="copydesk.article.held.v1", source="copydesk/enrich", time=in_(0), document="d"
    )
    return Out(TOPIC, article.key.encode(), article.to_json(), told)


async def of(servers: Servers, topic: str, uri: str) -> list[Event]:
    return [e for e in await read(servers.kafka, topic) if e.key == f"Harbour Press|{uri}".encode()]


async def eventually(question: Callable[[], Awaitable[object]], within_s: float = 30) -> None:
    async with asyncio.timeout(within_s):
        while not await question():  # noqa: ASYNC110 - the broker tells nobody
            await asyncio.sleep(0.1)


@asynccontextmanager
async def timer(servers: Servers, folder: Path) -> AsyncIterator[Port]:
    async with port_on(servers, folder) as port, release_timer(port):
        yield port


def let_go_and_ended(servers: Servers, uri: str) -> Callable[[], Awaitable[object]]:
    async def so() -> bool:
        waits = await of(servers, TOPIC, uri)
        return bool(waits) and waits[-1].value is None

    return so


def told(servers: Servers, uri: str) -> list[tuple[str, str]]:
    receipts = [Receipt.model_validate_json(e.value or b"") for e in asyncio.run(of(servers, "article.published", uri))]
    return [(receipt.sink, receipt.outcome) for receipt in receipts]


def test_an_article_is_let_go_at_its_minute_with_its_id_and_its_waiting_ends(servers: Servers, tmp_path: Path) -> None:
    uri = uuid.uuid4().hex
    record = held(uri, in_(2))

    async def scene() -> None:
        async with timer(servers, tmp_path) as port:
            await port.send([record])
            await eventually(let_go_and_ended(servers, uri))

    asyncio.run(scene())
    (out,) = asyncio.run(of(servers, "article.enriched", uri))
    embargoed = Article.model_validate_json(out.value or b"").embargoed
    assert (out.value, out.header("ce_id")) == (record.value, dict(record.headers)["ce_id"].decode())
    assert embargoed is not None
    assert embargoed <= datetime.now(UTC)


def test_what_came_due_while_no_timer_ran_is_let_go_when_one_starts(servers: Servers, tmp_path: Path) -> None:
    uri = uuid.uuid4().hex

    async def scene() -> None:
        async with port_on(servers, tmp_path) as port:
            await port.send([held(uri, in_(-60))])
        async with timer(servers, tmp_path):
            await eventually(let_go_and_ended(servers, uri))

    asyncio.run(scene())
    assert len(asyncio.run(of(servers, "article.enriched", uri))) == 1


@pytest.mark.parametrize(
    "state, overtaken",
    [
        ({"killed": "2026-03-03T09:30:00Z", "kill": "k"}, True),
        ({"head": "h", "head_usable": True, "head_versioncreated": "2026-03-03T09:30:00Z"}, True),
        ({"killed": "2026-03-03T08:30:00Z", "kill": "k"}, False),
        ({"head": "h", "head_usable": True, "head_versioncreated": "2026-03-03T08:30:00Z"}, False),
    ],
)
def test_what_the_store_says_was_overtaken_is_never_let_go(
    state: dict[str, object], *, overtaken: bool, servers: Servers, tmp_path: Path
) -> None:
    uri = uuid.uuid4().hex
    with psycopg.connect(servers.database) as connection:
        columns = {"story": f"Harbour Press|{uri}", **state}
        connection.execute(
            f"insert into stories ({', '.join(columns)}) values ({', '.join(['%s'] * len(columns))})",  # type: ignore[arg-type]
            list(columns.values()),
        )

    async def scene() -> None:
        async with timer(servers, tmp_path) as port:
            await port.send([held(uri, in_(1))])
            await eventually(let_go_and_ended(servers, uri))

    asyncio.run(scene())
    assert len(asyncio.run(of(servers, "article.enriched", uri))) == (not overtaken)
    assert told(servers, uri) == [("held", "superseded")] * overtaken


def test_what_loses_its_place_to_a_newer_held_version_is_accounted_for(servers: Servers, tmp_path: Path) -> None:
    uri = uuid.uuid4().hex
    older, newer = held(uri, in_(86_400), 0), held(uri, in_(86_400), 1)

    async def accounted() -> bool:
        return bool(await of(servers, "article.published", uri))

    async def scene() -> None:
        async with timer(servers, tmp_path) as port:
            await port.send([older, newer])
            await eventually(accounted)

    asyncio.run(scene())
    (receipt,) = asyncio.run(of(servers, "article.published", uri))
    assert told(servers, uri) == [("held", "superseded")]
    assert Receipt.model_validate_json(receipt.value or b"").event == dict(older.headers)["ce_id"].decode()


def test_a_version_that_was_enriched_twice_and_overtaken_twice_has_one_receipt(
    servers: Servers, tmp_path: Path
) -> None:
    uri, ends = uuid.uuid4().hex, in_(86_400)
    once, again = held(uri, ends, 0), held(uri, ends, 0)
    assert once.headers != again.headers  # as where parse was killed and wrote its event a second time, later

    async def accounted() -> bool:
        return len(await of(servers, "article.published", uri)) == 2

    async def scene() -> None:
        async with timer(servers, tmp_path) as port:
            for each in (once, held(uri, ends, 1), again):
                await port.send([each])
            await eventually(accounted)

    asyncio.run(scene())
    assert len({receipt.value for receipt in asyncio.run(of(servers, "article.published", uri))}) == 1


def test_a_killed_story_stops_waiting_long_before_its_minute(servers: Servers, tmp_path: Path) -> None:
    uri = uuid.uuid4().hex

    async def scene() -> None:
        async with timer(servers, tmp_path) as port:
            await port.send([held(uri, in_(86_400))])
            with psycopg.connect(servers.database) as connection:
                kill = "insert into stories (story, killed, kill) values (%s, '2026-03-03T10:00:00Z', 'k')"
                connection.execute(kill, [f"Harbour Press|{uri}"])
            await eventually(let_go_and_ended(servers, uri))

    asyncio.run(scene())
    assert asyncio.run(of(servers, "article.enriched", uri)) == []


def test_two_timers_share_the_topic_and_let_go_once_when_one_leaves(servers: Servers, tmp_path: Path) -> None:
    uris = [uuid.uuid4().hex for _ in range(8)]

    async def scene() -> None:
        async with port_on(servers, tmp_path) as port, release_timer(port):
            async with release_timer(port):
                await port.send([held(uri, in_(8)) for uri in uris[:4]])
                await asyncio.sleep(1)  # both have joined by the time that one leaves, or soon after: either must do
            await port.send([held(uri, in_(0)) for uri in uris[4:]])
            for uri in uris:
                await eventually(let_go_and_ended(servers, uri), 60)

    asyncio.run(scene())
    for uri in uris:
        ids = {e.header("ce_id") for e in asyncio.run(of(servers, "article.enriched", uri))}
        assert len(ids) == 1
