"""`copydesk up`: the whole pipeline in the foreground, on embedded servers or on real ones."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Annotated

from copydesk.desk.connection import note
from copydesk.desk.embedded.child import StartFailed
from copydesk.desk.embedded.feeds import NAME
from copydesk.desk.embedded.places import data_folder
from copydesk.desk.embedded.stack import Stack, start_stack
from copydesk.desk.samples.show import push_and_show
from copydesk.desk.terminal import terminal
from copydesk.runtime.database_access import shown
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

CHECK_SECONDS = 0.5


def up(
    *,
    kafka: Annotated[
        str | None, Parameter(help="Bootstrap servers of a broker of yours, instead of the embedded one.")
    ] = None,
    database: Annotated[
        str | None, Parameter(help="URL of a PostgreSQL of yours, instead of the embedded one.")
    ] = None,
    samples: Annotated[bool, Parameter(help="Push the sample wires and show what came out of them.")] = False,
    stay: Annotated[bool, Parameter(help="Stay until Ctrl-C; --no-stay ends once the samples are through.")] = True,
) -> int:
    """Start the pipeline: broker, database, ingest, parse, enrich, publish; stay until Ctrl-C.

    Needs no Docker and no root. What it holds is kept under `var/`, what it fetched under `.cache/`.
    With --samples it ends with status 0 only if every sample came out as expected.
    """
    console = terminal()
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        with ExitStack() as held:
            with console.status("starting") as status:
                stack = start_stack(held, data_folder(), status.update, kafka=kafka, database=database)
            held.callback(note(stack.connection).unlink, missing_ok=True)
            console.print(_addresses(stack))
            good = push_and_show(stack.connection, console) if samples else True
            if stay:
                console.print("Running until Ctrl-C.")
                _watch(stack, console)
            return 0 if good else 1
    except KeyboardInterrupt:
        console.print("stopped")
        return 0
    except StartFailed as failure:
        console.print(f"[red]could not start:[/red] {failure}", highlight=False)
        return 1


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _watch(stack: Stack, console: Console) -> None:
    while True:
        stack.restart_ended(lambda text: console.print(f"[yellow]{text}[/yellow]", highlight=False))
        time.sleep(CHECK_SECONDS)


def _addresses(stack: Stack) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2))
    table.add_row("Kafka", stack.connection.kafka)
    table.add_row("PostgreSQL", shown(stack.connection.database))
    if stack.key is None:
        table.add_row("push over HTTP", f"{stack.connection.http}/wire/FEED")
    else:
        table.add_row(
            "push over HTTP",
            f'curl -H "Authorization: Bearer $(cat {stack.key})" --data-binary @FILE {stack.connection.http}/wire/{NAME}',
        )
    table.add_row("watched folder", str(Path(stack.folder, "inbox")))
    table.add_row("logs", str(Path(stack.folder, "*.log")))
    return table
