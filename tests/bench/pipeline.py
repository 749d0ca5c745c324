"""What the pipeline adds: documents through all four services, beside a bare loop of the same parse and enrich functions.

Both go over the same documents in one run on one machine, in turns; what counts is their ratio. CPU seconds are each process's own
(user and system). And how long a document takes from push to row, at half of the load that the services can bear.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles

import psutil
import psycopg
from aiokafka import AIOKafkaProducer
from copydesk.desk.embedded.stack import Stack
from copydesk.enrich.enrich import enrich
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.parse.raw import Raw
from copydesk.parse.read import read
from rich.console import Console
from rich.table import Table

from tests.bench.wires import documents, pages
from tests.pipeline.work import count, push, until

WARM_UP = 100
PAGES_SHARE = 5
"""A page costs several times as much as a wire: so many fewer of them."""
PATIENCE_SECONDS = 1800
LATENCY_SECONDS = 20
LOAD = 0.5
"""Share of the services' own pace at which latency is measured."""

STORED = """
select s.story, extract(epoch from v.stored)::float8 from stories s join versions v using (story) where s.story like %s
"""


@dataclass(frozen=True)
class Run:
    """One measured run: seconds on the wall, and CPU seconds by process."""

    wall: float
    cpu: dict[str, float]


@dataclass(frozen=True)
class Added:
    """What the four services cost beside the bare loop, over the same documents: medians of the rounds."""

    us: float
    """CPU microseconds a ninjs document beyond the bare functions."""
    overhead: float
    """CPU of the services by that of the bare loop, with HTML in."""
    pace: float
    """ninjs documents a second through the services."""


def added(stack: Stack, total: int, rounds: int) -> Added:
    """Measure ninjs first, then pages: both in turns with the bare loop. Print a table for each."""
    flow(stack, [*documents(WARM_UP, "warm"), *pages(WARM_UP, "warm")])
    wires, bare_wires, pace = _beside(stack, documents, total, rounds)
    html, bare_html, _ = _beside(stack, pages, max(1, total // PAGES_SHARE), rounds)
    return Added(us=(wires - bare_wires) * 1e6, overhead=html / bare_html, pace=pace)


def _beside(
    stack: Stack, make: Callable[[int, str], list[bytes]], total: int, rounds: int
) -> tuple[float, float, float]:
    """Return CPU seconds a document, of the services and of the bare loop, and the services' documents a second: medians."""
    kind = make.__name__
    services, alone = [], []
    for number in range(rounds):
        wires = make(total, f"{kind}{number}")
        services.append(through_services(stack, wires))
        alone.append(bare(wires))
    table = Table(f"{total} {kind}", "CPU µs each", box=None, padding=(0, 2))
    for runs in (services, alone):
        for name in runs[0].cpu:
            table.add_row(name, f"{median(run.cpu[name] for run in runs) / total * 1e6:,.0f}")
    Console().print(table)
    pace, loop = (total / median(run.wall for run in runs) for runs in (services, alone))
    print(f"four services: {pace:,.0f} {kind}/s; bare loop: {loop:,.0f} {kind}/s", flush=True)
    whole, least = (median(sum(run.cpu.values()) for run in runs) / total for runs in (services, alone))
    return whole, least, pace


def bare(wires: list[bytes]) -> Run:
    """Parse and enrich every document in this process, and nothing else."""
    knowledge = Knowledge()
    for wire in wires[:WARM_UP]:
        _understood(wire, knowledge)
    wall, cpu = time.perf_counter(), time.process_time()
    for wire in wires:
        _understood(wire, knowledge)
    return Run(time.perf_counter() - wall, {"bare loop": time.process_time() - cpu})


def _understood(wire: bytes, knowledge: Knowledge) -> None:
    for article in read(Raw(wire)):
        enrich(article, knowledge).to_json()


def through_services(stack: Stack, wires: list[bytes]) -> Run:
    """Push every document and wait until the last one stands in the store."""
    before, wall = _cpu(stack), time.perf_counter()
    flow(stack, wires)
    took, after = time.perf_counter() - wall, _cpu(stack)
    return Run(took, {stage: after[stage] - before[stage] for stage in after})


def flow(stack: Stack, wires: list[bytes]) -> None:
    """Push documents of which each is a story of its own, and return when all of them stand in the store."""
    store, query = stack.connection.database, "select count(*) from stories"
    whole = count(store, query) + len(wires)
    push(stack.connection.kafka, wires)
    until(lambda: count(store, query) >= whole, PATIENCE_SECONDS)


def _cpu(stack: Stack) -> dict[str, float]:
    times = {stage: psutil.Process(child.process.pid).cpu_times() for stage, child in stack.services.items()}
    return {stage: t.user + t.system for stage, t in times.items()}


def latency(stack: Stack, pace: float) -> tuple[float, float]:
    """Return the median and the 99th percentile of the milliseconds from push to row, at `LOAD` of the pace."""
    run, rate = "latency", pace * LOAD
    pushed = asyncio.run(_steadily(stack.connection.kafka, documents(int(rate * LATENCY_SECONDS), run), 1 / rate))
    like = f"%urn:northlight:{run}:%"
    query = "select count(*) from stories where story like %s"
    until(lambda: count(stack.connection.database, query, like) >= len(pushed), PATIENCE_SECONDS)
    with psycopg.connect(stack.connection.database) as store:
        stored = {str(story).rpartition(":")[2]: at for story, at in store.execute(STORED, [like]).fetchall()}
    took = [(stored[str(number)] - at) * 1000 for number, at in pushed.items()]
    return median(took), quantiles(took, n=100)[98]


async def _steadily(kafka: str, wires: list[bytes], apart: float) -> dict[int, float]:
    """Push one document after the other; return when each was sent, in Unix seconds."""
    pushed = {}
    async with AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=0) as producer:
        begun = time.time()
        for number, wire in enumerate(wires):
            await asyncio.sleep(max(0, begun + number * apart - time.time()))
            pushed[number] = time.time()
            await producer.send("wire.inbound", wire, key=b"bench")
    return pushed
