"""Reading what the PostgreSQL sink holds: for the desk, its command line and its API.

Every function takes an open connection (`psycopg.AsyncConnection`) and reads only. Articles come as JSON, as the topics had
them; those of a killed story without anything that it said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

import psycopg
from psycopg.rows import class_row

Connection = psycopg.AsyncConnection[Any]


@dataclass(frozen=True)
class Kept:
    """A version, as it is kept."""

    event: str
    """Id of the event of `article.enriched` that brought it."""
    story: str
    """`provider|uri`."""
    document: str | None
    sha256: str | None
    idx: int
    """Which article of its document it is, from 0."""
    standing: str
    """What it was when it came: `newest`, `superseded`, `withheld`, `kill` or `killed`."""
    newest: bool
    """Whether it is the newest usable version of its story now."""
    stored: datetime
    article: str
    """JSON."""


@dataclass(frozen=True)
class Hit:
    """A story that a search found, by its newest version."""

    event: str
    story: str
    rank: float
    since: datetime
    article: str
    """JSON."""


@dataclass(frozen=True)
class Counts:
    """How much the store holds."""

    documents: int
    versions: int
    stories: int
    usable: int
    """Stories with a version that stands."""
    killed: int
    """Stories without one, because of a kill."""


KEPT = """
select v.event, v.story, v.document, v.sha256, v.idx, v.standing, s.event is not distinct from v.event as newest, v.stored,
    v.article::text as article
from versions v join stories s using (story)
"""
# Of an article that was enriched more than once (a reprocessing), what came out last counts.
LATEST = (
    "select distinct on (document, idx, story) * from versions {where} order by document, idx, story, processed desc"
)

# One scan of the index for each language, so that a word is looked for as its own language bends it.
SEARCH = """
select v.event, v.story, ts_rank_cd(s.search, q.query)::float8 as rank, s.since, v.article::text as article
from (select distinct search_config(unnest(%(languages)s::text[])) as config) as c
    cross join lateral (select websearch_to_tsquery(c.config, %(words)s) as query) as q
    join stories s on s.search @@ q.query and search_config(s.language) = c.config
    join versions v on v.event = s.event
order by rank desc, v.versioncreated desc nulls last, v.event
limit %(limit)s offset %(offset)s
"""
LANGUAGES = (
    "x", "ar", "ca", "da", "de", "el", "en", "es", "eu", "fi", "fr", "ga", "hi", "hu", "hy", "id", "it", "lt", "ne", "nl",
    "no", "pt", "ro", "ru", "sr", "sv", "ta", "tr", "yi",
)  # fmt: skip
"""One language for each configuration of `search_config`; `x` stands for all that have none."""

COUNTS = """
select (select count(*) from documents) as documents, (select count(*) from versions) as versions,
    count(*) as stories, count(event) as usable, count(*) filter (where event is null and killed is not null) as killed
from stories
"""


async def of_sha256(connection: Connection, sha256: str) -> list[Kept]:
    """Return what came of the document with this hash, in its order; of every feed that sent it."""
    return await _latest(connection, "where sha256 = %s", sha256)


async def of_document(connection: Connection, document: str) -> list[Kept]:
    """Return what came of the document with this id, in its order."""
    return await _latest(connection, "where document = %s", document)


async def of_uri(connection: Connection, uri: str) -> list[Kept]:
    """Return the newest usable version of every story with this uri; several providers may use one."""
    return await _kept(connection, KEPT + " where v.uri = %s and s.event = v.event order by v.story", uri)


async def of_event(connection: Connection, event: str) -> Kept | None:
    """Return the version that this event brought."""
    found = await _kept(connection, KEPT + " where v.event = %s", event)
    return found[0] if found else None


async def versions_of(connection: Connection, story: str) -> list[Kept]:
    """Return every version of the story (`provider|uri`), the oldest first."""
    return await _kept(
        connection, KEPT + " where v.story = %s order by v.versioncreated nulls first, v.received, v.stored", story
    )


async def search(
    connection: Connection, words: str, *, language: str | None = None, limit: int = 20, offset: int = 0
) -> list[Hit]:
    """Return the stories whose newest version has the words, the best first.

    Words as people type them into a search box: `"a phrase"`, `or`, `-not`. The headline counts most.
    """
    languages = [language] if language else list(LANGUAGES)
    async with connection.cursor(row_factory=class_row(Hit)) as cursor:
        await cursor.execute(
            SEARCH, {"languages": languages, "words": words.replace("\x00", " "), "limit": limit, "offset": offset}
        )
        return await cursor.fetchall()


async def counts(connection: Connection) -> Counts:
    """Return how much the store holds."""
    async with connection.cursor(row_factory=class_row(Counts)) as cursor:
        await cursor.execute(COUNTS)
        found = await cursor.fetchone()
    return found or Counts(0, 0, 0, 0, 0)


async def _latest(connection: Connection, where: LiteralString, value: str) -> list[Kept]:
    source = KEPT.replace("from versions v", "from (" + LATEST.replace("{where}", where) + ") v")
    return await _kept(connection, source + " order by v.document, v.idx, v.story", value)


async def _kept(connection: Connection, statement: LiteralString, value: str) -> list[Kept]:
    async with connection.cursor(row_factory=class_row(Kept)) as cursor:
        await cursor.execute(statement, [value.replace("\x00", "\N{REPLACEMENT CHARACTER}")])
        return await cursor.fetchall()
