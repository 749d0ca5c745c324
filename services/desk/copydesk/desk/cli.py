"""The command `copydesk`: one module a subject in `commands/`, put together here."""

from __future__ import annotations

import logging
import sys

import cyclopts
from copydesk.desk.commands import audit, dead, erase, explain, get, log, prune, push, read, reprocess, status, tail, up
from copydesk.desk.connection import NotRunning
from copydesk.publish.migrate import MigrationFailed
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.security import BadSettings

app = cyclopts.App(name="copydesk", help="Read newswire, and run and look after the pipeline that does.")
app.command(up.up)
app.command(push.push)
app.command(tail.tail)
app.command(read.read)
app.command(explain.explain)
app.command(get.get)
app.command(dead.app)
app.command(status.status)
app.command(audit.audit)
app.command(log.log)
app.command(reprocess.reprocess)
app.command(erase.erase)
app.command(prune.prune)


def main() -> None:
    """Run the command line; a pipeline that is not there, or lets nobody in, is said in one line."""
    # What aiokafka says of each attempt is told by the one line, and better.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    logging.getLogger("opentelemetry").setLevel(logging.ERROR)
    try:
        app()
    except (NotRunning, Unavailable, BadSettings, MigrationFailed) as missing:
        print(f"copydesk: {missing}", file=sys.stderr)
        sys.exit(1)
