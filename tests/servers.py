"""The two ways to a real broker and a real PostgreSQL: containers, or the embedded ones."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from pathlib import Path

from copydesk.desk.embedded.child import free_port
from copydesk.desk.embedded.kafka import start_broker
from copydesk.desk.embedded.postgres import start_postgres

KAFKA_IMAGE = "apache/kafka:4.3.1"
POSTGRES_IMAGE = "postgres:18"


REPOSITORY = Path(__file__).parent.parent


def session_servers(held: ExitStack, folder: Path) -> tuple[str, str]:
    """Start both, in containers where an engine has their images (or `COPYDESK_TEST_SERVERS=containers` demands it)."""
    wanted = os.environ.get("COPYDESK_TEST_SERVERS", "auto")
    if wanted == "containers" or (wanted == "auto" and containers_at_hand()):
        return in_containers(held)
    return embedded(held, folder, Path(os.environ.get("COPYDESK_CACHE", REPOSITORY / ".cache")))


def embedded(held: ExitStack, folder: Path, cache: Path) -> tuple[str, str]:
    """Start both as child processes under the folder; return the broker's address and the database's URL."""
    database = start_postgres(folder / "postgres", durable=False)
    held.callback(shutil.rmtree, database.data, ignore_errors=True)
    held.callback(database.stop)
    broker = start_broker(folder / "kafka", cache.absolute())
    held.callback(broker.stop)
    return broker.address, database.url


def containers_at_hand() -> bool:
    """Whether a Docker engine answers and already has both images."""
    import docker

    try:
        engine = docker.from_env(timeout=3)
        for image in (KAFKA_IMAGE, POSTGRES_IMAGE):
            engine.images.get(image)
    except docker.errors.DockerException:
        return False
    return True


def in_containers(held: ExitStack) -> tuple[str, str]:
    """Start both in containers; return the broker's address and the database's URL."""
    from testcontainers.community.postgres import PostgresContainer
    from testcontainers.core.config import testcontainers_config
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    # Its reaper is one image more to fetch; the session ends what it started.
    testcontainers_config.ryuk_disabled = True
    postgres = held.enter_context(
        PostgresContainer(POSTGRES_IMAGE, username="copydesk", password="copydesk", dbname="copydesk", driver=None)
    )
    # testcontainers' own KafkaContainer knows Confluent's image only. A client outside must find the broker where it
    # says it is, hence one port inside and out.
    port = free_port()
    kafka = DockerContainer(KAFKA_IMAGE).with_bind_ports(port, port)
    for key, value in {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": f"PLAINTEXT://:{port},CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "1000",
    }.items():
        kafka.with_env(key, value)
    kafka.waiting_for(LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(60))
    held.enter_context(kafka)
    return f"127.0.0.1:{port}", postgres.get_connection_url()
