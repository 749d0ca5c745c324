"""Push over HTTP: the real application on a real port, over the real broker."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import os
import socket
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx2
import pytest
from copydesk.ingest.document import document_id
from copydesk.ingest.door import Door
from copydesk.ingest.settings import IngestSettings
from copydesk.ingest.sources import body, http
from copydesk.runtime.archive import FolderArchive
from copydesk.runtime.event import Event
from copydesk.runtime.feeds import Feeds, hashed
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.stage import Port
from copydesk.schemas.headers import DeadHeaders

from tests.conftest import Servers
from tests.port import Interrupted, port_on
from tests.runtime.lane import read

pytestmark = pytest.mark.stack

Value = TypeVar("Value")
KEY = "a key of thirty-two random bytes"


@dataclass
class Setting:
    """The application as a sender sees it."""

    client: httpx2.AsyncClient
    feed: str
    servers: Servers
    archive: FolderArchive
    port: int

    async def post(self, content: object = None, **more: object) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {KEY}", **more.pop("headers", {})}  # type: ignore[dict-item]
        return await self.client.post(f"/wire/{self.feed}", content=content, headers=headers, **more)  # type: ignore[arg-type]

    async def inbound(self) -> list[Event]:
        return [e for e in await read(self.servers.kafka, "wire.inbound") if e.header("ce_feed") == self.feed]

    async def dead(self) -> list[Event]:
        return [e for e in await read(self.servers.kafka, "wire.dead") if e.header("ce_feed") == self.feed]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def eventually(ask: Callable[[], Awaitable[Value]], good: Callable[[Value], bool]) -> Value:
    """Ask until the answer is good; fail after 20 seconds."""
    async with asyncio.timeout(20):
        while not good(answer := await ask()):  # noqa: ASYNC110 - what happens is in the server
            await asyncio.sleep(0.02)
    return answer


async def _listed(folder: Path) -> list[str]:
    return [p.name for p in folder.iterdir()] if folder.exists() else []  # noqa: ASYNC240 - a moment's look


@asynccontextmanager
async def serving(
    servers: Servers,
    folder: Path,
    *,
    wrapped: Callable[[Port], Port] = lambda port: port,
    limit: int = 20_000,
    more: str = "",
) -> AsyncIterator[Setting]:
    feed = f"feed-{uuid.uuid4().hex[:12]}"
    file = folder / "feeds.toml"
    file.write_text(
        f'[feeds.{feed}]\nkeys = ["{hashed(KEY)}"]\n{more}\n[feeds.other]\nkeys = ["{hashed("another")}"]\n'
    )
    number = free_port()
    archive = FolderArchive(folder / "archive")
    async with port_on(servers, archive.root) as port:
        door = Door(wrapped(port), archive, Feeds(file))
        settings = IngestSettings(push_port=number, backlog_limit=limit)
        async with (
            http.SOURCE.open(door, settings),
            httpx2.AsyncClient(base_url=f"http://127.0.0.1:{number}", timeout=30) as client,
        ):
            yield Setting(client, feed, servers, archive, number)


def play(servers: Servers, folder: Path, act: Callable[[Setting], Awaitable[None]], **more: object) -> None:
    async def scene() -> None:
        async with serving(servers, folder, **more) as setting:  # type: ignore[arg-type]
            await act(setting)

    asyncio.run(scene())


def test_a_document_is_with_the_broker_when_the_answer_is_202(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Setting) -> None:
        answer = await at.post(b"\xffwire", headers={"X-Filename": "a.txt", "Content-Type": "text/plain"})
        sha256 = hashlib.sha256(b"\xffwire").hexdigest()
        document = document_id(at.feed, sha256)
        assert answer.status_code == 202
        assert answer.json()["accepted"] == [{"document": document, "sha256": sha256, "size": 5, "filename": "a.txt"}]
        (event,) = await at.inbound()
        assert event.value == b"\xffwire"
        assert (event.header("ce_id"), event.header("content-type")) == (document, "text/plain")

    play(servers, tmp_path, act)


def test_the_senders_trace_goes_on_with_what_is_taken_and_with_what_is_refused(
    servers: Servers, tmp_path: Path
) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"

    async def act(at: Setting) -> None:
        assert (await at.post(b"wire", headers={"traceparent": trace})).status_code == 202
        assert (await at.post(b"", headers={"traceparent": trace})).status_code == 400
        (event,) = await at.inbound()
        (letter,) = await at.dead()
        assert (event.header("traceparent"), letter.header("dead_traceparent")) == (trace, trace)

    play(servers, tmp_path, act)


def test_many_documents_of_one_form_are_all_taken_and_the_empty_one_refused(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Setting) -> None:
        files = [("file", (f"{n}.txt", b"document %d" % n)) for n in range(700)] + [("file", ("empty.txt", b""))]
        answer = await at.post(files=files)
        assert answer.status_code == 202
        assert len(answer.json()["accepted"]) == 700
        assert [r["error"] for r in answer.json()["refused"]] == ["empty"]
        assert len(await at.inbound()) == 700
        (letter,) = await at.dead()
        assert (letter.header("dead_error"), letter.header("ce_filename")) == ("empty", "empty.txt")

    play(servers, tmp_path, act)


def test_a_long_document_is_archived_and_travels_as_a_reference(servers: Servers, tmp_path: Path) -> None:
    data = os.urandom(20_000_000)

    async def act(at: Setting) -> None:
        answer = await at.post(data)
        assert answer.status_code == 202
        (event,) = await at.inbound()
        sha256 = hashlib.sha256(data).hexdigest()
        assert (event.value, event.header("ce_dataref")) == (None, f"sha256:{sha256}")
        assert at.archive.get(sha256) == data
        assert not list((at.archive.root / "spool").iterdir())

    play(servers, tmp_path, act)


def test_a_gzipped_body_is_unpacked(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Setting) -> None:
        answer = await at.post(gzip.compress(b"wire " * 1000), headers={"Content-Encoding": "gzip"})
        assert answer.status_code == 202
        assert [e.value for e in await at.inbound()] == [b"wire " * 1000]

    play(servers, tmp_path, act)


@pytest.mark.parametrize(
    ("content", "headers", "status", "error"),
    [
        (b"", {}, 400, "empty"),
        (bytes(50_000_000), {}, 413, "too-large"),
        (gzip.compress(bytes(500_000_000), 1), {"Content-Encoding": "gzip"}, 413, "too-large"),
        (b"no gzip", {"Content-Encoding": "gzip"}, 400, "bad-gzip"),
        (b"x", {"Content-Encoding": "br"}, 415, "unsupported-encoding"),
        (b"--x", {"Content-Type": "multipart/form-data; boundary=y"}, 400, "bad-multipart"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_refused_is_answered_with_the_reason_and_seen_among_dead_letters(  # noqa: PLR0917
    content: bytes, headers: dict[str, str], status: int, error: str, servers: Servers, tmp_path: Path
) -> None:
    async def act(at: Setting) -> None:
        answer = await at.post(content, headers=headers)
        assert answer.status_code == status
        assert [r["error"] for r in answer.json()["refused"]] == [error]
        (letter,) = await at.dead()
        assert letter.header("dead_error") == error
        assert letter.header("dead_stage") == "ingest"
        assert letter.header("ce_sha256")
        DeadHeaders.model_validate({name: value.decode() for name, value in letter.headers})
        assert await at.inbound() == []
        assert (await at.post(b"fine")).status_code == 202

    play(servers, tmp_path, act)


def test_the_hash_of_a_document_that_is_too_large_stands_in_its_dead_letter(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Setting) -> None:
        await at.post(bytes(50_000_000))
        (letter,) = await at.dead()
        assert letter.value is None
        assert letter.header("ce_size") == "50000000"
        assert letter.header("ce_sha256") == hashlib.sha256(bytes(50_000_000)).hexdigest()

    play(servers, tmp_path, act)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": f"Bearer {hashed(KEY)}"}, 401),
        ({"Authorization": "Basic " + KEY}, 401),
        ({"Authorization": "Bearer another"}, 403),
        ({"Authorization": "", "X-API-Key": "another"}, 403),
        ({"Authorization": "", "X-API-Key": KEY}, 202),
    ],
)
def test_only_the_feeds_own_key_opens_it(
    headers: dict[str, str], status: int, servers: Servers, tmp_path: Path
) -> None:
    async def act(at: Setting) -> None:
        answer = await at.post(b"wire", headers=headers)
        assert answer.status_code == status
        assert len(await at.inbound()) == (status == 202)
        assert await at.dead() == []
        assert ("WWW-Authenticate" in answer.headers) == (status == 401)

    play(servers, tmp_path, act)


@pytest.mark.parametrize("feed", ["other", "unheard-of", "..%2F..%2Fetc", "%00", "a" * 3000])
def test_a_feed_that_is_not_the_keys_is_forbidden_whether_or_not_it_exists(
    feed: str, servers: Servers, tmp_path: Path
) -> None:
    async def act(at: Setting) -> None:
        answer = await at.client.post(f"/wire/{feed}", content=b"x", headers={"X-API-Key": KEY})
        assert answer.status_code in {403, 404}
        if "/" not in feed and "%2F" not in feed:
            assert answer.json()["error"] == "forbidden"

    play(servers, tmp_path, act)


def test_a_pipeline_that_is_behind_answers_429_until_it_has_caught_up(servers: Servers, tmp_path: Path) -> None:
    behind = [100]

    async def act(at: Setting) -> None:
        for expected in (429, 202):
            answer = await eventually(
                lambda e=expected: at.post(b"wire %d" % e), lambda a, e=expected: a.status_code == e
            )  # type: ignore[misc]
            if expected == 429:
                assert int(answer.headers["Retry-After"]) > 0
                assert answer.json()["error"] == "backlog"
            behind[0] = 0

    play(servers, tmp_path, act, wrapped=lambda port: Interrupted(port, waiting=lambda: behind[0]), limit=50)


def test_a_broker_that_is_away_is_503_and_nothing_is_half_taken(servers: Servers, tmp_path: Path) -> None:
    async def away(_: object) -> None:
        raise Unavailable("away")

    async def act(at: Setting) -> None:
        answer = await at.post(b"wire")
        assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
        assert int(answer.headers["Retry-After"]) > 0
        assert (await at.post(bytes(2_000_000))).status_code == 503

    play(servers, tmp_path, act, wrapped=lambda port: Interrupted(port, before=away))


def test_a_sender_that_breaks_off_leaves_nothing_behind(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Setting) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", at.port)
        writer.write(
            f"POST /wire/{at.feed} HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nContent-Length: 3000000\r\n\r\n".encode()
            + bytes(2_000_000)
        )
        await writer.drain()
        spool = at.archive.root / "spool"
        await eventually(lambda: _listed(spool), lambda names: len(names) == 1)
        writer.close()
        await eventually(lambda: _listed(spool), lambda names: not names)
        del reader
        assert await at.inbound() == []

    play(servers, tmp_path, act)


def test_a_sender_that_never_ends_its_head_is_hung_up_on(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "HEAD_S", 0.2)

    async def act(at: Setting) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", at.port)
        writer.write(b"POST /wire/x HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()
        assert (await at.post(b"fine")).status_code == 202

    play(servers, tmp_path, act)


def test_a_sender_that_falls_silent_is_answered_408(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "IDLE_S", 0.2)

    async def act(at: Setting) -> None:
        async def slow() -> AsyncIterator[bytes]:
            yield b"begin"
            await asyncio.sleep(5)

        answer = await at.post(slow())
        assert answer.status_code == 408

    play(servers, tmp_path, act)


def test_the_openapi_names_keys_limits_and_answers(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Setting) -> None:
        schema = (await at.client.get("/openapi.json")).json()
        operation = schema["paths"]["/wire/{feed}"]["post"]
        assert {"202", "401", "403", "413", "415", "429", "503"} <= operation["responses"].keys()
        assert "multipart/form-data" in operation["requestBody"]["content"]
        assert set(schema["components"]["securitySchemes"]) == {"bearer", "key"}

    play(servers, tmp_path, act)


def test_a_feed_that_is_faster_than_its_rate_waits_as_long_as_it_is_told(servers: Servers, tmp_path: Path) -> None:
    async def act(at: Setting) -> None:
        files = [("file", (f"{n}.txt", b"document %d" % n)) for n in range(12)]
        assert (await at.post(files=files)).status_code == 202  # ten at once are allowed; the request overdraws
        answer = await at.post(b"one more")
        assert (answer.status_code, answer.json()["error"]) == (429, "rate")
        assert 1 <= int(answer.headers["Retry-After"]) <= 2
        assert (await eventually(lambda: at.post(b"one more"), lambda a: a.status_code != 429)).status_code == 202
        assert len(await at.inbound()) == 13

    play(servers, tmp_path, act, more="rate = 1")
