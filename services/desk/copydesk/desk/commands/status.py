"""`copydesk status`: how far behind each stage is, how fast it goes, what it refused, and how polled URLs stand."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Annotated

import psycopg
from aiokafka.admin import AIOKafkaAdminClient
from copydesk.desk.balance.offsets import READS
from copydesk.desk.connection import connection
from copydesk.desk.letters import letters
from copydesk.desk.terminal import terminal
from copydesk.desk.topics import ends, reading
from copydesk.ingest.sources.polling.standing import Polled, polled
from copydesk.runtime.broker import client, connected
from copydesk.runtime.lag import group
from copydesk.runtime.refusal import Unavailable
from cyclopts import Parameter
from rich.markup import escape
from rich.table import Table

APART_SECONDS = 2.0


@dataclass(frozen=True)
class Standing:
    """One stage at one moment, over all partitions of the topics that it reads."""

    arrived: int
    done: int


def status(
    *,
    kafka: Annotated[str | None, Parameter(help="Bootstrap servers, where no `copydesk up` runs here.")] = None,
) -> int:
    """Print lag, rates (over two seconds) and dead letters of every stage; status 1 where the broker does not answer."""
    where = connection(kafka).kafka
    first, second, dead = asyncio.run(_twice(where))
    table = Table("stage", "reads", "arrived", "done", "lag", "in/s", "done/s", "dead", box=None, padding=(0, 2))
    for stage, topics in READS.items():
        then, now = first[stage], second[stage]
        rates = ((now.arrived - then.arrived) / APART_SECONDS, (now.done - then.done) / APART_SECONDS)
        numbers = (now.arrived, now.done, now.arrived - now.done)
        table.add_row(
            stage, "\n".join(topics), *(f"{n:,}" for n in numbers), *(f"{r:,.1f}" for r in rates), str(dead[stage])
        )
    terminal().print(table)
    with contextlib.suppress(psycopg.Error, Unavailable):
        database = connection(kafka).database
        if database and (listings := asyncio.run(polled(database))):
            terminal().print(_polled(listings))
    return 0


def _polled(listings: Sequence[Polled]) -> Table:
    table = Table("feed", "polled", "last", "next", "pages", "given up", "failures", "", box=None, padding=(0, 2))
    for each in listings:
        times = (_time(each.ago_s, "ago"), _time(max(each.due_s, 0.0), ""))
        error = f"[red]failing:[/red] {escape(each.error or '')}" if each.failing else escape(each.error or "")
        numbers = (str(each.waiting), str(each.given_up), str(each.failures))
        table.add_row(each.feed, escape(each.url), *times, *numbers, error)
    return table


def _time(seconds: float | None, after: str) -> str:
    if seconds is None:
        return "never"
    minutes = round(seconds / 60)
    return f"{f'{minutes} min' if minutes else f'{seconds:.0f} s'} {after}".strip()


async def _twice(kafka: str) -> tuple[dict[str, Standing], dict[str, Standing], Counter[str]]:
    first = await standings(kafka)
    await asyncio.sleep(APART_SECONDS)
    second = await standings(kafka)
    # Not between the two: reading all letters would stretch the time over which the rates are reckoned.
    return first, second, Counter(letter.stage for letter in await letters(kafka))


async def standings(kafka: str) -> dict[str, Standing]:
    """Return how many records each stage's topics have had, and how many of them the stage has done."""
    async with connected(AIOKafkaAdminClient(**client(kafka)), kafka) as admin:
        found = {}
        async with reading(kafka, *chain(*READS.values())) as consumer:
            until = await ends(consumer)
        for stage, topics in READS.items():
            parts = {tp: end for tp, end in until.items() if tp.topic in topics}
            committed = await admin.list_consumer_group_offsets(group(stage))
            done = sum(max(0, committed[tp].offset) for tp in parts if tp in committed)
            found[stage] = Standing(sum(parts.values()), done)
        return found
