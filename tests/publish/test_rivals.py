"""Two workers that hold the same new story for a moment: neither loses what the other wrote."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

import psycopg
import pytest
from copydesk.publish.postgres.stories import locked_states, write_states
from copydesk.publish.postgres.versions import insert_versions
from copydesk.publish.sinks.postgres import written
from copydesk.runtime.archive import FolderArchive
from copydesk.runtime.database import pool
from copydesk.schemas.newest import State

from tests.conftest import Servers
from tests.publish.stories import as_version, version

pytestmark = pytest.mark.stack

WAITS = "select count(*) from pg_stat_activity where application_name = %s and wait_event_type = 'Lock'"
PATIENCE_S = 30.0


def test_a_story_that_another_worker_makes_meanwhile_is_done_anew_in_the_light_of_it(
    servers: Servers, tmp_path: Path
) -> None:
    uri, name = uuid.uuid4().hex, f"rival-{uuid.uuid4().hex[:8]}"
    older, newer = (as_version(version(uri, minute)) for minute in (1, 2))

    async def scene() -> tuple[object, ...]:
        async with (
            await psycopg.AsyncConnection.connect(servers.database) as rival,
            await psycopg.AsyncConnection.connect(servers.database, autocommit=True) as looking,
            pool(servers.database, name=name) as database,
        ):
            before = await locked_states(rival, [newer])
            after = {newer.story: State().with_candidate(newer.candidate)}
            all_made = await write_states(rival, before, after)
            await insert_versions(rival, [newer], after)
            await all_made()
            beside = asyncio.create_task(written(database, FolderArchive(tmp_path), [older]))
            async with asyncio.timeout(PATIENCE_S):
                while (await (await looking.execute(WAITS, [name])).fetchone()) != (1,):
                    assert not beside.done()
                    await asyncio.sleep(0.02)
            await rival.commit()
            await beside
            rows = await looking.execute(
                "select v.event, v.standing, s.event from versions v join stories s using (story)"
                " where story = %s order by v.versioncreated",
                [newer.story],
            )
            return tuple(await rows.fetchall())

    assert asyncio.run(scene()) == (
        (older.event, "superseded", newer.event),
        (newer.event, "newest", newer.event),
    )
