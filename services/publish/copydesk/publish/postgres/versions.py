"""The table `versions`: a row for each event of `article.enriched`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from copydesk.publish.version import Version, emptied, storable
from copydesk.runtime.database import Connection, columns, storable_text
from copydesk.schemas.article import IDENTITY, Article
from copydesk.schemas.newest import Kill, Standing, State

COLUMNS: dict[str, str] = {
    "event": "text",
    "story": "text",
    "uri": "text",
    "provider": "text",
    "version": "text",
    "versioncreated": "timestamptz",
    "pubstatus": "text",
    "language": "text",
    "headline": "text",
    "feed": "text",
    "document": "text",
    "sha256": "text",
    "idx": "integer",
    "received": "timestamptz",
    "processed": "timestamptz",
    "standing": "text",
    "claims": "text[]",
    "article": "jsonb",
}

_READ = {"jsonb": "{}::jsonb", "text[]": "string_to_array({}, ',')"}
"""How a column is read that travels as text."""
_ARRAYS = {name: "text" if kind in _READ else kind for name, kind in COLUMNS.items()}
# One array a column, in binary: as fast as COPY, which could neither skip what is there nor say what it did. The article goes
# as text, since an array of jsonb would be parsed twice.
INSERT = """
insert into versions ({names})
select {read} from unnest({arrays}) as new ({names})
on conflict (event) do nothing returning event, standing, stored
""".format(
    names=", ".join(COLUMNS),
    read=", ".join(_READ.get(kind, "{}").format(name) for name, kind in COLUMNS.items()),
    arrays=", ".join(f"%b::{kind}[]" for kind in _ARRAYS.values()),
)

AT_ONCE = 100
"""Rows of a statement: in a pipeline the database writes some while the next are made ready."""

STORED = "select event, standing, stored from versions where event = any (%s)"

EMPTY = """
update versions set headline = null, article = (
    select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(article) where key = any (%s))
from unnest(%s::text[], %s::timestamptz[]) as kills (story, time)
where versions.story = kills.story and (coalesce(versions.versioncreated <= kills.time, true)
    or exists (select from stories s where s.story = kills.story and s.head = versions.event and not s.head_granted))
returning versions.sha256, versions.document, versions.story, versions.standing
"""

DOCUMENTS = "select distinct story, coalesce(document, event) from versions where story = any (%s)"

MARK_DOCUMENTS = "update documents set killed = clock_timestamp() where document = any (%s) and killed is null"


@dataclass(frozen=True)
class Stored:
    """How a version is kept."""

    standing: Standing
    """What it was when it came first."""
    stored: datetime


async def insert_versions(
    connection: Connection, versions: Sequence[Version], states: Mapping[str, State]
) -> dict[str, Stored]:
    """Insert those that are new, in the light of the states that know them all; return how each event is kept."""
    once = list({v.event: v for v in versions}.values())
    answers = []
    for start in range(0, len(once), AT_ONCE):
        rows = [_row(v, states[v.story].standing(v.candidate)) for v in once[start : start + AT_ONCE]]
        answers.append(await connection.execute(INSERT.encode(), columns(rows)))
    stored = {event: kept for cursor in answers for event, kept in _stored(await cursor.fetchall()).items()}
    missing = [v.event for v in once if v.event not in stored]
    return stored | await stored_versions(connection, missing) if missing else stored


async def documents_of(connection: Connection, stories: Sequence[str]) -> dict[str, set[str]]:
    """Return for each story the documents that brought its versions."""
    found: dict[str, set[str]] = {story: set() for story in stories}
    for story, document in await (await connection.execute(DOCUMENTS, [list(found)])).fetchall():
        found[str(story)].add(str(document))
    return found


async def stored_versions(connection: Connection, events: Sequence[str]) -> dict[str, Stored]:
    """Return how those of the events that are known are kept."""
    cursor = await connection.execute(STORED, [list(events)])
    return _stored(await cursor.fetchall())


async def articles(connection: Connection, events: Sequence[str]) -> dict[str, bytes]:
    """Return the articles of the events, as the topics have them."""
    cursor = await connection.execute(
        "select event, article::text from versions where event = any (%s)", [list(events)]
    )
    return {str(event): Article.model_validate_json(str(text)).to_json() for event, text in await cursor.fetchall()}


async def empty_killed(connection: Connection, kills: Mapping[str, Kill]) -> list[tuple[str, str]]:
    """Empty what the kills beat of all that it said; return the documents that held it: (SHA-256, story).

    The documents are no longer what ingest measures repeats against.
    """
    if not kills:
        return []
    cursor = await connection.execute(EMPTY, [sorted(IDENTITY), list(kills), [kill.time for kill in kills.values()]])
    emptied_rows = [row for row in await cursor.fetchall() if row[3] != "kill"]
    await connection.execute(MARK_DOCUMENTS, [[row[1] for row in emptied_rows if row[1] is not None]])
    return [(str(row[0]), str(row[2])) for row in emptied_rows if row[0] is not None]


def _row(version: Version, standing: Standing) -> tuple[object, ...]:
    article, provenance = version.article, version.provenance
    # Of what is withheld nothing is kept, were it superseded when it came.
    gone = standing in {"kill", "killed", "withheld"} or article.pubstatus == "withheld"
    return (
        version.event,
        version.story,
        storable_text(article.uri),
        _text(article.provider),
        _text(article.version),
        article.versioncreated,
        article.pubstatus,
        _text(article.language),
        None if gone else _text(article.headline),
        _text(article.feed),
        _text(provenance.document),
        _text(provenance.sha256),
        provenance.index or 0,
        provenance.received,
        version.processed,
        standing,
        ",".join(version.claims) or None,
        emptied(version.value) if gone else storable(version.value),
    )


def _text(value: str | None) -> str | None:
    return None if value is None else storable_text(value)


def _stored(rows: Sequence[tuple[object, ...]]) -> dict[str, Stored]:
    return {str(event): Stored(cast("Standing", standing), cast("datetime", at)) for event, standing, at in rows}
