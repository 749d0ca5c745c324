"""Every version of every story in PostgreSQL, and the state of each story beside it, kept in the same transaction.

Idempotent by the event's id. The rows of the stories concerned are locked first, so that two workers that hold the same story
(a rebalance, a worker that was thought dead) take turns. A kill empties what it beats in the transaction that writes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import psycopg
import structlog
from copydesk.publish.postgres.stories import Overtaken, locked_states, write_states
from copydesk.publish.postgres.versions import Stored, documents_of, empty_killed, insert_versions
from copydesk.publish.postgres.words import keep_reading
from copydesk.publish.sink import Means, Sink, Write, Written, receipt
from copydesk.publish.version import Version
from copydesk.runtime.archive import Archive
from copydesk.runtime.background import running
from copydesk.runtime.database import Connection, Pool, unavailable_if_down
from copydesk.runtime.refusal import Refusal
from copydesk.schemas.newest import State
from copydesk.schemas.receipt import Outcome

NAME = "postgres"
OUTCOMES: dict[str, Outcome] = {
    "newest": "stored",
    "superseded": "stored",
    "withheld": "withdrawn",
    "kill": "killed",
    "killed": "killed",
}

log = structlog.get_logger()


@asynccontextmanager
async def _open(means: Means) -> AsyncIterator[Write]:
    async def write(versions: Sequence[Version]) -> list[Written]:
        with unavailable_if_down():
            return await written(means.database, means.archive, versions)

    async with running(keep_reading(means.database), "search"):
        yield write


async def written(pool: Pool, archive: Archive, versions: Sequence[Version]) -> list[Written]:
    """Write the versions; a batch that the database refuses is halved until the version that it refuses is alone."""
    try:
        # Pipelined: what needs no answer (begin, make the rows, write the states) waits for none.
        async with pool.connection() as connection, connection.pipeline(), connection.transaction():
            before = await locked_states(connection, versions)
            refused = await not_granted(connection, versions)
            stored, locks = await _write(connection, [v for v in versions if v.event not in refused], before)
    except Overtaken:
        return await written(pool, archive, versions)
    except (psycopg.OperationalError, psycopg.InterfaceError):
        raise
    except psycopg.Error as error:
        if len(versions) == 1:
            log.warning("version_refused", event_id=versions[0].event, error=str(error))
            return [Refusal("not-storable", f"{type(error).__name__}: {error}")]
        half = len(versions) // 2
        return [
            *await written(pool, archive, versions[:half]),
            *await written(pool, archive, versions[half:]),
        ]
    if locks:
        await asyncio.to_thread(_lock, archive, locks)
    return [
        refused.get(v.event) or receipt(NAME, v, OUTCOMES[stored[v.event].standing], stored[v.event].stored)
        for v in versions
    ]


async def not_granted(connection: Connection, versions: Sequence[Version]) -> dict[str, Refusal]:
    """Return the refusals of those that would replace or take back a story without the right to, by event.

    A feed that has it not may bring a story, and bring it again; it may not follow what another document brought.
    """
    without = {v.story for v in versions if not v.granted}
    if not without:
        return {}
    documents = await documents_of(connection, sorted(without))
    refused = {}
    for version in versions:
        if version.story not in without:
            continue
        document = version.provenance.document or version.event
        others = documents[version.story] - {document}
        if not version.granted and (others or version.article.pubstatus != "usable"):
            why = f"the feed {version.article.feed} may not replace stories of {version.article.provider}"
            refused[version.event] = Refusal("not-granted", why)
        else:
            documents[version.story].add(document)
    return refused


async def _write(
    connection: Connection, versions: Sequence[Version], before: Mapping[str, State]
) -> tuple[dict[str, Stored], list[tuple[str, str]]]:
    """Return how each event is stored now, and which documents hold a killed story: (SHA-256, story)."""
    if not versions:
        return {}, []
    after = dict(before)
    for version in versions:
        after[version.story] = after.get(version.story, State()).with_candidate(version.candidate)
    all_made = await write_states(connection, before, after)
    stored = await insert_versions(connection, versions, after)
    await all_made()
    # For every kill of the batch, new or read again: a crash may have come between this transaction and the locks.
    kills = {v.story: after[v.story].kill for v in versions if v.candidate.is_kill}
    locks = await empty_killed(connection, {story: kill for story, kill in kills.items() if kill is not None})
    late = [
        (v.provenance.sha256, v.story)
        for v in versions
        if stored[v.event].standing == "killed" and v.provenance.sha256 is not None
    ]
    return stored, locks + late


def _lock(archive: Archive, documents: Sequence[tuple[str, str]]) -> None:
    for sha256, story in documents:
        archive.lock(sha256, story)


SINK = Sink(name=NAME, keeps="every version", open=_open)
