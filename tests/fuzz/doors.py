"""`make fuzz INPUTS=N [SEED=N]`: hostile input through every door of the running pipeline.

Nothing may crash, hang, or pass unmarked: a service that ends, an answer that is none, an input that never comes to an end, or one
that `copydesk audit` finds no outcome of, ends the run with status 1. The last line is for machines:

    fuzz: inputs N refused N accepted N crashed N hung N
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.desk.embedded.stack import Stack, start_stack

from tests.fuzz import folder, http_door, polled, topic
from tests.fuzz.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

SETTLED_S = 900
LOOK_S = 1.0


class Watch(threading.Thread):
    """Starts a service again that ended, as its supervisor would, and remembers that it did."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(daemon=True)
        self.stack, self.over = stack, threading.Event()
        self.ended: list[str] = []

    def run(self) -> None:
        """Look every second."""
        while not self.over.wait(LOOK_S):
            for stage, child in list(self.stack.services.items()):
                if not child.running:
                    self.ended.append(f"{stage} ended with status {child.process.returncode}\n{child.last_lines(8)}")
                    self.stack.start_service(stage)


def main() -> int:
    """Run every door, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.doors", description=__doc__)
    parser.add_argument("--inputs", type=int, default=300, help="inputs a door")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--doors", default="topic,http,folder,polled")
    stated = parser.parse_args()
    print(f"seed {stated.seed}, {stated.inputs} inputs a door", flush=True)
    with ExitStack() as held:
        serving = held.enter_context(polled.server(stated.seed))
        stack = _stack(held, serving.server_address[1])
        doors: dict[str, Callable[[], Tally]] = {
            "topic": lambda: topic.fuzz(stack, stated.inputs, stated.seed),
            "http": lambda: http_door.fuzz(stack, stated.inputs, stated.seed),
            "folder": lambda: folder.fuzz(stack, stated.inputs, stated.seed),
            "polled": lambda: polled.fuzz(stack, serving, stated.inputs),
        }
        watch = Watch(stack)
        watch.start()
        total, balance = Tally(), {}
        for name in stated.doors.split(","):
            tally = doors[name]()
            balance = _judged(name, tally, audited(stack), balance)
            tally.crashed += [f"{name}: {line}" for line in watch.ended]
            watch.ended.clear()
            print(f"{name}: {tally}", flush=True)
            total.add(tally)
        watch.over.set()
    for line in (*total.crashed, *total.hung):
        print(f"FAILED {line}")
    print(f"fuzz: {total}")
    return 1 if total.crashed or total.hung else 0


def _stack(held: ExitStack, port: int) -> Stack:
    place = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="copydesk-fuzz-", ignore_cleanup_errors=True)))
    place.chmod(0o755)  # PostgreSQL may run as another user
    os.environ |= {
        "COPYDESK_POLL_ALLOW": "127.0.0.0/8",
        "COPYDESK_POLL_PORTS": str(port),
        "COPYDESK_POLL_DELAY_S": "0",
        "COPYDESK_POLL_SILENCE_S": "2",
        "COPYDESK_POLL_REQUESTS": "32",
        "COPYDESK_INBOX_SETTLE_S": "0.2",
        "COPYDESK_INBOX": str(place / "inbox"),
    }
    return start_stack(held, place, lambda line: print(line, flush=True))


def _judged(name: str, tally: Tally, audit: dict[str, Any], before: dict[str, int]) -> dict[str, int]:
    """Add to the tally what the balance says; return the balance of documents, for the next door's beginning."""
    counts: dict[str, int] = audit["documents"]
    if name in {"topic", "polled"}:  # nobody answers there
        tally.accepted = sum(counts[term] - before.get(term, 0) for term in ("parsed", "repeats", "killed"))
        tally.refused += sum(counts[term] - before.get(term, 0) for term in ("refused", "dead"))
    if counts["in_flight"]:
        tally.hung.append(f"{name}: {counts['in_flight']} documents were still on their way after {SETTLED_S} s")
    tally.crashed += [f"{name}: unmarked: {d['kind']} {d['id']} {d['about']}" for d in audit["differences"]]
    return counts


def audited(stack: Stack) -> dict[str, Any]:
    """Return what `copydesk audit` says once nothing is in flight, or after the time."""
    environment = {
        **os.environ,
        "COPYDESK_KAFKA": stack.connection.kafka,
        "COPYDESK_DATABASE": stack.connection.database,
    }
    command = [sys.executable, "-m", "copydesk.desk", "audit", "--json", "--wait", str(SETTLED_S)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"copydesk audit ended with status {done.returncode}: {done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


if __name__ == "__main__":
    sys.exit(main())
