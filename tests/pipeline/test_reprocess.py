"""`copydesk reprocess` on the running pipeline."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from copydesk.desk.embedded.stack import Stack
from copydesk.ingest.document import document_id
from copydesk.runtime.archive import FolderArchive

from tests.pipeline.desk import audit, changed, desk, package, stored, without
from tests.pipeline.work import count, push, until, wire

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]  # each command is a process of its own


def rows(pipeline: Stack, feed: str) -> list[tuple[object, ...]]:
    with psycopg.connect(pipeline.connection.database) as store:
        return store.execute(
            "select event, document, idx, standing, stored, article::text from versions where feed = %s order by event",
            [feed],
        ).fetchall()


@pytest.mark.parametrize("stage", ["parse", "enrich"])
def test_the_same_versions_give_the_same_events_and_nothing_doubles(pipeline: Stack, stage: str) -> None:
    feed = f"again-{stage}"
    push(pipeline.connection.kafka, [wire(1, feed), package(1, 2, 3, run=feed)], feed)
    until(lambda: stored(pipeline, feed) == 4)
    before = rows(pipeline, feed)
    told = desk(pipeline, "reprocess", "--since", "1h", "--stage", stage, "--feed", feed, "--rate", "200")
    assert (
        told
        == {
            "parse": "sent 2 documents to parse, 0 articles to enrich",
            "enrich": "sent 0 documents to parse, 4 articles to enrich",
        }[stage]
    )
    assert audit(pipeline)["balanced"]
    assert rows(pipeline, feed) == before


def test_killed_stories_are_passed_over_and_the_others_of_their_document_are_not(pipeline: Stack) -> None:
    feed = "again-killed"
    both = package(1, 2, run=feed)
    push(pipeline.connection.kafka, [wire(1, feed), both], feed)
    until(lambda: stored(pipeline, feed) == 3)
    kills = [
        changed(wire(1, feed), pubStatus="canceled", versionCreated="2026-03-13T00:00:00Z"),
        changed(
            wire(1, feed),
            uri=f"urn:northlight:{feed}:2",
            pubStatus="canceled",
            versionCreated="2026-03-13T00:00:00Z",
            provider={"name": "Northlight"},
        ),
    ]
    push(pipeline.connection.kafka, kills, feed)
    until(lambda: stored(pipeline, feed) == 5)
    killed = "select count(*) from stories join versions using (story) where feed = %s and stories.event is null"
    until(lambda: count(pipeline.connection.database, killed, feed) >= 4)
    told = desk(pipeline, "reprocess", "--since", "1h", "--stage", "parse", "--feed", feed, "--dry-run")
    assert told == "would send 1 documents to parse, 0 articles to enrich, passed over 3 killed"
    told = desk(pipeline, "reprocess", "--since", "1h", "--stage", "enrich", "--feed", feed)
    assert told == "sent 0 documents to parse, 1 articles to enrich, passed over 2 killed, passed over 2 kills"
    desk(pipeline, "reprocess", "--since", "1h", "--stage", "parse", "--feed", feed)
    assert audit(pipeline)["balanced"]
    assert count(pipeline.connection.database, "select count(*) from articles where feed = %s", feed) == 1
    said = "select count(*) from versions where feed = %s and article ? 'body'"
    assert count(pipeline.connection.database, said, feed) == 1


@pytest.mark.parametrize("stage", ["parse", "enrich"])
def test_years_later_the_archive_alone_is_enough(pipeline: Stack, stage: str) -> None:
    feed = f"years-{stage}"
    data = wire(1, feed)
    sha256 = FolderArchive(Path(pipeline.connection.archive)).put(data)
    document = document_id(feed, hashlib.sha256(data).hexdigest())
    with psycopg.connect(pipeline.connection.database) as store:
        store.execute(
            "insert into documents (feed, sha256, document, size, received, origin) values (%s, %s, %s, %s, %s, '0/0')",
            [feed, sha256, document, len(data), datetime(2020, 5, 1, tzinfo=UTC)],
        )
    told = desk(
        pipeline, "reprocess", "--since", "2020-01-01", "--until", "2021-01-01", "--stage", stage, "--feed", feed
    )
    assert told == "sent 1 documents to parse, 0 articles to enrich"
    until(lambda: stored(pipeline, feed) == 1)
    assert audit(pipeline)["balanced"]


def test_a_newer_enricher_gives_new_versions_of_what_is_inferred_and_leaves_the_wires_own(
    pipeline: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = "upgraded"
    push(pipeline.connection.kafka, [wire(1, feed)], feed)
    until(lambda: stored(pipeline, feed) == 1)
    (before,) = rows(pipeline, feed)
    (tmp_path / "sitecustomize.py").write_text("import copydesk.enrich.stage\ncopydesk.enrich.stage.VERSION = '2'\n")
    with monkeypatch.context() as upgraded:
        with without(pipeline, "enrich"):
            upgraded.setenv("PYTHONPATH", str(tmp_path))
        desk(pipeline, "reprocess", "--since", "1h", "--feed", feed)
        until(lambda: stored(pipeline, feed) == 2)
        drawn = audit(pipeline)
    with without(pipeline, "enrich"):
        pass
    assert drawn["balanced"]
    with psycopg.connect(pipeline.connection.database) as store:
        newest = store.execute(
            "select event, headline, version, versioncreated, document, idx from articles where feed = %s", [feed]
        ).fetchall()
        first = store.execute(
            "select event, headline, version, versioncreated, document, idx from versions where event = %s", [before[0]]
        ).fetchall()
    ((event, *told),), ((_, *said),) = newest, first
    assert told == said
    assert event != before[0]
    assert count(pipeline.connection.database, "select count(*) from versions where feed = %s", feed) == 2
