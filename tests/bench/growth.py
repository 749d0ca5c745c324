"""`python -m tests.bench.growth [ROWS]`: what a version costs the store when ten thousand stand in it, and when a million do.

The store is filled with stories that PostgreSQL makes of those that the sink wrote: other names, same articles, searched as they
are. What is measured each time is the same: 5,000 new versions through the sink, in batches, and the reading of their words.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from statistics import median

import psycopg
from copydesk.desk.embedded.postgres import start_postgres
from copydesk.publish.migrate import migrate

from tests.bench.sink import searched, stories, sunk

FIRST = 10_000
MEASURED = 5_000
ROUNDS = 3

MORE_VERSIONS = """
insert into versions
select (jsonb_populate_record(v, jsonb_build_object(
    'event', md5(v.event || n), 'story', v.story || '-' || n, 'uri', v.uri || '-' || n,
    'document', md5(v.document || n), 'sha256', encode(sha256((v.sha256 || n)::bytea), 'hex')))).*
from (select * from versions where story not like '%%-%%' limit %s) v, generate_series(%s, %s) n
"""
MORE_STORIES = """
insert into stories
select (jsonb_populate_record(s, jsonb_build_object(
    'story', s.story || '-' || n, 'event', md5(s.event || n), 'head', md5(s.head || n)))).*
from (select * from stories where story not like '%%-%%' limit %s) s, generate_series(%s, %s) n
"""


def main() -> None:
    """Fill, measure, fill."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=1_000_000)
    stated = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = start_postgres(Path(folder, "data"))
        try:
            migrate(database.url)
            begin = _grown(database.url, FIRST, 0)
            rows = FIRST
            while rows <= stated.rows:
                _filled(database.url, rows)
                begin = _measured(database.url, begin)
                rows *= 10
        finally:
            database.stop()


def _grown(url: str, count: int, begin: int) -> int:
    """Bring in so many new versions by the sink; return the number of the next."""
    versions = list(stories(begin + count, begin))
    asyncio.run(sunk(url, versions))
    asyncio.run(searched(url))
    return begin + count


def _filled(url: str, rows: int) -> None:
    with psycopg.connect(url, autocommit=True) as store:
        there = store.execute("select count(*) from versions").fetchone()
        copies = max(0, rows - (there[0] if there else 0)) // FIRST
        for copy in range(copies):
            number = there[0] + copy if there else copy
            for statement in (MORE_VERSIONS, MORE_STORIES):
                store.execute(statement, [FIRST, number, number])
        store.execute("vacuum analyze")
        store.execute("checkpoint")


def _measured(url: str, begin: int) -> int:
    sink, search = [], []
    with psycopg.connect(url, autocommit=True) as store:
        counted, stored = store.execute(
            "select count(*), pg_database_size(current_database()) from versions"
        ).fetchone() or (0, 0)
    for _ in range(ROUNDS):
        versions = list(stories(begin + MEASURED, begin))
        begin += MEASURED
        sink.append(asyncio.run(sunk(url, versions))[0])
        search.append(asyncio.run(searched(url)))
    each = [median(seconds) / MEASURED * 1e6 for seconds in (sink, search)]
    print(
        f"{counted:>9,} versions, {stored / 1e9:5.1f} GB: a version costs {each[0]:4.0f} µs in the sink, {each[1]:4.0f} µs in the search",
        flush=True,
    )
    return begin


if __name__ == "__main__":
    main()
