"""The command `copydesk`: one module a subject in `commands/`, put together here."""

from __future__ import annotations

import cyclopts
from copydesk.desk.commands import read

app = cyclopts.App(name="copydesk", help="Read, run and look after a newswire pipeline.")
app.command(read.read)


def main() -> None:
    """Run the command line."""
    app()
