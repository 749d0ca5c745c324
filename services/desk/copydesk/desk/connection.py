"""Where the running pipeline is: what the caller says, else the environment, else what `copydesk up` last wrote down."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

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


def connection(kafka: str | None = None, database: str | None = None) -> Connection:
    """Return the addresses to use. `NotRunning` where neither a flag, the environment nor a running `up` names them."""
    noted = _noted()
    found = Connection(
        kafka=kafka or os.environ.get("COPYDESK_KAFKA") or noted.get("kafka", ""),
        database=database or os.environ.get("COPYDESK_DATABASE") or noted.get("database", ""),
        archive=os.environ.get("COPYDESK_ARCHIVE") or noted.get("archive", str(data_folder() / "archive")),
        http=noted.get("http", ""),
    )
    if not found.kafka:
        raise NotRunning(
            "no pipeline is running here. Start one with `copydesk up`, or name one with --kafka or COPYDESK_KAFKA."
        )
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
