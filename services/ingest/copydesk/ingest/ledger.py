"""Which documents came before: the table `documents`, one row for each feed and SHA-256.

A row is claimed in a transaction that stays open while the document is written to `wire.received`, and is committed only
once the broker has it. So no repeat is ever declared of a document that does not stand there: a crash in between rolls the
claim back, and another worker with equal bytes waits at the row until this one is through. The row remembers which record
of `wire.inbound` brought the first, so that the same record read again after a crash is the first again, not its own repeat.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from copydesk.ingest.document import Document
from copydesk.runtime.database import Pool, unavailable_if_down

# In the order of the key, so that two workers with the same documents never wait for each other in a circle.
CLAIM = """
insert into documents (feed, sha256, document, size, received, origin, filename, media_type)
select * from unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::text[])
    as incoming (feed, sha256, document, size, received, origin, filename, media_type)
order by feed, sha256
on conflict (feed, sha256) do update
    set received = excluded.received, origin = excluded.origin, filename = excluded.filename,
        media_type = excluded.media_type, killed = null, pruned = null
    where documents.origin = excluded.origin
        or documents.killed is not null
        or documents.pruned is not null
        or documents.received < excluded.received - %s
returning feed, sha256
"""


@asynccontextmanager
async def claimed(pool: Pool, documents: Sequence[Document], window: timedelta) -> AsyncIterator[set[tuple[str, str]]]:
    """Claim documents of different identities; give the identities of those that are the first within the window.

    The claim holds when the block is left without an error; `Unavailable` where the database does not answer.
    """
    if not documents:
        yield set()
        return
    columns = zip(
        *((d.feed, d.sha256, d.id, d.size, d.received, d.origin, d.filename, d.media_type) for d in documents),
        strict=True,
    )
    with unavailable_if_down():
        async with pool.connection() as connection, connection.transaction():
            cursor = await connection.execute(CLAIM, (*map(list, columns), window))
            yield {(str(feed), str(sha256)) for feed, sha256 in await cursor.fetchall()}
