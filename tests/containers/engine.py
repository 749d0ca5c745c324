"""A Docker engine with Compose: the machine's own, else, as root on Debian, one that is installed and started for the test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from copydesk.desk.embedded.child import start

from tests.containers.standins import has, run

COMPOSE = "github.com/docker/compose/v2"
COMPOSE_VERSION = "v2.40.3"
START_SECONDS = 60


def answers() -> bool:
    """Whether an engine answers on this machine."""
    if not shutil.which("docker"):
        return False
    return subprocess.run(["docker", "info"], capture_output=True, timeout=30, check=False).returncode == 0


@contextmanager
def engine(folder: Path) -> Iterator[None]:
    """Have an engine for as long as the block runs; one that we start keeps its data under the folder and ends with it."""
    if answers():
        yield
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise RuntimeError("no Docker engine answers, and only root on Debian can have one installed here")
    if not shutil.which("dockerd"):
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "docker.io", "mmdebstrap")
    child = start(
        "dockerd", ["dockerd", "--data-root", folder / "data", "--exec-root", folder / "exec"], folder / "dockerd.log"
    )
    try:
        child.wait_until(answers, START_SECONDS)
        yield
    finally:
        child.stop()


def ensure_tools() -> None:
    """Have what makes stand-ins, where they will be needed."""
    if not has("python:3.11-slim") and not shutil.which("mmdebstrap"):
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "mmdebstrap")


def compose(cache: Path) -> list[str]:
    """Return the command of Docker Compose v2: the plugin where it is, else one built from its Go module."""
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0:
        return ["docker", "compose"]
    binary = cache / f"docker-compose-{COMPOSE_VERSION}"
    if not binary.exists():
        print("building Docker Compose from its Go module: some minutes", file=sys.stderr)
        _build_compose(cache, binary)
    return [str(binary)]


def _build_compose(cache: Path, binary: Path) -> None:
    if not shutil.which("go"):
        raise RuntimeError("Docker Compose v2 is not installed, and there is no Go to build it with")
    source = cache / "compose-source"
    shutil.rmtree(source, ignore_errors=True)
    template = subprocess.run(
        ["go", "mod", "download", "-json", f"{COMPOSE}@{COMPOSE_VERSION}"],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    ).stdout
    directory = next(line.split('"')[3] for line in template.splitlines() if '"Dir"' in line)
    # Its go.mod excludes modules, which `go install` of a foreign module refuses; a copy of our own builds.
    shutil.copytree(directory, source, copy_function=_copy_writable)
    version = f"-s -w -X {COMPOSE}/internal.Version={COMPOSE_VERSION}"
    run("go", "build", "-trimpath", "-ldflags", version, "-o", binary, "./cmd", cwd=source)
    shutil.rmtree(source)


def _copy_writable(source: str, target: str) -> None:
    shutil.copyfile(source, target)
