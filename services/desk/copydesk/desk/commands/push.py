"""`copydesk push`: put files into `wire.inbound`, as a feed would."""

from __future__ import annotations

import asyncio
import mimetypes
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from aiokafka import AIOKafkaProducer
from copydesk.desk.connection import connection
from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

RECORD_LIMIT = 1 << 20
STDIN = "-"
INBOUND = "wire.inbound"


@dataclass
class Tally:
    """What became of the files on this side of the broker."""

    accepted: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def push(
    *sources: str,
    feed: Annotated[str, Parameter(help="Name of the feed under which they come.")] = "desk",
    kafka: Annotated[str | None, Parameter(help="Bootstrap servers, where no `copydesk up` runs here.")] = None,
    quiet: Annotated[bool, Parameter(help="No progress bar.")] = False,
) -> int:
    """Push files, folders with all that is in them, or standard input (`-`) into the pipeline.

    "Accepted" means that the broker has it; what the pipeline then makes of it is for `copydesk tail` and `dead list`.
    Ends with status 1 when a file could not be pushed.
    """
    console = Console(stderr=True)
    paths = list(_files(sources))
    if not paths:
        console.print("[red]nothing to push:[/red] name files, folders, or - for standard input")
        return 2
    tally = asyncio.run(
        push_all(paths, feed, connection(kafka).kafka, Progress(*_columns(), console=console, disable=quiet))
    )
    for name, reason in tally.refused:
        console.print(f"[red]refused[/red] {name}: {reason}", highlight=False)
    console.print(f"accepted {tally.accepted}, refused {len(tally.refused)}", highlight=False)
    return 1 if tally.refused else 0


def _columns() -> tuple[BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn]:
    return BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeElapsedColumn()


def _files(sources: tuple[str, ...]) -> Iterator[str]:
    for source in sources:
        if source != STDIN and Path(source).is_dir():
            yield from sorted(str(p) for p in Path(source).rglob("*") if p.is_file() and not p.name.startswith("."))
        else:
            yield source


async def push_all(paths: list[str], feed: str, kafka: str, progress: Progress | None = None) -> Tally:
    """Send the files to `wire.inbound` in order; return when the broker has all that it takes."""
    tally = Tally()
    progress = progress or Progress(disable=True)
    async with AIOKafkaProducer(
        bootstrap_servers=kafka, acks="all", linger_ms=5, max_request_size=RECORD_LIMIT + 65536
    ) as producer:
        with progress:
            task = progress.add_task("push", total=len(paths), rate="")
            waiting = []
            for path in paths:
                try:
                    sent = await producer.send(INBOUND, _content(path), key=feed.encode(), headers=_headers(path, feed))
                    waiting.append((path, sent))
                except Exception as error:  # noqa: BLE001 - one bad file never stops the others
                    tally.refused.append((path, str(error) or type(error).__name__))
                speed = progress.tasks[task].speed
                progress.update(task, advance=1, rate=f"{speed:,.0f}/s" if speed else "")
            for path, sent in waiting:
                try:
                    await sent
                    tally.accepted += 1
                except Exception as error:  # noqa: BLE001
                    tally.refused.append((path, str(error) or type(error).__name__))
    return tally


def _content(path: str) -> bytes:
    return sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()


def _headers(path: str, feed: str) -> list[tuple[str, bytes]]:
    headers = [("ce_feed", feed.encode())]
    if path != STDIN:
        name = os.fsencode(Path(path).name)
        headers.append(("ce_filename", name))
        media_type, _ = mimetypes.guess_type(path)
        if media_type:
            headers.append(("content-type", media_type.encode()))
    return headers
