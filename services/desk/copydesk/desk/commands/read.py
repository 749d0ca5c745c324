"""`copydesk read`: what the services would make of a file, without Kafka."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Literal

from copydesk.enrich.enrich import enrich
from copydesk.enrich.knowledge.library import Knowledge
from copydesk.parse.raw import Raw
from copydesk.parse.read import read as parse
from copydesk.runtime.refusal import Refusal
from cyclopts import Parameter


def read(
    *paths: Path,
    format: Annotated[str | None, Parameter(help="Name of the format; detected where it is left out.")] = None,  # noqa: A002
    feed: Annotated[str | None, Parameter(help="Name of the feed that the files are taken to come from.")] = None,
    only: Annotated[Literal["parse"] | None, Parameter(help="Stop after parsing.")] = None,
) -> int:
    """Print what each file says, as one JSON line a file, in order.

    Ends with status 0 when every file was read, 1 when at least one was refused; never stops at a bad file.
    """
    knowledge = Knowledge()
    status = 0
    for path in paths:
        try:
            articles = parse(Raw(path.read_bytes(), name=path.name), form=format, feed=feed)
            if only is None:
                articles = [enrich(article, knowledge) for article in articles]
        except Refusal as refusal:
            status = 1
            _print_line(path, b"[]", {"type": refusal.kind, "message": str(refusal)})
        except Exception as error:  # noqa: BLE001 - a bad file never stops the others
            status = 1
            _print_line(path, b"[]", {"type": type(error).__name__, "message": str(error)})
        else:
            _print_line(path, b"[" + b",".join(a.to_json() for a in articles) + b"]", None)
    return status


def _print_line(path: Path, articles: bytes, error: dict[str, str] | None) -> None:
    out = sys.stdout.buffer
    head = json.dumps({"path": str(path)}, ensure_ascii=False)[:-1].encode("utf-8", "surrogatepass")
    out.write(
        head + b', "articles": ' + articles + b', "error": ' + json.dumps(error, ensure_ascii=False).encode() + b"}\n"
    )
    out.flush()
