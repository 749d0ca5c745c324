"""Whose turn it is at a host, and what its robots.txt says: shared by all workers, in PostgreSQL (`poll_hosts`, `poll_robots`)."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import timedelta

from copydesk.ingest.sources.polling.politeness import backed_off, delay
from copydesk.ingest.sources.polling.robots import Rules
from copydesk.runtime.database import Pool, unavailable_if_down

LEASE = timedelta(seconds=30)
"""How long a worker that stopped without a word keeps a host and what it was at."""
LONGEST_SPACE_S = 10.0
"""Within one turn (robots.txt, then the page; the hops of a redirect) nobody waits longer between two requests."""
PATIENCE_S = 15.0
"""So long a redirect waits for its turn at another host."""
ASK_AGAIN_S = 0.25

TAKE = """
insert into poll_hosts (host, holder, held_until) values (%(host)s, %(holder)s, clock_timestamp() + %(lease)s)
on conflict (host) do update set holder = excluded.holder, held_until = excluded.held_until
    where poll_hosts.free <= clock_timestamp() and poll_hosts.held_until < clock_timestamp()
returning failures
"""
LEAVE = """
update poll_hosts set holder = null, held_until = '-infinity', free = clock_timestamp() + %(wait)s, failures = %(failures)s
where host = %(host)s and holder = %(holder)s
"""
RULES = "select text, trouble from poll_robots where origin = %s and expires > clock_timestamp()"
KEEP = """
insert into poll_robots (origin, text, trouble, expires) values (%s, %s, %s, clock_timestamp() + %s)
on conflict (origin) do update set text = excluded.text, trouble = excluded.trouble, expires = excluded.expires
"""


class Busy(Exception):  # noqa: N818 - an answer
    """Another host that a redirect leads to is being asked all the time; nothing went wrong."""


@dataclass(frozen=True)
class Hosts:
    """The hosts as all workers see them. Every method raises `Unavailable` while the database is away."""

    database: Pool
    delay_s: float
    """Between the end of a request to a host and the next one."""

    async def take(self, host: str, holder: str) -> int | None:
        """Take the turn at the host; return how often it failed of late, None where somebody has it or it is too soon."""
        with unavailable_if_down():
            async with self.database.connection() as connection:
                cursor = await connection.execute(TAKE, {"host": host, "holder": holder, "lease": LEASE})
                row = await cursor.fetchone()
        return int(str(row[0])) if row else None

    async def leave(self, host: str, holder: str, wait_s: float, failures: int) -> None:
        """Give the turn back; nobody asks the host for so many seconds. Does nothing where it is another's by now."""
        stated = {"host": host, "holder": holder, "wait": timedelta(seconds=wait_s), "failures": failures}
        with unavailable_if_down():
            async with self.database.connection() as connection:
                await connection.execute(LEAVE, stated)

    async def rules(self, origin: str) -> Rules | None:
        """Return what the origin's robots.txt says, None where it has to be fetched."""
        with unavailable_if_down():
            async with self.database.connection() as connection:
                row = await (await connection.execute(RULES, [origin])).fetchone()
        return Rules(str(row[0]), trouble=str(row[1]) if row[1] else None) if row else None

    async def keep(self, origin: str, rules: Rules) -> None:
        """Remember what the origin's robots.txt says, for as long as it holds."""
        with unavailable_if_down():
            async with self.database.connection() as connection:
                await connection.execute(KEEP, [origin, rules.text, rules.trouble, rules.kept])


@dataclass
class Turn:
    """One's turn at a host, from the claim of a piece of work to its end."""

    hosts: Hosts
    host: str
    holder: str
    failures: int = 0
    """How often the host failed, one time after the other."""
    crawl_delay_s: float | None = None
    _asked: float | None = field(default=None)
    _trouble_s: float | None = None

    @property
    def delay_s(self) -> float:
        """Seconds between two requests to this host."""
        return delay(self.hosts.delay_s, self.crawl_delay_s)

    def asked(self) -> None:
        """Note that a request has just ended."""
        self._asked = time.monotonic()

    def trouble(self, wait_s: float | None) -> None:
        """Note that the host is in trouble: nobody asks it for as long as it said, else for longer each time."""
        self.failures += 1
        self._trouble_s = backed_off(self.failures, 0.0) if wait_s is None else wait_s

    async def space(self) -> None:
        """Wait until the host may be asked again within this turn."""
        if self._asked is not None:
            await asyncio.sleep(self._asked + min(self.delay_s, LONGEST_SPACE_S) - time.monotonic())

    async def change(self, host: str) -> None:
        """Leave this host and take the turn at another. `Busy` where it does not come in time; then no turn is held."""
        await self.end()
        self.host = ""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while (failures := await self.hosts.take(host, self.holder)) is None:  # noqa: ASYNC110 - others are in other processes
                    await asyncio.sleep(ASK_AGAIN_S)
        except TimeoutError:
            raise Busy(f"{host} is being asked all the time") from None
        self.host, self.failures, self.crawl_delay_s, self._asked = host, failures, None, None

    async def end(self) -> None:
        """Give the turn back."""
        if self.host:
            spaced = self.delay_s if self._asked is not None else 0.0
            wait = max(spaced, self._trouble_s or 0.0)
            # A turn without a request says nothing about the host.
            failures = self.failures if self._trouble_s is not None or self._asked is None else 0
            await self.hosts.leave(self.host, self.holder, wait, failures)
