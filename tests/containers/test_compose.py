"""The compose stack for real: images built, brought up, fed from outside, hurt, scaled, upgraded in place, taken down."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from copydesk.desk.samples.show import samples

from tests.containers.engine import compose, engine, ensure_tools
from tests.containers.standins import ensure_images
from tests.pipeline.work import push, until, wire

pytestmark = [pytest.mark.containers, pytest.mark.timeout(3000)]

REPOSITORY = Path(__file__).parents[2]
KAFKA = "127.0.0.1:29092"
PASSWORD = "only-for-this-test"
SERVICES = ("ingest", "parse", "enrich", "publish")


@dataclass(frozen=True)
class Compose:
    """The stack as `docker compose` sees it."""

    command: list[str]

    def __call__(self, *arguments: str) -> str:
        """Run a command of Compose; its output, or a failure with what it printed."""
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"COPYDESK_POSTGRES_PASSWORD": PASSWORD},
        )
        assert done.returncode == 0, f"compose {' '.join(arguments)}\n{(done.stdout + done.stderr)[-4000:]}"
        return done.stdout

    def count(self, query: str) -> int:
        """The one number that a query of the store gives, asked inside its container."""
        return int(
            self("exec", "-T", "postgres", "psql", "-qtA", "-U", "copydesk", "-d", "copydesk", "-c", query).strip() or 0
        )


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compose]:
    cache = Path(os.environ.get("COPYDESK_CACHE", REPOSITORY / ".cache")).absolute()
    with engine(REPOSITORY / "var" / "docker"):
        ensure_tools()
        ensure_images(cache)
        run = Compose(
            [
                *compose(cache),
                "-p",
                "copydesk-test",
                "-f",
                "docker-compose.yml",
                "-f",
                "tests/containers/standin.compose.yml",
            ]
        )
        try:
            run("build")
            run("up", "--wait", "--wait-timeout", "300", "-d")
            yield run
        except BaseException:
            print(
                subprocess.run(
                    [*run.command, "logs", "--tail", "40"],
                    cwd=REPOSITORY,
                    capture_output=True,
                    text=True,
                    check=False,
                    env=os.environ | {"COPYDESK_POSTGRES_PASSWORD": PASSWORD},
                ).stdout
            )
            raise
        finally:
            run("down", "--volumes", "--timeout", "30")


def stored(stack: Compose, run: str) -> int:
    return stack.count(f"select count(*) from articles where uri like 'urn:northlight:{run}:%'")


def test_sample_wires_pushed_from_outside_stand_in_the_store(stack: Compose) -> None:
    expected = [s for s in samples() if s.state == "stored"]
    push(KAFKA, [s.data for s in samples()])
    hashes = ", ".join(f"'{s.sha256}'" for s in expected)
    until(
        lambda: stack.count(f"select count(distinct sha256) from articles where sha256 in ({hashes})") == len(expected)
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_killed_container_comes_back_and_nothing_is_lost(stack: Compose, service: str) -> None:
    run = f"container-{service}"
    push(KAFKA, [wire(n, run) for n in range(300)])
    stack("kill", "-s", "KILL", service)
    stack("up", "--wait", "-d", service)
    until(lambda: stored(stack, run) == 300, 120)


def test_parse_scaled_to_two_shares_the_work_and_loses_nothing(stack: Compose) -> None:
    stack("up", "--wait", "-d", "--scale", "parse=2", "--no-recreate")
    push(KAFKA, [wire(n, "scaled") for n in range(500)])
    until(lambda: stored(stack, "scaled") == 500, 120)
    stack("up", "--wait", "-d", "--scale", "parse=1", "--no-recreate")


def test_a_service_upgraded_in_place_loses_nothing(stack: Compose) -> None:
    push(KAFKA, [wire(n, "upgrade") for n in range(300)])
    stack("up", "--wait", "-d", "--force-recreate", "--no-deps", "enrich")
    until(lambda: stored(stack, "upgrade") == 300, 120)


def test_no_service_runs_as_root_or_writes_to_its_root_file_system(stack: Compose) -> None:
    for service in SERVICES:
        assert stack("exec", "-T", service, "id", "-u").strip() == "10001"
        written = subprocess.run(
            [*stack.command, "exec", "-T", service, "touch", "/app/x"],
            cwd=REPOSITORY,
            capture_output=True,
            check=False,
            env=os.environ | {"COPYDESK_POSTGRES_PASSWORD": PASSWORD},
        )
        assert written.returncode != 0
