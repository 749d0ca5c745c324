"""`copydesk prune`: retention by feed, on the running pipeline."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import psycopg
import pytest
from copydesk.desk.embedded.stack import Stack
from copydesk.runtime.archive import FolderArchive

from tests.pipeline.desk import audit, desk, stored
from tests.pipeline.work import count, push, until, wire

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]  # each command is a process of its own


def aged(pipeline: Stack, data: bytes, days: int, feed: str) -> str:
    """Have the document come so many days ago, by that feed; return its SHA-256."""
    sha256 = hashlib.sha256(data).hexdigest()
    os.utime(Path(pipeline.connection.archive, sha256[:2], sha256[2], sha256), (0, 0))
    told = "update documents set received = received - make_interval(days => %s) where feed = %s and sha256 = %s"
    with psycopg.connect(pipeline.connection.database) as store:
        assert store.execute(told, (days, feed, sha256)).rowcount == 1
    return sha256


def test_documents_leave_the_archive_once_no_feed_keeps_them_and_their_stories_stay(pipeline: Stack) -> None:
    archive, database = FolderArchive(Path(pipeline.connection.archive)), pipeline.connection.database
    kafka, old, new, shared, elsewhere = pipeline.connection.kafka, *(wire(n, "prune") for n in range(4))
    push(kafka, [old, new, shared, elsewhere], "brief")
    push(kafka, [shared], "briefer")
    push(kafka, [elsewhere], "kept-for-ever")
    until(
        lambda: stored(pipeline, "brief") == 4 and stored(pipeline, "briefer") == stored(pipeline, "kept-for-ever") == 1
    )
    gone = aged(pipeline, old, 32, "brief")
    for data in (shared, elsewhere):
        aged(pipeline, data, 32, "brief")
    waiting = aged(pipeline, shared, 39, "briefer")
    assert "would go" in desk(pipeline, "prune", "--dry-run")
    assert archive.get(gone) == old
    desk(pipeline, "prune")
    assert archive.size(gone) is None
    for data in (new, shared, elsewhere):
        assert archive.get(hashlib.sha256(data).hexdigest()) == data
    assert count(database, "select count(*) from documents where pruned is not null and sha256 = %s", gone) == 1
    newest = json.loads(desk(pipeline, "log", "--json", "--limit", "1"))
    assert (newest["action"], newest["details"]["documents"]) == ("prune", 1)
    # A day later the other feed lets go of what both had brought.
    aged(pipeline, shared, 2, "briefer")
    desk(pipeline, "prune")
    assert archive.size(waiting) is None
    assert count(database, "select count(*) from articles where feed = 'brief'") >= 1
    assert "passed over 2 not archived" in desk(
        pipeline, "reprocess", "--since", "33d", "--until", "31d", "--stage", "parse", "--feed", "brief", "--dry-run"
    )
    # What comes again is kept again.
    push(kafka, [old], "brief")
    until(lambda: archive.size(gone) == len(old))
    until(lambda: count(database, "select count(*) from documents where sha256 = %s and pruned is null", gone) == 1)
    assert audit(pipeline)["balanced"]


def test_without_a_feed_that_states_how_long_nothing_goes(
    pipeline: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text("[feeds.northlight]\n")
    monkeypatch.setenv("COPYDESK_FEEDS", str(file))
    assert "for ever" in desk(pipeline, "prune")
    file.write_text("[feeds.northlight]\nkeep_days = 1\n")
    assert desk(pipeline, "prune", status=1) == ""
