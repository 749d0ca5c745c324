"""Where the running pipeline is: what the caller says, else the environment, else what `copydesk up` last wrote down."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from copydesk.desk.embedded.places import data_folder

NOTE = "stack.json"


@dataclass(frozen=True)
class Connection:
    """Addresses of a pipeline."""

    kafka: str
    """Bootstrap servers, `host:port` parted by commas."""
    database: str
    """PostgreSQL URL."""
    archive: str
    """Folder of the archived bytes."""
    http: str = ""
    """Base URL of the ingest service's HTTP door."""


class NotRunning(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """No pipeline is known here."""


Server = Literal["kafka", "database"]


def connection(
    kafka: str | None = None, database: str | None = None, needs: Sequence[Server] = ("kafka",)
) -> Connection:
    """Return the addresses to use. `NotRunning` where neither a flag, the environment nor a running `up` names what is needed."""
    noted = _noted()
    found = Connection(
        kafka=kafka or os.environ.get("COPYDESK_KAFKA") or noted.get("kafka", ""),
        database=database or os.environ.get("COPYDESK_DATABASE") or noted.get("database", ""),
        archive=os.environ.get("COPYDESK_ARCHIVE") or noted.get("archive", str(data_folder() / "archive")),
        http=noted.get("http", ""),
    )
    missing = [server for server in needs if not getattr(found, server)]
    if missing:
        named = " and ".join(f"--{server} or COPYDESK_{server.upper()}" for server in missing)
        raise NotRunning(f"no pipeline is running here. Start one with `copydesk up`, or name one with {named}.")
    return found


def note(running: Connection) -> Path:
    """Write down where the pipeline runs, for the commands of other terminals; return the file."""
    path = data_folder() / NOTE
    path.parent.mkdir(parents=True, exist_ok=True)
    # The database's URL may hold a password: for our own user only.
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
        out.write(json.dumps(asdict(running)))
    return path


def _noted() -> dict[str, str]:
    try:
        noted = json.loads((data_folder() / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}
