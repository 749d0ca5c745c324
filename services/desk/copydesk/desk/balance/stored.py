"""What the audit asks of PostgreSQL: a few numbers a row of `versions`, and the rows of what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

import numpy as np
import psycopg
from copydesk.desk.balance.accounts import Term
from copydesk.desk.balance.articles import STANDINGS, Rows
from copydesk.desk.balance.marks import FINGERPRINT, article_mark

Value = TypeVar("Value")
Store = psycopg.AsyncConnection[Any]

AT_ONCE = 5000

# In PostgreSQL's binary form every row is of one length, so that the whole is read as an array.
ROWS = f"""
copy (
    select {FINGERPRINT.format("coalesce(document, '') || '/' || idx")}, {FINGERPRINT.format("event")},
        coalesce(array_position(%(standings)s::text[], standing::text), 0)::bigint,
        (extract(epoch from processed) * 1000000)::bigint, (extract(epoch from stored) * 1000000)::bigint,
        (stored <= %(until)s and coalesce(received >= %(since)s, false) and document is not null)::int::bigint
    from versions where stored >= %(from)s
) to stdout (format binary)
"""  # noqa: S608 - our own names
_NAMES = ("article", "event", "standing", "processed", "stored", "known")
_ROW = np.dtype([("fields", ">i2"), *(pair for name in _NAMES for pair in ((f"{name}_length", ">i4"), (name, ">i8")))])
_HEADER, _TRAILER = 19, 2

STANDING = """
select distinct on (document, idx) document, idx, standing from versions
where document = any (%s) order by document, idx, processed desc
"""
# A story that was killed is locked in all documents with the same bytes, on whatever feed.
LOCKED = """
select v.sha256, v.idx, bool_and(s.killed is not null) from versions v join stories s using (story)
where v.sha256 = any (%s) group by v.sha256, v.idx
"""
ORPHANS = f"""
select event, coalesce(document, ''), idx, coalesce(feed, ''), coalesce(received, stored), story from versions
where {FINGERPRINT.format("event")} = any (%s) and stored >= %s
"""  # noqa: S608
DOUBLED = """
select document, idx, story, min(received), max(feed), array_agg(event order by event) from versions
where (document, idx) in (
    select document, idx from versions where stored >= %s and document is not null group by document, idx having count(*) > 1)
group by document, idx, story, article #>> '{provenance,parser}', article #> '{provenance,enrichers}' having count(*) > 1
"""
DOCUMENTS = "select document from documents where document = any (%s)"


@dataclass(frozen=True)
class Row:
    """A row of `versions` that does not add up."""

    event: str
    article: str
    """Document and index."""
    feed: str
    received: datetime
    story: str


async def clock(store: Store) -> datetime:
    """Return what time the store has."""
    cursor = await store.execute("select clock_timestamp()")
    ((moment,),) = await cursor.fetchall()
    return cast("datetime", moment)


async def rows_since(store: Store, begin: datetime, since: datetime, until: datetime) -> Rows:
    """Return what was stored since `begin`. A row is known where it was stored by `until` and came since `since`."""
    data = bytearray()
    named = {"standings": list(STANDINGS), "from": begin, "since": since, "until": until}
    async with store.cursor() as cursor, cursor.copy(ROWS, named) as copy:
        async for piece in copy:
            data += piece
    table = np.frombuffer(bytes(data[_HEADER : len(data) - _TRAILER]), dtype=_ROW)
    columns = {name: table[name].astype(np.int64) for name in _NAMES}
    terms = np.array([Term.DIFFERENCE, *STANDINGS.values()], dtype=np.int64)
    return Rows(
        article=columns["article"],
        event=columns["event"],
        term=terms[columns["standing"]],
        processed=columns["processed"],
        stored=columns["stored"],
        known=columns["known"].astype(np.bool_),
    )


async def standings_of(store: Store, documents: Sequence[str]) -> dict[int, Term]:
    """Return how the articles of these documents stand, by their fingerprint."""
    found = {}
    for some in _portions(documents):
        cursor = await store.execute(STANDING, [some])
        async for document, index, standing in cursor:
            found[article_mark(document, index)] = STANDINGS[standing]
    return found


async def locked_in(store: Store, hashes: Sequence[str]) -> dict[str, dict[int, bool]]:
    """Return of each of these SHA-256, by index, whether the story that stands there was killed."""
    found: dict[str, dict[int, bool]] = {}
    for some in _portions(hashes):
        cursor = await store.execute(LOCKED, [some])
        async for sha256, index, killed in cursor:
            found.setdefault(sha256, {})[index] = killed
    return found


async def rows_of(store: Store, events: Sequence[int], begin: datetime) -> list[Row]:
    """Return the rows whose events have these fingerprints."""
    found = []
    for some in _portions(events):
        cursor = await store.execute(ORPHANS.encode(), [some, begin])
        found += [Row(event, f"{doc}/{idx}", feed, at, story) async for event, doc, idx, feed, at, story in cursor]
    return found


async def doubled_rows(store: Store, begin: datetime) -> list[Row]:
    """Return the versions that have more than one row by one parser and the same enrichers."""
    cursor = await store.execute(DOUBLED, [begin])
    return [
        Row(" ".join(events), f"{document}/{index}", feed or "", received, story)
        async for document, index, story, received, feed, events in cursor
    ]


async def known_documents(store: Store, documents: Sequence[str]) -> set[str]:
    """Return those of the documents that stand in the register."""
    found: set[str] = set()
    for some in _portions(documents):
        cursor = await store.execute(DOCUMENTS, [some])
        found.update([str(document) async for (document,) in cursor])
    return found


def _portions(values: Sequence[Value]) -> Iterator[list[Value]]:
    for begin in range(0, len(values), AT_ONCE):
        yield list(values[begin : begin + AT_ONCE])
