"""`copydesk get`: what the store holds of a document or a story, in the shape of `copydesk read`."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Annotated

from copydesk.desk.connection import connection
from copydesk.publish import store
from copydesk.runtime import database as databases
from cyclopts import Parameter

SHA256 = re.compile(r"[0-9a-f]{64}")


def get(
    *names: str,
    database: Annotated[str | None, Parameter(help="PostgreSQL URL, where no `copydesk up` runs here.")] = None,
) -> int:
    """Print what the store holds, one JSON line a name: FILE (all that came of its bytes), SHA256, or URI (the newest).

    Ends with status 1 when it holds nothing of a name.
    """
    hashes = [hashlib.sha256(Path(name).read_bytes()).hexdigest() if Path(name).is_file() else name for name in names]
    found = asyncio.run(_stored(connection(database=database, needs=("database",)).database, hashes))
    for name, articles in zip(names, found, strict=True):
        error = None if articles else {"type": "not-stored", "message": f"the store holds nothing of {name}"}
        line = json.dumps({"path": name, "articles": [], "error": error}, ensure_ascii=False)
        sys.stdout.write(line.replace('"articles": []', f'"articles": [{", ".join(articles)}]', 1) + "\n")
    return 0 if all(found) else 1


async def _stored(url: str, names: list[str]) -> list[list[str]]:
    """Return the JSON of the articles that each name stands for, in the order of their document."""
    async with databases.connection(url) as held:
        read = [store.of_sha256 if SHA256.fullmatch(name) else store.of_uri for name in names]
        return [[kept.article for kept in await of(held, name)] for of, name in zip(read, names, strict=True)]
