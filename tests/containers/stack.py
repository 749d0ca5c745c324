"""The compose stack of the tests: where it is, how it is spoken to, what it holds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.desk.embedded.child import free_port

from tests.containers.engine import compose
from tests.containers.standins import standins_in_use
from tests.pipeline.work import FEEDS
from tests.pipeline.work import until as until_within

REPOSITORY = Path(__file__).parents[2]
STAGES = ("ingest", "parse", "enrich", "publish")
PASSWORD = "onlyForThisTest"
POLLED = """
[feeds.polled]

[[feeds.polled.poll]]
url = "http://ingest:8080/openapi.json"
every = 5
"""
"""A network that is not public: the guard refuses it, and the metrics of polling are there."""
PATIENCE_S = 300
"""A dozen containers share the machine with whatever else runs on it."""


def until(holds: Callable[[], bool]) -> None:
    """Return as soon as it holds; fail where it does not within our patience."""
    until_within(holds, PATIENCE_S)


@dataclass(frozen=True)
class Compose:
    """The stack as `docker compose` sees it."""

    environment: Mapping[str, str]

    def __call__(self, *arguments: str, stdin: bytes | None = None, **settings: str) -> str:
        """Run a command of Compose; its output, or a failure with what it printed."""
        done = self.attempt("docker", "compose", *arguments, stdin=stdin, **settings)
        said = (done.stdout + done.stderr).decode(errors="replace")
        assert done.returncode == 0, f"compose {' '.join(arguments)}\n{said[-4000:]}"
        return done.stdout.decode(errors="replace")

    def attempt(self, *command: str, stdin: bytes | None = None, **settings: str) -> subprocess.CompletedProcess[bytes]:
        """Run any command where the stack is what `docker compose` means."""
        environment = {**os.environ, **self.environment, **settings}
        return subprocess.run(command, cwd=REPOSITORY, env=environment, input=stdin, capture_output=True, check=False)

    @property
    def kafka(self) -> str:
        """The broker's address from outside."""
        return f"127.0.0.1:{self.environment['COPYDESK_KAFKA_PORT']}"

    def count(self, query: str) -> int:
        """The one number that a query of the store gives, asked inside its container."""
        told = self("exec", "-T", "postgres", "psql", "-qtA", "-U", "copydesk", "-d", "copydesk", "-c", query)
        return int(told.strip() or 0)

    def stored(self, run: str) -> int:
        """How many stories of a run of `tests.pipeline.work.wire` stand in the store."""
        return self.count(f"select count(*) from articles where uri like 'urn:northlight:{run}:%'")

    def containers(self, service: str) -> list[dict[str, Any]]:
        """What the engine says of the running containers of a service."""
        found = self("ps", "-q", service).split()
        done = self.attempt("docker", "inspect", *found)
        return list(json.loads(done.stdout)) if found else []

    def ask(self, port: str, path: str) -> Any:
        """What a server of the stack answers, as JSON; `port` is the setting that says where it listens."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.environment[port]}{path}", timeout=10) as answer:
            return json.load(answer)


@contextmanager
def compose_environment(cache: Path, folder: Path) -> Iterator[Compose]:
    """Have `docker compose` mean a stack of its own: names, ports, settings and files of the test."""
    plugins = folder / "docker" / "cli-plugins"
    plugins.mkdir(parents=True)
    environment = {
        "COMPOSE_PROJECT_NAME": "copydesk-test",
        "COMPOSE_FILE": str(REPOSITORY / "docker-compose.yml"),
        "COMPOSE_ENV_FILES": str(folder / ".env"),
        "COPYDESK_CONFIG": str(folder / "config"),
        "COPYDESK_STALL_S": "60",
        **{f"COPYDESK_{name}_PORT": str(free_port()) for name in ("KAFKA", "PUSH", "PROMETHEUS", "GRAFANA")},
    }
    command = compose(cache)
    if len(command) == 1:
        shutil.copy(command[0], plugins / "docker-compose")
        environment["DOCKER_CONFIG"] = str(folder / "docker")
    if standins_in_use():
        environment["COMPOSE_FILE"] += f":{REPOSITORY / 'tests/containers/standin.compose.yml'}"
        environment["COPYDESK_BUILD_NETWORK"] = "host"
    (folder / ".env").write_text(f"COPYDESK_POSTGRES_PASSWORD={PASSWORD}\nCOPYDESK_VERSION=latest\n")
    (folder / "config").mkdir(mode=0o755)
    (folder / "config" / "feeds.toml").write_text(FEEDS + POLLED)
    folder.chmod(0o755)
    yield Compose(environment)
