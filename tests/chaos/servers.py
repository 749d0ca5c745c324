"""The servers of a run, in such a way that each can be killed, taken away and brought back where it was."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import psutil
from copydesk.desk.connection import Connection
from copydesk.desk.embedded.child import Child, StartFailed, free_port
from copydesk.desk.embedded.kafka import Broker, Quorum, await_broker, launch_broker
from copydesk.desk.embedded.places import cache_folder
from copydesk.desk.embedded.postgres import Database, start_postgres
from copydesk.desk.embedded.stack import READY_SECONDS, STAGES, Stack
from copydesk.desk.prepare import prepare

from tests.chaos.toxiproxy import Toxiproxy, program, start_toxiproxy

DISK_MIB = 6 << 10
"""Size of PostgreSQL's disk; memory is taken only for what stands there."""
BACKLOG_LIMIT = 500
"""What may wait before HTTP answers 429: at some 22 documents a second a slow sink reaches it in half a minute, with nothing left over
from the faults before; the short form waits for 40 s."""
ATTEMPTS = 3
Done = TypeVar("Done")
PROXIED = ("ingest", "publish")
"""The stages that keep state in PostgreSQL; each has a proxy of its own."""


def steady_port() -> int:
    """Return a free port outside the range from which the system gives ports to clients.

    A server that comes back must find its port free; in that range a client may have taken it, or even be connected to itself.
    """
    while True:
        port = random.SystemRandom().randint(12_000, 30_000)
        if free_port(port) == port:
            return port


def kill(child: Child) -> None:
    """`kill -9` of a process and all that it started, and wait until they are gone."""
    victims = [psutil.Process(child.process.pid), *psutil.Process(child.process.pid).children(recursive=True)]
    for victim in victims:
        if victim.is_running():
            victim.kill()
    child.process.wait()
    psutil.wait_procs(victims[1:], timeout=10)


@dataclass
class Postgres:
    """PostgreSQL on a disk of its own, where we may mount one."""

    folder: Path
    mounted: bool
    port: int = field(default_factory=steady_port)
    database: Database | None = None

    def start(self) -> None:
        """Start it, or start it again where it was."""
        # After a crash the former one's shared memory may need a moment to go.
        self.database = _patiently(lambda: start_postgres(self.folder / "data", port=self.port))

    def stop(self) -> None:
        """Stop it in order."""
        self.running.stop()

    @property
    def running(self) -> Database:
        """The server as it was last started."""
        assert self.database is not None
        return self.database

    def fill(self) -> None:
        """Shrink the disk to what stands on it. While that grows the system may say that it does not fit any more."""

        def shrink() -> None:
            used = shutil.disk_usage(self.folder / "data").used
            _resize(self.folder / "data", f"{used // 1024 + 64}k")

        _patiently(shrink, subprocess.CalledProcessError, 50)

    def empty(self) -> None:
        """Give the disk its size again."""
        _resize(self.folder / "data", f"{DISK_MIB}m")


def postgres(held: ExitStack, folder: Path) -> Postgres:
    """Start PostgreSQL under the folder."""
    data = folder / "data"
    data.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "copydesk-chaos", str(data)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    if mounted:
        held.callback(subprocess.run, ["umount", "--lazy", str(data)], check=False)
    server = Postgres(folder, mounted)
    server.start()
    held.callback(server.stop)
    return server


def _patiently(do: Callable[[], Done], trouble: type[Exception] = StartFailed, attempts: int = ATTEMPTS) -> Done:
    """Do something; on a busy machine, or on the heels of a crash, the first attempts may fail."""
    for _ in range(attempts - 1):
        with contextlib.suppress(trouble):
            return do()
    return do()


def _resize(mount: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(mount)], check=True, capture_output=True)


@dataclass
class Cluster:
    """One broker or several."""

    folder: Path
    quorum: Quorum
    ports: dict[int, int]
    brokers: dict[int, Broker] = field(default_factory=dict)

    def launch(self, *nodes: int) -> None:
        """Start brokers, or start them again, and wait until they answer."""
        for node in nodes:
            self.brokers[node] = self._launched(node)
        for node in nodes:
            _patiently(partial(self._await, node))

    def _launched(self, node: int) -> Broker:
        folder = self.folder / f"kafka-{node}"
        return launch_broker(folder, cache_folder(), self.quorum, node=node, port=self.ports[node])

    def _await(self, node: int) -> None:
        try:
            await_broker(self.brokers[node])
        except StartFailed:
            self.brokers[node] = self._launched(node)
            raise

    def stop(self) -> None:
        """Stop them all."""
        for broker in self.brokers.values():
            broker.stop()

    @property
    def servers(self) -> str:
        """Every broker's address."""
        return ",".join(f"127.0.0.1:{port}" for port in self.ports.values())


def cluster(held: ExitStack, folder: Path, count: int) -> Cluster:
    """Start so many brokers under the folder."""
    nodes = range(1, count + 1)
    quorum = Quorum(str(uuid.uuid4()), {node: steady_port() for node in nodes})
    started = Cluster(folder, quorum, {node: steady_port() for node in nodes})
    started.launch(*nodes)
    held.callback(started.stop)
    return started


@dataclass
class Pipeline:
    """A whole pipeline and its servers."""

    stack: Stack
    postgres: Postgres
    cluster: Cluster
    proxy: Toxiproxy | None

    @property
    def database(self) -> str:
        """URL of the database, past the proxies."""
        return self.postgres.running.url


def pipeline(held: ExitStack, folder: Path, feeds: str, *, brokers: int = 1, faulty: bool = True) -> Pipeline:
    """Start a pipeline under the folder; with `faulty`, proxies stand between its services and PostgreSQL."""
    folder.mkdir(parents=True)
    feeds_file = folder / "feeds.toml"
    feeds_file.write_text(feeds)
    store, kafka = postgres(held, folder / "postgres"), cluster(held, folder, brokers)
    proxy = _proxy(held, folder) if faulty else None
    prepare(kafka.servers, store.running.url)
    http = f"http://127.0.0.1:{steady_port()}"
    stack = Stack(Connection(kafka.servers, store.running.url, str(folder / "archive"), http), folder, feeds_file)
    stack.settings["ingest"] = {"COPYDESK_BACKLOG_LIMIT": str(BACKLOG_LIMIT)}
    if proxy is not None:
        for stage in PROXIED:
            port = steady_port()
            proxy.lead(stage, port, store.port)
            by_proxy = store.running.url.replace(f":{store.port}/", f":{port}/")
            stack.settings.setdefault(stage, {})["COPYDESK_DATABASE"] = by_proxy
    held.callback(stack.stop_services)
    for stage in STAGES:
        stack.start_service(stage)
    for stage, child in stack.services.items():
        child.wait_until(partial(stack.ready, stage), 3 * READY_SECONDS)
    return Pipeline(stack, store, kafka, proxy)


def _proxy(held: ExitStack, folder: Path) -> Toxiproxy | None:
    server = program(cache_folder())
    if server is None:
        return None
    proxy = start_toxiproxy(server, steady_port(), folder / "toxiproxy.log")
    held.callback(proxy.child.stop)
    return proxy
