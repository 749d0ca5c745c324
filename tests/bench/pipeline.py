"""What the pipeline adds: documents through all four services, beside a bare loop of the same parse and enrich functions.

Both go over the same documents in one run on one machine, in turns; what counts is their ratio. CPU seconds are each process's own
(user and system). And how long a document takes from push to row, at half of the load that the services can bear.
"""

from __future__ import annotations

import asyncio
import time
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

from tests.bench.wires import documents
from tests.pipeline.work import count, push, until

WARM_UP = 100
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
    """CPU microseconds a document beyond the bare functions."""
    overhead: float
    """CPU of the services by that of the bare loop."""
    pace: float
    """Documents a second through the services."""


def added(stack: Stack, total: int, rounds: int) -> Added:
    """Measure both in turns and print the table."""
    services, alone = [], []
    flow(stack, documents(WARM_UP, "warm"), "warm")
    for number in range(rounds):
        wires = documents(total, f"bench{number}")
        services.append(through_services(stack, wires, f"bench{number}"))
        alone.append(bare(wires))
    table = Table("process", "CPU µs a document", box=None, padding=(0, 2))
    for runs in (services, alone):
        for name in runs[0].cpu:
            table.add_row(name, f"{median(run.cpu[name] for run in runs) / total * 1e6:,.0f}")
    Console().print(table)
    pace, loop = (total / median(run.wall for run in runs) for runs in (services, alone))
    print(f"four services: {pace:,.0f} documents/s; bare loop: {loop:,.0f} documents/s", flush=True)
    both = [(sum(s.cpu.values()), a.cpu["bare loop"]) for s, a in zip(services, alone, strict=True)]
    return Added(median(s - a for s, a in both) / total * 1e6, median(s / a for s, a in both), pace)


def bare(wires: list[bytes]) -> Run:
    """Parse and enrich every document in this process, and nothing else."""
    knowledge = Knowledge()
    for wire in documents(WARM_UP, "warm"):
        _understood(wire, knowledge)
    wall, cpu = time.perf_counter(), time.process_time()
    for wire in wires:
        _understood(wire, knowledge)
    return Run(time.perf_counter() - wall, {"bare loop": time.process_time() - cpu})


def _understood(wire: bytes, knowledge: Knowledge) -> None:
    for article in read(Raw(wire)):
        enrich(article, knowledge).to_json()


def through_services(stack: Stack, wires: list[bytes], run: str) -> Run:
    """Push every document and wait until the last one stands in the store."""
    before, wall = _cpu(stack), time.perf_counter()
    flow(stack, wires, run)
    took, after = time.perf_counter() - wall, _cpu(stack)
    return Run(took, {stage: after[stage] - before[stage] for stage in after})


def flow(stack: Stack, wires: list[bytes], run: str) -> None:
    """Push the run's documents and return when all of them stand in the store."""
    push(stack.connection.kafka, wires)
    query = "select count(*) from stories where story like %s"
    until(lambda: count(stack.connection.database, query, f"%urn:northlight:{run}:%") >= len(wires), PATIENCE_SECONDS)


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
