"""`copydesk get`: what the store holds of a document or a story, in the shape of `copydesk read`."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Annotated

import psycopg
from copydesk.desk.connection import connection
from cyclopts import Parameter
from psycopg.rows import TupleRow

SHA256 = re.compile(r"[0-9a-f]{64}")

# Of a document read more than once (reprocessing), what came out last counts.
BY_SHA256 = """
select article::text from (
    select distinct on (story, idx) article, idx, processed from versions where sha256 = %s order by story, idx, processed desc
) as latest order by idx
"""
BY_URI = "select article::text from articles where uri = %s order by story"


def get(
    *names: str,
    database: Annotated[str | None, Parameter(help="PostgreSQL URL, where no `copydesk up` runs here.")] = None,
) -> int:
    """Print what the store holds, one JSON line a name: FILE (all that came of its bytes), SHA256, or URI (the newest).

    Ends with status 1 when it holds nothing of a name.
    """
    status = 0
    with psycopg.connect(connection(database=database).database) as store:
        for name in names:
            articles = stored(store, name)
            error = None if articles else {"type": "not-stored", "message": f"the store holds nothing of {name}"}
            status = status or (1 if error else 0)
            line = json.dumps({"path": name, "articles": [], "error": error}, ensure_ascii=False)
            sys.stdout.write(line.replace('"articles": []', f'"articles": [{", ".join(articles)}]', 1) + "\n")
    return status


def stored(store: psycopg.Connection[TupleRow], name: str) -> list[str]:
    """Return the JSON of the articles that the name stands for, in the order of their document."""
    if Path(name).is_file():
        name = hashlib.sha256(Path(name).read_bytes()).hexdigest()
    query = BY_SHA256 if SHA256.fullmatch(name) else BY_URI
    return [row[0] for row in store.execute(query, [name])]
