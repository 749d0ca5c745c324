"""What is searched follows the newest versions, a moment behind.

To read 500 words for the full-text search costs PostgreSQL more than all the rest of a version; so a story is only marked in
the transaction that writes it (and taken out of the search there, where it is killed), and its words are read by this, between
the batches. Several workers share the work: each takes what no other has.
"""

from __future__ import annotations

import asyncio
import contextlib

import psycopg
import structlog
from copydesk.runtime.database import Connection, Pool, columns, unavailable_if_down
from copydesk.runtime.refusal import Unavailable

AT_ONCE = 50
"""Stories in a transaction: their rows are locked for it, some 20 ms."""
IDLE_S = 0.5
AWAY_S = 5.0

DUE = "select story, event from stories where unsearched order by since limit %s for update skip locked"
# A statement of its own: only one that begins once the rows are locked is sure to see the versions that they name.
READ = """
update stories set unsearched = false, language = v.language,
    search = search_vector(v.language, v.headline, v.article ->> 'body')
from unnest(%s::text[], %s::text[]) as due (story, event) left join versions v on v.event = due.event
where stories.story = due.story
"""
# A text that cannot be searched (tsvector's limits) must not keep the others waiting.
SKIP = """
update stories set unsearched = false where story = (
    select story from stories where unsearched order by since limit 1 for update skip locked)
returning story
"""

log = structlog.get_logger()


async def read_words(pool: Pool, at_once: int = AT_ONCE) -> int:
    """Read the words of some stories that wait for it; return how many those were. Raises `Unavailable`."""
    with unavailable_if_down():
        async with pool.connection() as connection:
            with contextlib.suppress(psycopg.errors.ProgramLimitExceeded):
                return await _read_some(connection, at_once)
            if at_once == 1:
                passed = await (await connection.execute(SKIP)).fetchone()
                log.warning("story_not_searchable", story=passed and passed[0])
                return 1
    return await read_words(pool, 1)


async def _read_some(connection: Connection, at_once: int) -> int:
    async with connection.transaction():
        due = await (await connection.execute(DUE, [at_once])).fetchall()
        if due:
            await connection.execute(READ, columns(due))
    return len(due)


async def keep_reading(pool: Pool) -> None:
    """Read words, on and on."""
    while True:
        try:
            done = await read_words(pool)
        except Unavailable as error:
            log.warning("search_waits", error=str(error))
            await asyncio.sleep(AWAY_S)
        else:
            if done < AT_ONCE:
                await asyncio.sleep(IDLE_S)
