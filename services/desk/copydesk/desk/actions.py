"""The log of what people did to the pipeline's past: erasures, replays, reprocessing, retention; who, what and when.

The table `actions` only ever grows: the desk has no command that changes a row.
"""

from __future__ import annotations

import getpass
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

import psycopg
from copydesk.runtime.database import opened
from copydesk.runtime.refusal import Unavailable
from psycopg.types.json import Jsonb

Kind = Literal["erase", "prune", "replay", "reprocess"]

NOTE = "insert into actions (action, who, what, details) values (%s, %s, %s, %s)"
NEWEST = "select at, action, who, what, details from actions order by id desc limit %s"


@dataclass(frozen=True)
class Action:
    """One row of the log."""

    at: datetime
    action: str
    who: str
    what: str
    details: dict[str, Any]


def note(database: str, action: Kind, what: str, details: Mapping[str, object]) -> bool:
    """Write down what was done; say on standard error, and return False, where the store is away."""
    try:
        with opened(database) as store:
            store.execute(NOTE, [action, who(), what.replace("\x00", ""), Jsonb(dict(details))])
    except (psycopg.Error, Unavailable) as error:
        print(f"copydesk: not written to the log of actions: {error}", file=sys.stderr)
        return False
    return True


def noted(database: str, limit: int) -> Iterator[Action]:
    """Yield the newest entries, the newest first. Raises `Unavailable` where the store is away."""
    with opened(database) as store:
        for row in store.execute(NEWEST, [limit]):
            yield Action(*cast("tuple[datetime, str, str, str, dict[str, Any]]", row))


def who() -> str:
    """Return who does it: `COPYDESK_USER` where a front end says so, else the login and the machine."""
    stated = os.environ.get("COPYDESK_USER")
    if stated:
        return stated[:200]
    try:
        return f"{getpass.getuser()}@{socket.gethostname()}"
    except OSError:
        return f"{os.getuid()}@{socket.gethostname()}"
