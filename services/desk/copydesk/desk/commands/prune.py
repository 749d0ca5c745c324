"""`copydesk prune`: take from the archive what its feeds keep no longer."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import psycopg
from copydesk.desk import actions
from copydesk.desk.connection import connection
from copydesk.desk.pruning import Share, in_words, overdue
from copydesk.desk.pruning import prune as take_away
from copydesk.desk.terminal import terminal
from copydesk.runtime.feeds import BadFeedsError, Feeds
from copydesk.runtime.refusal import Unavailable
from copydesk.runtime.security import stated
from copydesk.runtime.settings import Settings
from cyclopts import Parameter
from rich.table import Table


def prune(
    *,
    dry_run: Annotated[bool, Parameter(help="Only say how much would go.")] = False,
    database: Annotated[str | None, Parameter(help="PostgreSQL URL, where no `copydesk up` runs here.")] = None,
) -> int:
    """Take from the archive the documents that their feeds keep no longer: `keep_days` in the file that COPYDESK_FEEDS names.

    Bytes that several feeds brought stay while one of them keeps them. Rows and hashes stay, and so does what was read out of the
    documents. Meant to be run every night. Ends with status 1 where archive, store or the file of feeds are away or wrong.
    """
    now = datetime.now(UTC)
    try:
        feeds = Feeds(stated(Settings).feeds).all()
        where = connection(database=database, needs=("database",))
        found = asyncio.run(overdue(where, feeds, now))
        if not dry_run and any(share.documents for share in found.values()):
            if not actions.note(where.database, "prune", ", ".join(found), _details(found)):
                return 1
            found = asyncio.run(take_away(where, feeds, now))
    except (psycopg.Error, Unavailable, BadFeedsError, OSError) as error:
        print(f"copydesk prune: {error or type(error).__name__}", file=sys.stderr)
        return 1
    if not found:
        print("nothing to do: no feed of COPYDESK_FEEDS states keep_days, so that all is kept for ever")
        return 0
    table = Table("feed", "days kept", "would go" if dry_run else "gone", "MB", box=None, padding=(0, 2))
    for row in in_words(found):
        table.add_row(*row)
    terminal().print(table)
    return 0


def _details(found: Mapping[str, Share]) -> dict[str, object]:
    shares = found.values()
    return {"documents": sum(share.documents for share in shares), "bytes": sum(share.size for share in shares)}
