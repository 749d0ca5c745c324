"""`make chaos SECONDS=N [SEED=N] [BROKERS=3]`: the whole pipeline under load and faults; nothing may be lost or doubled.

Two pipelines get the same documents at the same time: one under faults, one in peace. At the end each document must have its
outcome, `copydesk audit` must balance, and the two stores must be equal but for what the clock decides. docs/chaos.md says more.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import secrets
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.chaos.audited import audit
from tests.chaos.compare import differences
from tests.chaos.drain import waiting
from tests.chaos.load import Load, Side
from tests.chaos.measure import Happened, delays, doubled, lost, measure_stalls, stored
from tests.chaos.scene import Scene
from tests.chaos.schedule import torment
from tests.chaos.servers import Pipeline, pipeline
from tests.chaos.topics import Topics, look
from tests.chaos.verdict import GROWTH_MIB, Findings, by_kind, failures, last_line, missed_goals
from tests.chaos.wires import EMBARGO_S, FEEDS, Newsroom

RATE = 22.0
"""Documents a second, unless told otherwise."""
SHORT_S = 600
"""A run up to here is the short form: outages last seconds, not a minute."""
DRAIN_S = 600.0


def say(line: str) -> None:
    """Print at once, whoever reads."""
    print(line, flush=True)


def main() -> int:
    """Run, and return the exit status: 0 where everything held."""
    stated = _arguments()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # that a broker is away is no news here
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started ends, and what was mounted goes
    seed = secrets.randbelow(1_000_000) if stated.seed is None else stated.seed
    say(f"seed {seed}, {stated.seconds:.0f} s, {stated.rate:.0f} documents/s, {stated.brokers} broker(s)")
    with ExitStack() as held:
        folder = Path(
            held.enter_context(tempfile.TemporaryDirectory(prefix="copydesk-chaos-", ignore_cleanup_errors=True))
        )
        folder.chmod(0o755)  # PostgreSQL may run as another user
        say("starting two pipelines, one for the faults, one for peace")
        under, peace = (
            pipeline(held, folder / "faults", FEEDS, brokers=stated.brokers),
            pipeline(held, folder / "peace", FEEDS, faulty=False),
        )
        sides = Side(under.stack.connection), Side(peace.stack.connection)
        load = Load(sides, Newsroom(seed).wires(), stated.rate)
        pick = random.Random(f"faults {seed}")
        scene = Scene(under, load, sides[0], pick, say, short=stated.seconds <= SHORT_S)
        load.start()
        scene.wait(10, lambda: load.begun > 0)
        faults = torment(scene, time.time() + stated.seconds)
        found = _settled(scene, peace, faults, seed)
    return _told(found, scene)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--brokers", type=int, default=1, choices=(1, 3))
    parser.add_argument("--rate", type=float, default=RATE)
    return parser.parse_args()


def _settled(scene: Scene, peace: Pipeline, faults: list[Happened], seed: int) -> Findings:
    """Let both pipelines finish, and look at what they hold."""
    load, side = scene.load, scene.side
    load.stop()
    if not scene.wait(DRAIN_S, load.through) or load.failure is not None:
        scene.failures.append(
            f"the load broke off: {load.failure!r}" if load.failure else "documents are still not taken"
        )
    seconds = (load.taken or time.time()) - load.begun
    say(f"{seconds:6.0f} s  the load has ended: {side.pushes} documents taken; waiting until both pipelines are done")
    begun = time.monotonic()
    scene.wait(EMBARGO_S[1])
    for name, each in (("under faults", scene.pipeline), ("in peace", peace)):
        if not scene.wait(DRAIN_S, partial(_done, each)):
            scene.failures.append(f"the pipeline {name} was not done after {DRAIN_S:.0f} s: {waiting(each)} wait")
    say(f"both are done {time.monotonic() - begun:.0f} s after the load")
    scene.failures += audit(scene.pipeline.stack.connection, say)
    topics, store = asyncio.run(look(scene.pipeline.stack.connection.kafka)), stored(scene.pipeline.database)
    other = asyncio.run(look(peace.stack.connection.kafka))
    measure_stalls(faults, store.moments, load.ended)
    different = _different(scene.pipeline, peace, topics, other)
    _describe(scene, topics, delays(side.acknowledged, scene.pipeline.database))
    return Findings(
        seed,
        seconds,
        side.pushes,
        faults,
        lost(side.acknowledged, topics, store),
        doubled(topics, store),
        different,
        scene.failures,
    )


def _done(pipeline: Pipeline) -> bool:
    return waiting(pipeline) == 0


def _different(under: Pipeline, peace: Pipeline, mine: Topics, other: Topics) -> list[str]:
    """Compare stores, `article.current` and dead letters."""
    passed_over = mine.dropped | other.dropped
    found = [str(difference) for difference in differences(under.database, peace.database, passed_over)]
    stories = mine.current.keys() | other.current.keys()
    found += [
        f"article.current {story}" for story in sorted(stories) if mine.current.get(story) != other.current.get(story)
    ]
    found += [f"dead letter {' '.join(letter)}" for letter in sorted(mine.dead ^ other.dead)]
    return found


def _describe(scene: Scene, topics: Topics, delay: list[float]) -> None:
    say("documents made: " + ", ".join(f"{kind} {count}" for kind, count in scene.load.kinds.most_common()))
    say("doors: " + ", ".join(f"{answer} {count}" for answer, count in scene.side.answers.most_common()))
    dead = Counter(f"{stage}/{kind}" for _, stage, kind in topics.dead)
    say("dead letters: " + ", ".join(f"{name} {count}" for name, count in dead.most_common()))
    repeated = topics.enriched_records - len(topics.enriched)
    say(
        f"events of article.enriched: {len(topics.enriched)}, and {repeated} of them again with the same id and content"
    )
    say(f"receipts: {len(topics.receipts)}, and {topics.receipt_records - len(topics.receipts)} of them again")
    if delay:
        at = [delay[int(len(delay) * share)] for share in (0.5, 0.9, 0.99)]
        say("from a door to the store, faults included: p50 {:.1f} s, p90 {:.1f} s, p99 {:.1f} s".format(*at))


def _told(found: Findings, scene: Scene) -> int:
    say("memory of the workers, MiB, once warm and at most:")
    for (name, _), weighed in sorted(scene.memory.items()):
        say(f"  {name:10} {weighed.first >> 20:5} {weighed.most >> 20:5}")
        if weighed.most - weighed.first > GROWTH_MIB << 20:
            found.failures.append(f"{name} grew by {(weighed.most - weighed.first) >> 20} MiB")
    say(f"{'fault':18} {'done':>5} {'median stall':>13} {'longest':>8}")
    for kind, done, median, most in by_kind(found.faults):
        say(f"{kind:18} {done:5} {median:11.1f} s {most:6.1f} s")
    for line in missed_goals(found):
        say(f"missed: {line}")
    wrong = list(failures(found))
    for line in wrong:
        say(f"FAILED: {line}")
    say(last_line(found))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
