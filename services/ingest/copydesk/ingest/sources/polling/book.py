"""What is to be polled, when it is due, and what came of it: shared by all workers, in PostgreSQL (`polls`).

A row without a token is a listing, one with a token an item that a listing named. Who claims a row holds it together with its
host, for a lease that is kept up while it works; a row is written back only by who still holds it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from copydesk.ingest.sources.polling.conditional import Validators
from copydesk.ingest.sources.polling.hosts import LEASE
from copydesk.ingest.sources.polling.politeness import FAILING_AFTER
from copydesk.runtime.database import Connection, Pool, unavailable_if_down
from psycopg.rows import dict_row

FORGOTTEN_AFTER = timedelta(days=90)
"""An item that its listing has not named for so long is forgotten; named again, it is new."""
HOST_FORGOTTEN_AFTER = timedelta(days=1)
ELSEWHERE = timedelta(days=7)
LONGEST_ERROR = 500

ENTER = """
insert into polls (feed, listing, url, host, due)
select feed, listing, listing, host, clock_timestamp()
from unnest(%s::text[], %s::text[], %s::text[]) as stated (feed, listing, host)
on conflict do nothing
"""
# Host by host along the index (a loose index scan): a hundred thousand pages that wait at one host cost what one does.
CLAIM = """
with recursive hosts as (
    (select host from polls where due is not null order by host limit 1)
    union all
    select (select p.host from polls p where p.due is not null and p.host > hosts.host order by p.host limit 1)
    from hosts where hosts.host is not null
), free as (
    select host from hosts left join poll_hosts h using (host)
    where host is not null
        and (h.holder is null or h.held_until < clock_timestamp()) and coalesce(h.free, '-infinity') <= clock_timestamp()
), first as (
    select p.* from free cross join lateral (
        select feed, listing, token, host, due from polls p
        where p.host = free.host and p.due <= clock_timestamp() and p.held_until < clock_timestamp()
            and (p.feed, p.listing) in (select * from unnest(%(feeds)s::text[], %(listings)s::text[]))
        order by p.token <> '', p.due limit 1
    ) p
), next as (
    select p.feed, p.listing, p.token, p.host, p.holder as left_by from polls p join first using (feed, listing, token)
    where p.due <= clock_timestamp() and p.held_until < clock_timestamp()
    order by p.token <> '', p.due
    limit 1
    for update of p skip locked
), turn as (
    insert into poll_hosts (host, holder, held_until) select host, %(holder)s, clock_timestamp() + %(lease)s from next
    on conflict (host) do update set holder = excluded.holder, held_until = excluded.held_until
        where poll_hosts.free <= clock_timestamp() and poll_hosts.held_until < clock_timestamp()
    returning host, failures
)
update polls p set holder = %(holder)s, held_until = clock_timestamp() + %(lease)s,
    deaths = case when next.left_by is null then 0 else p.deaths + 1 end
from next join turn on turn.host = next.host
where p.feed = next.feed and p.listing = next.listing and p.token = next.token
returning p.feed, p.listing, p.token, p.url, p.host, p.goes_to, p.etag, p.modified, p.sha256, p.stated, p.failures, p.deaths,
    coalesce(extract(epoch from clock_timestamp() - p.failing_since), 0)::float as failing_s, turn.failures as host_failures
"""
MINE = "where feed = %(feed)s and listing = %(listing)s and token = %(token)s and holder = %(holder)s"
# An item that its listing changed while its page was being fetched is due again at once; of a listing `stated` says how it is
# read, for its validators mean nothing when that is changed.
DONE = f"""
update polls set holder = null, held_until = '-infinity', etag = %(etag)s, modified = %(modified)s, sha256 = %(sha256)s,
    goes_to = coalesce(%(moved)s, goes_to), host = %(host)s, failures = 0, failing_since = null, error = null,
    polled = clock_timestamp(), stated = case when token = '' then %(stated)s else stated end,
    due = case when token <> '' and stated is distinct from %(stated)s then clock_timestamp() else clock_timestamp() + %(wait)s::interval end
{MINE}
returning feed
"""  # noqa: S608 - our own text
FAILED = f"""
update polls set holder = null, held_until = '-infinity', failures = failures + 1, error = %(error)s,
    failing_since = coalesce(failing_since, clock_timestamp()), due = clock_timestamp() + %(wait)s::interval,
    goes_to = case when %(forget)s then null else goes_to end, host = case when %(forget)s then %(host)s else host end
{MINE}
returning feed
"""  # noqa: S608
PUT_OFF = (
    f"update polls set holder = null, held_until = '-infinity', due = clock_timestamp() + %(wait)s::interval {MINE}"  # noqa: S608
)
# What another listing of the feed has named of late is that one's to fetch: sections repeat each other.
LISTED = """
insert into polls (feed, listing, token, url, host, stated, due, error)
select %(feed)s, %(listing)s, token, url, host, stated,
    case when error is null and not exists (
        select from polls p where p.feed = %(feed)s and p.url = named.url and p.listing <> %(listing)s and p.token <> ''
            and p.error is null and p.seen > clock_timestamp() - %(elsewhere)s
    ) then clock_timestamp() end, error
from unnest(%(tokens)s::text[], %(urls)s::text[], %(hosts)s::text[], %(stated)s::text[], %(errors)s::text[])
    as named (token, url, host, stated, error)
on conflict (feed, listing, token) do update set seen = clock_timestamp(), url = excluded.url, stated = excluded.stated,
    host = case when polls.url = excluded.url then polls.host else excluded.host end,
    goes_to = case when polls.url = excluded.url then polls.goes_to end,
    etag = case when polls.url = excluded.url then polls.etag end,
    modified = case when polls.url = excluded.url then polls.modified end,
    failures = case when polls.stated = excluded.stated then polls.failures else 0 end,
    error = case when polls.stated = excluded.stated then polls.error else excluded.error end,
    due = case when polls.stated = excluded.stated then polls.due else excluded.due end
returning token, xmax = 0 as new, due is not null as due
"""
FORGET = """
delete from polls where feed = %(feed)s and listing = %(listing)s and token <> '' and due is null
    and seen < clock_timestamp() - %(after)s
"""
KEEP = """
with kept as (update poll_hosts set held_until = clock_timestamp() + %(lease)s where holder = any(%(holders)s))
update polls set held_until = clock_timestamp() + %(lease)s where holder = any(%(holders)s)
"""
SWEEP = (
    """
    delete from polls where coalesce(polled, seen) < clock_timestamp() - %(long)s
        and (feed, listing) not in (select * from unnest(%(feeds)s::text[], %(listings)s::text[]))
    """,
    "delete from poll_hosts where free < clock_timestamp() - %(after)s and held_until < clock_timestamp()",
    "delete from poll_robots where expires < clock_timestamp() - %(after)s",
)
STANDING = """
select feed, count(*) filter (where token = '' and failures >= %(failing)s) as failing,
    count(*) filter (where token <> '' and due is not null) as pages
from polls where (feed, listing) in (select * from unnest(%(feeds)s::text[], %(listings)s::text[])) group by feed
"""


class Lost(Exception):  # noqa: N818 - an answer
    """The lease ran out while its holder stood still: another worker has the work, and this one's result is dropped."""


@dataclass(frozen=True)
class Job:
    """One claimed row: a URL to fetch."""

    feed: str
    listing: str
    token: str
    """Empty for a listing itself."""
    url: str
    host: str
    goes_to: str | None
    """Where permanent redirects lead."""
    validators: Validators
    sha256: str | None
    """Of what was last pushed, or read as a listing."""
    stated: str | None
    """Hash of what the listing said of the item; of a listing, how it was read last."""
    failures: int
    failing_s: float
    """For how long it has been failing."""
    host_failures: int
    deaths: int
    """So many workers had it, one after the other, and never said what came of it."""
    holder: str

    @property
    def key(self) -> dict[str, Any]:
        """Return what finds the row, while it is ours."""
        return {"feed": self.feed, "listing": self.listing, "token": self.token, "holder": self.holder}


@dataclass(frozen=True)
class Named:
    """An item as it is written down."""

    token: str
    url: str
    host: str
    stated: str
    error: str | None = None
    """Why its page is not to be fetched."""


@dataclass(frozen=True)
class Result:
    """What a fetch leaves for the next one."""

    validators: Validators
    sha256: str | None
    host: str
    moved: str | None = None
    stated: str | None = None
    """What the listing said of the item when it was fetched; of a listing, how it was read."""
    wait_s: float | None = None
    """Until the row is due again; None: when its listing says so."""


@dataclass
class Book:
    """The rows, as one worker works on them. Every method raises `Unavailable` while the database is away."""

    database: Pool
    _worker: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    _claims: int = 0
    _held: set[str] = field(default_factory=set)

    async def enter(self, listings: Sequence[tuple[str, str, str]]) -> None:
        """Write down the listings (feed, URL, host) that are not known yet; they are due at once."""
        with unavailable_if_down():
            async with self.database.connection() as connection:
                await connection.execute(ENTER, _columns(listings, 3))

    async def claim(self, listings: Sequence[tuple[str, str]]) -> Job | None:
        """Claim what of these listings is longest due at a host that may be asked, and the turn there; None: nothing is."""
        self._claims += 1
        holder = f"{self._worker}/{self._claims}"
        feeds, urls = _columns(listings, 2)
        stated = {"feeds": feeds, "listings": urls, "holder": holder, "lease": LEASE}
        with unavailable_if_down():
            async with self.database.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
                row = await (await cursor.execute(CLAIM, stated)).fetchone()
        if row is None:
            return None
        self._held.add(holder)
        return Job(validators=Validators(row.pop("etag"), row.pop("modified")), holder=holder, **row)

    async def done(self, job: Job, result: Result, named: Sequence[Named] = ()) -> tuple[set[str], int]:
        """Write down what came of it, in one transaction with the items that the listing named.

        Return the tokens that are new, and how many pages of these items are due.

        Raises `Lost` where the row is another's by now.
        """
        stated = {
            **job.key,
            "etag": result.validators.etag,
            "modified": result.validators.modified,
            "sha256": result.sha256,
            "moved": result.moved,
            "host": result.host,
            "stated": result.stated,
            "wait": _seconds(result.wait_s),
        }
        with unavailable_if_down():
            async with self.database.connection() as connection, connection.transaction():
                if await (await connection.execute(DONE, stated)).fetchone() is None:
                    raise Lost(job.holder)
                return await _listed(connection, job, named) if named else (set(), 0)

    async def failed(self, job: Job, error: str, wait_s: float | None, *, forget: str | None = None) -> None:
        """Write down a failure; due again after so long, or never. `forget` is the host of the URL from before it moved."""
        stated = {
            **job.key,
            "error": error[:500],
            "wait": _seconds(wait_s),
            "forget": forget is not None,
            "host": forget,
        }
        with unavailable_if_down():
            async with self.database.connection() as connection:
                if await (await connection.execute(FAILED, stated)).fetchone() is None:
                    raise Lost(job.holder)

    async def put_off(self, job: Job, wait_s: float) -> None:
        """Give the row back untried."""
        with unavailable_if_down():
            async with self.database.connection() as connection:
                await connection.execute(PUT_OFF, {**job.key, "wait": _seconds(wait_s)})

    def let_go(self, job: Job) -> None:
        """Keep the job's lease up no longer."""
        self._held.discard(job.holder)

    async def keep(self) -> None:
        """Keep up the leases of what is being worked on."""
        if self._held:
            with unavailable_if_down():
                async with self.database.connection() as connection:
                    await connection.execute(KEEP, {"lease": LEASE, "holders": list(self._held)})

    async def sweep(self, listings: Sequence[tuple[str, str]]) -> None:
        """Forget hosts that nobody asks any more, and what was of other listings than these."""
        feeds, urls = _columns(listings, 2)
        stated = {"after": HOST_FORGOTTEN_AFTER, "long": FORGOTTEN_AFTER, "feeds": feeds, "listings": urls}
        with unavailable_if_down():
            async with self.database.connection() as connection:
                for statement in SWEEP:
                    await connection.execute(statement, stated)

    async def standing(self, listings: Sequence[tuple[str, str]]) -> dict[str, tuple[int, int]]:
        """Return for each feed how many of these listings are failing, and how many pages wait."""
        feeds, urls = _columns(listings, 2)
        with unavailable_if_down():
            async with self.database.connection() as connection:
                cursor = await connection.execute(
                    STANDING, {"feeds": feeds, "listings": urls, "failing": FAILING_AFTER}
                )
                return {str(feed): (int(str(bad)), int(str(pages))) for feed, bad, pages in await cursor.fetchall()}


async def _listed(connection: Connection, job: Job, named: Sequence[Named]) -> tuple[set[str], int]:
    tokens, urls, hosts, stated, errors = _columns([(n.token, n.url, n.host, n.stated, n.error) for n in named], 5)
    place = {"feed": job.feed, "listing": job.listing, "elsewhere": ELSEWHERE}
    columns = {"tokens": tokens, "urls": urls, "hosts": hosts, "stated": stated, "errors": errors}
    rows = await (await connection.execute(LISTED, {**place, **columns})).fetchall()
    await connection.execute(FORGET, {**place, "after": FORGOTTEN_AFTER})
    return {str(token) for token, new, _ in rows if new}, sum(bool(due) for *_, due in rows)


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[n] for row in rows] for n in range(width)]


def _seconds(wait_s: float | None) -> timedelta | None:
    return None if wait_s is None else timedelta(seconds=wait_s)
