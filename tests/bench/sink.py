"""Rows/s of the PostgreSQL sink beside COPY of the same rows: of `make bench`.

Works in a database of its own, `copydesk_bench`, on the server that the URL names, and drops it afterwards. Interleaved runs,
medians. COPY goes into a table like `versions` with the same indexes, and into a bare one without any: it keeps no states, tells
no repeats and feeds no search. The sink does, in batches as the service has them; its versions are read already, since that is
the stage's work and not the sink's. The words of the full-text search follow a moment behind: their pace is a figure of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import psycopg
from copydesk.publish.migrate import migrate
from copydesk.publish.postgres.versions import COLUMNS, _row
from copydesk.publish.postgres.words import read_words
from copydesk.publish.sinks.postgres import written
from copydesk.publish.version import Version
from copydesk.runtime.archive import FolderArchive
from copydesk.runtime.database import pool
from copydesk.runtime.event import Event
from copydesk.schemas.article import Article, Provenance
from copydesk.schemas.newest import State

from tests.publish.stories import as_version

NAME = "copydesk_bench"
BATCH = 500
RUNS = 3
WORDS = [
    "the",
    "harbour",
    "board",
    "of",
    "skerry",
    "voted",
    "on",
    "monday",
    "to",
    "reopen",
    "two",
    "piers",
    "after",
    "storms",
    "had",
]


def stories(end: int, begin: int = 0) -> Iterator[Version]:
    """Yield articles of 500 words, each a story of its own but every tenth, which is a later version of the one before."""
    start = datetime(2026, 3, 3, tzinfo=UTC)
    for number in range(begin, end):
        story = number - 1 if number % 10 == 9 else number
        body = " ".join(
            WORDS[(number * 7 + i * (1 + number % 5)) % len(WORDS)] + str(number % 97) * (i % 11 == 0)
            for i in range(500)
        )
        sha256 = hashlib.sha256(f"{number}".encode()).hexdigest()
        article = Article(
            uri=f"urn:skerry:{story}",
            version=str(number),
            format="ninjs",
            provider="Skerry Press",
            feed="bench",
            language="en",
            headline=f"Piers reopen in harbour {number}",
            versioncreated=start + timedelta(seconds=number),
            keywords=["harbour", "storm"],
            body=body,
            word_count=500,
            provenance=Provenance(sha256=sha256, feed="bench", document=sha256[:32], index=0, received=start),
        )
        headers = (("ce_id", sha256[32:].encode()), ("ce_time", start.isoformat().encode()))
        yield as_version(Event("article.enriched", 0, number, article.key.encode(), article.to_json(), headers, 1))


def copied(url: str, table: str, rows: list[tuple[object, ...]]) -> float:
    """Return the seconds that COPY takes, in transactions of the sink's batches."""
    begun = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        for start in range(0, len(rows), BATCH):
            with connection.cursor().copy(f"copy {table} ({', '.join(COLUMNS)}) from stdin") as copy:
                for row in rows[start : start + BATCH]:
                    copy.write_row(row)
    return time.perf_counter() - begun


async def searched(url: str) -> float:
    """Return the seconds that it takes to read the words of all stories."""
    begun = time.perf_counter()
    async with pool(url) as opened:
        while await read_words(opened):
            pass
    return time.perf_counter() - begun


async def sunk(url: str, versions: list[Version]) -> tuple[float, float]:
    """Return the seconds that the sink takes, and the CPU seconds of this process among them."""
    with tempfile.TemporaryDirectory() as folder:
        async with pool(url) as opened:
            begun, cpu = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
            for start in range(0, len(versions), BATCH):
                await written(opened, FolderArchive(Path(folder)), versions[start : start + BATCH])
            return time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_utime - cpu


def emptied(url: str) -> None:
    """Make every table empty, and settle the server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("truncate versions, stories, like_versions, bare_versions")
        connection.execute("checkpoint")


def sunk_beside_copy(server: str, rows: int) -> float:
    """Print the medians, and return the sink's rows a second by those of COPY with the same indexes."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"drop database if exists {NAME}")
        connection.execute(f"create database {NAME}")
    parts = server.rpartition("/")
    url = f"{parts[0]}/{NAME}"
    try:
        migrate(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create table like_versions (like versions including all)")
            connection.execute("create table bare_versions (like versions including defaults)")
        versions = list(stories(rows))
        flat = [_row(v, State().with_candidate(v.candidate).standing(v.candidate)) for v in versions]
        figures: dict[str, list[float]] = {
            "sink": [],
            "cpu": [],
            "search": [],
            "like_versions": [],
            "bare_versions": [],
        }
        for _ in range(RUNS):
            emptied(url)
            seconds, cpu = asyncio.run(sunk(url, versions))
            figures["sink"].append(rows / seconds)
            figures["cpu"].append(cpu / rows * 1e6)
            figures["search"].append(rows / asyncio.run(searched(url)))
            for table in ("like_versions", "bare_versions"):
                emptied(url)
                figures[table].append(rows / copied(url, table, flat))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"drop database {NAME}")
    sink, like, bare = (median(figures[name]) for name in ("sink", "like_versions", "bare_versions"))
    print(f"sink {sink:,.0f} rows/s, {median(figures['cpu']):.0f} µs of CPU a row in this process")
    print(f"search, a moment behind: {median(figures['search']):,.0f} rows/s")
    print(f"COPY with the same indexes {like:,.0f} rows/s; without any {bare:,.0f} rows/s")
    return sink / like
