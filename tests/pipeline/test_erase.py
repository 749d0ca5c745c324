"""`copydesk erase` on the running pipeline."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from copydesk.desk.embedded.stack import Stack
from copydesk.desk.letters import letters
from copydesk.desk.records import consumer_of, end_offsets, scan
from copydesk.runtime.archive import FolderArchive

from tests.pipeline.desk import audit, changed, desk, package, stored
from tests.pipeline.work import count, push, until, wire

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]  # each command is a process of its own


def last_value(pipeline: Stack, topic: str, story: str) -> bytes | None:
    """What the topic has last under the story's key; fails where it has nothing."""

    async def read() -> list[bytes | None]:
        async with consumer_of(pipeline.connection.kafka) as consumer:
            ends = await end_offsets(consumer, topic)
            return [r.value async for r in scan(consumer, topic, {}, ends) if r.key == story.encode()]

    return asyncio.run(read())[-1]


def test_a_story_is_taken_from_archive_store_and_topics_state_and_leaves_the_hash(pipeline: Stack) -> None:
    feed, archive = "erased", FolderArchive(Path(pipeline.connection.archive))
    data = package(1, 2, run=feed)
    sha256 = hashlib.sha256(data).hexdigest()
    uri = f"urn:northlight:{feed}:1"
    push(pipeline.connection.kafka, [data, wire(7, feed)], feed)
    push(pipeline.connection.kafka, [data], "not a feed!")
    until(lambda: stored(pipeline, feed) == 3)
    dead = lambda: [x for x in asyncio.run(letters(pipeline.connection.kafka)) if x.sha256 == sha256]  # noqa: E731
    until(lambda: len(dead()) == 1)
    plan = desk(pipeline, "erase", uri)
    assert sha256 in plan
    assert f"Northlight|urn:northlight:{feed}:2" in plan
    assert "1 dead letters" in plan
    assert archive.size(sha256) == len(data)
    (letter,) = dead()
    assert desk(pipeline, "erase", uri, "--yes", "--reason", "order 17").endswith("erased")
    assert archive.size(sha256) is None
    assert not dead()
    assert "replayed 0" in desk(pipeline, "dead", "replay", letter.id, status=1)
    database = pipeline.connection.database
    told = "select count(*) from versions where uri = %s and (headline is not null or article ? 'body')"
    assert count(database, told, uri) == 0
    assert count(database, "select count(*) from versions where uri = %s and sha256 = %s", uri, sha256) == 1
    assert count(database, "select count(*) from articles where feed = %s", feed) == 2
    until(lambda: last_value(pipeline, "article.current", f"Northlight|{uri}") is None)
    newest = json.loads(desk(pipeline, "log", "--json", "--limit", "1"))
    assert (newest["action"], newest["what"]) == ("erase", f"Northlight|{uri}")
    assert newest["details"]["documents"] == [sha256]
    assert newest["details"]["reason"] == "order 17"
    assert audit(pipeline)["balanced"]
    # The same bytes, sent and replayed again, bring nothing back.
    push(pipeline.connection.kafka, [data], feed)
    audit(pipeline)
    desk(pipeline, "reprocess", "--since", "1h", "--stage", "parse", "--feed", feed)
    assert audit(pipeline)["balanced"]
    assert count(database, told, uri) == 0
    assert count(database, "select count(*) from articles where feed = %s", feed) == 2
    assert archive.size(sha256) is None
    assert last_value(pipeline, "article.current", f"Northlight|{uri}") is None


def test_where_several_providers_use_a_uri_it_must_be_said_whose_story_is_meant(pipeline: Stack) -> None:
    feed = "erased-whose"
    uri = f"urn:northlight:{feed}:1"
    push(pipeline.connection.kafka, [wire(1, feed), changed(wire(1, feed), provider={"name": "Southlight"})], feed)
    until(lambda: stored(pipeline, feed) == 2)
    desk(pipeline, "erase", uri, "--yes", status=2)
    desk(pipeline, "erase", uri, "--yes", "--provider", "Southlight")
    left = "select count(*) from articles where feed = %s and provider = 'Northlight News'"
    assert count(pipeline.connection.database, left, feed) == 1
    assert count(pipeline.connection.database, "select count(*) from articles where feed = %s", feed) == 1
    desk(pipeline, "erase", "urn:northlight:nobody-knows", "--yes", status=1)


def test_a_story_under_embargo_is_erased_before_anybody_saw_it(pipeline: Stack) -> None:
    feed = "erased-held"
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    data = changed(wire(1, feed), embargoed=tomorrow)
    story = f"Northlight News|urn:northlight:{feed}:1"
    push(pipeline.connection.kafka, [data], feed)
    audit(pipeline)
    assert last_value(pipeline, "article.held", story) is not None
    desk(pipeline, "erase", f"urn:northlight:{feed}:1", "--yes")
    assert FolderArchive(Path(pipeline.connection.archive)).size(hashlib.sha256(data).hexdigest()) is None
    until(lambda: last_value(pipeline, "article.held", story) is None)
    assert audit(pipeline)["balanced"]
