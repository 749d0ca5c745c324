"""How the listings stand, for people: `copydesk status` shows it."""

from __future__ import annotations

from dataclasses import dataclass

from copydesk.ingest.sources.polling.guard import shown
from copydesk.ingest.sources.polling.politeness import FAILING_AFTER
from copydesk.runtime import database as databases
from psycopg.rows import class_row

# A pipeline of an older make has no such table yet.
THERE = "select to_regclass('polls') is not null"
LISTINGS = """
select l.feed, l.listing, l.failures, l.error, extract(epoch from clock_timestamp() - l.polled)::float as ago_s,
    extract(epoch from l.due - clock_timestamp())::float as due_s,
    (select count(*) from polls p where p.feed = l.feed and p.listing = l.listing and p.token <> '' and p.due is not null)
        as waiting,
    (select count(*) from polls p where p.feed = l.feed and p.listing = l.listing and p.token <> '' and p.due is null
        and p.error is not null) as given_up
from polls l where l.token = '' order by l.failures desc, l.feed, l.listing limit %s
"""


@dataclass(frozen=True)
class Polled:
    """One listing."""

    feed: str
    listing: str
    failures: int
    """One after the other."""
    error: str | None
    """The last failure, where it is failing now."""
    ago_s: float | None
    """Since it was last fetched well."""
    due_s: float
    """Until it is due."""
    waiting: int
    """Pages that are still to be fetched."""
    given_up: int
    """Pages that are not tried any more."""

    @property
    def url(self) -> str:
        """The URL without its query, in which keys are handed over by custom."""
        return shown(self.listing)

    @property
    def failing(self) -> bool:
        """Whether it failed so often that somebody should look."""
        return self.failures >= FAILING_AFTER


async def polled(database: str, most: int = 100) -> list[Polled]:
    """Return the listings of the pipeline with this database, the worst first. `Unavailable` where it lets nobody in."""
    async with databases.connection(database) as connection, connection.cursor(row_factory=class_row(Polled)) as cursor:
        there = await (await connection.execute(THERE)).fetchone()
        if not there or not there[0]:
            return []
        return await (await cursor.execute(LISTINGS, [most])).fetchall()
