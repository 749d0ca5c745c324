"""Ingest over the real broker and the real database: repeats, references, and faults between its two writes."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from copydesk.ingest.document import document_id
from copydesk.ingest.stage import work_on
from copydesk.runtime.archive import FolderArchive
from copydesk.runtime.database import pool
from copydesk.runtime.event import Event, Out
from copydesk.runtime.producer import Producer
from copydesk.runtime.refusal import Refusal, Unavailable
from copydesk.runtime.stage import Port, Work

from tests.conftest import Servers
from tests.port import Interrupted, port_on
from tests.runtime.lane import read, until

pytestmark = pytest.mark.stack

NOON_MS = 1_770_000_000_000
DAY_MS = 86_400_000


@pytest.fixture
def feed() -> str:
    return f"feed-{uuid.uuid4().hex[:12]}"


@asynccontextmanager
async def ingesting(port: Port, servers: Servers, archive: Path) -> AsyncIterator[Work]:
    async with pool(servers.database) as database:
        yield work_on(port, FolderArchive(archive), database, timedelta(days=7))


def inbound(feed: str, value: bytes | None, offset: int, at_ms: int = NOON_MS, **headers: bytes) -> Event:
    return Event("wire.inbound", 0, offset, feed.encode(), value, tuple(headers.items()), at_ms)


async def received(servers: Servers, feed: str) -> list[Event]:
    return [e for e in await read(servers.kafka, "wire.received") if e.header("ce_feed") == feed]


def kinds(events: Sequence[Event]) -> list[str]:
    return [(e.header("ce_type") or "").split(".")[2] for e in events]


def scene(servers: Servers, archive: Path, feed: str, *batches: Sequence[Event]) -> list[Event]:
    async def play() -> list[Event]:
        async with port_on(servers, archive) as port, ingesting(port, servers, archive) as work:
            for batch in batches:
                assert list(await work(batch)) == [()] * len(batch)
        return await received(servers, feed)

    return asyncio.run(play())


def test_a_document_is_received_under_its_derived_id_with_its_bytes(
    servers: Servers, tmp_path: Path, feed: str
) -> None:
    (event,) = scene(servers, tmp_path, feed, [inbound(feed, b"\xffwire", 0, ce_filename=b"a.txt")])
    sha256 = hashlib.sha256(b"\xffwire").hexdigest()
    assert event.value == b"\xffwire"
    assert (event.key or b"").decode() == event.header("ce_id") == document_id(feed, sha256)
    assert event.header("ce_sha256") == sha256
    assert (event.header("ce_size"), event.header("ce_filename"), event.header("ce_position")) == ("5", "a.txt", "0/0")
    assert FolderArchive(tmp_path).get(sha256) == b"\xffwire"


def test_the_same_bytes_again_are_a_repeat_in_one_batch_or_two(servers: Servers, tmp_path: Path, feed: str) -> None:
    events = scene(servers, tmp_path, feed, [inbound(feed, b"x", 0), inbound(feed, b"x", 1)], [inbound(feed, b"x", 2)])
    assert kinds(events) == ["received", "repeat", "repeat"]
    first, *repeats = events
    for repeat in repeats:
        assert repeat.value is None
        assert repeat.header("ce_repeatof") == first.header("ce_id")
    assert len({e.header("ce_id") for e in events}) == 3


def test_the_same_bytes_on_another_feed_are_no_repeat(servers: Servers, tmp_path: Path, feed: str) -> None:
    scene(servers, tmp_path, feed, [inbound(feed, b"x", 0)])
    other = f"{feed}-b"
    assert kinds(scene(servers, tmp_path, other, [inbound(other, b"x", 1)])) == ["received"]


@pytest.mark.parametrize(("days", "kind"), [(6.9, "repeat"), (7.1, "received")])
def test_a_repeat_is_one_for_seven_days(days: float, kind: str, servers: Servers, tmp_path: Path, feed: str) -> None:
    later = NOON_MS + int(days * DAY_MS)
    events = scene(servers, tmp_path, feed, [inbound(feed, b"x", 0)], [inbound(feed, b"x", 1, later)])
    assert kinds(events) == ["received", kind]


def test_the_same_bytes_are_no_repeat_once_their_story_was_killed(servers: Servers, tmp_path: Path, feed: str) -> None:
    scene(servers, tmp_path, feed, [inbound(feed, b"x", 0)])
    with psycopg.connect(servers.database) as connection:
        connection.execute("update documents set killed = now() where feed = %s", [feed])
    events = scene(servers, tmp_path, feed, [inbound(feed, b"x", 1)], [inbound(feed, b"x", 2)])
    assert kinds(events) == ["received", "received", "repeat"]


def test_a_replay_gets_past_the_check_for_repeats(servers: Servers, tmp_path: Path, feed: str) -> None:
    events = scene(
        servers,
        tmp_path,
        feed,
        [inbound(feed, b"x", 0), inbound(feed, b"x", 1, ce_replay=b"r1"), inbound(feed, b"x", 2)],
    )
    assert sorted(kinds(events)) == ["received", "received", "repeat"]
    assert len({e.header("ce_id") for e in events}) == 2


def test_the_same_record_read_again_is_the_first_again(servers: Servers, tmp_path: Path, feed: str) -> None:
    """A crash after the ledger's commit and before the offset's: everything is read once more."""
    batch = [inbound(feed, b"x", 0), inbound(feed, b"x", 1)]
    events = scene(servers, tmp_path, feed, batch, batch)
    assert kinds(events) == ["received", "repeat", "received", "repeat"]
    assert [e.header("ce_id") for e in events[:2]] == [e.header("ce_id") for e in events[2:]]
    assert [e.headers for e in events[:2]] == [e.headers for e in events[2:]]


def test_a_bad_document_is_refused_and_the_others_flow_on(servers: Servers, tmp_path: Path, feed: str) -> None:
    async def play() -> list[object]:
        async with port_on(servers, tmp_path) as port, ingesting(port, servers, tmp_path) as work:
            return list(await work([inbound(feed, b"", 0), inbound(feed, b"x", 1)]))

    refused, fine = asyncio.run(play())
    assert isinstance(refused, Refusal)
    assert fine == ()
    assert kinds(asyncio.run(received(servers, feed))) == ["received"]


def test_a_document_of_the_size_of_a_record_goes_on_as_a_reference(servers: Servers, tmp_path: Path, feed: str) -> None:
    big = os.urandom(1_048_000)
    (event,) = scene(servers, tmp_path, feed, [inbound(feed, big, 0)])
    sha256 = hashlib.sha256(big).hexdigest()
    assert event.value is None
    assert event.header("ce_dataref") == f"sha256:{sha256}"
    assert FolderArchive(tmp_path).get(sha256) == big


def test_a_broker_that_did_not_answer_leaves_no_trace_in_the_ledger(
    servers: Servers, tmp_path: Path, feed: str
) -> None:
    async def away(_: Sequence[Out]) -> None:
        raise Unavailable("away")

    async def play() -> None:
        async with (
            port_on(servers, tmp_path) as port,
            ingesting(Interrupted(port, before=away), servers, tmp_path) as work,
        ):
            with pytest.raises(Unavailable):
                await work([inbound(feed, b"x", 0)])

    asyncio.run(play())
    with psycopg.connect(servers.database) as connection:
        assert connection.execute("select 1 from documents where feed = %s", [feed]).fetchall() == []
    # Whichever record of it comes next is the first.
    assert kinds(scene(servers, tmp_path, feed, [inbound(feed, b"x", 9)])) == ["received"]


def test_a_worker_waits_while_another_writes_the_first(servers: Servers, tmp_path: Path, feed: str) -> None:
    """Two workers with equal documents from two partitions: one is the first, one its repeat, never two of a kind."""

    async def play() -> None:
        async with port_on(servers, tmp_path) as port:
            begun, go_on = asyncio.Event(), asyncio.Event()

            async def hold(_: Sequence[Out]) -> None:
                begun.set()
                await go_on.wait()

            async with (
                ingesting(Interrupted(port, before=hold), servers, tmp_path) as slow,
                ingesting(port, servers, tmp_path) as fast,
            ):
                first = asyncio.create_task(slow([inbound(feed, b"x", 0)]))
                await begun.wait()
                second = asyncio.create_task(fast([inbound(feed, b"x", 1)]))
                done, _ = await asyncio.wait([second], timeout=0.5)
                assert not done
                go_on.set()
                await asyncio.gather(first, second)

    asyncio.run(play())
    assert sorted(kinds(asyncio.run(received(servers, feed)))) == ["received", "repeat"]


def test_a_record_with_a_stamp_of_1970_is_received_when_the_broker_had_it(
    servers: Servers, tmp_path: Path, feed: str
) -> None:
    """And is kept: by its own stamp the broker would let it go at once."""

    async def play() -> Event:
        async with port_on(servers, tmp_path), AIOKafkaProducer(bootstrap_servers=servers.kafka) as producer:
            await producer.send_and_wait("wire.inbound", b"old", key=feed.encode(), timestamp_ms=1)
        consumer = AIOKafkaConsumer("wire.inbound", bootstrap_servers=servers.kafka, auto_offset_reset="earliest")
        async with consumer:
            async for record in consumer:
                if record.key == feed.encode():
                    return Event(record.topic, 0, record.offset, record.key, record.value, (), record.timestamp)
        raise AssertionError

    event = asyncio.run(play())
    assert abs(event.written - datetime.now(UTC)) < timedelta(minutes=5)


def test_kill_9_between_the_two_writes_loses_nothing(servers: Servers, tmp_path: Path, feed: str) -> None:
    """The service is killed when `wire.received` has the document and the ledger does not; a new one then takes over."""
    environment = {
        **os.environ,
        "COPYDESK_KAFKA": servers.kafka,
        "COPYDESK_DATABASE": servers.database,
        "COPYDESK_ARCHIVE": str(tmp_path),
    }

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, *arguments], env=environment, cwd=Path(__file__).parents[2])

    async def push() -> None:
        async with port_on(servers, tmp_path), Producer(servers.kafka, "test") as producer:
            await producer.send([Out("wire.inbound", feed.encode(), value) for value in (b"one", b"two", b"one")])

    async def found() -> list[Event]:
        return await received(servers, feed)

    asyncio.run(push())
    doomed = start("-m", "tests.ingest.doomed", feed)
    assert doomed.wait(60) == -signal.SIGKILL
    before = asyncio.run(found())
    assert before, "the first write was done"
    with psycopg.connect(servers.database) as connection:
        assert connection.execute("select 1 from documents where feed = %s", [feed]).fetchall() == []
    service = start("-m", "copydesk.ingest")
    try:
        events = until(lambda: e if len(e := asyncio.run(found())) >= len(before) + 3 else None, "the rest", 60)
    finally:
        service.terminate()
        service.wait(30)
    firsts = {e.header("ce_id"): e.value for e in events if e.header("ce_type") == "copydesk.wire.received.v1"}
    assert sorted(filter(None, firsts.values())) == [b"one", b"two"]
    assert len({e.header("ce_id") for e in events}) == 3, "two documents and one repeat, however often each was written"
