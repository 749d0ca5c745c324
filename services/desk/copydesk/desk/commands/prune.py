"""`copydesk prune`: take from the archive what its feeds keep no longer."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import Annotated

import psycopg
from copydesk.desk import actions
from copydesk.desk.connection import connection
from copydesk.desk.pruning import count, in_words, shares
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
    kafka: Annotated[str | None, Parameter(help="Bootstrap servers, where no `copydesk up` runs here.")] = None,
    database: Annotated[str | None, Parameter(help="PostgreSQL URL, where no `copydesk up` runs here.")] = None,
) -> int:
    """Take from the archive the documents that their feeds keep no longer: `keep_days` in the file that COPYDESK_FEEDS names.

    Bytes that several feeds brought stay while one of them keeps them. Rows and hashes stay, and so does what was read out of the
    documents. Meant to be run every night. Ends with status 1 where archive, store or the file of feeds are away or wrong.
    """
    now = datetime.now(UTC)
    try:
        found = shares(Feeds(stated(Settings).feeds).all())
        if not found:
            print("nothing to do: no feed of COPYDESK_FEEDS states keep_days, so that all is kept for ever")
            return 0
        where = connection(kafka, database)
        asyncio.run(count(where, found, now) if dry_run else take_away(where, found, now))
    except (psycopg.Error, Unavailable, BadFeedsError, OSError) as error:
        print(f"copydesk prune: {error or type(error).__name__}", file=sys.stderr)
        return 1
    documents, size = sum(each.documents for each in found.values()), sum(each.size for each in found.values())
    if documents and not dry_run:
        actions.note(where.database, "prune", ", ".join(found), {"documents": documents, "bytes": size})
    table = Table("feed", "days kept", "would go" if dry_run else "gone", "MB", box=None, padding=(0, 2))
    for row in in_words(found):
        table.add_row(*row)
    terminal().print(table)
    return 0
