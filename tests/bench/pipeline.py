"""What the pipeline adds: documents through all four services, beside a bare loop of the same parse and enrich functions.

    python -m tests.bench.pipeline [DOCUMENTS]

Both go over the same documents in one run on one machine; what counts is their ratio. CPU seconds are each process's own
(user and system). The last line is for machines.
"""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
from copydesk.desk.embedded.stack import Stack, start_stack
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


@dataclass(frozen=True)
class Run:
    """One measured run: seconds on the wall, and CPU seconds by process."""

    wall: float
    cpu: dict[str, float]


def bare(wires: list[bytes]) -> Run:
    """Parse and enrich every document in this process, and nothing else."""
    knowledge = Knowledge()

    def loop(some: list[bytes]) -> None:
        for wire in some:
            for article in read(Raw(wire)):
                enrich(article, knowledge).to_json()

    loop(documents(WARM_UP, "warm"))
    wall, cpu = time.perf_counter(), time.process_time()
    loop(wires)
    return Run(time.perf_counter() - wall, {"bare loop": time.process_time() - cpu})


def through_services(stack: Stack, wires: list[bytes]) -> Run:
    """Push every document and wait until the last one stands in the store."""
    where = stack.connection

    def flow(some: list[bytes], run: str) -> None:
        push(where.kafka, some)
        query = "select count(*) from stories where story like %s"
        until(lambda: count(where.database, query, f"%urn:northlight:{run}:%") >= len(some), PATIENCE_SECONDS)

    flow(documents(WARM_UP, "warm"), "warm")
    before, wall = _cpu(stack), time.perf_counter()
    flow(wires, "bench")
    took, after = time.perf_counter() - wall, _cpu(stack)
    return Run(took, {stage: after[stage] - before[stage] for stage in after})


def _cpu(stack: Stack) -> dict[str, float]:
    times = {stage: psutil.Process(child.process.pid).cpu_times() for stage, child in stack.services.items()}
    return {stage: t.user + t.system for stage, t in times.items()}


def main() -> None:
    """Measure both and print the table."""
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    wires = documents(total)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as held:
        stack = start_stack(held, Path(folder, "var"), lambda text: print(text, file=sys.stderr))
        services = through_services(stack, wires)
    alone = bare(wires)
    table = Table("process", "CPU s", "CPU µs a document", box=None, padding=(0, 2))
    for name, seconds in (services.cpu | alone.cpu).items():
        table.add_row(name, f"{seconds:.2f}", f"{seconds / total * 1e6:,.0f}")
    Console().print(table)
    spent, needed = sum(services.cpu.values()), alone.cpu["bare loop"]
    print(f"four services: {total / services.wall:,.0f} documents/s; bare loop: {total / alone.wall:,.0f} documents/s")
    print(f"bench: documents {total} added_us {(spent - needed) / total * 1e6:.0f} overhead {spent / needed:.3f}")


if __name__ == "__main__":
    main()
