"""`copydesk push`: put files into `wire.inbound`, as a feed would."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from copydesk.desk.connection import Connection, connection
from copydesk.ingest.document import INLINE_BYTES, MAX_BYTES, document_id
from copydesk.ingest.records import INBOUND, inbound
from copydesk.runtime.archive import Archive, archive_at
from copydesk.runtime.broker import client, connected
from copydesk.runtime.event import Out
from copydesk.runtime.producer import RECORD_LIMIT
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.tracing import configured
from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

STDIN = "-"


@dataclass
class Tally:
    """What became of the files on this side of the broker."""

    accepted: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def push(
    *sources: Annotated[str, Parameter(allow_leading_hyphen=True)],
    feed: Annotated[str, Parameter(help="Name of the feed under which they come.")] = "desk",
    kafka: Annotated[str | None, Parameter(help="Bootstrap servers, where no `copydesk up` runs here.")] = None,
    quiet: Annotated[bool, Parameter(help="No progress bar.")] = False,
) -> int:
    """Push files, folders with all that is in them, or standard input (`-`) into the pipeline.

    "Accepted" means that the broker has it; what the pipeline then makes of it is for `copydesk tail` and `dead list`.
    Ends with status 1 when a file could not be pushed.
    """
    console = Console(stderr=True)
    if unknown := [source for source in sources if source.startswith("-") and source != STDIN]:
        console.print(f"[red]no such option:[/red] {unknown[0]} (a file of that name is ./{unknown[0]})")
        return 2
    paths = list(_files(sources))
    if not paths:
        console.print("[red]nothing to push:[/red] name files, folders, or - for standard input")
        return 2
    tally = asyncio.run(push_all(paths, feed, connection(kafka), Progress(*_columns(), console=console, disable=quiet)))
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


async def push_all(paths: list[str], feed: str, where: Connection, progress: Progress | None = None) -> Tally:
    """Send the files to `wire.inbound` in order; return when the broker has all that it takes."""
    tally = Tally()
    archive = archive_at(where.archive)
    tracing = configured("copydesk-desk", version("copydesk-desk"))
    sending = AIOKafkaProducer(**client(where.kafka), acks="all", linger_ms=5, max_request_size=2 * RECORD_LIMIT)
    async with connected(sending, where.kafka) as producer:
        with progress or Progress(disable=True) as shown:
            task = shown.add_task("push", total=len(paths), rate="")
            waiting = []
            for path in paths:
                try:
                    with tracing.sending("push", INBOUND, about={"copydesk.feed": feed}) as trace:
                        out = _record(path, feed, archive, trace)
                        sent = await producer.send(out.topic, out.value, key=out.key, headers=list(out.headers))
                    waiting.append((path, sent))
                except (OSError, ValueError, KafkaError, Unavailable) as error:
                    tally.refused.append((path, str(error) or type(error).__name__))
                speed = shown.tasks[task].speed
                shown.update(task, advance=1, rate=f"{speed:,.0f}/s" if speed else "")
            for path, sent in waiting:
                try:
                    await sent
                    tally.accepted += 1
                except KafkaError as error:
                    tally.refused.append((path, str(error) or type(error).__name__))
    tracing.close()
    return tally


def _record(path: str, feed: str, archive: Archive, trace: str | None) -> Out:
    """Return the record of the file; what is longer than a record goes to the archive and travels as a reference.

    ValueError where it is longer than any document may be.
    """
    data = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    if len(data) > MAX_BYTES:
        raise ValueError(f"{len(data):,} bytes; a document holds at most {MAX_BYTES:,}")
    sha256 = hashlib.sha256(data).hexdigest()
    large = len(data) > INLINE_BYTES
    if large:
        archive.put(data, durable=True)
    return inbound(
        feed,
        document_id(feed, sha256),
        data=None if large else data,
        sha256=sha256,
        filename=None if path == STDIN else Path(path).name,
        media_type=mimetypes.guess_type(path)[0],
        source="copydesk/desk",
        trace=trace,
    )
