"""The publish service as a process, killed again and again while versions flow."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import uuid
from collections import Counter
from pathlib import Path

import psycopg
import pytest
from copydesk.runtime.event import Out
from copydesk.runtime.producer import Producer
from copydesk.schemas.article import Article
from copydesk.schemas.newest import state_of
from copydesk.schemas.receipt import Receipt

from tests.conftest import Servers
from tests.port import port_on
from tests.publish.stories import as_version, version
from tests.runtime.lane import read, until

pytestmark = pytest.mark.stack

STORIES = 400
KILLS = 3


def test_kill_9_of_the_service_loses_and_doubles_nothing(servers: Servers, tmp_path: Path) -> None:
    run = uuid.uuid4().hex
    lives = {
        f"{run}-{n}": [
            version(
                f"{run}-{n}", minute, "canceled" if n % 7 == 0 and minute == 3 else "usable", body=f"Take {minute}."
            )
            for minute in (2, 1, 3)
        ]
        for n in range(STORIES)
    }

    async def push() -> None:
        async with port_on(servers, tmp_path), Producer(servers.kafka, "test") as producer:
            for take in range(3):
                records = [events[take] for events in lives.values()]
                await producer.send([Out(e.topic, e.key, e.value, e.headers) for e in records])

    def stored() -> int:
        with psycopg.connect(servers.database) as connection:
            row = connection.execute("select count(*) from versions where uri like %s", [f"{run}%"]).fetchone()
        return int(row[0]) if row else 0

    def start() -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "COPYDESK_KAFKA": servers.kafka,
            "COPYDESK_DATABASE": servers.database,
            "COPYDESK_ARCHIVE": str(tmp_path),
            "COPYDESK_SESSION_TIMEOUT_S": "2",
        }
        return subprocess.Popen([sys.executable, "-m", "copydesk.publish"], env=environment, stdout=subprocess.DEVNULL)

    service = start()
    try:
        asyncio.run(push())
        for kill in range(KILLS):
            until(lambda k=kill: stored() > k * STORIES // 2, "some versions", 60)  # type: ignore[misc]
            service.send_signal(signal.SIGKILL)
            service.wait()
            service = start()
        until(lambda: stored() == 3 * STORIES, "all versions", 90)
        receipts = until(lambda: complete(receipts_of(servers, run)), "all receipts", 60)
    finally:
        service.terminate()
        service.wait(30)
    assert stored() == 3 * STORIES
    by_id = {e.header("ce_id"): e.value for e in receipts}
    assert len(by_id) == 2 * 3 * STORIES
    assert all(by_id[e.header("ce_id")] == e.value for e in receipts), (
        "a receipt says the same however often it is written"
    )
    per_version = Counter((r.sink, r.event) for r in map(Receipt.model_validate_json, filter(None, by_id.values())))
    assert set(per_version.values()) == {1}
    current = {
        e.key: e.value for e in asyncio.run(read(servers.kafka, "article.current")) if run.encode() in (e.key or b"")
    }
    for events in lives.values():
        newest = state_of([as_version(e).candidate for e in events]).newest
        value = current[events[0].key]
        assert (value is None) == (newest is None)
        if value is not None:
            assert Article.model_validate_json(value).body == "Take 3."


def receipts_of(servers: Servers, run: str) -> list:  # type: ignore[type-arg]
    return [e for e in asyncio.run(read(servers.kafka, "article.published")) if run.encode() in (e.key or b"")]


def complete(receipts: list) -> list | None:  # type: ignore[type-arg]
    return receipts if len({e.header("ce_id") for e in receipts}) == 2 * 3 * STORIES else None
