"""The watched folder over the real broker."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from copydesk.ingest.document import INLINE_BYTES
from copydesk.ingest.door import Door
from copydesk.ingest.sources.folder import Inbox
from copydesk.runtime.archive import FolderArchive
from copydesk.runtime.event import Event
from copydesk.runtime.feeds import Feeds
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.stage import Port

from tests.conftest import Servers
from tests.port import Interrupted, port_on
from tests.runtime.lane import read

pytestmark = pytest.mark.stack


@pytest.fixture
def feed() -> str:
    return f"feed-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def root(tmp_path: Path, feed: str) -> Path:
    for name in (f"in/{feed}", "done", "failed"):
        (tmp_path / "inbox" / name).mkdir(parents=True)
    return tmp_path / "inbox"


def play(
    servers: Servers,
    root: Path,
    act: Callable[[Inbox], Awaitable[None]],
    *,
    settle_s: float = 0.0,
    wrapped: Callable[[Port], Port] = lambda port: port,
) -> None:
    async def scene() -> None:
        archive = FolderArchive(root.parent / "archive")
        async with port_on(servers, archive.root) as port:
            await act(Inbox(root, Door(wrapped(port), archive, Feeds()), settle_s))

    asyncio.run(scene())


async def arrived(servers: Servers, topic: str, feed: str) -> list[Event]:
    return [e for e in await read(servers.kafka, topic) if e.header("ce_feed") == feed]


def test_a_file_is_pushed_and_then_stands_in_done(servers: Servers, root: Path, feed: str) -> None:
    (root / "in" / feed / "a.txt").write_bytes(b"\xffwire")

    async def act(inbox: Inbox) -> None:
        assert await inbox.once() == 1
        (event,) = await arrived(servers, "wire.inbound", feed)
        assert (event.value, event.header("ce_filename")) == (b"\xffwire", "a.txt")
        assert (root / "done" / feed / "a.txt").read_bytes() == b"\xffwire"
        assert not list((root / "in" / feed).iterdir())
        assert await inbox.once() == 0

    play(servers, root, act)


def test_a_file_that_is_still_being_written_is_left_until_it_is_whole(servers: Servers, root: Path, feed: str) -> None:
    """Its writer pauses longer than any file needs to settle: having it open for writing is what counts."""
    path = root / "in" / feed / "slow.txt"

    async def act(inbox: Inbox) -> None:
        with path.open("wb") as writer:
            writer.write(b"half ")
            writer.flush()
            assert await inbox.once() == 0
            writer.write(b"whole")
            writer.flush()
            assert await inbox.once() == 0
        assert await inbox.once() == 1
        (event,) = await arrived(servers, "wire.inbound", feed)
        assert event.value == b"half whole"

    play(servers, root, act)


def test_a_file_must_stand_still_for_a_while(servers: Servers, root: Path, feed: str) -> None:
    path = root / "in" / feed / "growing.txt"

    async def act(inbox: Inbox) -> None:
        path.write_bytes(b"half ")
        assert await inbox.once() == 0
        with path.open("ab") as writer:
            writer.write(b"whole")
        assert await inbox.once() == 0
        inbox.settle_s = 0.0
        assert await inbox.once() == 1
        (event,) = await arrived(servers, "wire.inbound", feed)
        assert event.value == b"half whole"

    play(servers, root, act, settle_s=3600)


@pytest.mark.parametrize("name", [".hidden", "a.tmp", "a.xml.part", "a.filepart", "a~", "A.TMP"])
def test_unfinished_names_are_left_alone_until_renamed(name: str, servers: Servers, root: Path, feed: str) -> None:
    (root / "in" / feed / name).write_bytes(b"wire")

    async def act(inbox: Inbox) -> None:
        assert await inbox.once() == 0
        (root / "in" / feed / name).rename(root / "in" / feed / "final.xml")
        assert await inbox.once() == 1

    play(servers, root, act)


def test_bad_files_stand_in_failed_with_the_reason_and_among_dead_letters(
    servers: Servers, root: Path, feed: str
) -> None:
    (root / "in" / feed / "empty.txt").touch()
    with (root / "in" / feed / "huge.bin").open("wb") as file:
        file.truncate(50_000_000)
    (root / "in" / feed / "fine.txt").write_bytes(b"fine")

    async def act(inbox: Inbox) -> None:
        assert await inbox.once() == 3
        notes = {p.name: json.loads(p.read_text()) for p in (root / "failed" / feed).glob("*.error")}
        assert {name: note["error"] for name, note in notes.items()} == {
            "empty.txt.error": "empty",
            "huge.bin.error": "too-large",
        }
        assert notes["huge.bin.error"]["sha256"] == hashlib.sha256(bytes(50_000_000)).hexdigest()
        assert (root / "failed" / feed / "huge.bin").stat().st_size == 50_000_000
        letters = {e.header("ce_filename"): e for e in await arrived(servers, "wire.dead", feed)}
        assert letters.keys() == {"empty.txt", "huge.bin"}
        assert letters["huge.bin"].header("ce_size") == "50000000"
        assert [e.value for e in await arrived(servers, "wire.inbound", feed)] == [b"fine"]

    play(servers, root, act)


def test_a_crash_before_the_move_pushes_again_the_same_document(servers: Servers, root: Path, feed: str) -> None:
    (root / "in" / feed / "a.txt").write_bytes(b"wire")

    async def crash(_: object) -> None:
        raise Unavailable("crash")

    async def fail(inbox: Inbox) -> None:
        with pytest.raises(Unavailable):
            await inbox.once()
        assert (root / "in" / feed / "a.txt").exists()

    async def act(inbox: Inbox) -> None:
        await inbox.once()
        first, second = await arrived(servers, "wire.inbound", feed)
        assert first.header("ce_id") == second.header("ce_id")

    play(servers, root, fail, wrapped=lambda port: Interrupted(port, after=crash))
    play(servers, root, act)


@pytest.mark.parametrize("size", [10, 2_000_000])
def test_a_broker_that_is_away_loses_no_file(size: int, servers: Servers, root: Path, feed: str) -> None:
    data = os.urandom(size)
    (root / "in" / feed / "a.bin").write_bytes(data)

    async def away(_: object) -> None:
        raise Unavailable("away")

    async def fail(inbox: Inbox) -> None:
        with pytest.raises(Unavailable):
            await inbox.once()

    async def act(inbox: Inbox) -> None:
        assert await inbox.once() == 1
        assert (root / "done" / feed / "a.bin").read_bytes() == data
        if size > INLINE_BYTES:
            assert inbox.door.archive.get(hashlib.sha256(data).hexdigest()) == data
        spool = inbox.door.archive.root / "spool"
        assert not spool.exists() or not list(spool.iterdir())

    play(servers, root, fail, wrapped=lambda port: Interrupted(port, before=away))
    play(servers, root, act)


def test_links_pipes_and_folders_below_are_never_followed(servers: Servers, root: Path, feed: str) -> None:
    secret = root.parent / "secret"
    secret.write_bytes(b"secret")
    place = root / "in" / feed
    (place / "link").symlink_to(secret)
    (root / "in" / "linked-feed").symlink_to(root.parent)
    os.mkfifo(place / "pipe")
    (place / "below").mkdir()
    (place / "below" / "deep.txt").write_bytes(b"deep")

    async def act(inbox: Inbox) -> None:
        assert await inbox.once() == 0
        assert secret.exists()

    play(servers, root, act)


@pytest.mark.parametrize("name", [b"a\nb.txt", b"\xff\xfe.txt", "ü…\u202e.txt".encode(), b"-rf", b"a;rm -rf x", b" "])
def test_hostile_names_are_only_names(name: bytes, servers: Servers, root: Path, feed: str) -> None:
    path = Path(os.fsdecode(bytes(root / "in" / feed) + b"/" + name))
    path.write_bytes(b"wire")

    async def act(inbox: Inbox) -> None:
        assert await inbox.once() == 1
        (event,) = await arrived(servers, "wire.inbound", feed)
        assert "\n" not in (event.header("ce_filename") or "")
        assert [os.fsencode(p.name) for p in (root / "done" / feed).iterdir()] == [name]

    play(servers, root, act)


def test_a_folder_that_cannot_name_a_feed_fails_its_files(servers: Servers, root: Path, feed: str) -> None:
    (root / "in" / "no feed!").mkdir()
    (root / "in" / "no feed!" / f"{feed}.txt").write_bytes(b"wire")

    async def act(inbox: Inbox) -> None:
        assert await inbox.once() == 1
        letters = [e for e in await read(servers.kafka, "wire.dead") if e.header("ce_filename") == f"{feed}.txt"]
        assert [e.header("dead_error") for e in letters] == ["bad-feed"]
        assert (root / "failed" / "no feed!" / f"{feed}.txt").exists()

    play(servers, root, act)


def test_a_second_file_of_the_same_name_does_not_overwrite_the_first(servers: Servers, root: Path, feed: str) -> None:
    async def act(inbox: Inbox) -> None:
        for data in (b"one", b"two"):
            (root / "in" / feed / "a.txt").write_bytes(data)
            await inbox.once()
        assert sorted(p.read_bytes() for p in (root / "done" / feed).iterdir()) == [b"one", b"two"]

    play(servers, root, act)


def test_a_file_that_cannot_be_moved_is_pushed_once(servers: Servers, root: Path, feed: str) -> None:
    (root / "in" / feed / "a.txt").write_bytes(b"wire")
    (root / "done").rmdir()
    (root / "done").write_text("in the way")

    async def act(inbox: Inbox) -> None:
        assert await inbox.once() == 1
        assert await inbox.once() == 0
        assert len(await arrived(servers, "wire.inbound", feed)) == 1

    play(servers, root, act)
