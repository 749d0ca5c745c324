"""The command `copydesk`: one module a subject in `commands/`, put together here."""

from __future__ import annotations

import sys

import cyclopts
from copydesk.desk.commands import audit, dead, explain, get, push, read, status, tail, up
from copydesk.desk.connection import NotRunning

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


def main() -> None:
    """Run the command line; a pipeline that is not there is said in one line."""
    try:
        app()
    except NotRunning as missing:
        print(f"copydesk: {missing}", file=sys.stderr)
        sys.exit(1)
