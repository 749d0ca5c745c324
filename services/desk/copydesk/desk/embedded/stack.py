"""The whole pipeline on one machine: broker, database, topics, tables, and the four services as processes of their own."""

from __future__ import annotations

import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from copydesk.desk.connection import Connection
from copydesk.desk.embedded.child import Child, free_port, start
from copydesk.desk.embedded.feeds import own_feeds
from copydesk.desk.embedded.places import cache_folder
from copydesk.desk.prepare import prepare

STAGES = ("ingest", "parse", "enrich", "publish")
PREFERRED_KAFKA, PREFERRED_POSTGRES, PREFERRED_PUSH = 9092, 5432, 8080
READY_SECONDS = 60
RESTART_PAUSE_SECONDS = 1.0

Say = Callable[[str], None]


@dataclass
class Stack:
    """A running pipeline. Stop it by leaving the `ExitStack` that it was started in."""

    connection: Connection
    folder: Path
    feeds: Path
    """File of the feeds and their keys."""
    key: Path | None = None
    """File of the API key of the stack's own feed; None where the feeds are the operator's."""
    services: dict[str, Child] = field(default_factory=dict)
    health: dict[str, int] = field(default_factory=dict)
    """Port of each service's `/healthz`, `/readyz` and `/metrics`."""
    settings: dict[str, dict[str, str]] = field(default_factory=dict)
    """More environment of single stages."""

    def start_service(self, name: str) -> Child:
        """Start one service, or start it again; does not wait until it is ready.

        `parse-2` is a second process of `parse`, which shares its work; one of ingest has no HTTP door.
        """
        stage, _, second = name.partition("-")
        port = self.health.setdefault(name, free_port())
        env = {
            "COPYDESK_KAFKA": self.connection.kafka,
            "COPYDESK_DATABASE": self.connection.database,
            "COPYDESK_ARCHIVE": self.connection.archive,
            "COPYDESK_HTTP_PORT": str(port),
            "COPYDESK_PUSH_PORT": "" if second else self.connection.http.rpartition(":")[2],
            "COPYDESK_FEEDS": str(self.feeds),
            "COPYDESK_INBOX": os.environ.get("COPYDESK_INBOX", str(self.folder / "inbox")),
            **self.settings.get(stage, {}),
        }
        child = start(name, [sys.executable, "-m", f"copydesk.{stage}"], self.folder / f"{name}.log", env=env)
        self.services[name] = child
        return child

    def ready(self, stage: str) -> bool:
        """Whether the service says that it works."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.health[stage]}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def restart_ended(self, say: Say) -> None:
        """Start every service again that ended by itself."""
        for name, child in list(self.services.items()):
            if not child.running:
                say(f"{name} ended with status {child.process.returncode}; starting it again\n{child.last_lines(3)}")
                time.sleep(RESTART_PAUSE_SECONDS)
                self.start_service(name)

    def stop_services(self) -> None:
        """Ask all services to finish what they hold, then wait for them."""
        for child in self.services.values():
            if child.running:
                child.process.send_signal(child.stop_signal)
        for child in self.services.values():
            child.stop()


def start_stack(
    held: ExitStack, folder: Path, say: Say, *, kafka: str | None = None, database: str | None = None
) -> Stack:
    """Start what is not named: broker and database, then topics, tables and services; return when all are ready.

    `StartFailed`, `JarsUnavailable` or the error of a server that was named say why it could not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if database is None:
        # Here, for they need the wheels of the extra `embedded`, which those with servers of their own do without.
        from copydesk.desk.embedded.postgres import start_postgres  # noqa: PLC0415

        say("PostgreSQL …")
        server = start_postgres(folder / "postgres", port=PREFERRED_POSTGRES)
        held.callback(server.stop)
        database = server.url
    if kafka is None:
        from copydesk.desk.embedded.kafka import start_broker  # noqa: PLC0415

        say("Kafka …")
        broker = start_broker(folder / "kafka", cache_folder(), port=PREFERRED_KAFKA)
        held.callback(broker.stop)
        kafka = broker.address
    say("topics and tables …")
    prepare(kafka, database)
    push = f"http://127.0.0.1:{free_port(PREFERRED_PUSH)}"
    stated = os.environ.get("COPYDESK_FEEDS")
    feeds, key = (Path(stated), None) if stated else own_feeds(folder)
    stack = Stack(Connection(kafka, database, str(folder / "archive"), push), folder, feeds, key)
    held.callback(stack.stop_services)
    say("services …")
    for stage in STAGES:
        stack.start_service(stage)
    for stage, child in stack.services.items():
        child.wait_until(lambda stage=stage: stack.ready(stage), READY_SECONDS)  # type: ignore[misc]
    return stack
