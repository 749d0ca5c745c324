"""`copydesk get`: what the store holds of a document or a story, in the shape of `copydesk read`."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Annotated

import psycopg
from copydesk.desk.connection import connection
from copydesk.publish import store
from cyclopts import Parameter

SHA256 = re.compile(r"[0-9a-f]{64}")


def get(
    *names: str,
    database: Annotated[str | None, Parameter(help="PostgreSQL URL, where no `copydesk up` runs here.")] = None,
) -> int:
    """Print what the store holds, one JSON line a name: FILE (all that came of its bytes), SHA256, or URI (the newest).

    Ends with status 1 when it holds nothing of a name.
    """
    return asyncio.run(_get(names, connection(database=database).database))


async def _get(names: tuple[str, ...], database: str) -> int:
    status = 0
    async with await psycopg.AsyncConnection.connect(database) as opened:
        for name in names:
            articles = await stored(opened, name)
            error = None if articles else {"type": "not-stored", "message": f"the store holds nothing of {name}"}
            status = status or (1 if error else 0)
            line = json.dumps({"path": name, "articles": [], "error": error}, ensure_ascii=False)
            sys.stdout.write(line.replace('"articles": []', f'"articles": [{", ".join(articles)}]', 1) + "\n")
    return status


async def stored(opened: store.Connection, name: str) -> list[str]:
    """Return the JSON of the articles that the name stands for, in the order of their document."""
    if Path(name).is_file():  # noqa: ASYNC240 - nothing else waits here
        name = hashlib.sha256(Path(name).read_bytes()).hexdigest()  # noqa: ASYNC240
    kept = await (store.of_sha256 if SHA256.fullmatch(name) else store.of_uri)(opened, name)
    return [version.article for version in kept]
