"""The faults. Each is one function and one line of `FAULTS`; a new one is added in the same way.

A fault does its harm, mends it, and returns; that the pipeline recovers is awaited by whoever called it. It says what it does.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from copydesk.desk.embedded.stack import STAGES

from tests.chaos.leaders import leaders
from tests.chaos.scene import Scene
from tests.chaos.servers import PROXIED, kill

SESSION_S = 6.0
"""How long a silent worker keeps its partitions (`COPYDESK_SESSION_TIMEOUT_S`)."""


@dataclass(frozen=True)
class Fault:
    """One kind of fault."""

    kind: str
    do: Callable[[Scene], str]
    """Returns what it was done to."""
    measure: Literal["kill", "outage"]
    """`kill`: its stall counts from the moment that it marks; `outage`: from the moment it ends."""
    possible: Callable[[Scene], str] = lambda _: ""
    """Why it cannot be done here; empty where it can."""


def kill_stage(stage: str) -> Callable[[Scene], str]:
    """`kill -9` of a stage's one worker, which is started again at once."""

    def do(scene: Scene) -> str:
        scene.mark()
        kill(scene.pipeline.stack.services[stage])
        return stage

    return do


def freeze(scene: Scene) -> str:
    """SIGSTOP for longer than the session: the broker gives the partitions away, and the worker wakes with stale work."""
    stage = scene.pick.choice(STAGES)
    process = scene.pipeline.stack.services[stage].process
    seconds = SESSION_S + scene.last(3, 12)
    process.send_signal(signal.SIGSTOP)
    try:
        scene.wait(seconds)
    finally:
        process.send_signal(signal.SIGCONT)
    return f"{stage} for {seconds:.0f} s"


def one_of_two_dies(scene: Scene) -> str:
    """A second worker joins a stage (a rebalance), one of the two is killed, and the second one leaves again."""
    stack, stage = scene.pipeline.stack, scene.pick.choice(STAGES)
    second = f"{stage}-2"
    stack.start_service(second)
    scene.wait(scene.last(20, 60), lambda: stack.ready(second) and stack.ready(stage))
    scene.wait(scene.last(2, 10))
    victim = scene.pick.choice((stage, second))
    scene.mark()
    kill(stack.services[victim])
    scene.wait(SESSION_S + scene.last(4, 15))
    # Gone for good: the supervisor no longer looks after it.
    stack.services.pop(second).stop()
    return victim


def broker_killed(scene: Scene) -> str:
    """`kill -9` of a broker, started again at once."""
    node = scene.pick.choice(list(scene.pipeline.cluster.brokers))
    kill(scene.pipeline.cluster.brokers[node].child)
    scene.pipeline.cluster.launch(node)
    return f"broker {node}"


def broker_away(scene: Scene) -> str:
    """All brokers stopped, and away for a minute."""
    cluster, seconds = scene.pipeline.cluster, scene.last(12, 60)
    for broker in cluster.brokers.values():
        kill(broker.child)
    scene.wait(seconds)
    cluster.launch(*cluster.brokers)
    return f"for {seconds:.0f} s"


def leader_killed(scene: Scene) -> str:
    """`kill -9` of the broker that leads most partitions; it stays away for a while, the others go on."""
    cluster = scene.pipeline.cluster
    node = leaders(cluster.servers).most_common(1)[0][0]
    seconds = scene.last(8, 30)
    kill(cluster.brokers[node].child)
    scene.wait(seconds)
    cluster.launch(node)
    return f"broker {node} for {seconds:.0f} s"


def postgres_killed(scene: Scene) -> str:
    """`kill -9` of PostgreSQL and all its processes, started again at once."""
    kill(scene.pipeline.postgres.running.child)
    scene.pipeline.postgres.start()
    return ""


def postgres_away(scene: Scene) -> str:
    """PostgreSQL stopped in order, and away for a while."""
    seconds = scene.last(8, 45)
    scene.pipeline.postgres.running.stop()
    scene.wait(seconds)
    scene.pipeline.postgres.start()
    return f"for {seconds:.0f} s"


def postgres_full(scene: Scene) -> str:
    """No room on PostgreSQL's disk. Where it cannot even write its log it ends by itself, and is started again."""
    store, seconds = scene.pipeline.postgres, scene.last(8, 30)
    store.fill()
    try:
        scene.wait(seconds)
    finally:
        store.empty()
    time.sleep(0.5)  # to end, if it is about to
    if scene.rows() is None:
        kill(store.running.child)
        store.start()
        return f"for {seconds:.0f} s; it gave up and was started again"
    return f"for {seconds:.0f} s"


def connection_cut(scene: Scene) -> str:
    """Every connection of a stage to PostgreSQL is cut after a few kilobytes: in the middle of a transaction."""
    proxy, stage = scene.pipeline.proxy, scene.pick.choice(PROXIED)
    assert proxy is not None
    octets, stream = scene.pick.randint(400, 20_000), scene.pick.choice(("upstream", "downstream"))
    seconds = scene.last(6, 20)
    proxy.poison(stage, "limit_data", stream, bytes=octets)
    scene.wait(seconds)
    proxy.cure(stage)
    return f"{stage}, {stream}, after {octets} bytes, for {seconds:.0f} s"


def slow_sink(scene: Scene) -> str:
    """Publish's statements take seconds each, until HTTP turns documents back."""
    proxy = scene.pipeline.proxy
    assert proxy is not None
    before = scene.side.answers["429"]
    proxy.poison("publish", "latency", "downstream", latency=2500)
    begun = time.monotonic()
    felt = scene.wait(scene.last(40, 90), lambda: scene.side.answers["429"] > before)
    scene.wait(scene.last(4, 20))
    proxy.cure("publish")
    took = f"429 after {time.monotonic() - begun:.0f} s" if felt else "HTTP never answered 429"
    if not felt:
        scene.failures.append("slow sink: backpressure did not reach HTTP")
    return took


def _several_brokers(scene: Scene) -> str:
    return "" if len(scene.pipeline.cluster.brokers) > 1 else "make chaos BROKERS=3 does it"


def _own_disk(scene: Scene) -> str:
    return "" if scene.pipeline.postgres.mounted else "only root can mount a small disk"


def _proxied(scene: Scene) -> str:
    return "" if scene.pipeline.proxy is not None else "Toxiproxy needs Go to be built"


FAULTS: tuple[Fault, ...] = (
    *(Fault("kill -9", kill_stage(stage), "kill") for stage in STAGES),
    Fault("freeze", freeze, "outage"),
    Fault("one of two dies", one_of_two_dies, "kill"),
    Fault("broker killed", broker_killed, "outage"),
    Fault("broker away", broker_away, "outage"),
    Fault("leader killed", leader_killed, "outage", _several_brokers),
    Fault("postgres killed", postgres_killed, "outage"),
    Fault("postgres away", postgres_away, "outage"),
    Fault("postgres full", postgres_full, "outage", _own_disk),
    Fault("connection cut", connection_cut, "outage", _proxied),
    Fault("slow sink", slow_sink, "outage", _proxied),
)
