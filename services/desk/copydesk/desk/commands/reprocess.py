"""`copydesk reprocess`: have parse or enrich do again what came before, after an upgrade."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import Annotated, Literal

import psycopg
from aiokafka.errors import KafkaError
from copydesk.desk import actions
from copydesk.desk.connection import connection
from copydesk.desk.moments import moment
from copydesk.desk.reprocessing import Choice, Tally
from copydesk.desk.reprocessing import reprocess as send_again
from copydesk.runtime.refusal import Unavailable
from cyclopts import Parameter


def reprocess(
    *,
    since: Annotated[str, Parameter(help="Documents that came since then: `90m`, `6h`, `2d`, or an ISO time.")],
    until: Annotated[str | None, Parameter(help="And before that; now without.")] = None,
    stage: Annotated[
        Literal["parse", "enrich"],
        Parameter(help="From which stage on: `parse` from the archive, `enrich` from what it gave."),
    ] = "enrich",
    feed: Annotated[str | None, Parameter(help="Only documents of this feed.")] = None,
    rate: Annotated[
        float | None, Parameter(help="Documents or articles a second at most; as fast as it goes without.")
    ] = None,
    dry_run: Annotated[bool, Parameter(help="Only say how much would be sent.")] = False,
    kafka: Annotated[str | None, Parameter(help="Bootstrap servers, where no `copydesk up` runs here.")] = None,
    database: Annotated[str | None, Parameter(help="PostgreSQL URL, where no `copydesk up` runs here.")] = None,
) -> int:
    """Give what came before to a newer parser or newer enrichers: new versions of what is inferred, the wire's own untouched.

    What the same versions find comes out under the ids that it has, and changes nothing. Killed stories are passed over. Needs the
    archive (`COPYDESK_ARCHIVE`). Ends with status 1 where archive, broker or store are away.
    """
    now = datetime.now(UTC)
    where = connection(kafka, database, ("kafka", "database"))
    try:
        choice = Choice(stage, moment(since, now), moment(until, now) if until else now, feed, dry_run, rate)
        # Written down before, for one that is interrupted was one too; and after, for what it came to.
        if not dry_run and not actions.note(where.database, "reprocess", _what(choice), {"state": "begun"}):
            return 1
        tally = asyncio.run(send_again(where, choice))
    except (KafkaError, psycopg.Error, Unavailable, ValueError) as error:
        print(f"copydesk reprocess: {error or type(error).__name__}", file=sys.stderr)
        return 1
    if not dry_run:
        done = {"state": "done", "documents": tally.documents, "articles": tally.articles}
        actions.note(where.database, "reprocess", _what(choice), done)
    print(in_words(tally, dry_run=dry_run))
    return 0


def in_words(tally: Tally, *, dry_run: bool) -> str:
    """Return what was done, or would be, in a line."""
    parts = [f"{tally.documents:,} documents to parse", f"{tally.articles:,} articles to enrich"]
    parts += [f"passed over {number:,} {why}" for why, number in sorted(tally.skipped.items())]
    return ("would send " if dry_run else "sent ") + ", ".join(parts)


def _what(choice: Choice) -> str:
    feed = f" of {choice.feed}" if choice.feed else ""
    return f"{choice.stage}{feed}, {choice.since:%Y-%m-%dT%H:%M:%SZ} to {choice.until:%Y-%m-%dT%H:%M:%SZ}"
