"""Publish over the real broker and the real database: receipts, faults between its writes, hostile text."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from copydesk.publish.postgres.words import read_words
from copydesk.publish.sink import Means, sinks
from copydesk.publish.stage import work_on
from copydesk.publish.store import search
from copydesk.runtime.archive import FolderArchive
from copydesk.runtime.claim import claimed, claimed_value
from copydesk.runtime.database import pool
from copydesk.runtime.event import Event, Out
from copydesk.runtime.feeds import Feed, Feeds
from copydesk.runtime.refusal import Refusal, Unavailable
from copydesk.runtime.stage import Port, Work
from copydesk.schemas.article import Article, shortened
from copydesk.schemas.receipt import Receipt

from tests.conftest import Servers
from tests.port import Interrupted, port_on
from tests.publish.stories import version
from tests.publish.test_sinks import in_current, in_postgres
from tests.runtime.lane import read

pytestmark = pytest.mark.stack


@asynccontextmanager
async def publishing(port: Port, servers: Servers, archive: Path, feeds: Feeds | None = None) -> AsyncIterator[Work]:
    async with AsyncExitStack() as held:
        means = Means(
            port, await held.enter_async_context(pool(servers.database)), FolderArchive(archive), feeds or Feeds()
        )
        yield work_on(means, [(sink, await held.enter_async_context(sink.open(means))) for sink in sinks()])


def story(uri: str) -> str:
    return f"Skerry Press|{uri}"


def test_each_version_gives_one_receipt_a_sink(servers: Servers, tmp_path: Path) -> None:
    uri = uuid.uuid4().hex

    async def scene() -> Sequence[object]:
        async with port_on(servers, tmp_path) as port, publishing(port, servers, tmp_path) as work:
            return await work([version(uri, 2, number="2"), version(uri, 1, number="1")])

    outcomes = asyncio.run(scene())
    receipts = [[Receipt.model_validate_json(out.value) for out in outcome] for outcome in outcomes]
    assert [[(r.sink, r.version, r.outcome) for r in each] for each in receipts] == [
        [("postgres", "2", "stored"), ("current", "2", "stored")],
        [("postgres", "1", "stored"), ("current", "1", "superseded")],
    ]
    records = [out for outcome in outcomes for out in outcome]
    assert {out.topic for out in records} == {"article.published"}
    assert len({dict(out.headers)["ce_id"] for out in records}) == 4


def test_what_is_no_article_is_refused_and_the_rest_is_written(servers: Servers, tmp_path: Path) -> None:
    uri = uuid.uuid4().hex
    bad = Event("article.enriched", 0, 0, b"x", b'{"uri": 3}', (), 1)

    async def scene() -> Sequence[object]:
        async with port_on(servers, tmp_path) as port, publishing(port, servers, tmp_path) as work:
            return await work([bad, version(uri)])

    refused, written = asyncio.run(scene())
    assert isinstance(refused, Refusal)
    assert refused.kind == "bad-article"
    assert len(written) == 2


@pytest.mark.parametrize(
    "body",
    [
        "A nul \x00 in it.",
        "\\u0000 spelled out",
        "\U0001f6a2 ship",
        "x " * 400_000,
        "\ufffe\uffff",
        "'; drop table versions",
    ],
)
def test_any_text_can_be_stored(body: str, servers: Servers, tmp_path: Path) -> None:
    uri = uuid.uuid4().hex

    async def scene() -> object:
        async with port_on(servers, tmp_path) as port, publishing(port, servers, tmp_path) as work:
            (outcome,) = await work([version(uri, body=body, headline="A \x00 head")])
            (stored,) = (await in_postgres(servers, story(uri))).values()
            (current,) = (await in_current(servers, story(uri))).values()
            assert current == body
            return outcome, stored

    outcome, stored = asyncio.run(scene())
    assert isinstance(outcome, tuple)
    assert stored == body.replace("\x00", "\ufffd")


def test_a_version_that_the_database_refuses_costs_only_itself(servers: Servers, tmp_path: Path) -> None:
    uri = uuid.uuid4().hex

    async def scene() -> tuple[Sequence[object], int]:
        async with port_on(servers, tmp_path) as port, publishing(port, servers, tmp_path) as work:
            outcomes = await work([version(uri, 1), version(uri, 2, index=2**40), version(uri, 3), version(uri, 4)])
            return outcomes, len(await in_postgres(servers, story(uri)))

    outcomes, rows = asyncio.run(scene())
    assert [isinstance(o, Refusal) for o in outcomes] == [False, True, False, False]
    assert rows == 3


def test_a_stamp_beyond_all_calendars_is_passed_over(servers: Servers, tmp_path: Path) -> None:
    plain = version(uuid.uuid4().hex)
    odd = plain._replace(headers=(("ce_id", b"odd" + plain.headers[0][1]), ("ce_time", b"9999-12-31T23:59:59-23:59")))

    async def scene() -> Sequence[object]:
        async with port_on(servers, tmp_path) as port, publishing(port, servers, tmp_path) as work:
            return await work([odd])

    assert isinstance(asyncio.run(scene())[0], tuple)


def test_very_long_names_are_stored_under_their_hash(servers: Servers, tmp_path: Path) -> None:
    uri = uuid.uuid4().hex + "é" * 5000

    async def scene() -> object:
        async with port_on(servers, tmp_path) as port, publishing(port, servers, tmp_path) as work:
            (outcome,) = await work([version(uri)])
            async with await psycopg.AsyncConnection.connect(servers.database) as connection:
                rows = await connection.execute("select octet_length(story) from articles where uri = %s", [uri])
                return outcome, await rows.fetchall()

    outcome, rows = asyncio.run(scene())
    assert isinstance(outcome, tuple)
    assert len(rows) == 1
    assert rows[0][0] <= 512


def test_a_crash_before_the_current_topic_loses_nothing(servers: Servers, tmp_path: Path) -> None:
    """The store has the version, the topic not yet: the batch read again brings the topic up to date."""
    uri = uuid.uuid4().hex

    async def crash(_: Sequence[Out]) -> None:
        raise Unavailable("crash")

    async def scene() -> None:
        async with port_on(servers, tmp_path) as port:
            async with publishing(Interrupted(port, before=crash), servers, tmp_path) as work:
                with pytest.raises(Unavailable):
                    await work([version(uri)])
            assert len(await in_postgres(servers, story(uri))) == 1
            async with publishing(port, servers, tmp_path) as work:
                await work([version(uri)])
            assert len(await in_current(servers, story(uri))) == 1
            assert len(await in_postgres(servers, story(uri))) == 1

    asyncio.run(scene())


def test_a_worker_that_wakes_after_a_kill_does_not_bring_the_story_back(servers: Servers, tmp_path: Path) -> None:
    """A worker stops between store and topic; another kills the story meanwhile; the first then writes what it had."""
    uri = uuid.uuid4().hex

    async def scene() -> None:
        async with port_on(servers, tmp_path) as port, publishing(port, servers, tmp_path) as other:
            slept = []

            async def kill_meanwhile(_: Sequence[Out]) -> None:
                if not slept:
                    slept.append(True)
                    await other([version(uri, 1, "canceled", body=None)])

            async with publishing(Interrupted(port, before=kill_meanwhile), servers, tmp_path) as work:
                await work([version(uri, 0)])
            assert await in_current(servers, story(uri)) == {}

    asyncio.run(scene())


def test_two_workers_with_the_same_stories_do_not_stop_each_other(servers: Servers, tmp_path: Path) -> None:
    uris = [uuid.uuid4().hex for _ in range(30)]

    async def scene() -> None:
        async with port_on(servers, tmp_path) as port, publishing(port, servers, tmp_path) as work:
            first, second = [version(u, 1) for u in uris], [version(u, 2) for u in reversed(uris)]
            await asyncio.gather(*(work(batch) for batch in (first, second, second, first)))
            for uri in uris:
                assert len(await in_postgres(servers, story(uri))) == 2

    asyncio.run(scene())


def test_a_database_that_is_away_is_waited_for(servers: Servers, tmp_path: Path) -> None:
    nowhere = Servers(servers.kafka, "postgresql://copydesk@127.0.0.1:1/copydesk?connect_timeout=1")

    async def scene() -> None:
        async with port_on(servers, tmp_path) as port, pool(nowhere.database, timeout_s=0.5) as database:
            means = Means(port, database, FolderArchive(tmp_path), Feeds())
            async with AsyncExitStack() as held:
                work = work_on(means, [(s, await held.enter_async_context(s.open(means))) for s in sinks()])
                with pytest.raises(Unavailable):
                    await work([version(uuid.uuid4().hex)])

    asyncio.run(scene())


def test_words_follow_by_themselves_and_a_kill_takes_them_out_at_once(servers: Servers, tmp_path: Path) -> None:
    uri, word = uuid.uuid4().hex, f"zz{uuid.uuid4().hex}"

    async def found(connection: psycopg.AsyncConnection[Any]) -> bool:
        return bool(await search(connection, word))

    async def scene() -> None:
        async with (
            port_on(servers, tmp_path) as port,
            publishing(port, servers, tmp_path) as work,
            await psycopg.AsyncConnection.connect(servers.database, autocommit=True) as connection,
        ):
            await work([version(uri, 1, body=f"About {word}.")])
            async with asyncio.timeout(20):
                while not await found(connection):  # noqa: ASYNC110 - what happens is in the database
                    await asyncio.sleep(0.05)
            await work([version(uri, 2, "canceled", body=None)])
            assert not await found(connection)

    asyncio.run(scene())


def test_a_killed_story_is_the_same_whether_its_words_were_read_before_or_not(servers: Servers, tmp_path: Path) -> None:
    read, unread = uuid.uuid4().hex, uuid.uuid4().hex

    async def scene() -> list[object]:
        async with (
            port_on(servers, tmp_path) as port,
            publishing(port, servers, tmp_path) as work,
            pool(servers.database) as database,
            await psycopg.AsyncConnection.connect(servers.database, autocommit=True) as connection,
        ):
            await work([version(read, 1)])
            while await read_words(database):
                pass
            await work([version(read, 2, "canceled", body=None)])
            await work([version(unread, 1), version(unread, 2, "canceled", body=None)])
            rows = await connection.execute(
                "select language, search from stories where story = any (%s)", [[story(read), story(unread)]]
            )
            return list(await rows.fetchall())

    assert asyncio.run(scene()) == [(None, None), (None, None)]


def test_of_a_withheld_version_no_text_is_kept_whatever_came_first(servers: Servers, tmp_path: Path) -> None:
    early, late = uuid.uuid4().hex, uuid.uuid4().hex

    async def scene() -> list[object]:
        async with (
            port_on(servers, tmp_path) as port,
            publishing(port, servers, tmp_path) as work,
            await psycopg.AsyncConnection.connect(servers.database, autocommit=True) as connection,
        ):
            await work([version(early, 1, "withheld")])
            await work([version(early, 2), version(late, 2)])
            await work([version(late, 1, "withheld")])
            rows = await connection.execute(
                "select headline, article ->> 'body' from versions where uri = any (%s) and pubstatus = 'withheld'",
                [[early, late]],
            )
            return list(await rows.fetchall())

    assert asyncio.run(scene()) == [(None, None), (None, None)]


def test_a_text_beyond_what_can_be_searched_does_not_keep_others_waiting(servers: Servers, tmp_path: Path) -> None:
    uri, word = uuid.uuid4().hex, f"zz{uuid.uuid4().hex}"
    unsearchable = " ".join(f"{n:x}\U00010348{n:o}" for n in range(60_000))

    async def scene() -> list[object]:
        async with (
            port_on(servers, tmp_path) as port,
            publishing(port, servers, tmp_path) as work,
            pool(servers.database) as database,
            await psycopg.AsyncConnection.connect(servers.database, autocommit=True) as connection,
        ):
            await work([version(f"{uri}-a", 1, body=unsearchable), version(uri, 1, body=f"About {word}.")])
            while await read_words(database):
                pass
            return list(await search(connection, word))

    assert len(asyncio.run(scene())) == 1


def test_the_documents_of_a_killed_story_are_no_longer_what_repeats_are_measured_by(
    servers: Servers, tmp_path: Path
) -> None:
    uri, document = uuid.uuid4().hex, uuid.uuid4().hex

    async def scene() -> object:
        async with await psycopg.AsyncConnection.connect(servers.database, autocommit=True) as connection:
            await connection.execute(
                "insert into documents (feed, sha256, document, size, received, origin) values (%s, %s, %s, 1, now(), '0/0')",
                ["skerry", document * 2, document],
            )
            async with port_on(servers, tmp_path) as port, publishing(port, servers, tmp_path) as work:
                await work([version(uri, 1, document=document)])
                await work([version(uri, 2, "canceled", body=None)])
            rows = await connection.execute("select killed is not null from documents where document = %s", [document])
            return await rows.fetchall()

    assert asyncio.run(scene()) == [(True,)]


def test_migrating_again_changes_nothing(servers: Servers) -> None:
    from copydesk.publish.migrate import migrate

    migrate(servers.database)
    with psycopg.connect(servers.database) as connection:
        count = connection.execute("select count(*) from schema_migrations").fetchone()
    assert count is not None
    assert count[0] >= 2


def held(event: Event) -> Event:
    return event._replace(topic="article.held")


def test_a_withheld_version_takes_the_story_back_until_a_usable_one_comes(servers: Servers, tmp_path: Path) -> None:
    uri = uuid.uuid4().hex

    async def scene() -> None:
        async with port_on(servers, tmp_path) as port, publishing(port, servers, tmp_path) as work:
            await work([version(uri, 1)])
            (outcome,) = await work([held(version(uri, 2, "withheld", body="What nobody may read."))])
            receipts = [Receipt.model_validate_json(out.value or b"") for out in outcome]  # type: ignore[union-attr]
            assert [(r.sink, r.outcome) for r in receipts] == [("postgres", "withdrawn"), ("current", "withdrawn")]
            assert (await in_current(servers, story(uri))) == {}
            with psycopg.connect(servers.database) as connection:
                kept = connection.execute(
                    "select article::text from versions where story = %s", [story(uri)]
                ).fetchall()
            assert not any("nobody may read" in text for (text,) in kept)
            await work([version(uri, 3, body="Written anew.")])
            assert list((await in_current(servers, story(uri))).values()) == ["Written anew."]

    asyncio.run(scene())


def test_of_held_articles_only_the_withheld_concern_a_sink(servers: Servers, tmp_path: Path) -> None:
    uri = uuid.uuid4().hex
    embargoed = held(version(uri, 1))

    async def scene() -> Sequence[object]:
        async with port_on(servers, tmp_path) as port, publishing(port, servers, tmp_path) as work:
            return await work([embargoed, embargoed._replace(value=None)])

    assert asyncio.run(scene()) == [(), ()]
    assert asyncio.run(in_postgres(servers, story(uri))) == {}


def test_a_feed_follows_no_story_of_a_provider_that_is_not_granted_to_it(servers: Servers, tmp_path: Path) -> None:
    own, other = uuid.uuid4().hex, uuid.uuid4().hex
    feeds = Feeds(None, {"skerry": Feed("skerry", providers=("Another Agency",))})

    async def scene(uri: str, *events: tuple[Event, Feeds | None]) -> list[object]:
        outcomes: list[object] = []
        async with port_on(servers, tmp_path) as port:
            for event, rights in events:
                async with publishing(port, servers, tmp_path, rights) as work:
                    outcomes += await work([event])
        return outcomes

    first, second = version(own, 1, body="By the agency."), version(own, 2, body="By somebody else.")
    written, refused = asyncio.run(scene(own, (first, None), (second, feeds)))
    assert isinstance(written, tuple)
    assert isinstance(refused, Refusal)
    assert refused.kind == "not-granted"
    assert list(asyncio.run(in_current(servers, story(own))).values()) == ["By the agency."]

    early, late = version(other, 2, body="By somebody else."), version(other, 1, body="By the agency.")
    asyncio.run(scene(other, (early, feeds), (early, feeds), (late, None)))
    assert list(asyncio.run(in_current(servers, story(other))).values()) == ["By the agency."], (
        "whoever comes first, what is granted stands"
    )


def test_a_version_too_long_for_a_record_is_stored_whole_and_current_has_a_claim_on_it(
    servers: Servers, tmp_path: Path
) -> None:
    uri = uuid.uuid4().hex
    archive = FolderArchive(tmp_path)
    body = "The pier at Skerry reopened. " * 50_000
    event = version(uri, body=body)
    record = claimed(Out(event.topic, event.key, event.value, event.headers), shortened, archive)

    async def scene() -> None:
        async with port_on(servers, tmp_path) as port, publishing(port, servers, tmp_path) as work:
            (outcome,) = await work([event._replace(value=record.value, headers=record.headers)])
            assert isinstance(outcome, tuple), outcome

    asyncio.run(scene())
    assert list(asyncio.run(in_postgres(servers, story(uri))).values()) == [body]
    (current,) = [e for e in asyncio.run(read(servers.kafka, "article.current")) if e.key == event.key]
    assert Article.model_validate_json(current.value or b"").body is None
    assert claimed_value(current, archive) == event.value
    with psycopg.connect(servers.database) as connection:
        (claims,) = connection.execute("select claims from versions where story = %s", [story(uri)]).fetchone() or ()
    assert claims == [hashlib.sha256(event.value or b"").hexdigest()]
