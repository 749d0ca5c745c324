"""`copydesk log`: what people did to the pipeline's past."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import psycopg
from copydesk.desk.actions import noted
from copydesk.desk.connection import connection
from copydesk.desk.terminal import printable, terminal
from cyclopts import Parameter
from rich.table import Table


def log(
    *,
    limit: Annotated[int, Parameter(help="So many of the newest entries.")] = 50,
    as_json: Annotated[bool, Parameter(name="--json", help="One JSON object an entry.")] = False,
    database: Annotated[str | None, Parameter(help="PostgreSQL URL, where no `copydesk up` runs here.")] = None,
) -> int:
    """Print who erased, replayed or reprocessed what, and when; the newest first."""
    try:
        entries = list(noted(connection(database=database, needs=("database",)).database, limit))
    except psycopg.Error as error:
        print(f"copydesk log: {error}", file=sys.stderr)
        return 1
    if as_json:
        for entry in entries:
            print(json.dumps(asdict(entry), default=str, ensure_ascii=False))
        return 0
    table = Table("when", "who", "did", "what", "with", box=None, padding=(0, 2))
    for entry in entries:
        details = ", ".join(f"{name} {value}" for name, value in entry.details.items())
        row = (f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.who, entry.action, entry.what, details)
        table.add_row(*map(printable, row))
    terminal().print(table if entries else "nothing was erased, replayed or reprocessed")
    return 0
