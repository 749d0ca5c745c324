"""What the desk reads back from the store."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import psycopg
import pytest
from copydesk.publish import store
from copydesk.publish.postgres.words import read_words
from copydesk.runtime.database import pool
from copydesk.runtime.event import Event

from tests.conftest import Servers
from tests.port import port_on
from tests.publish.stories import version
from tests.publish.test_stage import publishing

pytestmark = pytest.mark.stack


def play(
    servers: Servers, folder: Path, events: Sequence[Event], act: Callable[[store.Connection], Awaitable[None]]
) -> None:
    async def scene() -> None:
        async with (
            port_on(servers, folder) as port,
            publishing(port, servers, folder) as work,
            pool(servers.database) as database,
        ):
            await work(events)
            while await read_words(database):
                pass
            async with await psycopg.AsyncConnection.connect(servers.database) as connection:
                await act(connection)

    asyncio.run(scene())


def test_a_document_is_found_by_its_hash_and_its_id(servers: Servers, tmp_path: Path) -> None:
    uri, document = uuid.uuid4().hex, uuid.uuid4().hex
    events = [version(f"{uri}-{n}", index=n, document=document) for n in (1, 0)]

    async def act(connection: store.Connection) -> None:
        kept = await store.of_document(connection, document)
        assert [json.loads(k.article)["uri"] for k in kept] == [f"{uri}-0", f"{uri}-1"]
        assert all(k.newest for k in kept)
        assert await store.of_sha256(connection, str(kept[0].sha256)) == kept[:1]
        assert await store.of_event(connection, kept[1].event) == kept[1]

    play(servers, tmp_path, events, act)


def test_the_newest_version_answers_to_the_uri_and_all_to_the_story(servers: Servers, tmp_path: Path) -> None:
    uri = uuid.uuid4().hex

    async def act(connection: store.Connection) -> None:
        (newest,) = await store.of_uri(connection, uri)
        assert json.loads(newest.article)["version"] == "2"
        versions = await store.versions_of(connection, f"Skerry Press|{uri}")
        assert [(json.loads(v.article)["version"], v.newest) for v in versions] == [("1", False), ("2", True)]

    play(servers, tmp_path, [version(uri, 2, number="2"), version(uri, 1, number="1")], act)


def test_a_killed_story_answers_to_no_uri_and_no_word(servers: Servers, tmp_path: Path) -> None:
    uri, word = uuid.uuid4().hex, f"zz{uuid.uuid4().hex}"
    events = [version(uri, 1, body=f"About {word}."), version(uri, 2, "canceled", body=None)]

    async def act(connection: store.Connection) -> None:
        assert await store.of_uri(connection, uri) == []
        assert await store.search(connection, word) == []
        assert [v.standing for v in await store.versions_of(connection, f"Skerry Press|{uri}")] == ["killed", "kill"]

    play(servers, tmp_path, events, act)


def test_stories_are_found_by_words_phrases_and_what_they_lack(servers: Servers, tmp_path: Path) -> None:
    a, b, word = uuid.uuid4().hex, uuid.uuid4().hex, f"zz{uuid.uuid4().hex}"
    events = [
        version(a, body=f"{word} fishermen were repairing nets"),
        version(b, headline=f"{word} boats", body="The harbour of boats."),
    ]

    async def act(connection: store.Connection) -> None:
        async def found(words: str, **more: str) -> list[str]:
            return [json.loads(h.article)["uri"] for h in await store.search(connection, words, **more)]  # type: ignore[arg-type]

        assert await found(word) == [b, a], "the headline counts most"
        assert await found(f"{word} repaired net") == [a]
        assert await found(f"{word} -boat") == [a]
        assert await found(f'{word} "nets repairing"') == []
        assert await found(word, language="de") == []
        assert await found(word, language="en-GB") == [b, a]
        assert await found("\x00 ' \\ ((") == []

    play(servers, tmp_path, events, act)


def test_the_counts_say_how_much_there_is(servers: Servers, tmp_path: Path) -> None:
    async def act(connection: store.Connection) -> None:
        counts = await store.counts(connection)
        assert counts.versions >= 1
        assert counts.stories >= counts.usable + counts.killed >= 1

    play(servers, tmp_path, [version(uuid.uuid4().hex)], act)
