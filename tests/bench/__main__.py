"""`make bench`: each figure beside its peer in one run, on a real broker and a real PostgreSQL. The last line is for machines:

bench: added_us X overhead X moving_vs_aiokafka X sink_vs_copy X p50_ms X p99_ms X
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from copydesk.desk.embedded.stack import start_stack

from tests.bench.moving import moved
from tests.bench.pipeline import added, latency
from tests.bench.sink import sunk_beside_copy


def main() -> None:
    """Measure all, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--documents", type=int, default=1500, help="in each of the rounds")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=30_000)
    parser.add_argument("--rows", type=int, default=20_000)
    stated = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as held:
        stack = start_stack(held, Path(folder, "var"), lambda text: print(text, file=sys.stderr))
        cost = added(stack, stated.documents, stated.rounds)
        middle, slow = latency(stack, cost.pace)
        print(f"push to row at half load: p50 {middle:.0f} ms, p99 {slow:.0f} ms", flush=True)
        stack.stop_services()
        moving = moved(stack.connection.kafka, stated.messages, stated.rounds)
        sink = sunk_beside_copy(stack.connection.database, stated.rows)
    print(
        f"bench: added_us {cost.us:.0f} overhead {cost.overhead:.3f} moving_vs_aiokafka {moving:.2f} "
        f"sink_vs_copy {sink:.2f} p50_ms {middle:.0f} p99_ms {slow:.0f}"
    )


if __name__ == "__main__":
    main()
